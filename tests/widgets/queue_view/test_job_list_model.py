"""The queue's model tells views exactly what changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from widgets.models.job_list_model import JobListModel, JobRow, clock_text

DRAWING = JobRow("a", "Panel 1", "drawing", step=5, steps=20, seconds_left=12.4)
WAITING = JobRow("b", "Panel 2", "waiting")
FAILED = JobRow("c", "Panel 3", "failed", message="There was not enough memory.")


@pytest.fixture
def model() -> JobListModel:
    model = JobListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


class Heard:
    def __init__(self, model: JobListModel) -> None:
        self.changed: list[int] = []
        self.inserted: list[int] = []
        self.removed: list[int] = []
        self.resets = 0
        model.dataChanged.connect(lambda first, last, roles: self.changed.append(first.row()))
        model.rowsInserted.connect(lambda parent, first, last: self.inserted.append(first))
        model.rowsRemoved.connect(lambda parent, first, last: self.removed.append(first))
        model.modelReset.connect(self._on_reset)

    def _on_reset(self) -> None:
        self.resets += 1


def test_progress_changes_one_row_only(model):
    model.set_rows((DRAWING, WAITING, FAILED))
    heard = Heard(model)
    model.set_rows((replace(DRAWING, step=6), WAITING, FAILED))
    assert heard.changed == [0]
    assert (heard.inserted, heard.removed, heard.resets) == ([], [], 0)
    assert model.rows[0].step == 6


def test_the_same_rows_change_nothing(model):
    model.set_rows((DRAWING, WAITING))
    heard = Heard(model)
    model.set_rows((DRAWING, WAITING))
    assert (heard.changed, heard.inserted, heard.removed, heard.resets) == ([], [], [], 0)


def test_jobs_come_and_go_without_a_reset(model):
    model.set_rows((DRAWING, WAITING))
    kept = QPersistentModelIndex(model.index(1))
    heard = Heard(model)
    model.set_rows((WAITING, FAILED))
    assert heard.removed == [0]
    assert heard.inserted == [1]
    assert heard.resets == 0
    assert kept.row() == 0


def test_another_order_is_a_reset(model):
    model.set_rows((DRAWING, WAITING))
    heard = Heard(model)
    model.set_rows((WAITING, DRAWING))
    assert heard.resets == 1
    assert model.rows == (WAITING, DRAWING)


@given(
    st.lists(
        st.lists(st.sampled_from("abcdef"), unique=True).map(
            lambda ids: tuple(JobRow(i, i, "waiting") for i in ids)
        ),
        max_size=6,
    )
)
def test_after_any_changes_the_model_has_what_it_was_told(steps):
    model = JobListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    for rows in steps:
        model.set_rows(rows)
        assert model.rows == rows
        assert [model.index(n).data() for n in range(model.rowCount())] == [r.id for r in rows]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (DRAWING, "5 of 20 · 00:12 left"),
        (replace(DRAWING, seconds_left=None), "5 of 20"),
        (replace(DRAWING, steps=0), "Getting ready"),
        (WAITING, "Waiting"),
        (FAILED, "There was not enough memory."),
        (replace(FAILED, message=""), "Could not be drawn"),
        (replace(WAITING, state="done"), "Done"),
        (replace(WAITING, state="cancelled"), "Cancelled"),
    ],
)
def test_each_state_says_how_it_goes(model, row, text):
    model.set_rows((row,))
    index = model.index(0)
    assert index.data(JobListModel.STATE_TEXT_ROLE) == text
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == f"{row.title}: {text}"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "00:00"), (12.4, "00:12"), (127, "02:07"), (3727, "1:02:07"), (-3, "00:00")],
)
def test_time_is_written_like_a_clock(seconds, text):
    assert clock_text(seconds) == text


def test_the_share_done_never_leaves_0_to_1():
    assert WAITING.share_done == 0.0
    assert replace(DRAWING, step=30).share_done == 1.0
    assert DRAWING.share_done == pytest.approx(0.25)
