from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from core.document import Digest, Reference, edits
from core.errors import BadInput
from core.geometry import Raster
from widgets.inspector import Inspector
from widgets.inspector.reference_line import ReferenceLine
from widgets.library_view.thumbnails import Thumbnails

from .conftest import Desk, digest

RED, BLUE = (200, 30, 30), (30, 30, 200)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pictures() -> dict[Digest, Raster]:
    return {
        digest("a"): Raster.from_array(np.full((90, 60, 3), RED, np.uint8)),
        digest("b"): Raster.from_array(np.full((90, 60, 3), BLUE, np.uint8)),
    }


@pytest.fixture
def lines(qtbot, pictures):
    """The lines of Aiko's two references."""

    def load(wanted: Digest) -> Raster:
        if wanted not in pictures:
            raise BadInput("The picture is missing.")
        return pictures[wanted]

    thumbnails = Thumbnails()
    inspector = Inspector(thumbnails=thumbnails)
    qtbot.addWidget(inspector)
    inspector.resize(280, 900)
    desk = Desk(inspector)
    thumbnails.set_load(load)
    desk.select("left", figure_id="back")
    inspector.show()
    qtbot.waitExposed(inspector)
    shown = inspector.figures_section.rows.rows["back"].lines.rows
    qtbot.waitUntil(lambda: all(has_picture(line) for line in shown.values()))
    return desk, shown


def colour(line: ReferenceLine) -> QColor:
    """In the middle of the line's picture."""
    image = line.picture.grab().toImage()
    return image.pixelColor(image.rect().center())


def has_picture(line: ReferenceLine) -> bool:
    return colour(line).hsvSaturation() > 100


def test_each_line_shows_its_own_reference(lines):
    _, (whole, face) = lines[0], lines[1].values()
    assert colour(whole).getRgb()[:3] == RED
    assert colour(face).getRgb()[:3] == BLUE


def test_one_that_is_not_used_is_pale(lines):
    desk, shown = lines
    before = colour(shown["aiko-face"])
    desk.change(edits.set_figure_references(desk.document, "left", "back", ("aiko-whole",)))
    after = colour(shown["aiko-face"])
    assert after.hsvSaturation() < before.hsvSaturation() - 40 and after != before
    assert colour(shown["aiko-whole"]).getRgb()[:3] == RED


def test_a_click_on_the_picture_is_one_on_the_box(qtbot, lines):
    desk, shown = lines
    calls: list[tuple[object, ...]] = []
    desk.inspector.figure_references_edited.connect(lambda *told: calls.append(told))
    qtbot.mouseClick(shown["aiko-face"].picture, LEFT)
    assert [call[1:] for call in calls] == [("left", "back", ("aiko-whole",))]
    assert desk.finished == [calls[0][0]]
    desk.change(edits.set_figure_references(desk.document, "left", "back", ("aiko-whole",)))
    assert not shown["aiko-whole"].picture.isEnabled(), "one has to stay"


def test_another_picture_is_shown_when_it_is_there(qtbot, lines, pictures):
    desk, shown = lines
    pictures[digest("9")] = pictures[digest("b")]
    desk.change(edits.update_reference(desk.document, "aiko", "aiko-whole", image=digest("9")))
    qtbot.waitUntil(lambda: colour(shown["aiko-whole"]).getRgb()[:3] == BLUE)


def test_a_picture_that_cannot_be_read_is_a_sign(qtbot, lines):
    desk, shown = lines
    desk.change(edits.update_reference(desk.document, "aiko", "aiko-whole", image=digest("8")))
    line = shown["aiko-whole"]
    qtbot.waitUntil(lambda: not has_picture(line))
    lost = Reference("r", digest("8"))
    qtbot.waitUntil(lambda: line.picture._thumbnails.is_missing(lost))
    sign = {line.picture.grab().toImage().pixel(x, y) for x in range(10, 34) for y in range(16, 40)}
    assert len(sign) > 3, "an icon and not a plain shape"
