"""The mouse button, held: from a press on something to the gesture it becomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF

from widgets.common import new_gesture_id
from widgets.pose_editor.drags import Drag, Step, start_drag
from widgets.pose_editor.picking import Grab
from widgets.pose_editor.skeletons import Skeletons

DRAG_FROM_PX = 3  # a hand that only clicks shakes less than this

TellSteps = Callable[[str, str, tuple[Step, ...]], None]  # gesture id, figure id, steps
TellEnd = Callable[[str, bool], None]  # gesture id, whether it was cancelled


@dataclass
class _Press:
    gesture_id: str
    grab: Grab
    drag: Drag
    screen_pos: QPoint
    started: bool = False


class Hand:
    """One drag at a time; a press that hardly moves is a click and no gesture."""

    def __init__(
        self,
        skeletons: Skeletons,
        tell: TellSteps,
        tell_end: TellEnd,
        tell_held: Callable[[bool], None],
    ) -> None:
        self._skeletons = skeletons
        self._tell = tell
        self._tell_end = tell_end
        self._tell_held = tell_held
        self._press: _Press | None = None

    @property
    def figure_id(self) -> str | None:
        """The figure that is held; None while the button is up."""
        return None if self._press is None else self._press.grab.figure_id

    def press(self, grab: Grab, page_pos: QPointF, screen_pos: QPoint, *, whole_limb: bool) -> None:
        item = self._skeletons.item(grab.figure_id)
        if item is not None:
            at = self._skeletons.panel_point(page_pos)
            drag = start_drag(grab, item.shape_of_figure, at, whole_limb=whole_limb)
            self._press = _Press(new_gesture_id(), grab, drag, screen_pos)

    def move(self, page_pos: QPointF, screen_pos: QPoint, *, snap: bool) -> None:
        press = self._press
        if press is None:
            return
        if not press.started:
            if (screen_pos - press.screen_pos).manhattanLength() < DRAG_FROM_PX:
                return
            press.started = True
            self._skeletons.hold(press.grab)
            self._tell_held(True)
        steps = press.drag.moved(self._skeletons.panel_point(page_pos), snap=snap)
        self._skeletons.hold_frame(press.drag.frame)
        self._tell(press.gesture_id, press.grab.figure_id, steps)

    def end(self, *, cancelled: bool = False) -> None:
        """Let go; nothing happens where nothing is held."""
        press, self._press = self._press, None
        self._skeletons.hold_frame(None)
        if press is not None and press.started:
            self._skeletons.hold(None)
            self._tell_held(False)
            self._tell_end(press.gesture_id, cancelled)
