"""Arrow keys: which way, how far, and when a run of key presses is one gesture. No widgets."""

from __future__ import annotations

from PySide6.QtCore import Qt

from core.geometry import Point
from widgets.common import new_gesture_id

STEP_MM = 1.0
LARGE_STEP_MM = 5.0  # with Shift

_DIRECTIONS = {
    Qt.Key.Key_Left: Point(-1.0, 0.0),
    Qt.Key.Key_Right: Point(1.0, 0.0),
    Qt.Key.Key_Up: Point(0.0, -1.0),
    Qt.Key.Key_Down: Point(0.0, 1.0),
}


def is_arrow(key: int) -> bool:
    return key in _DIRECTIONS


def nudge(key: int, *, large: bool) -> Point:
    """How far one press of an arrow key goes, in mm. Raises KeyError for another key."""
    return _DIRECTIONS[Qt.Key(key)] * (LARGE_STEP_MM if large else STEP_MM)


class HeldKeys:
    """One gesture from the first arrow key that goes down to the last that comes up."""

    def __init__(self) -> None:
        self._held: set[int] = set()
        self._gesture_id: str | None = None

    @property
    def gesture_id(self) -> str | None:
        """None while no arrow key is held."""
        return self._gesture_id

    def press(self, key: int) -> str:
        """The gesture that this press, or this repetition by the keyboard, belongs to."""
        self._held.add(key)
        if self._gesture_id is None:
            self._gesture_id = new_gesture_id()
        return self._gesture_id

    def release(self, key: int) -> str | None:
        """The gesture that ends with this release; None where another key is still held."""
        self._held.discard(key)
        return None if self._held else self.release_all()

    def release_all(self) -> str | None:
        """The gesture that ends now, if there is one."""
        gesture_id, self._gesture_id = self._gesture_id, None
        self._held.clear()
        return gesture_id
