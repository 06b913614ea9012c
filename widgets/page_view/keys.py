"""The page by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from widgets.page_view.page_view import PageView

Key = Qt.Key
MODIFIERS = {
    Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
    Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
}


class PageKeys:
    """Which key does what. Letters for tools belong to the window's actions."""

    def __init__(self, view: PageView) -> None:
        self._view = view
        self._actions: dict[int, Callable[[], None]] = {
            Key.Key_Delete: self._delete,
            Key.Key_Backspace: self._delete,
            Key.Key_Escape: self._leave,
            Key.Key_Return: self._enter,
            Key.Key_Enter: self._enter,
            Key.Key_0: view.fit_page,
            Key.Key_1: self._fit_panel,
            Key.Key_Plus: view.zoom_in,
            Key.Key_Equal: view.zoom_in,
            Key.Key_Minus: view.zoom_out,
            Key.Key_Down: lambda: self._step(1),
            Key.Key_Up: lambda: self._step(-1),
            Key.Key_Left: lambda: self._step(1 if self._reads_leftwards() else -1),
            Key.Key_Right: lambda: self._step(-1 if self._reads_leftwards() else 1),
        }

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        modifier = MODIFIERS.get(Key(event.key()))
        if modifier is not None:  # platforms differ in whether the event counts its own key
            self._view.change_modifiers(event.modifiers() | modifier)
            return False
        if event.key() == Key.Key_Space:
            self._view.set_space_down(True)
            return True
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self._view.choose(self._view.page_scene.reading_order())
            return True
        plain = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        action = self._actions.get(event.key())
        if action is None or plain:
            return False
        action()
        return True

    def release(self, event: QKeyEvent) -> bool:
        modifier = MODIFIERS.get(Key(event.key()))
        if modifier is not None:
            self._view.change_modifiers(event.modifiers() & ~modifier)
            return False
        if event.key() == Key.Key_Space:
            if not event.isAutoRepeat():
                self._view.set_space_down(False)
            return True
        return False

    def _delete(self) -> None:
        if self._view.selection:
            self._view.delete_requested.emit(self._view.selection)

    def _leave(self) -> None:
        """Out of the gesture, else out of the panel, else out of the selection."""
        if self._view.cancel_gesture():
            return
        if self._view.page_scene.entered is not None:
            self._view.panel_left.emit()
        else:
            self._view.choose(())

    def _enter(self) -> None:
        if len(self._view.selection) == 1:
            self._view.panel_entered.emit(self._view.selection[0])

    def _fit_panel(self) -> None:
        panel_id = self._view.page_scene.entered or next(iter(self._view.selection), None)
        if panel_id is not None:
            self._view.fit_panel(panel_id)

    def _reads_leftwards(self) -> bool:
        document = self._view.page_scene.document
        return document is not None and document.reading_direction == "rtl"

    def _step(self, by: int) -> None:
        """Select the next panel in reading order, the first one where none is selected."""
        order = self._view.page_scene.reading_order()
        if not order:
            return
        selected = self._view.selection
        index = order.index(selected[-1]) + by if selected else 0
        index = min(max(index, 0), len(order) - 1)
        self._view.choose((order[index],))
        self._view.reveal(self._view.panel_rect_mm(order[index]))
