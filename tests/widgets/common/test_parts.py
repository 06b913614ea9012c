"""The small parts: sections, empty states, labels, thumbnails, the flow layout."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from widgets.common import (
    ElidedLabel,
    EmptyState,
    FlowLayout,
    IconButton,
    Section,
    ThumbnailLabel,
    new_gesture_id,
)
from widgets.common.thumbnail_label import fitted


def test_gesture_ids_never_repeat():
    assert len({new_gesture_id() for _ in range(100)}) == 100


def test_a_section_folds_by_click_and_by_key(qtbot):
    section = Section("Figures")
    qtbot.addWidget(section)
    section.body_layout.addWidget(inside := QLabel("Aiko"))
    section.show()
    header = section.findChild(QToolButton)
    assert inside.isVisible()
    qtbot.mouseClick(header, Qt.MouseButton.LeftButton)
    assert not inside.isVisible()
    with qtbot.waitSignal(section.expanded_changed) as told:
        qtbot.keyClick(header, Qt.Key.Key_Space)
    assert told.args == [True]
    assert inside.isVisible()
    section.set_expanded(False)
    assert not section.is_expanded
    assert "Figures" in header.toolTip()


def test_an_empty_state_offers_its_one_action(qtbot):
    state = EmptyState("No characters yet.", "Add a character")
    qtbot.addWidget(state)
    state.show()
    button = state.findChild(QPushButton)
    with qtbot.waitSignal(state.action_triggered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    state.set_action_text("")
    assert not button.isVisible()


def test_an_elided_label_tells_the_rest_in_its_tooltip(qtbot):
    label = ElidedLabel("The master of the house with the very long name")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.shown_text.endswith("…")
    assert label.toolTip() == label.text()
    label.resize(800, 20)
    assert label.shown_text == label.text()
    assert label.toolTip() == ""


def test_an_elided_label_shows_markup_as_it_stands(qtbot):
    label = ElidedLabel("<b>Ren</b>")
    qtbot.addWidget(label)
    label.resize(200, 20)
    assert label.shown_text == "<b>Ren</b>"


def test_an_icon_button_says_what_it_does(qtbot):
    button = IconButton("mdi6.plus", "Add a page")
    qtbot.addWidget(button)
    assert button.accessibleName() == button.toolTip() == "Add a page"
    assert not button.icon().isNull()


def test_a_thumbnail_keeps_the_shape_of_its_picture():
    wide = QImage(200, 100, QImage.Format.Format_RGB32)
    assert fitted(QRectF(0, 0, 80, 80), wide) == QRectF(0, 20, 80, 40)
    assert fitted(QRectF(0, 0, 80, 60), None) == QRectF(0, 0, 80, 60)


def test_a_thumbnail_shows_its_picture_on_white(qtbot):
    thumbnail = ThumbnailLabel()
    qtbot.addWidget(thumbnail)
    thumbnail.resize(80, 80)
    glass = QImage(100, 100, QImage.Format.Format_ARGB32)
    glass.fill(Qt.GlobalColor.transparent)
    thumbnail.set_image(glass)
    assert _middle(thumbnail) == QColor("white")
    red = QImage(1000, 1000, QImage.Format.Format_RGB32)
    red.fill(QColor("red"))
    thumbnail.set_image(red)
    assert _middle(thumbnail) == QColor("red")
    thumbnail.set_image(QImage())
    assert thumbnail.image is None


def test_the_flow_layout_breaks_lines(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    flow = FlowLayout(widget, spacing_px=10)
    cards = [QWidget() for _ in range(5)]
    for card in cards:
        card.setFixedSize(50, 30)
        flow.addWidget(card)
    widget.resize(180, 200)
    widget.show()
    assert [(c.x(), c.y()) for c in cards] == [(0, 0), (60, 0), (120, 0), (0, 40), (60, 40)]
    assert flow.heightForWidth(180) == 70
    assert flow.heightForWidth(50) == 5 * 30 + 4 * 10
    cards[1].hide()
    flow.activate()
    assert (cards[3].x(), cards[3].y()) == (120, 0)


def test_the_flow_layout_lets_go_of_what_it_clears(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    flow = FlowLayout(widget)
    flow.addWidget(QLabel("one"))
    flow.addWidget(QLabel("two"))
    flow.clear()
    assert flow.count() == 0
    assert not widget.findChildren(QLabel)


def _middle(widget: QWidget) -> QColor:
    QTest.qWait(0)
    return widget.grab().toImage().pixelColor(widget.width() // 2, widget.height() // 2)
