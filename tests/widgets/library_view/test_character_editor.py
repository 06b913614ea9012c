from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton

from core.document.edits import (
    add_reference,
    move_reference,
    remove_character,
    remove_reference,
    update_character,
    update_reference,
)
from core.document.types import Reference
from core.geometry import Raster
from widgets.library_view import CharacterEditor
from widgets.library_view.character_form import parse_tags
from widgets.library_view.skeleton_page import subject_bounds

from .conftest import BLUE_IMAGE, GONE, HEIGHT, MASK, WIDTH, Hand, Heard, drop, hold, picture

SIGNALS = (
    "name_edited",
    "tags_edited",
    "colour_chosen",
    "role_chosen",
    "scale_edited",
    "mask_edited",
    "joint_moved",
    "joint_visibility_toggled",
    "skeleton_placed",
    "gesture_finished",
    "gesture_cancelled",
    "find_mask_requested",
    "find_skeleton_requested",
    "add_reference_requested",
    "images_dropped",
    "remove_reference_requested",
    "move_reference_requested",
    "undo_requested",
    "redo_requested",
)


class Desk:
    """An editor, and the document that it shows."""

    def __init__(self, editor: CharacterEditor, document, pictures) -> None:
        self.editor, self.pictures = editor, pictures
        self.heard = Heard(editor, *SIGNALS)
        self.show(document)

    def show(self, document, character_id: str = "aiko") -> None:
        self.document = document
        self.editor.show_character(document, character_id, self.pictures.load)

    def button(self, text: str) -> QPushButton:
        found = [b for b in self.editor.findChildren(QPushButton) if b.text() == text]
        return found[0]

    def edit_name(self) -> QLineEdit:
        return self.editor._fields._name

    def finished(self, name: str) -> tuple:
        """The arguments of the one signal `name`, whose gesture was finished."""
        ((gesture_id, *arguments),) = self.heard.of(name)
        assert self.heard.of("gesture_finished") == [(gesture_id,)]
        return tuple(arguments)


@pytest.fixture
def desk(qtbot, cast, pictures) -> Desk:
    editor = CharacterEditor()
    qtbot.addWidget(editor)
    editor.resize(1000, 660)
    desk = Desk(editor, cast, pictures)
    editor.show()
    return desk


def test_it_shows_the_first_reference(desk):
    assert desk.editor.windowTitle() == "Aiko"
    assert desk.editor.reference_id == "aiko-1"
    assert desk.editor._mask.canvas.mask_raster() == desk.pictures.rasters[MASK]
    assert desk.editor._skeleton.canvas.chosen_joint is None
    assert desk.heard.said == []


def test_typing_a_name_is_one_gesture(desk):
    name = desk.edit_name()
    name.selectAll()
    QTest.keyClicks(name, "Mai")
    said = desk.heard.of("name_edited")
    assert [s[1:] for s in said] == [("aiko", "M"), ("aiko", "Ma"), ("aiko", "Mai")]
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert {s[0] for s in said} == {desk.heard.of("gesture_finished")[0][0]}
    assert desk.editor.isVisible()  # Return is no "Done"


def test_an_empty_name_is_not_told_and_does_not_stay(desk):
    name = desk.edit_name()
    name.selectAll()
    QTest.keyClick(name, Qt.Key.Key_Backspace)
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert desk.heard.of("name_edited") == []
    assert name.text() == "Aiko"


def test_the_name_follows_undo(desk):
    desk.show(update_character(desk.document, "aiko", name="Mai"))
    assert desk.edit_name().text() == "Mai" and desk.editor.windowTitle() == "Mai"


def test_tags(qtbot, desk):
    tags = desk.editor._fields._tags
    tags.selectAll()
    QTest.keyClicks(tags, "red hair,  scarf ,red hair")
    with qtbot.waitSignal(desk.editor.tags_edited):
        desk.editor._fields.flush()
    assert desk.finished("tags_edited") == ("aiko", ("red hair", "scarf"))


def test_parse_tags():
    assert parse_tags("a b,\n c  d ,,a b\nä") == ("a b", "c d", "ä")
    assert parse_tags(" , ") == ()


def test_colour(desk):
    swatch = desk.editor._fields._colours._group.button(5)
    QTest.mouseClick(swatch, Qt.MouseButton.LeftButton)
    assert desk.finished("colour_chosen") == ("aiko", 5)


def test_colour_by_keyboard(desk):
    swatches = desk.editor._fields._colours._group
    swatches.button(0).setFocus()
    QTest.keyClick(swatches.button(0), Qt.Key.Key_Right)
    assert swatches.button(1).hasFocus() and swatches.checkedId() == 1
    assert desk.finished("colour_chosen") == ("aiko", 1)


def test_role_and_scale(desk):
    fields = desk.editor._reference_fields
    QTest.keyClick(fields._role, Qt.Key.Key_Down)
    assert desk.finished("role_chosen") == ("aiko", "aiko-1", "face")
    desk.heard.said.clear()
    desk.editor.choose_reference("aiko-2")
    assert fields._scale.value() == 0.5
    spin = fields._scale.focusProxy()
    QTest.keyClick(spin, Qt.Key.Key_Up)
    character_id, reference_id, scale = desk.finished("scale_edited")
    assert (character_id, reference_id, scale) == ("aiko", "aiko-2", pytest.approx(0.55))


def paint(desk: Desk, to: float = 0.3) -> None:
    canvas = desk.editor._mask.canvas
    middle = QPointF(canvas.width() / 2, canvas.height() / 2)
    Hand(canvas).drag(middle, middle + QPointF(to * canvas.height(), 0))


def test_a_stroke_edits_the_mask_and_its_echo_changes_nothing(desk):
    paint(desk)
    character_id, reference_id, mask = desk.finished("mask_edited")
    assert (character_id, reference_id) == ("aiko", "aiko-1")
    assert isinstance(mask, Raster) and (mask.width, mask.height) == (WIDTH, HEIGHT)
    before = desk.pictures.rasters[MASK].array
    assert (mask.array >= before).all() and mask.array.sum() > before.sum()
    desk.pictures.rasters["e" * 64] = Raster.from_array(mask.array)
    desk.show(update_reference(desk.document, "aiko", "aiko-1", mask="e" * 64))
    assert desk.editor._mask.can_undo
    QTest.keyClick(desk.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(desk.heard.of("mask_edited")[-1][3].array, before)
    assert not desk.editor._mask.can_undo  # the mask it began with is the first
    assert desk.heard.of("undo_requested") == []


def test_undo_of_the_document_shows_its_mask_again(desk):
    before = desk.document
    paint(desk)
    mask = desk.heard.of("mask_edited")[0][3]
    desk.pictures.rasters["e" * 64] = mask
    desk.show(update_reference(before, "aiko", "aiko-1", mask="e" * 64))
    desk.show(before)
    assert desk.editor._mask.canvas.mask_raster() == desk.pictures.rasters[MASK]
    assert len(desk.heard.of("mask_edited")) == 1


def test_an_empty_mask_is_not_told(desk):
    desk.editor._mask.canvas.clear()
    assert desk.heard.of("mask_edited") == []
    assert desk.editor._mask._empty.isVisible()
    paint(desk)
    assert len(desk.heard.of("mask_edited")) == 1
    assert not desk.editor._mask._empty.isVisible()


def test_undo_elsewhere_is_the_documents(desk):
    desk.editor._tabs.setCurrentIndex(1)
    QTest.keyClick(desk.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.heard.of("undo_requested") == [()]


def test_a_joint_is_dragged_over_the_picture(desk):
    desk.editor._tabs.setCurrentIndex(1)
    canvas = desk.editor._skeleton.canvas
    start = canvas.joint_position(0)
    Hand(canvas).drag(start, start + QPointF(20, 0), steps=2)
    (first, second) = desk.heard.of("joint_moved")
    assert first[1:4] == ("aiko", "aiko-1", 0) and second[4].x() > first[4].x()
    assert desk.heard.of("gesture_finished") == [(first[0],)]
    Hand(canvas).press(start, Qt.MouseButton.RightButton)
    assert desk.heard.of("joint_visibility_toggled")[0][1:] == ("aiko", "aiko-1", 0, False)


def test_a_reference_without_a_skeleton_gets_one(desk):
    desk.editor.choose_reference("aiko-2")
    desk.editor._tabs.setCurrentIndex(1)
    page = desk.editor._skeleton
    assert page._find.isVisible() and page._place.isVisible()
    QTest.mouseClick(page._find, Qt.MouseButton.LeftButton)
    assert desk.heard.of("find_skeleton_requested") == [("aiko", "aiko-2")]
    QTest.mouseClick(page._place, Qt.MouseButton.LeftButton)
    character_id, reference_id, pose = desk.finished("skeleton_placed")
    assert (character_id, reference_id) == ("aiko", "aiko-2")
    assert pose.bounds.y > 0 and pose.bounds.bottom < HEIGHT and pose.visible_count == 18
    desk.show(update_reference(desk.document, "aiko", "aiko-2", pose=pose))
    assert not page._find.isVisible() and not page._place.isVisible()


def test_a_skeleton_placed_by_hand_stands_in_the_subject(pictures):
    box = subject_bounds(picture((0, 0, 0)), pictures.rasters[MASK])
    assert (box.x, box.y, box.right, box.bottom) == (15, 20, 45, 80)
    whole = subject_bounds(picture((0, 0, 0)), None)
    assert (whole.width, whole.height) == (WIDTH, HEIGHT)


def test_find_again_waits_while_finding(desk):
    fields = desk.editor._reference_fields
    desk.editor.set_finding(True, "Looking for the skeleton…")
    assert desk.editor._finding.text() == "Looking for the skeleton…"
    QTest.mouseClick(fields._find_mask, Qt.MouseButton.LeftButton)
    assert desk.heard.of("find_mask_requested") == []
    desk.editor.set_finding(False, "")
    assert not desk.editor._finding_bar.isVisible()
    QTest.mouseClick(fields._find_mask, Qt.MouseButton.LeftButton)
    QTest.mouseClick(fields._find_skeleton, Qt.MouseButton.LeftButton)
    assert desk.heard.of("find_mask_requested") == [("aiko", "aiko-1")]
    assert desk.heard.of("find_skeleton_requested") == [("aiko", "aiko-1")]


def test_references_come_and_go(desk):
    QTest.mouseClick(desk.button("Add reference"), Qt.MouseButton.LeftButton)
    assert desk.heard.of("add_reference_requested") == [("aiko",)]
    desk.show(add_reference(desk.document, "aiko", Reference("new", BLUE_IMAGE, MASK)))
    assert desk.editor.reference_id == "new"
    QTest.mouseClick(desk.button("Remove reference"), Qt.MouseButton.LeftButton)
    assert desk.heard.of("remove_reference_requested") == [("aiko", "new")]
    desk.show(remove_reference(desk.document, "aiko", "new"))
    assert desk.editor.reference_id == "aiko-2"
    desk.show(remove_reference(desk.document, "aiko", "aiko-2"))
    desk.show(remove_reference(desk.document, "aiko", "aiko-1"))
    assert desk.editor.reference_id == ""
    assert desk.editor._none.isVisible() and not desk.editor._reference_fields.isVisible()


def test_the_shown_reference_stays_when_the_order_changes(desk):
    desk.editor.choose_reference("aiko-2")
    desk.show(move_reference(desk.document, "aiko", "aiko-2", 0))
    assert desk.editor.reference_id == "aiko-2"
    assert desk.editor._references.currentIndex().row() == 0


def test_references_are_reordered_by_drag_and_by_key(desk, drags):
    references = desk.editor._references
    viewport = references.viewport()
    rects = [references.visualRect(references.model().index(row, 0)) for row in (0, 1)]
    drags.target = (viewport, QPointF(rects[1].center() + QPoint(0, 40)))
    Hand(viewport).drag(rects[0].center(), rects[0].center() + QPoint(0, 30))
    assert desk.heard.of("move_reference_requested") == [("aiko", "aiko-1", 1)]
    desk.editor.choose_reference("aiko-2")
    QTest.keyClick(references, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(references, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)  # it is the last
    assert desk.heard.of("move_reference_requested")[1:] == [("aiko", "aiko-2", 0)]


def test_pictures_are_dropped_on_the_dialog(desk):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/a/face.png")])
    drop(desk.editor, QPointF(400, 300), mime)
    assert desk.heard.of("images_dropped") == [((Path("/a/face.png"),), "aiko")]


def test_other_files_are_not_taken(desk):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/a/notes.txt")])
    assert not hold(desk.editor, QPointF(400, 300), mime)


def test_a_missing_picture_is_said_and_may_come_back(desk):
    lost = update_reference(desk.document, "aiko", "aiko-1", image=GONE)
    desk.show(lost)
    assert desk.editor._missing.isVisible()
    desk.pictures.rasters[GONE] = picture((1, 2, 3))
    desk.show(update_character(lost, "aiko", colour=3))
    assert desk.editor._tabs.isVisible()


def test_it_closes_when_its_character_goes(desk):
    desk.show(remove_character(desk.document, "aiko"))
    assert not desk.editor.isVisible()
    assert desk.editor.result() == QDialog.DialogCode.Rejected


def test_another_character_takes_the_dialog_over(desk):
    name = desk.edit_name()
    name.selectAll()
    QTest.keyClicks(name, "M")
    typed = desk.heard.of("name_edited")
    desk.show(desk.document, "ren")
    assert desk.heard.of("gesture_finished") == [(typed[0][0],)]
    assert (name.text(), desk.editor.reference_id) == ("Ren", "ren-1")
    assert desk.heard.of("name_edited") == typed


def test_nothing_is_read_twice(desk):
    desk.pictures.asked.clear()
    desk.show(update_character(desk.document, "aiko", colour=3))
    desk.show(replace(desk.document, title="x"))
    assert MASK not in desk.pictures.asked
