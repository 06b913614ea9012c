"""The queue's dock: its buttons, keys and menu say what the artist wants of which job."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QListView, QStyleOptionViewItem, QToolTip

from widgets.common import IconButton
from widgets.common.theme import DARK, LIGHT, contrast, mixed
from widgets.queue_view import JobButton, JobRow, QueueView
from widgets.queue_view.job_delegate import CHOSEN_OPACITY, HOVER_OPACITY, JobDelegate
from widgets.queue_view.job_layout import job_layout

DRAWING = JobRow("a", "Page 1, panel 1", "drawing", step=10, steps=20, seconds_left=12.4)
WAITING = JobRow("b", "Page 1, panel 2", "waiting")
FAILED = JobRow("c", "Page 1, panel 3", "failed", message="There was not enough memory.")
DONE = JobRow("d", "Page 1, panel 4", "done")
CANCELLED = JobRow("e", "Page 1, panel 5", "cancelled")
ALL = (DRAWING, WAITING, FAILED, DONE, CANCELLED)
JOB_SIGNALS = ("cancel_requested", "retry_requested", "smaller_requested", "details_requested")


@pytest.fixture
def queue(qtbot, dark) -> QueueView:
    view = QueueView()
    qtbot.addWidget(view)
    view.resize(280, 480)
    view.set_rows(ALL)
    view.show()
    qtbot.waitExposed(view)
    return view


@pytest.fixture
def asked(queue) -> list[tuple[str, str]]:
    """What the view asked for: name of the signal, id of the job."""
    heard: list[tuple[str, str]] = []
    for name in JOB_SIGNALS:
        getattr(queue, name).connect(lambda job_id, name=name: heard.append((name, job_id)))
    return heard


@pytest.mark.parametrize(
    ("row", "button", "signal"),
    [
        (DRAWING, JobButton.CANCEL, "cancel_requested"),
        (WAITING, JobButton.CANCEL, "cancel_requested"),
        (FAILED, JobButton.RETRY, "retry_requested"),
        (FAILED, JobButton.SMALLER, "smaller_requested"),
        (FAILED, JobButton.DETAILS, "details_requested"),
        (CANCELLED, JobButton.RETRY, "retry_requested"),
    ],
)
def test_a_button_speaks_for_its_own_job(queue, asked, row, button, signal):
    _click(queue, _button_centre(queue, row, button))
    assert asked == [(signal, row.id)]


def test_a_press_that_leaves_the_button_does_nothing(queue, asked):
    viewport = _list(queue).viewport()
    inside = _button_centre(queue, DRAWING, JobButton.CANCEL)
    outside = inside - QPoint(120, 0)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=inside)
    for point in (inside - QPoint(30, 0), inside - QPoint(70, 0), outside):
        QTest.mouseMove(viewport, point)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=outside)
    assert asked == []


def test_a_click_on_the_text_only_selects(queue, asked):
    _click(queue, _rect(queue, WAITING).center())
    assert asked == []
    assert _list(queue).currentIndex().row() == ALL.index(WAITING)


def test_delete_cancels_what_is_not_finished(queue, asked):
    for row in (WAITING, DONE):
        queue.select(row.id)
        QTest.keyClick(_list(queue), Qt.Key.Key_Delete)
    assert asked == [("cancel_requested", WAITING.id)]


def test_enter_tells_why_a_job_failed(queue, asked):
    for row in (FAILED, CANCELLED, DONE):
        queue.select(row.id)
        QTest.keyClick(_list(queue), Qt.Key.Key_Return)
    assert asked == [("details_requested", FAILED.id), ("retry_requested", CANCELLED.id)]


def test_the_menu_has_all_that_the_buttons_have(qtbot, queue, asked):
    menu = queue.context_menu(FAILED.id)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["Retry", "Draw smaller", "Details", "Cancel all", "Clear finished"]
    menu.actions()[1].trigger()
    assert asked == [("smaller_requested", FAILED.id)]
    with qtbot.waitSignal(queue.cancel_all_requested):
        menu.actions()[-2].trigger()
    menu.deleteLater()


def test_the_buttons_of_the_whole_queue(qtbot, queue):
    buttons = {button.accessibleName(): button for button in queue.findChildren(IconButton)}
    with qtbot.waitSignal(queue.cancel_all_requested):
        buttons["Cancel all"].click()
    with qtbot.waitSignal(queue.clear_finished_requested):
        buttons["Clear finished"].click()
    queue.set_rows((WAITING,))
    assert not buttons["Clear finished"].isEnabled()
    queue.set_rows((DONE,))
    assert not buttons["Cancel all"].isEnabled()


def test_an_empty_queue_says_so(queue):
    assert _list(queue).isVisible()
    queue.set_rows(())
    assert not _list(queue).isVisible()
    assert any("Nothing is being drawn" in label.text() for label in _visible_labels(queue))


def test_the_summary_counts(queue):
    assert any(
        label.text() == "1 drawing · 1 waiting · 1 failed" for label in _visible_labels(queue)
    )
    queue.set_rows((DONE,))
    assert any(label.text() == "All done" for label in _visible_labels(queue))


def test_a_failed_job_gets_room_for_its_buttons(qtbot, queue):
    before = _rect(queue, WAITING).height()
    queue.set_rows(tuple(replace(row, state="failed") if row is WAITING else row for row in ALL))
    qtbot.waitUntil(lambda: _rect(queue, WAITING).height() > before)
    assert _rect(queue, FAILED).top() > _rect(queue, WAITING).bottom()


def test_the_selection_survives_progress(queue):
    queue.select(WAITING.id)
    queue.set_rows((replace(DRAWING, step=11), *ALL[1:]))
    assert _list(queue).currentIndex().data() == WAITING.title
    queue.set_rows(ALL[1:])
    assert _list(queue).currentIndex().data() == WAITING.title


def test_the_bar_shows_how_far_the_job_is(queue):
    bar = _layout(queue, DRAWING).bar
    shown = _list(queue).viewport().grab().toImage()
    accent, y = QColor(DARK.accent), bar.center().y()
    assert shown.pixelColor(bar.left() + bar.width() // 4, y) == accent
    assert shown.pixelColor(bar.left() + 3 * bar.width() // 4, y) != accent


def test_the_preview_is_the_thumbnail(queue):
    red = QImage(64, 64, QImage.Format.Format_RGB32)
    red.fill(QColor("red"))
    queue.set_rows((replace(DRAWING, preview=red), *ALL[1:]))
    shown = _list(queue).viewport().grab().toImage()
    assert shown.pixelColor(_layout(queue, DRAWING).thumbnail.center()) == QColor("red")


def test_each_button_has_a_tooltip(queue):
    viewport = _list(queue).viewport()
    for point, text in (
        (_button_centre(queue, FAILED, JobButton.SMALLER), "Draw smaller"),
        (_layout(queue, FAILED).title.center(), FAILED.message),
    ):
        event = QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point))
        QApplication.sendEvent(viewport, event)
        assert QToolTip.text() == text
    QToolTip.hideText()


@pytest.mark.parametrize("width", [160, 220, 280, 600])
@pytest.mark.parametrize("row", ALL, ids=lambda row: row.state)
def test_no_part_of_a_row_lies_on_another(row, width):
    area = QRect(0, 100, width, 76)
    layout = job_layout(area, row, 16, 14)
    parts = [layout.thumbnail, layout.title, layout.state]
    parts += [layout.bar] if layout.bar else []
    parts += [rect for _, rect in layout.buttons]
    for n, part in enumerate(parts):
        assert area.contains(part)
        assert not any(part.intersects(other) for other in parts[n + 1 :])


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ink", ["text", "quiet_text", "danger", "success"])
def test_rows_are_readable_chosen_and_under_the_mouse(palette, ink):
    surface = palette.colour("surface")
    for over, share in (("accent", CHOSEN_OPACITY), ("text", HOVER_OPACITY)):
        ground = mixed(surface, palette.colour(over), share)
        assert contrast(palette.colour(ink), ground) >= 4.5, over


def _list(queue: QueueView) -> QListView:
    return queue.findChild(QListView)


def _rect(queue: QueueView, row: JobRow) -> QRect:
    return _list(queue).visualRect(_list(queue).model().index(ALL.index(row), 0))


def _layout(queue: QueueView, row: JobRow):
    delegate = _list(queue).itemDelegate()
    assert isinstance(delegate, JobDelegate)
    option = QStyleOptionViewItem()
    option.rect, option.font = _rect(queue, row), _list(queue).font()
    option.fontMetrics = QFontMetrics(option.font)
    return delegate.layout_of(option, row)


def _button_centre(queue: QueueView, row: JobRow, button: JobButton) -> QPoint:
    return dict(_layout(queue, row).buttons)[button].center()


def _click(queue: QueueView, point: QPoint) -> None:
    QTest.mouseMove(_list(queue).viewport(), point)
    QTest.mouseClick(_list(queue).viewport(), Qt.MouseButton.LeftButton, pos=point)


def _visible_labels(queue: QueueView) -> list[QLabel]:
    return [label for label in queue.findChildren(QLabel) if label.isVisible()]
