from __future__ import annotations

import pytest
import shiboken6
from PySide6.QtCore import QAbstractAnimation, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QVBoxLayout, QWidget

from widgets.common import Section
from widgets.common.motion import APPEAR_MS, Veil, appear
from widgets.common.theme import current
from widgets.inspector.row_parts import Row
from widgets.region_editor import RegionBar

LEFT = Qt.MouseButton.LeftButton
RED = QColor(255, 0, 0)


class Painted(QWidget):
    """All red, with a button in it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), RED)
        self.setPalette(palette)
        self.button = QPushButton("press", self)
        self.button.setGeometry(0, 0, 60, 20)
        self.setGeometry(30, 20, 120, 80)

    def colour(self) -> QColor:
        """What the artist sees in its middle."""
        return self.window().grab(self.geometry()).toImage().pixelColor(100, 60)


@pytest.fixture
def host(qtbot) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(400, 300)
    host.show()
    qtbot.waitExposed(host)
    return host


@pytest.fixture
def painted(host) -> Painted:
    widget = Painted(host)
    widget.show()
    return widget


def veils(widget: QWidget) -> list[Veil]:
    """Those that lie over widgets of the same window."""
    return [veil for veil in widget.window().findChildren(Veil) if veil.isVisible()]


def at(veil: Veil, share: float) -> QAbstractAnimation:
    """The veil at a share of its time."""
    animation = veil._animation
    animation.pause()
    animation.setCurrentTime(round(share * APPEAR_MS))
    return animation


def test_nothing_moves_until_motion_is_turned_on(painted) -> None:
    appear(painted)
    assert veils(painted) == [] and painted.colour() == RED


def test_it_comes_out_of_its_ground_and_is_then_itself(painted, qtbot, motion) -> None:
    appear(painted, "raised")
    (veil,) = veils(painted)
    assert veil._animation.duration() == 120
    at(veil, 0.0)
    assert painted.colour() == current().colour("raised")
    animation = at(veil, 0.5)
    assert painted.colour().red() > 190, "most of the way in half of the time: it eases out"
    animation.resume()
    qtbot.waitUntil(lambda: veils(painted) == [])
    assert painted.colour() == RED
    qtbot.waitUntil(lambda: painted.window().findChildren(Veil) == [])


def test_what_appears_can_be_used_at_once(painted, qtbot, motion) -> None:
    appear(painted)
    at(veils(painted)[0], 0.0)
    window = painted.window()
    place = painted.button.mapTo(window, painted.button.rect().center())
    assert window.childAt(place) is painted.button, "the veil is not in the way"
    with qtbot.waitSignal(painted.button.clicked):
        QTest.mouseClick(window.windowHandle(), LEFT, pos=place)


def test_it_follows_what_appears(painted, motion) -> None:
    appear(painted)
    (veil,) = veils(painted)
    painted.setGeometry(5, 5, 300, 200)
    assert veil.geometry() == painted.geometry()
    at(veil, 1.0)
    assert painted.colour() == RED, "all of it"
    assert painted.window().grab().toImage().pixelColor(290, 190) == RED


def test_what_shows_its_ground_has_no_ground_of_its_own_meanwhile(host, motion) -> None:
    """A row on a card: only what is in it fades."""
    plain = QWidget(host)
    plain.setGeometry(30, 20, 120, 80)
    plain.show()
    appear(plain, "raised")
    at(veils(host)[0], 0.5)
    pixel = host.grab(plain.geometry()).toImage().pixelColor(60, 40)
    assert pixel == current().colour("raised")


def test_it_goes_with_what_it_lies_over(painted, host, motion) -> None:
    appear(painted)
    shiboken6.delete(painted)
    assert veils(host) == []


def test_it_ends_with_what_appears(painted, motion) -> None:
    appear(painted)
    animation = veils(painted)[0]._animation
    painted.hide()
    assert animation.state() == QAbstractAnimation.State.Stopped
    painted.show()
    assert veils(painted) == []
    painted.hide()
    appear(painted)
    assert veils(painted) == [], "what is not seen does not appear"


def test_nothing_moves_while_the_hand_drags(painted, qtbot, motion) -> None:
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    appear(painted)
    finished: list[bool] = []
    veils(painted)[0]._animation.finished.connect(lambda: finished.append(True))
    QTest.mousePress(other, LEFT)
    qtbot.waitUntil(lambda: veils(painted) == [])
    assert finished == [], "it did not come to its own end"
    appear(painted)
    assert veils(painted) == []
    QTest.mouseRelease(other, LEFT)
    appear(painted)
    assert len(veils(painted)) == 1


@pytest.fixture
def column(host) -> QVBoxLayout:
    return QVBoxLayout(host)


def test_a_section_unfolds_softly(host, column, motion) -> None:
    section = Section("Figures", host)
    section.body_layout.addWidget(QPushButton("one"))
    column.addWidget(section)
    section.show()
    assert veils(host) == [], "not where it is simply built"
    header = section.findChild(QToolButton)
    QTest.mouseClick(header, LEFT)
    assert veils(host) == []
    QTest.mouseClick(header, LEFT)
    assert [veil.over for veil in veils(host)] == [section._body]


def test_a_row_unfolds_softly(host, column, motion) -> None:
    row = Row(host)
    row.head.addWidget(row.fold_button)
    row.body.addWidget(row.details)
    column.addWidget(row)
    row.show()
    QTest.mouseClick(row.fold_button, LEFT)
    assert [veil.over for veil in veils(host)] == [row.details]


def test_the_region_bar_comes_softly(host, column, motion) -> None:
    bar = RegionBar(host)
    column.addWidget(bar)
    bar.show()
    assert [veil.over for veil in veils(host)] == [bar]
