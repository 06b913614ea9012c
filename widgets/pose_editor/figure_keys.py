"""What keys do to figures: nudge, hide and show, go from one to the next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from widgets.common import new_gesture_id
from widgets.pose_editor.drags import MoveBy, PlaceJoint, ShowJoint, Step
from widgets.pose_editor.hand import TellEnd, TellSteps
from widgets.pose_editor.nudging import HeldKeys, is_arrow, nudge
from widgets.pose_editor.skeletons import Skeletons

_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class FigureKeys:
    """Arrow keys, H, Tab and Shift+Tab. Arrow keys held down are one gesture."""

    def __init__(
        self,
        skeletons: Skeletons,
        tell: TellSteps,
        tell_end: TellEnd,
        select: Callable[[str], None],
    ) -> None:
        self._skeletons = skeletons
        self._tell = tell
        self._tell_end = tell_end
        self._select = select
        self._held = HeldKeys()

    def uses(self, event: QKeyEvent) -> bool:
        """True for keys that mean something to the figures as they are now."""
        allowed = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        if event.modifiers() & ~allowed:
            return False
        if event.key() in _TABS:
            return bool(self._skeletons.items)
        if event.key() == Qt.Key.Key_H:
            return self._skeletons.joint_in_hand() is not None
        return is_arrow(event.key()) and self._skeletons.selected_id is not None

    def press(self, event: QKeyEvent) -> None:
        """A key for which `uses` is true goes down, or is repeated by the keyboard."""
        if is_arrow(event.key()):
            self._nudge(event)
        elif event.key() == Qt.Key.Key_H:
            self._toggle_joint()
        else:
            self._cycle(-1 if event.key() == Qt.Key.Key_Backtab else 1)

    def release(self, event: QKeyEvent) -> bool:
        """Whether the key was one of those held."""
        if not is_arrow(event.key()) or event.isAutoRepeat():
            return False
        self._finish(self._held.release(event.key()))
        return True

    def end(self) -> None:
        """The keyboard went elsewhere: what is held counts as let go."""
        self._finish(self._held.release_all())

    def _finish(self, gesture_id: str | None) -> None:
        if gesture_id is not None:
            self._tell_end(gesture_id, False)

    def _nudge(self, event: QKeyEvent) -> None:
        item = self._skeletons.selected_item
        if item is None:
            return
        by = nudge(event.key(), large=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        joint = self._skeletons.selected_joint
        step: Step = MoveBy(by.x, by.y)
        if joint is not None:
            step = PlaceJoint(joint, item.shape_of_figure.places[joint] + by)
        self._tell(self._held.press(event.key()), item.figure.id, (step,))

    def _toggle_joint(self) -> None:
        grab = self._skeletons.joint_in_hand()
        item = self._skeletons.item(grab.figure_id) if grab is not None else None
        if grab is None or item is None:
            return
        shape, keypoint = item.shape_of_figure, grab.keypoint
        visible = not shape.is_visible(keypoint)
        place = shape.places[keypoint]
        steps: tuple[Step, ...] = (ShowJoint(keypoint, visible),)
        if visible and place != item.figure.pose.body[keypoint].point:  # shown where it is offered
            steps = (PlaceJoint(keypoint, place), *steps)
        gesture_id = new_gesture_id()
        self._tell(gesture_id, grab.figure_id, steps)
        self._tell_end(gesture_id, False)

    def _cycle(self, step: int) -> None:
        figure_id = self._skeletons.neighbour_of_selected(step)
        if figure_id is not None:
            self.end()
            self._select(figure_id)
