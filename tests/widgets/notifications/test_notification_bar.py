from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from widgets.common.theme import DARK, LIGHT, contrast
from widgets.notifications import SHOWN_MS, Notification, NotificationAction, NotificationBar

SAVED = Notification("success", "Saved")
FAILED = Notification("error", "book.koma was not saved: the disk is full. Free some space.")


@pytest.fixture
def host(qtbot) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 600)
    host.show()
    return host


@pytest.fixture
def bar(host) -> NotificationBar:
    return NotificationBar(host)


def timer(bar: NotificationBar):
    return bar._timer


def test_nothing_is_seen_until_something_is_said(bar) -> None:
    assert bar.isHidden()
    bar.show_notification(SAVED)
    assert bar.isVisible() and bar.notification is SAVED
    bar.show_notification(None)
    assert bar.isHidden() and bar.notification is None


def test_it_goes_after_eight_seconds(bar, qtbot) -> None:
    bar.show_notification(SAVED)
    assert timer(bar).isActive() and timer(bar).interval() == SHOWN_MS == 8000
    with qtbot.waitSignal(bar.closed, timeout=2000):
        timer(bar).start(1)
    assert bar.isHidden() and not timer(bar).isActive()


def test_an_error_stays(bar) -> None:
    bar.show_notification(SAVED)
    bar.show_notification(FAILED)
    assert not timer(bar).isActive()
    bar.show_notification(Notification("warning", "Koma did not end properly last time."))
    assert timer(bar).isActive()


def test_the_pointer_keeps_it(bar) -> None:
    bar.show_notification(SAVED)
    at = QPointF(5, 5)
    QApplication.sendEvent(bar, QEnterEvent(at, at, at))
    assert not timer(bar).isActive()
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))
    assert timer(bar).isActive()


def test_no_timer_outlives_a_hidden_window(bar, host) -> None:
    bar.show_notification(SAVED)
    host.hide()
    assert not timer(bar).isActive()
    host.show()
    assert timer(bar).isActive(), "and it goes on when it is seen again"


@pytest.mark.parametrize("way", ["click", "escape"])
def test_it_is_closed_by_hand(bar, qtbot, way) -> None:
    bar.show_notification(FAILED)
    with qtbot.waitSignal(bar.closed, timeout=1000):
        if way == "click":
            QTest.mouseClick(bar.findChild(QToolButton), Qt.MouseButton.LeftButton)
        else:
            bar.findChild(QToolButton).setFocus()
            QTest.keyClick(bar.findChild(QToolButton), Qt.Key.Key_Escape)
    assert bar.isHidden()


def test_the_action_is_run_once_and_closes(bar, qtbot) -> None:
    done: list[str] = []
    bar.show_notification(
        Notification(
            "error", "Damaged.", NotificationAction("Open backup", lambda: done.append("x"))
        )
    )
    button = bar.findChild(QPushButton)
    assert button.isVisible() and button.text() == button.accessibleName() == "Open backup"
    with qtbot.waitSignal(bar.closed, timeout=1000):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["x"]
    bar.show_notification(SAVED)
    assert not button.isVisible()


def test_an_action_may_say_the_next_thing(bar) -> None:
    bar.show_notification(
        Notification(
            "error", "Damaged.",
            NotificationAction("Open backup", lambda: bar.show_notification(SAVED)),
        )
    )  # fmt: skip
    bar.findChild(QPushButton).click()
    assert bar.isVisible() and bar.notification is SAVED


@pytest.mark.parametrize("size", [(900, 600), (320, 240), (1800, 1200)])
def test_it_lies_in_the_middle_of_the_lower_edge(bar, host, size) -> None:
    bar.show_notification(FAILED)
    host.resize(*size)
    box = bar.geometry()
    assert host.rect().contains(box)
    assert abs(box.center().x() - host.rect().center().x()) <= 1
    assert host.height() - box.bottom() <= 14
    label = next(w for w in bar.findChildren(QLabel) if w.text() == FAILED.text)
    assert label.height() >= label.heightForWidth(label.width()), "the whole sentence is seen"


def test_it_is_as_narrow_as_its_text(bar) -> None:
    bar.show_notification(FAILED)
    wide = bar.width()
    bar.show_notification(SAVED)
    assert bar.width() < wide


def test_it_tells_how_many_wait(bar) -> None:
    bar.show_notification(FAILED, 2)
    assert any(label.text() == "2 more" for label in bar.findChildren(QLabel))
    bar.show_notification(FAILED, 0)
    assert not any("more" in label.text() for label in bar.findChildren(QLabel))


def test_it_fades_in_and_is_then_drawn_sharp(bar, qtbot, motion) -> None:
    bar.show_notification(SAVED)
    assert bar._fade.duration() == 120 and bar._effect.isEnabled()
    qtbot.waitUntil(lambda: not bar._effect.isEnabled(), timeout=2000)


def test_it_is_there_at_once_where_nothing_may_move_by_itself(bar, qtbot) -> None:
    bar.show_notification(SAVED)
    assert bar.isVisible() and not bar._effect.isEnabled()


def test_it_is_there_at_once_as_soon_as_the_hand_drags_something(bar, host, qtbot, motion) -> None:
    bar.show_notification(SAVED)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(host, left)
    qtbot.waitUntil(lambda: not bar._effect.isEnabled())
    assert bar._fade.currentTime() < bar._fade.duration()
    bar.show_notification(None)
    bar.show_notification(FAILED)
    assert bar.isVisible() and not bar._effect.isEnabled()
    QTest.mouseRelease(host, left)


def test_a_screen_reader_hears_the_sentence(bar) -> None:
    bar.show_notification(FAILED)
    assert bar.accessibleName() and bar.accessibleDescription() == FAILED.text


@pytest.mark.parametrize("palette", [DARK, LIGHT])
def test_every_level_is_readable(palette) -> None:
    ground = palette.colour("ground" if palette.is_dark else "surface")
    for token in ("text", "quiet_text", "success", "warning", "danger"):
        assert contrast(palette.colour(token), ground) >= 4.5, token


def test_host_and_bar_go_without_a_word(qapp, capfd) -> None:
    for _ in range(3):
        host = QWidget()
        bar = NotificationBar(host)
        host.show()
        bar.show_notification(SAVED)
        host = bar = None
    assert capfd.readouterr().err == ""
