"""Cards that can be found, chosen and dragged, and buttons that say why they are off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from core.pose import KEYPOINT_COLOURS, STANDING, mirror
from widgets.common import EmptyState, IconButton
from widgets.common.mime import POSE_MIME, payload_of
from widgets.models.pose_preset_model import PosePresetModel, PoseRole
from widgets.pose_editor import PoseGrid

PRESETS = (("standing", STANDING), ("waving", mirror(STANDING)), ("My pose", STANDING))


@pytest.fixture
def grid(qtbot: QtBot) -> PoseGrid:
    grid = PoseGrid()
    qtbot.addWidget(grid)
    grid.resize(230, 420)
    grid.set_presets(PRESETS)
    grid.show()
    qtbot.waitExposed(grid)
    return grid


def cards(grid: PoseGrid) -> QListView:
    return grid.findChild(QListView)


def middle_of(grid: PoseGrid, row: int) -> QPoint:
    view = cards(grid)
    return view.visualRect(view.model().index(row, 0)).center()


def button(grid: PoseGrid, word: str) -> QAbstractButton:
    return next(b for b in grid.findChildren(IconButton) if word in b.accessibleName().lower())


def test_cards_have_titles_and_skeletons(grid: PoseGrid) -> None:
    model = cards(grid).model()
    titles = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert titles == ["Standing", "Waving", "My pose"]
    image = cards(grid).viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rect = cards(grid).visualRect(model.index(0, 0))
    seen = {
        image.pixelColor(x, y).getRgb()[:3]
        for x in range(rect.left(), rect.right())
        for y in range(rect.top(), rect.bottom())
    }
    assert len(seen & set(KEYPOINT_COLOURS)) >= 5


def test_cards_stand_side_by_side(grid: PoseGrid, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: middle_of(grid, 0).y() == middle_of(grid, 1).y() < middle_of(grid, 2).y()
    )
    grid.resize(480, 420)
    qtbot.waitUntil(lambda: middle_of(grid, 0).y() == middle_of(grid, 2).y())


def test_double_click_and_enter_choose(grid: PoseGrid) -> None:
    chosen: list[str] = []
    grid.preset_chosen.connect(chosen.append)
    viewport = cards(grid).viewport()
    at = middle_of(grid, 1)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert chosen == []
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert chosen == ["waving"]
    QTest.keyClick(cards(grid), Qt.Key.Key_Left)
    QTest.keyClick(cards(grid), Qt.Key.Key_Return)
    assert chosen == ["waving", "standing"]


def test_search_finds_by_title(grid: PoseGrid) -> None:
    search = grid.findChild(QLineEdit)
    QTest.keyClicks(search, "WAV")
    model = cards(grid).model()
    assert [model.index(r, 0).data(PoseRole.NAME) for r in range(model.rowCount())] == ["waving"]
    QTest.keyClicks(search, "x")
    nothing = grid.findChild(EmptyState)
    assert nothing.isVisible() and not cards(grid).isVisible()
    nothing.action_triggered.emit()
    assert search.text() == "" and cards(grid).isVisible() and model.rowCount() == 3


def test_an_empty_grid_offers_to_import(grid: PoseGrid, qtbot: QtBot) -> None:
    grid.set_presets(())
    nothing = grid.findChild(EmptyState)
    assert nothing.isVisible()
    with qtbot.waitSignal(grid.import_requested):
        nothing.action_triggered.emit()


def test_a_card_is_dragged_with_its_name(grid: PoseGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    dragged: list[tuple[str | None, bool]] = []

    def exec_instead(drag: QDrag, *_actions: Qt.DropAction) -> Qt.DropAction:
        dragged.append((payload_of(drag.mimeData(), POSE_MIME), drag.pixmap().isNull()))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", exec_instead)
    viewport = cards(grid).viewport()
    at = middle_of(grid, 2)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 6):
        QTest.mouseMove(viewport, at + QPoint(6 * step, 0))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at)
    assert dragged == [("My pose", False)]


@pytest.mark.parametrize("word", ["import", "export", "mirror", "reset"])
def test_buttons_ask(grid: PoseGrid, qtbot: QtBot, word: str) -> None:
    with qtbot.waitSignal(getattr(grid, f"{word}_requested")):
        QTest.mouseClick(button(grid, word), Qt.MouseButton.LeftButton)


def test_without_a_figure_buttons_say_why(grid: PoseGrid) -> None:
    mirror_button = button(grid, "mirror")
    grid.set_figure_available(False)
    assert not mirror_button.isEnabled() and mirror_button.toolTip() == "Select a figure first"
    assert button(grid, "import").isEnabled()
    grid.set_figure_available(True)
    assert mirror_button.isEnabled() and "Mirror" in mirror_button.toolTip()


def test_everything_has_a_name_and_a_tip(grid: PoseGrid) -> None:
    controls: list[QWidget] = [*grid.findChildren(IconButton), grid.findChild(QLineEdit)]
    assert len(controls) == 5
    assert all(c.toolTip() and c.accessibleName() for c in controls)


def test_the_same_presets_keep_the_selection(grid: PoseGrid) -> None:
    view = cards(grid)
    view.setCurrentIndex(view.model().index(1, 0))
    grid.set_presets(PRESETS)
    assert view.currentIndex().row() == 1


def test_the_model_holds_what_the_tester_of_qt_asks(qtmodeltester) -> None:
    model = PosePresetModel()
    model.set_presets([(name, name.title(), pose) for name, pose in PRESETS])
    qtmodeltester.check(model)
