"""The window's parts and where they stand; what they do is the session's business."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.file_dialogs import SUFFIX
from app.window.actions import Actions
from app.window.dock_title import DockTitle
from app.window.status import StatusLine
from widgets.check_view import CheckView
from widgets.common import theme
from widgets.common.mnemonics import without_mnemonic
from widgets.common.motion import appear
from widgets.inspector import Inspector
from widgets.library_view import LibraryView
from widgets.notifications import NotificationBar
from widgets.page_strip import PageStrip
from widgets.page_view import PageView
from widgets.painting import LoadRaster
from widgets.pose_editor import PoseGrid
from widgets.queue_view import QueueView
from widgets.region_editor import RegionBar

FIRST_SIZE = QSize(1280, 800)
SCREEN_SHARE = 0.86  # of a screen on which more than the first size has room
# Docks in a window of the first size, and in one of twice that: pictures grow with them, text does
# not.
LIBRARY_PX, INSPECTOR_PX, STRIP_PX, QUEUE_PX = (232, 340), (296, 348), (128, 220), (264, 480)
LIBRARY_SHARE = 0.55  # of the left column; the poses have the rest
STATE_VERSION = 3  # of docks and tool bars; raise it when their names change


class MainWindow(QMainWindow):
    """Docks around one page. `may_close` is asked before the window goes."""

    def __init__(self, load: LoadRaster) -> None:
        super().__init__()
        self.setObjectName("koma")
        self.resize(FIRST_SIZE)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.may_close: Callable[[], bool] = lambda: True
        self.open_file: Callable[[str], object] = lambda path: None
        self.view = PageView(load)
        self.actions_table = Actions(self, self.view)
        self.library = LibraryView()
        self.pose_grid = PoseGrid()
        self.inspector = Inspector(thumbnails=self.library.thumbnails)
        self.strip = PageStrip(load)
        self.queue = QueueView()
        self.checks = CheckView()
        self.region_bar = RegionBar()
        self.notification_bar = NotificationBar(self.view)
        self.status_line = StatusLine()
        self._place_centre()
        self._docks = self._made_docks()
        self.menus = self._made_menus()
        self._make_tool_bar()
        self.setStatusBar(self.status_line)
        self._hidden_docks: list[QDockWidget] = []
        self._given_px: tuple[int, ...] | None = None  # the docks' sizes while they are our choice
        self._first_state = QByteArray(self.saveState(STATE_VERSION))
        self._give_sizes()

    def dock(self, name: str) -> QDockWidget:
        """library, poses, inspector, pages, queue or checks."""
        return self._docks[name]

    def show_page_only(self, only: bool) -> None:
        """Hide the docks, or show again those that were there."""
        if only:
            self._hidden_docks = [d for d in self._docks.values() if not d.isHidden()]
            for dock in self._hidden_docks:
                dock.hide()
            self.view.setFocus()  # the key that hid them brings them back
        else:
            for dock in self._hidden_docks:
                dock.show()
            self._hidden_docks = []

    def actions_by_menu(self) -> dict[str, list[QAction]]:
        """The actions under the titles of their menus, for lists of shortcuts."""
        listed = {
            without_mnemonic(menu.title()): list(self.actions_table.of_menu(name))
            for name, menu in self.menus.items()
        }
        return {self.tr("Tools"): list(self.actions_table.of_menu("tools")), **listed}

    def reset_layout(self) -> None:
        """Docks where they were the first time, in proportion to the window."""
        self.restoreState(self._first_state, STATE_VERSION)
        self._give_sizes()

    def open_on(self, available: QSize) -> None:
        """The size of a first window on a screen with so much room (px)."""
        self.resize(FIRST_SIZE.expandedTo(available * SCREEN_SHARE).boundedTo(available))

    def keep_layout(self) -> None:
        """The docks are as the artist left them: they do not follow the window's size."""
        self._given_px = None

    def _give_sizes(self) -> None:
        docks, size = self._docks, self.size()
        wide, high = size.width() / FIRST_SIZE.width(), size.height() / FIRST_SIZE.height()
        sideways = {"library": _grown(LIBRARY_PX, wide), "inspector": _grown(INSPECTOR_PX, wide)}
        strip, queue = _grown(STRIP_PX, high), _grown(QUEUE_PX, high)
        column = size.height() - 2 * theme.SPACE_L
        upright = {
            "library": round(LIBRARY_SHARE * column), "poses": round((1 - LIBRARY_SHARE) * column),
            "inspector": column - queue, "queue": queue, "pages": strip,
        }  # fmt: skip
        for given, orientation in (
            (sideways, Qt.Orientation.Horizontal),
            (upright, Qt.Orientation.Vertical),
        ):
            self.resizeDocks([docks[name] for name in given], list(given.values()), orientation)
        self._given_px = (sideways["library"], sideways["inspector"])

    def _follow_size(self) -> None:
        """Docks that nobody has moved keep their proportions in a larger window."""
        if self._given_px is None:
            return
        now = (self._docks["library"].width(), self._docks["inspector"].width())
        if self.isVisible() and now != self._given_px:
            self.keep_layout()
        else:
            self._give_sizes()

    def _place_centre(self) -> None:
        centre = QWidget(self)
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.region_bar)
        layout.addWidget(self.view, 1)
        self.region_bar.hide()
        self.setCentralWidget(centre)

    def _made_docks(self) -> dict[str, QDockWidget]:
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        docks = {
            "library": self._dock("library", self.tr("Characters"), self.library, left),
            "poses": self._dock("poses", self.tr("Poses"), self.pose_grid, left),
            "inspector": self._dock("inspector", self.tr("Inspector"), self.inspector, right),
            "queue": self._dock("queue", self.tr("Queue"), self.queue, right),
            "checks": self._dock("checks", self.tr("Check"), self.checks, right),
            "pages": self._dock("pages", self.tr("Pages"), self.strip, bottom),
        }
        self.setCorner(Qt.Corner.BottomLeftCorner, left)
        self.setCorner(Qt.Corner.BottomRightCorner, right)
        self.tabifyDockWidget(docks["queue"], docks["checks"])
        for name in ("queue", "checks"):
            docks[name].hide()
        return docks

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        tools = self.strip.take_tools() if widget is self.strip else None
        dock.setTitleBarWidget(DockTitle(dock, tools))
        self.addDockWidget(area, dock)
        dock.visibilityChanged.connect(partial(_on_dock_shown, widget))
        return dock

    def _made_menus(self) -> dict[str, QMenu]:
        titles = {
            "file": self.tr("&File"), "edit": self.tr("&Edit"), "page": self.tr("&Page"),
            "panel": self.tr("P&anel"), "figure": self.tr("F&igure"),
            "render": self.tr("&Render"), "view": self.tr("&View"), "help": self.tr("&Help"),
        }  # fmt: skip
        menus = {name: self.menuBar().addMenu(title) for name, title in titles.items()}
        for name, menu in menus.items():
            menu.addActions(list(self.actions_table.of_menu(name)))
        self._add_separators(menus)
        menus["edit"].addSeparator()
        menus["edit"].addActions(list(self.actions_table.of_menu("tools")))
        menus["view"].addSeparator()
        for dock in self._docks.values():
            menus["view"].addAction(dock.toggleViewAction())
        return menus

    def _add_separators(self, menus: dict[str, QMenu]) -> None:
        before = {
            "file": ("save", "export", "settings", "quit"),
            "edit": ("select_all", "palette"),
            "page": ("page_earlier", "page_remove"),
            "panel": ("panel_remove", "panel_seed"),
            "figure": ("pose_import", "figure_forward", "figure_remove"),
            "render": ("best_of", "cancel_all", "quality_draft"),
            "view": ("fit_page", "guides"),
            "help": ("about",),
        }
        for name, action_ids in before.items():
            for action_id in action_ids:
                menus[name].insertSeparator(self.actions_table[action_id])

    def _make_tool_bar(self) -> None:
        bar = QToolBar(self.tr("Tools"), self)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(theme.ICON_PX, theme.ICON_PX))
        table = self.actions_table
        bar.addActions(list(table.of_menu("tools")))
        bar.addSeparator()
        bar.addActions([table["undo"], table["redo"]])
        bar.addWidget(_spacer())
        self.zoom_label = self._zoom_label()
        bar.addActions([table["zoom_out"]])
        bar.addWidget(self.zoom_label)
        bar.addActions([table["zoom_in"], table["fit_page"]])
        bar.addWidget(_spacer())
        bar.addWidget(self._segments(table["quality_draft"], table["quality_final"]))
        bar.addWidget(_gap())
        self.render_button = self._text_button(table["render_panels"], "primary")
        self.render_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        menu = QMenu(self.render_button)
        menu.addActions([table[a] for a in ("render_panels", "render_page", "render_stale")])
        menu.addSeparator()
        menu.addAction(table["cancel_all"])
        self.render_button.setMenu(menu)
        bar.addWidget(self.render_button)
        self.addToolBar(bar)

    def _zoom_label(self) -> QLabel:
        label = QLabel("100 %")
        label.setMinimumWidth(52)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setProperty("role", "quiet")
        label.setToolTip(self.tr("Zoom: the wheel makes the page larger and smaller"))
        return label

    def _text_button(self, action: QAction, role: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setProperty("role", role)
        return button

    def _segments(self, first: QAction, last: QAction) -> QWidget:
        """Two buttons that look like one: the one or the other."""
        pair = QWidget()
        layout = QHBoxLayout(pair)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._text_button(first, "segment-first"))
        layout.addWidget(self._text_button(last, "segment-last"))
        return pair

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow_size()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _project_of(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _project_of(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_file(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close():
            event.accept()
        else:
            event.ignore()


def _grown(least_and_most_px: tuple[int, int], scale: float) -> int:
    """A length between its least, at a scale of 1, and its most, from a scale of 2 on."""
    least, most = least_and_most_px
    return round(least + (most - least) * min(max(scale - 1.0, 0.0), 1.0))


def _on_dock_shown(contents: QWidget, shown: bool) -> None:
    if shown:
        appear(contents)


def _project_of(event: QDropEvent) -> str | None:
    """The project file that is dropped, None where something else is."""
    paths = [url.toLocalFile() for url in event.mimeData().urls()]
    return next((path for path in paths if path.lower().endswith(SUFFIX)), None)


def _spacer() -> QWidget:
    spacer = QWidget()
    spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return spacer


def _gap() -> QWidget:
    gap = QWidget()
    gap.setFixedWidth(theme.SPACE_M)
    return gap
