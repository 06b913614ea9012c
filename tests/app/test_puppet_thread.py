"""Puppets follow the hand: the newest pose wins, what stands still is not warped again."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtGui import QImage

from app.puppet_thread import PuppetThread, preview_framing
from core.document.edits import move_figure, remove_panel
from core.errors import BadInput
from core.geometry import Rect
from core.render_plan import PuppetShelf
from core.storage import load_project


@pytest.fixture
def puppets(qtbot):
    thread = PuppetThread()
    shown = []
    thread.puppet_ready.connect(lambda *told: shown.append(told))
    yield thread, shown
    assert thread.stop()


@pytest.fixture
def project(studio):
    return load_project(studio.small())


def coverage(image: QImage) -> int:
    small = image.convertToFormat(QImage.Format.Format_ARGB32)
    return sum(
        small.pixelColor(x, y).alpha() > 127
        for x in range(0, small.width(), 4)
        for y in range(0, small.height(), 4)
    )


def test_a_figure_in_its_panel(qtbot, puppets, project):
    thread, shown = puppets
    thread.start()
    thread.show(project, "panel-1", 200)
    qtbot.waitUntil(lambda: bool(shown))
    ((panel_id, image, rect),) = shown
    assert panel_id == "panel-1"
    assert (image.width(), image.height()) == (200, 200)
    assert image.format() == QImage.Format.Format_ARGB32_Premultiplied
    assert rect.getRect() == pytest.approx((20, 90, 60, 60))
    assert 50 < coverage(image) < 2000
    middle = image.pixelColor(round((20 + 10) / 60 * 200), 100)
    assert middle.alpha() > 127 and middle.red() > 2 * middle.green()


def test_of_poses_that_come_too_fast_the_newest_is_shown(qtbot, puppets, project, monkeypatch):
    thread, shown = puppets
    entered, leave = threading.Event(), threading.Event()
    warped = []
    real = PuppetShelf.figure

    def slow(self, place, *rest, **how):
        warped.append(place.pose.body[0].x)
        entered.set()
        leave.wait(10)
        return real(self, place, *rest, **how)

    monkeypatch.setattr(PuppetShelf, "figure", slow)
    thread.start()
    moved = project
    thread.show(moved, "panel-1", 120)
    qtbot.waitUntil(entered.is_set)
    for _ in range(20):
        document = move_figure(moved.document, "panel-1", "f1", 0.5, 0)
        moved = replace(moved, document=document)
        thread.show(moved, "panel-1", 120)
    leave.set()
    qtbot.waitUntil(lambda: len(shown) == 2)
    qtbot.wait(20)
    assert len(shown) == 2 and len(warped) == 2
    assert warped[1] - warped[0] == pytest.approx(20 * 0.5 * 2)  # 2 px a mm
    assert shown[0][1] != shown[1][1]


def test_a_figure_that_stands_still_is_warped_once(qtbot, puppets, project, monkeypatch):
    calls = []
    real = PuppetShelf.figure

    def counted(self, place, *rest, **how):
        calls.append(place.pose)
        return real(self, place, *rest, **how)

    monkeypatch.setattr(PuppetShelf, "figure", counted)
    document = project.document
    page = document.pages[0]
    panel = page.panels[0]
    second = replace(panel.figures[0], id="g", pose=panel.figures[0].pose.mapped(1, 1, 15, 0))
    panel = replace(panel, figures=(*panel.figures, second))
    page = replace(page, panels=(panel, *page.panels[1:]))
    project = replace(project, document=replace(document, pages=(page,)))
    thread, shown = puppets
    thread.start()
    thread.show(project, "panel-1", 160)
    qtbot.waitUntil(lambda: len(shown) == 1)
    for number in range(1, 4):
        document = move_figure(project.document, "panel-1", "g", 1, 0)
        project = replace(project, document=document)
        thread.show(project, "panel-1", 160)
        qtbot.waitUntil(lambda number=number: len(shown) == number + 1)
    assert len(calls) == 2 + 3
    assert coverage(shown[0][1]) > 1.3 * coverage(only_first(qtbot, thread, shown, project))


def only_first(qtbot, thread, shown, project):
    page = project.document.pages[0]
    panel = replace(page.panels[0], figures=page.panels[0].figures[:1])
    page = replace(page, panels=(panel, *page.panels[1:]))
    alone = replace(project, document=replace(project.document, pages=(page,)))
    count = len(shown)
    thread.show(alone, "panel-1", 160)
    qtbot.waitUntil(lambda: len(shown) > count)
    return shown[-1][1]


def test_nothing_to_show(qtbot, puppets, project):
    thread, shown = puppets
    thread.start()
    page = project.document.pages[0]
    nobody = replace(page, panels=(replace(page.panels[0], figures=()), *page.panels[1:]))
    without = replace(project, document=replace(project.document, pages=(nobody,)))
    thread.show(without, "panel-1", 100)
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert shown[0][:2] == ("panel-1", None)
    gone = replace(project, document=remove_panel(project.document, "panel-1"))
    thread.show(gone, "panel-1", 100)
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown[1][:2] == ("panel-1", None)


def test_a_reference_that_cannot_be_read_shows_nothing_and_stops_nothing(qtbot, puppets, project):
    thread, shown = puppets
    thread.start()
    (hero,) = project.document.characters
    lost = replace(hero, references=(replace(hero.references[0], image="0" * 64),))
    broken = replace(project, document=replace(project.document, characters=(lost,)))
    thread.show(broken, "panel-1", 100)
    qtbot.waitUntil(lambda: len(shown) == 1)
    assert shown[0][1] is None
    thread.show(project, "panel-1", 100)
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown[1][1] is not None


def test_hidden_puppets_are_not_told(qtbot, puppets, project):
    thread, shown = puppets
    thread.start()
    thread.show(project, "panel-1", 100)
    thread.hide()
    thread.show(project, "panel-2", 100)
    qtbot.waitUntil(lambda: bool(shown))
    qtbot.wait(20)
    assert [told[0] for told in shown] == ["panel-2"]


def test_it_stops_before_the_start_and_while_it_works(qtbot, puppets, project):
    thread, shown = puppets
    thread.show(project, "panel-1", 100)
    thread.start()
    assert thread.stop()
    qtbot.wait(10)
    assert not shown
    idle = PuppetThread()
    idle.show(project, "panel-1", 100)
    assert idle.stop()
    idle.start()
    assert idle.stop()


def test_the_preview_keeps_the_shape_of_the_panel():
    framing = preview_framing(Rect(5, 6, 150, 50), 300)
    assert (framing.width, framing.height) == (300, 100)
    area = framing.picture_area
    assert (area.x, area.y, area.width, area.height) == pytest.approx((5, 6, 150, 50))
    with pytest.raises(BadInput):
        preview_framing(Rect(0, 0, 0, 0), 300)
