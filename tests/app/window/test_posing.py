"""Pose mode in the real window: what the hand drags, copies and drops is one undo step each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from core.document import Character, Document
from core.document.edits import add_character
from tests.app.window.conftest import Artist, drop_on
from widgets.common.mime import CHARACTER_MIME, POSE_MIME
from widgets.page_view import Tool

WRIST = 4


def enter(artist: Artist, number: int) -> str:
    panel_id = artist.panel(number).id
    artist.double_click(artist.middle(panel_id))
    assert artist.session.state.tool is Tool.POSE and artist.session.state.panel_id == panel_id
    return panel_id


def pose_of(artist: Artist, panel_id: str, figure: int = 0):
    return artist.document.panel(panel_id).figures[figure].pose


def mime(kind: str, payload: str) -> QMimeData:
    data = QMimeData()
    data.setData(kind, payload.encode())
    return data


def test_a_dragged_joint_is_one_undo_step(artist: Artist) -> None:
    panel_id = enter(artist, 0)
    before = artist.document
    wrist = artist.joint(WRIST)
    artist.drag(wrist, wrist + QPoint(18, -22), moves=8)
    after = artist.document
    assert artist.steps == 1 and artist.undo_text == "Move joint"
    moved = pose_of(artist, panel_id).body[WRIST].point
    target = artist.at(
        moved.x + after.panel(panel_id).polygon.bounds.x,
        moved.y + after.panel(panel_id).polygon.bounds.y,
    )
    assert (target - (wrist + QPoint(18, -22))).manhattanLength() <= 3, "it follows the hand"
    artist.press_key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert artist.document == before
    artist.press_key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert artist.document == after


def test_escape_during_a_drag_leaves_nothing_behind(artist: Artist) -> None:
    enter(artist, 0)
    before = artist.document
    port, wrist = artist.view.viewport(), artist.joint(WRIST)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=wrist)
    for step in range(1, 6):
        QTest.mouseMove(port, wrist + QPoint(4 * step, -3 * step))
    assert artist.document != before
    QTest.keyClick(artist.view, Qt.Key.Key_Escape)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=wrist + QPoint(20, -15))
    assert artist.document == before
    assert artist.steps == 0 and not artist.session.controller.undo_stack.canRedo()


def test_a_draft_follows_the_hand_only_where_it_is_wanted(artist: Artist) -> None:
    panel_id = enter(artist, 0)
    artist.session.apply_settings(
        artist.session.settings.model_copy(update={"draft_after_edit": False})
    )
    wrist = artist.joint(WRIST)
    artist.drag(wrist, wrist + QPoint(10, -10))
    assert artist.session.renders.rows == ()
    artist.session.apply_settings(
        artist.session.settings.model_copy(update={"draft_after_edit": True})
    )
    wrist = artist.joint(WRIST)
    artist.drag(wrist, wrist + QPoint(10, 10))
    artist.until(lambda: artist.is_idle() and artist.document.panel(panel_id).drawing is not None)


def test_a_pose_is_copied_from_panel_to_panel(artist: Artist) -> None:
    first = enter(artist, 0)
    wrist = artist.joint(WRIST)
    artist.drag(wrist, wrist + QPoint(20, -30))
    artist.press_key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    artist.do("tool_select")
    second = enter(artist, 1)
    before = pose_of(artist, second)
    artist.press_key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    after, source = pose_of(artist, second), pose_of(artist, first)
    assert after != before and artist.undo_text == "Change pose"
    for number in range(18):  # the same shape, where the figure stands
        copied, original = after.body[number], source.body[number]
        assert copied.visible == original.visible
        assert copied.x - after.body[1].x == pytest.approx(original.x - source.body[1].x, abs=0.3)
        assert copied.y - after.body[1].y == pytest.approx(original.y - source.body[1].y, abs=0.3)
    artist.do("undo")
    assert pose_of(artist, second) == before


def test_what_is_no_pose_is_not_pasted(artist: Artist) -> None:
    enter(artist, 0)
    before = artist.document
    QGuiApplication.clipboard().setText("a shopping list")
    artist.do("figure_paste")
    assert artist.document == before and "No pose was copied" in artist.sentence()


def second_character(artist: Artist) -> str:
    rival = Character("rival", "Ren", (), 1, artist.document.characters[0].references)
    artist.session.controller.edit("Add", lambda d: add_character(d, _own_ids(rival)))
    return "rival"


def _own_ids(character: Character) -> Character:
    from dataclasses import replace

    references = tuple(replace(r, id=f"rival-{r.id}") for r in character.references)
    return replace(character, references=references)


def test_a_card_on_a_posed_figure_changes_who_plays_it(artist: Artist) -> None:
    rival = second_character(artist)
    panel_id = enter(artist, 0)
    pose = pose_of(artist, panel_id)
    hip = artist.joint(8)
    assert drop_on(artist.view.viewport(), hip, mime(CHARACTER_MIME, rival))
    (figure,) = artist.document.panel(panel_id).figures
    assert figure.character_id == rival and figure.pose == pose
    artist.do("undo")
    assert artist.document.panel(panel_id).figures[0].character_id == "c"

    # Beside the figure, and on a panel that is not posed, another figure is added.
    bounds = artist.document.panel(panel_id).polygon.bounds
    corner = artist.at(bounds.x + 3, bounds.y + 3)
    assert drop_on(artist.view.viewport(), corner, mime(CHARACTER_MIME, rival))
    assert [f.character_id for f in artist.document.panel(panel_id).figures] == ["c", rival]
    artist.do("tool_select")
    other = artist.panel(1).id
    assert drop_on(artist.view.viewport(), artist.middle(other), mime(CHARACTER_MIME, rival))
    assert [f.character_id for f in artist.document.panel(other).figures] == ["c", rival]


def test_a_preset_is_dropped_on_the_nearest_figure(artist: Artist) -> None:
    panel_id = artist.panel(0).id
    before = pose_of(artist, panel_id)
    at = artist.middle(panel_id)
    assert drop_on(artist.view.viewport(), at, mime(POSE_MIME, "sitting"))
    assert pose_of(artist, panel_id) != before and artist.steps == 1


def test_the_figure_menu_lists_who_may_play_it(artist: Artist) -> None:
    second_character(artist)
    panel_id = enter(artist, 0)
    menu = next(
        action.menu()
        for action in artist.window.menus["figure"].actions()
        if action.menu() and action.text() == "Change Character"
    )
    menu.aboutToShow.emit()
    assert [(a.text(), a.isChecked()) for a in menu.actions()] == [("葵", True), ("Ren", False)]
    menu.actions()[1].trigger()
    assert artist.document.panel(panel_id).figures[0].character_id == "rival"
    assert artist.undo_text == "Change figure's character"


def test_removing_the_figure_by_undo_ends_the_marking_for_it(artist: Artist) -> None:
    panel_id = artist.panel(0).id
    artist.session.pages.put_character("c", panel_id)
    added = artist.document.panel(panel_id).figures[-1]
    artist.session.inspector.region_wanted.emit(panel_id, added.id)
    assert artist.session.state.tool is Tool.REGION
    artist.do("undo")
    assert _figures(artist.document, panel_id) == 1
    assert artist.window.region_bar.isVisible(), "the panel is still marked, for a new drawing"


def _figures(document: Document, panel_id: str) -> int:
    return len(document.panel(panel_id).figures)
