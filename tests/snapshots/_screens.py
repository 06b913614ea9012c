"""The hands and the eyes of `make_screens.py`: what is done in the window before each picture."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTabWidget, QWidget

from app.settings import Settings, Theme, save_settings
from app.window.session import WindowSession
from app.workplace import Workplace
from core.document import Page, Panel
from core.engine import OutOfMemory
from core.engine.fake import FakeEngine, FakeScript
from core.geometry import Polygon
from core.storage import load_project, save_project
from widgets.dialogs.folder_field import FolderField
from widgets.page_view import PanelState, Tool
from widgets.region_editor import RegionMode

SMALL, MIDDLE, LARGE = QSize(1280, 800), QSize(1920, 1080), QSize(2560, 1440)
COLOURS = 256
MOST_BYTES = 250_000
PLAIN_COLOURS = 64  # of the palette: those that most pixels have
PATIENCE_S = 300.0
SETTLE_S = 0.6  # for thumbnails, checks of what is stale, and what fades in


class Stage:
    """A window on a project, and hands that work it."""

    def __init__(self, project: Path, theme: Theme, size: QSize, workplace: Workplace) -> None:
        save_settings(Settings(theme=theme), workplace.settings_file)
        self.session = WindowSession(workplace)
        self.session.start(project)
        self.window = self.session.window
        self.window.resize(size)
        self.view = self.window.view
        self.settle()
        self.view.fit_page()
        self.settle()

    @property
    def page(self) -> Page:
        return self.session.controller.document.page(self.session.state.page_id or "")

    def close(self) -> None:
        self.session.close()
        self.session.deleteLater()
        self.settle(0.1)

    def settle(self, seconds: float = SETTLE_S) -> None:
        """Let the window and its threads work."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Raises TimeoutError where it does not come true in `PATIENCE_S`."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(what)
            self.settle(0.02)

    def do(self, action_id: str) -> None:
        self.window.actions_table[action_id].trigger()
        self.settle()

    def choose(self, panel: Panel, tool: Tool = Tool.SELECT) -> None:
        self.session.state.select_panels((panel.id,))
        self.session.state.set_tool(tool)
        self.settle()

    def busiest(self) -> Panel:
        """The largest of the panels with the most figures."""
        return max(self.page.panels, key=lambda p: (len(p.figures), _area(p.polygon)))

    def at(self, panel: Panel, x: float, y: float) -> QPoint:
        """Where a point of a panel is in the view; 0 to 1 within its bounds."""
        rect = self.view.panel_rect_mm(panel.id)
        return self.view.mapFromScene(
            QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height())
        )

    def press(self, at: QPoint) -> None:
        QTest.mouseMove(self.view.viewport(), at)
        QTest.mousePress(self.view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def move(self, start: QPoint, end: QPoint, moves: int = 12) -> None:
        for i in range(1, moves + 1):
            QTest.mouseMove(self.view.viewport(), start + (end - start) * (i / moves))
            self.settle(0.03)

    def release(self, at: QPoint) -> None:
        QTest.mouseRelease(self.view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def picture(self, *above: QWidget, wait: bool = True) -> QImage:
        """The window, with dialogs in its middle."""
        self.settle(SETTLE_S if wait else 0.0)
        image = self.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        for widget in above:
            _put_above(image, widget)
        return image


def _put_above(image: QImage, widget: QWidget) -> None:
    """A dialog over the window: windows without a screen have no place and no frame."""
    painter = QPainter(image)
    painter.fillRect(image.rect(), QColor(0, 0, 0, 70))
    place = QRect(QPoint(0, 0), widget.size())
    place.moveCenter(image.rect().center())
    painter.setPen(Qt.PenStyle.NoPen)
    for spread in range(16, 0, -2):
        painter.setBrush(QColor(0, 0, 0, 9))
        painter.drawRoundedRect(place.adjusted(-spread, -spread + 4, spread, spread + 4), 8, 8)
    painter.drawPixmap(place.topLeft(), widget.grab())
    painter.end()


def _area(polygon: Polygon) -> float:
    return polygon.bounds.width * polygon.bounds.height


def _dialog(stage: Stage) -> QDialog:
    return next(w for w in stage.window.findChildren(QDialog) if w.isVisible())


# Each of these makes one picture.


def main_window(stage: Stage) -> QImage:
    stage.choose(stage.busiest())
    return stage.picture()


def pose(stage: Stage) -> QImage:
    """A wrist is dragged: the puppet follows the hand."""
    panel = stage.busiest()
    stage.choose(panel, Tool.POSE)
    figure = panel.figures[0]
    stage.session.state.select_figure(panel.id, figure.id)
    stage.do("fit_panel")
    bounds = panel.polygon.bounds
    body = figure.pose.body
    joint = next(k for k in (4, 7, 3, 6, 0) if body[k].visible)
    start = stage.view.mapFromScene(QPointF(bounds.x + body[joint].x, bounds.y + body[joint].y))
    reach = round(0.12 * bounds.height * stage.view.px_per_mm)
    end = start + QPoint(-reach // 2, -reach)
    stage.press(start)
    stage.move(start, end)
    stage.settle(2.0)  # the first puppet of a figure has to be made
    stage.move(end, end + QPoint(1, 1), 2)
    image = stage.picture()
    stage.release(end)
    return image


def region(stage: Stage) -> QImage:
    """A part of a panel is painted over."""
    panel = stage.busiest()
    stage.choose(panel, Tool.REGION)
    stage.do("fit_panel")
    regions = stage.session.regions
    stage.window.region_bar.set_mode(RegionMode.BRUSH)
    stage.window.region_bar.mode_changed.emit(RegionMode.BRUSH)
    regions.layer.set_brush_mm(9.0)
    for y in (0.30, 0.38, 0.46):
        start, end = stage.at(panel, 0.32, y), stage.at(panel, 0.52, y + 0.04)
        stage.press(start)
        stage.move(start, end, 8)
        stage.release(end)
    return stage.picture()


def queue(stage: Stage) -> QImage:
    """The engine at work on the page."""
    renders = stage.session.renders
    stage.session.pages.next_seed(tuple(panel.id for panel in stage.page.panels))
    stage.session.state.select_panels((stage.page.panels[0].id,))
    stage.do("render_page")

    def seen_to_work() -> bool:
        """One panel is done, and another one can be made out."""
        drawn = any(row.state == "done" for row in renders.rows)
        drawing = [row for row in renders.rows if row.state == "drawing"]
        return drawn and any(row.step >= 0.7 * row.steps > 0 for row in drawing)

    stage.wait_for(seen_to_work, "a panel that is nearly drawn")
    image = stage.picture(wait=False)
    renders.cancel_all()
    stage.wait_for(lambda: stage.session.engine.is_idle, "the end of drawing")
    return image


def failed(stage: Stage) -> QImage:
    panel = stage.busiest()
    stage.session.pages.next_seed((panel.id,))
    stage.choose(panel)
    stage.do("render_panels")
    statuses = stage.session.renders.statuses
    stage.wait_for(lambda: statuses[panel.id].state is PanelState.FAILED, "the failure")
    return stage.picture()


def stale(stage: Stage) -> QImage:
    stage.session.pages.next_seed(tuple(panel.id for panel in stage.page.panels[:3]))
    stage.choose(stage.page.panels[-1])
    return stage.picture()


def export(stage: Stage) -> QImage:
    stage.do("export")
    dialog = stage.session.exports.dialog
    assert dialog is not None
    field = dialog.findChild(FolderField)
    assert field is not None
    field.set_folder("~/Comics")  # not where this run has put its copy
    image = stage.picture(dialog)
    dialog.close()
    return image


def character(stage: Stage, tab: int = 0) -> QImage:
    library = stage.session.library
    library.open(stage.session.controller.document.characters[0].id)
    editor = library.editor
    assert editor is not None
    tabs = editor.findChild(QTabWidget)
    assert tabs is not None
    tabs.setCurrentIndex(tab)
    image = stage.picture(editor)
    editor.close()
    return image


def skeleton(stage: Stage) -> QImage:
    return character(stage, 1)


def empty(stage: Stage) -> QImage:
    stage.do("new")
    return stage.picture()


def without_characters(stage: Stage) -> QImage:
    stage.do("new")
    stage.choose(stage.page.panels[0])
    return stage.picture()


def without_pages(stage: Stage) -> QImage:
    while stage.session.controller.document.pages:
        stage.session.pages.remove_page(stage.session.controller.document.pages[0].id)
    return stage.picture()


def notification(stage: Stage) -> QImage:
    stage.session.notifications.say("warning", "The pages folder cannot be written to.")
    stage.session.notifications.say("info", "Nothing to draw: every panel is up to date.")
    return stage.picture()


def page_only(stage: Stage) -> QImage:
    stage.do("hide_docks")
    stage.do("fit_page")
    image = stage.picture()
    stage.do("hide_docks")
    return image


def _of_dialog(action_id: str) -> Callable[[Stage], QImage]:
    def photograph(stage: Stage) -> QImage:
        stage.do(action_id)
        dialog = _dialog(stage)
        image = stage.picture(dialog)
        dialog.close()
        return image

    return photograph


def _of_menu(name: str) -> Callable[[Stage], QImage]:
    def photograph(stage: Stage) -> QImage:
        menu = stage.window.menus[name]
        menu.popup(QPoint(0, 0))
        image = stage.picture(menu)
        menu.close()
        return image

    return photograph


@dataclass(frozen=True)
class Shot:
    """name: of the file. documented: whether docs/screens has it."""

    name: str
    make: Callable[[Stage], QImage]
    theme: Theme = "dark"
    size: QSize = SMALL
    documented: bool = False


SHOTS = (
    Shot("main-dark", main_window, documented=True),
    Shot("main-light", main_window, "light", documented=True),
    Shot("pose", pose, documented=True),
    Shot("region", region, documented=True),
    Shot("queue", queue, documented=True),
    Shot("export", export, documented=True),
    Shot("character", character, documented=True),
    Shot("empty", empty, documented=True),
    Shot("main-2560", main_window, size=LARGE, documented=True),
    Shot("main-1920", main_window, "light", MIDDLE),
    Shot("pose-light", pose, "light"),
    Shot("region-light", region, "light"),
    Shot("character-light", character, "light"),
    Shot("skeleton", skeleton),
    Shot("failed", failed),
    Shot("failed-light", failed, "light"),
    Shot("stale", stale),
    Shot("without-characters", without_characters, "light"),
    Shot("without-pages", without_pages),
    Shot("notification", notification),
    Shot("notification-light", notification, "light"),
    Shot("page-only", page_only),
    Shot("settings", _of_dialog("settings")),
    Shot("settings-light", _of_dialog("settings"), "light"),
    Shot("palette", _of_dialog("palette")),
    Shot("shortcuts", _of_dialog("shortcuts")),
    Shot("export-light", export, "light"),
    *(Shot(f"menu-{name}", _of_menu(name)) for name in ("file", "edit", "page", "render", "view")),
)


def workplace_for(shot: Shot, profile: Path) -> Workplace:
    """The real engine for the queue, one that fails for failures; nothing is drawn elsewhere."""
    workplace = Workplace(profile=profile)
    if shot.make is failed:
        error = OutOfMemory("There is not enough memory for this picture.")
        workplace.make_engine = lambda folders: FakeEngine(FakeScript(failures={0: error}))
    elif shot.make is not queue:
        workplace.make_engine = lambda folders: FakeEngine(FakeScript(step_delay_s=60))
    return workplace


def take(shot: Shot, project: Path, out: Path) -> Path:
    """Make one picture; returns its file."""
    with tempfile.TemporaryDirectory(prefix="koma-") as folder:
        copy = Path(folder, "Comics", project.name)
        copy.parent.mkdir()
        save_project(load_project(project), copy)
        stage = Stage(copy, shot.theme, shot.size, workplace_for(shot, Path(folder, "profile")))
        try:
            image = shot.make(stage)
        finally:
            stage.close()
    path = out / f"{shot.name}.png"
    image.save(str(path))
    _make_small(path)
    return path


def _make_small(path: Path) -> None:
    """A palette of 256 colours, a third of the bytes: those of plain areas as they are, so that
    nothing is sprinkled over them, and the rest for pictures and shadows.
    """
    with Image.open(path) as full:
        picture = full.convert("RGB")
    plain = sorted(picture.getcolors(picture.width * picture.height), reverse=True)[:PLAIN_COLOURS]
    shades = picture.quantize(COLOURS - PLAIN_COLOURS, Image.Quantize.FASTOCTREE, kmeans=1)
    palette = Image.new("P", (1, 1))
    palette.putpalette(
        [level for _, colour in plain for level in colour] + (shades.getpalette() or [])
    )
    for dither in (Image.Dither.FLOYDSTEINBERG, Image.Dither.NONE):
        picture.quantize(palette=palette, dither=dither).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            return
