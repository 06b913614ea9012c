"""Where the parts of a job's row lie: one answer for painting and for the mouse."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect

from widgets.common.theme import SPACE_L, SPACE_M, SPACE_S
from widgets.models.job_list_model import JobRow, JobState

ROW_PX = 60
TALL_ROW_PX = 76
THUMBNAIL_PX = 44
BUTTON_PX = 26
BAR_PX = 3


class JobButton(enum.Enum):
    """What can be done about a job."""

    CANCEL = "cancel"
    RETRY = "retry"
    SMALLER = "smaller"
    DETAILS = "details"


_BUTTONS: dict[JobState, tuple[JobButton, ...]] = {
    "waiting": (JobButton.CANCEL,),
    "drawing": (JobButton.CANCEL,),
    "done": (),
    "failed": (JobButton.RETRY, JobButton.SMALLER, JobButton.DETAILS),
    "cancelled": (JobButton.RETRY,),
}


def buttons_of(row: JobRow) -> tuple[JobButton, ...]:
    """From left to right."""
    return _BUTTONS[row.state]


@dataclass(frozen=True)
class JobLayout:
    """Rectangles in the viewport's px. `bar` is None unless the job is being drawn."""

    thumbnail: QRect
    title: QRect
    state: QRect
    bar: QRect | None
    buttons: tuple[tuple[JobButton, QRect], ...]

    def button_at(self, point: QPoint) -> JobButton | None:
        return next((button for button, rect in self.buttons if rect.contains(point)), None)


def row_height_px(row: JobRow) -> int:
    return TALL_ROW_PX if _is_tall(row) else ROW_PX


def job_layout(area: QRect, row: JobRow, title_px: int, state_px: int) -> JobLayout:
    """Lay out a row in `area`; `title_px` and `state_px` are the heights of the two lines.

    One button stands at the right. Where there are several, the words matter more than the row's
    height, and the buttons stand beneath them.
    """
    inner = area.adjusted(SPACE_L, 0, -SPACE_M, 0)
    first_line = QRect(area.left(), area.top(), area.width(), ROW_PX)
    middle = first_line.center().y()
    thumbnail = QRect(inner.left(), middle - THUMBNAIL_PX // 2, THUMBNAIL_PX, THUMBNAIL_PX)
    left = thumbnail.right() + 1 + SPACE_M + 2
    tall = _is_tall(row)
    buttons = _beneath(left, area, row) if tall else _at_right(inner.right(), middle, row)
    width = inner.right() + 1 - left
    if buttons and not tall:
        width -= BUTTON_PX + SPACE_S
    width = max(0, width)

    has_bar = row.state == "drawing"
    height = title_px + state_px + 2 + (BAR_PX + 6 if has_bar else 0)
    top = area.top() + SPACE_M if tall else area.top() + (ROW_PX - height) // 2
    title = QRect(left, top, width, title_px)
    state = QRect(left, title.bottom() + 3, width, state_px)
    bar = QRect(left, state.bottom() + 7, width, BAR_PX) if has_bar else None
    return JobLayout(thumbnail, title, state, bar, buttons)


def _is_tall(row: JobRow) -> bool:
    return len(buttons_of(row)) > 1


def _at_right(right: int, middle: int, row: JobRow) -> tuple[tuple[JobButton, QRect], ...]:
    rect = QRect(right - BUTTON_PX + 1, middle - BUTTON_PX // 2, BUTTON_PX, BUTTON_PX)
    return tuple((button, rect) for button in buttons_of(row))


def _beneath(left: int, area: QRect, row: JobRow) -> tuple[tuple[JobButton, QRect], ...]:
    top = area.top() + TALL_ROW_PX - BUTTON_PX - SPACE_S
    step = BUTTON_PX + SPACE_S
    # The icons, not the squares around them, stand flush with the words above.
    start = left - SPACE_S
    return tuple(
        (button, QRect(start + place * step, top, BUTTON_PX, BUTTON_PX))
        for place, button in enumerate(buttons_of(row))
    )
