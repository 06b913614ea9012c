"""Number fields and prompt fields: what they tell, in which gesture, and what they keep quiet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDoubleSpinBox,
    QLineEdit,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from widgets.common import NumberField, TagEdit


class Told:
    """What a field said, in order."""

    def __init__(self, field: NumberField | TagEdit) -> None:
        self.edits: list[tuple[str, object]] = []
        self.finished: list[str] = []
        signal = field.value_edited if isinstance(field, NumberField) else field.text_edited
        signal.connect(lambda gesture, value: self.edits.append((gesture, value)))
        field.edit_finished.connect(self.finished.append)

    @property
    def gestures(self) -> set[str]:
        return {gesture for gesture, _ in self.edits}

    @property
    def values(self) -> list[object]:
        return [value for _, value in self.edits]


@pytest.fixture
def number(qtbot) -> NumberField:
    field = NumberField(0.0, 2.0, 0.05)
    qtbot.addWidget(field)
    field.resize(280, 28)
    field.show()
    qtbot.waitExposed(field)
    return field


@pytest.fixture
def tags(qtbot) -> Iterator[TagEdit]:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    edit = TagEdit(window)
    layout.addWidget(edit)
    layout.addWidget(QLineEdit(window))
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    yield edit  # and keep the window alive meanwhile


def test_a_told_value_is_shown_without_a_signal(number):
    told = Told(number)
    number.set_value(1.23)
    assert number.value() == pytest.approx(1.23)
    number.set_value(9.0)
    assert number.value() == pytest.approx(2.0)
    assert told.edits == []


def test_a_drag_of_the_slider_is_one_gesture(number):
    number.set_value(0.5)
    told = Told(number)
    slider = number.findChild(QSlider)
    middle = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, middle))
    for x in (40, 70, 100, 130):
        QTest.mouseMove(slider, QPoint(x, middle))
    assert told.finished == []
    number.set_value(0.1)  # the answer to the edit must not tear the handle away
    assert number.value() == told.values[-1]
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(130, middle))
    assert len(told.edits) >= 4
    assert len(told.gestures) == 1
    assert told.finished == list(told.gestures)
    assert told.values == sorted(told.values)


def test_a_click_beside_the_handle_takes_it_there(number):
    slider = number.findChild(QSlider)
    told = Told(number)
    QTest.mouseClick(
        slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 2, slider.height() // 2)
    )
    assert number.value() == pytest.approx(1.0, abs=0.06)
    assert len(told.gestures) == 1
    assert told.finished == list(told.gestures)


def test_escape_takes_a_drag_back(number):
    number.set_value(0.5)
    told = Told(number)
    slider = number.findChild(QSlider)
    middle = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(60, middle))
    QTest.mouseMove(slider, QPoint(120, middle))
    QTest.keyClick(slider, Qt.Key.Key_Escape)
    QTest.mouseMove(slider, QPoint(140, middle))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(140, middle))
    assert number.value() == pytest.approx(0.5)
    assert told.values[-1] == pytest.approx(0.5)
    assert len(told.gestures) == 1
    assert told.finished == list(told.gestures)


def test_each_typed_value_is_a_gesture_of_its_own(number):
    told = Told(number)
    spin = number.findChild(QDoubleSpinBox)
    for text in ("1.5", "0.75"):
        spin.selectAll()
        QTest.keyClicks(spin, text)
        QTest.keyClick(spin, Qt.Key.Key_Return)
    assert told.values == [pytest.approx(1.5), pytest.approx(0.75)]
    assert len(told.gestures) == 2
    assert told.finished == [gesture for gesture, _ in told.edits]


def test_the_slider_follows_what_is_typed(number):
    spin, slider = number.findChild(QDoubleSpinBox), number.findChild(QSlider)
    spin.selectAll()
    QTest.keyClicks(spin, "2")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert slider.value() == slider.maximum()


def test_the_wheel_passes_over_a_field_without_focus(number):
    number.set_value(1.0)
    told = Told(number)
    for child in (number.findChild(QSlider), number.findChild(QDoubleSpinBox)):
        child.clearFocus()
        _turn_wheel(child)
    assert told.edits == []
    number.findChild(QSlider).setFocus()
    _turn_wheel(number.findChild(QSlider))
    assert told.values != []


def test_typing_is_told_after_a_pause_as_one_gesture(qtbot, tags):
    told = Told(tags)
    QTest.keyClicks(tags, "1girl")
    assert told.edits == []
    qtbot.waitUntil(lambda: told.values == ["1girl"])
    QTest.keyClick(tags, Qt.Key.Key_Return)
    QTest.keyClicks(tags, "rain")
    tags.parentWidget().findChild(QLineEdit).setFocus()
    assert told.values == ["1girl", "1girl\nrain"]
    assert len(told.gestures) == 1
    assert told.finished == list(told.gestures)


def test_the_next_visit_is_another_gesture(qtbot, tags):
    told = Told(tags)
    other = tags.parentWidget().findChild(QLineEdit)
    for text in ("a", "b"):
        tags.setFocus()
        QTest.keyClicks(tags, text)
        other.setFocus()
    assert told.values == ["a", "ab"]
    assert len(told.gestures) == 2
    assert len(told.finished) == 2


def test_leaving_without_typing_tells_nothing(tags):
    told = Told(tags)
    tags.parentWidget().findChild(QLineEdit).setFocus()
    assert told.edits == []
    assert told.finished == []


def test_a_told_text_is_shown_quietly(qtbot, tags):
    told = Told(tags)
    tags.set_text_quietly("sunset")
    assert tags.toPlainText() == "sunset"
    tags.flush()
    assert told.edits == []


def test_the_answer_to_an_edit_keeps_what_was_typed_since(qtbot, tags):
    told = Told(tags)
    QTest.keyClicks(tags, "1girl")
    qtbot.waitUntil(lambda: told.values == ["1girl"])
    QTest.keyClicks(tags, ", rain")
    tags.set_text_quietly("1girl")
    assert tags.toPlainText() == "1girl, rain"
    tags.flush()
    assert told.values == ["1girl", "1girl, rain"]


def test_undo_of_the_document_replaces_what_is_shown(qtbot, tags):
    told = Told(tags)
    QTest.keyClicks(tags, "1girl")
    qtbot.waitUntil(lambda: told.values == ["1girl"])
    tags.set_text_quietly("")
    assert tags.toPlainText() == ""
    assert told.finished == list(told.gestures)
    tags.flush()
    assert told.values == ["1girl"]


def test_hiding_the_field_loses_nothing(tags):
    told = Told(tags)
    QTest.keyClicks(tags, "night")
    tags.window().hide()
    assert told.values == ["night"]


def test_tab_leaves_the_field(tags):
    QTest.keyClick(tags, Qt.Key.Key_Tab)
    assert not tags.hasFocus()
    assert tags.toPlainText() == ""


def _turn_wheel(widget: QWidget) -> None:
    at = QPointF(widget.rect().center())
    event = QWheelEvent(
        at,
        widget.mapToGlobal(at),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
