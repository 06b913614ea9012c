"""Print equals screen."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from core.document import Document
from widgets.painting import PagePainter, Placement, array_from_image, page_layers
from widgets.painting.placeholder import PAPER

ROOT = Path(__file__).parents[3]
DPI = 100.0


def painted(painter: PagePainter, document: Document, dpi: float = DPI) -> NDArray[np.uint8]:
    placement = Placement.of_page(document.page_format, dpi, "bleed")
    image = QImage(placement.width, placement.height, QImage.Format.Format_RGB32)
    image.fill(0)
    target = QPainter(image)
    painter.paint(target, document, document.pages[0], placement)
    target.end()
    return array_from_image(image, 3)


@pytest.fixture
def drawn(rich: Document) -> Document:
    """Without the undrawn panel, the only one that print leaves white."""
    page = rich.pages[0]
    panels = tuple(p for p in page.panels if p.drawing is not None)
    return replace(rich, pages=(replace(page, panels=panels),))


def test_the_screen_shows_to_the_byte_what_is_printed(drawn: Document, pictures: Any) -> None:
    on_screen = painted(PagePainter(pictures.load), drawn)
    printed = page_layers(drawn, drawn.pages[0], pictures.load, DPI, area="bleed").merged
    assert np.array_equal(on_screen, printed)


def test_an_undrawn_panel_shows_its_figures_in_their_colour(rich: Document, pictures: Any) -> None:
    page = replace(rich.pages[0], panels=(rich.panel("undrawn"),))
    alone = replace(rich, pages=(page,))
    on_screen = painted(PagePainter(pictures.load), alone).astype(int)
    printed = page_layers(alone, page, pictures.load, DPI, area="bleed").merged
    panel = alone.panel("undrawn").polygon.bounds
    scale = DPI / 25.4
    left, top = round((panel.x + 3) * scale) + 4, round((panel.y + 3) * scale) + 4
    inside = np.s_[top : top + 60, left : left + 70]
    assert (printed[inside] == 255).all()
    paper = tuple(bytes.fromhex(PAPER[1:]))
    assert (on_screen[inside] == paper).all(axis=-1).mean() > 0.3
    reddish = on_screen[inside][..., 0] - on_screen[inside][..., 2] > 40  # vermilion, faint
    assert reddish.sum() > 20


def test_a_figure_of_an_unknown_character_is_grey(rich: Document, pictures: Any) -> None:
    orphan = replace(rich, characters=())
    difference = painted(PagePainter(pictures.load), orphan) != painted(
        PagePainter(pictures.load), rich
    )
    assert difference.any()


def test_a_picture_that_cannot_be_read_leaves_the_panel_undrawn_until_it_can(
    drawn: Document, pictures: Any
) -> None:
    painter = PagePainter(pictures.load)
    whole = painted(PagePainter(pictures.load), drawn)
    lost = pictures.rasters.pop("left")
    assert not np.array_equal(painted(painter, drawn), whole)
    pictures.rasters["left"] = lost
    assert np.array_equal(painted(painter, drawn), whole)


def test_only_what_changed_is_painted_again(rich: Document, pictures: Any) -> None:
    painter = PagePainter(pictures.load)
    first = painted(painter, rich)
    loads = pictures.loads
    assert np.array_equal(painted(painter, rich), first)
    assert pictures.loads == loads

    page = rich.pages[0]
    moved = replace(page.panels[0], polygon=page.panels[0].polygon.translated(1.0, 0.0))
    edited = replace(rich, pages=(replace(page, panels=(moved, *page.panels[1:])),))
    assert not np.array_equal(painted(painter, edited), first)
    assert pictures.loads == loads + 1

    painter.clear()
    painted(painter, rich)
    assert pictures.loads > loads + 1


def test_the_cache_is_bounded(rich: Document, pictures: Any) -> None:
    painter = PagePainter(pictures.load, cache_bytes=1)
    first = painted(painter, rich)
    loads = pictures.loads
    assert np.array_equal(painted(painter, rich), first)
    assert pictures.loads > loads


def test_a_worker_thread_may_export(rich: Document, pictures: Any) -> None:
    def export() -> None:
        results.append(page_layers(rich, rich.pages[0], pictures.load, DPI).merged)

    results: list[NDArray[np.uint8]] = []
    threads = [threading.Thread(target=export) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = page_layers(rich, rich.pages[0], pictures.load, DPI).merged
    assert len(results) == 2
    assert all(np.array_equal(result, expected) for result in results)


PROGRAM = """
import sys
sys.modules["PySide6.QtWidgets"] = None
import numpy as np
from PySide6.QtCore import QCoreApplication
from core.document import Document, Drawing, Page, Panel
from core.geometry import Polygon, Raster, Rect
from widgets.painting import page_layers
assert QCoreApplication.instance() is None
panel = Panel("a", Polygon.from_rect(Rect(10, 10, 50, 50)), drawing=Drawing("x", "y"))
red = Raster.from_array(np.full((8, 8, 3), (255, 0, 0), np.uint8))
document = Document(pages=(Page("p", (panel,)),))
page = page_layers(document, document.pages[0], lambda digest: red, 25.4)
assert page.merged[30, 30].tolist() == [255, 0, 0], page.merged[30, 30]
assert page.merged[5, 5].tolist() == [255, 255, 255]
assert "torch" not in sys.modules
"""


@pytest.mark.parametrize("platform", ["offscreen", ""])
def test_an_export_needs_no_application_no_display_and_no_widgets(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.delenv("DISPLAY", raising=False)
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
