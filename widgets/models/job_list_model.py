"""The render queue as a list: one row a job, in the order in which they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QImage

JobState = Literal["waiting", "drawing", "done", "failed", "cancelled"]

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True)
class JobRow:
    """One job as the artist sees it.

    `step` of `steps` counts only while drawing; `steps` is 0 until the first step.
    `seconds_left` None: not known yet. `message` is a sentence for a failed job.
    """

    id: str
    title: str
    state: JobState
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    preview: QImage | None = field(default=None, compare=False)
    message: str = ""

    @property
    def share_done(self) -> float:
        """0 to 1."""
        return min(1.0, self.step / self.steps) if self.steps > 0 else 0.0

    @property
    def is_active(self) -> bool:
        return self.state in ("waiting", "drawing")


class JobListModel(QAbstractListModel):
    """Shows the rows it is given; what stayed the same stays untouched, so does the selection."""

    JOB_ROLE = Qt.ItemDataRole.UserRole + 1  # the JobRow
    STATE_TEXT_ROLE = Qt.ItemDataRole.UserRole + 2  # how it goes, in words

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[JobRow, ...] = ()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[JobRow]) -> None:
        """Show these rows; ids must differ from each other."""
        rows = tuple(rows)
        wanted = {row.id for row in rows}
        for place in reversed(range(len(self._rows))):
            if self._rows[place].id not in wanted:
                self._remove(place)
        known = {row.id for row in self._rows}
        if [row.id for row in self._rows] != [row.id for row in rows if row.id in known]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        for place, row in enumerate(rows):
            if row.id not in known:
                self._insert(place, row)
            elif row is not self._rows[place]:
                self._replace(place, row)

    def row_of(self, job_id: str) -> int:
        """The place of a job, -1 where there is none of that id."""
        return next((n for n, row in enumerate(self._rows) if row.id == job_id), -1)

    def state_text(self, row: JobRow) -> str:
        """How a job goes, in a few words."""
        if row.state == "drawing":
            return self._progress_text(row)
        if row.state == "failed":
            return row.message or self.tr("Could not be drawn")
        return {
            "waiting": self.tr("Waiting"),
            "done": self.tr("Done"),
            "cancelled": self.tr("Cancelled"),
        }[row.state]

    def _progress_text(self, row: JobRow) -> str:
        if row.steps == 0:
            return self.tr("Getting ready")
        text = self.tr("{step} of {steps}").format(step=row.step, steps=row.steps)
        if row.seconds_left is None:
            return text
        left = self.tr("{time} left").format(time=clock_text(row.seconds_left))
        return f"{text} · {left}"

    def _remove(self, place: int) -> None:
        self.beginRemoveRows(_NOWHERE, place, place)
        self._rows = self._rows[:place] + self._rows[place + 1 :]
        self.endRemoveRows()

    def _insert(self, place: int, row: JobRow) -> None:
        self.beginInsertRows(_NOWHERE, place, place)
        self._rows = (*self._rows[:place], row, *self._rows[place:])
        self.endInsertRows()

    def _replace(self, place: int, row: JobRow) -> None:
        self._rows = (*self._rows[:place], row, *self._rows[place + 1 :])
        index = self.index(place)
        self.dataChanged.emit(index, index)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == self.JOB_ROLE:
            return row
        if role == self.STATE_TEXT_ROLE:
            return self.state_text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}: {self.state_text(row)}"
        return None


def clock_text(seconds: float) -> str:
    """Minutes and seconds, "02:07"; with hours from one on, "1:02:07"."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
