"""The cast in the real window: dropped pictures, the editor's mask and skeleton, typed names."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTabWidget

from core.segmentation import SegmentedMask
from core.storage import get_image
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist, drag_over, drop_on
from widgets.library_view import CharacterEditor
from widgets.library_view.skeleton_canvas import SkeletonCanvas
from widgets.region_editor import MaskCanvas


def dropped(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


@pytest.fixture
def editor(artist: Artist) -> CharacterEditor:
    artist.session.library.open("c")
    editor = artist.session.library.editor
    assert editor is not None
    artist.qtbot.waitExposed(editor)
    return editor


def reference(artist: Artist):
    return artist.document.character("c").references[0]


def test_pictures_dropped_on_the_library_become_characters(
    artist: Artist, portrait: Callable[..., Path]
) -> None:
    library = artist.window.library
    paths = (portrait("Mio.png"), portrait("葵.png"))
    assert drop_on(library, library.rect().center(), dropped(*paths))
    artist.until(lambda: len(artist.document.characters) == 3)
    names = [character.name for character in artist.document.characters]
    assert names == ["葵", "Mio", "葵 2"], "two pictures of one name are two characters"
    assert all(c.references[0].mask for c in artist.document.characters[1:])
    assert artist.steps == 2 and artist.undo_text == "Add character"


def test_a_picture_dropped_on_the_page_becomes_a_character(
    artist: Artist, portrait: Callable[..., Path]
) -> None:
    port = artist.view.viewport()
    assert drop_on(port, port.rect().center(), dropped(portrait("Mio.png")))
    artist.until(lambda: len(artist.document.characters) == 2)


def test_what_is_no_picture_is_told_in_one_sentence(artist: Artist, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture at all")
    artist.session.library.add_pictures((broken,))
    artist.until(lambda: artist.sentence() != "")
    assert artist.sentence().startswith("broken: ") and len(artist.document.characters) == 1


def test_the_mask_is_painted_and_undone(artist: Artist, editor: CharacterEditor) -> None:
    canvas = editor.findChild(MaskCanvas)
    assert reference(artist).mask is None
    middle = canvas.rect().center()
    QTest.keyClick(canvas, Qt.Key.Key_X)  # without a mask all is subject: rub some of it out
    drag_over(canvas, middle, middle + QPoint(20, 20))
    assert artist.steps == 1 and artist.undo_text == "Change mask"
    digest = reference(artist).mask
    mask = get_image(artist.session.controller.assets, digest)
    shown = mask.array > 127
    assert shown.any() and not shown[mask.height // 2, mask.width // 2] and mask.width == 60
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert reference(artist).mask != digest


def test_a_joint_of_the_reference_is_one_step(artist: Artist, editor: CharacterEditor) -> None:
    editor.findChild(QTabWidget).setCurrentIndex(1)
    canvas = editor.findChild(SkeletonCanvas)
    before = reference(artist).pose
    start = canvas.joint_position(4).toPoint()
    drag_over(canvas, start, start + QPoint(15, -10))
    moved = reference(artist).pose
    assert moved.body[4] != before.body[4] and moved.body[0] == before.body[0]
    assert artist.steps == 1 and artist.undo_text == "Move joint"
    artist.do("undo")
    assert reference(artist).pose == before


def test_a_name_being_typed_is_in_the_saved_file(artist: Artist, editor: CharacterEditor) -> None:
    field = next(f for f in editor.findChildren(QLineEdit) if f.text() == "葵")
    editor.activateWindow()
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Hina")
    artist.session.files.save()
    artist.until(lambda: not artist.session.files.busy)
    assert artist.document.character("c").name == "Hina"
    assert not artist.session.controller.modified


def test_the_editor_closes_with_its_character(artist: Artist, editor: CharacterEditor) -> None:
    artist.session.library.remove("c")
    artist.until(lambda: artist.session.library.editor is None)
    artist.do("undo")
    assert artist.document.characters[0].id == "c"


class SlowSegmenter:
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()

    def segment(self, image, prompt=None, token=None):
        self.asked.set()
        assert self.go.wait(20)
        return [SegmentedMask(np.full(image.shape[:2], 255, np.uint8), 1.0, "")]


def test_what_was_found_for_another_project_is_dropped(
    window_on: Callable[..., Artist], studio: Studio, portrait: Callable[..., Path]
) -> None:
    slow = SlowSegmenter()
    studio.workplace.make_segmenter = lambda folder: slow
    artist = window_on(studio.small())
    artist.session.library.add_pictures((portrait("Mio.png"),))
    artist.until(slow.asked.is_set)
    artist.do("new")
    slow.go.set()
    artist.until(lambda: not artist.session.analysis.is_busy)
    artist.qtbot.wait(50)
    assert artist.document.characters == ()
