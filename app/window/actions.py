"""One table of all actions: text, shortcut, icon, hint, and the menu they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from widgets.common.mnemonics import without_mnemonic
from widgets.common.theme import icon

# Menus whose rows have icons; the others are lists of ticks, where icons would hide these.
MENUS_WITH_ICONS = ("file", "edit", "tools", "page", "panel", "figure", "render")


@dataclass(frozen=True)
class ActionSpec:
    """id: also the objectName. shortcuts: of Qt's portable notation. group: one of it is on.

    on_page: the keys work while the page has the keyboard; elsewhere Tab and the like go on to move
    the focus and to scroll.
    """

    id: str
    menu: str
    text: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    checkable: bool = False
    group: str = ""
    on_page: bool = False


class Actions(QObject):
    """All actions of the window by id; who carries them out connects to `triggered`."""

    def __init__(self, window: QWidget, page: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._menus: dict[str, list[str]] = {}
        for spec in self._specs():
            self._add(spec, window, page if spec.on_page else window)

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def of_menu(self, menu: str) -> tuple[QAction, ...]:
        return tuple(self._actions[action_id] for action_id in self._menus.get(menu, []))

    def group(self, name: str) -> QActionGroup:
        return self._groups[name]

    def set_enabled(self, enabled: bool, *action_ids: str) -> None:
        for action_id in action_ids:
            self._actions[action_id].setEnabled(enabled)

    def _add(self, spec: ActionSpec, window: QWidget, place: QWidget) -> None:
        action = QAction(spec.text, window)
        action.setObjectName(spec.id)
        action.setIconText(without_mnemonic(spec.text))  # Qt leaves "(S)" of "保存(&S)"
        hint = spec.tip
        if spec.shortcuts:
            keys = [QKeySequence(keys) for keys in spec.shortcuts]
            action.setShortcuts(keys)
            shown = keys[0].toString(QKeySequence.SequenceFormat.NativeText)
            hint = f"{spec.tip} ({shown})"
        action.setToolTip(hint)
        action.setStatusTip(spec.tip)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        action.setIconVisibleInMenu(spec.menu in MENUS_WITH_ICONS)
        action.setCheckable(spec.checkable or bool(spec.group))
        if spec.group:
            if spec.group not in self._groups:
                self._groups[spec.group] = QActionGroup(window)
            self._groups[spec.group].addAction(action)
        if spec.on_page:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        place.addAction(action)
        self._actions[spec.id] = action
        self._menus.setdefault(spec.menu, []).append(spec.id)

    def _specs(self) -> tuple[ActionSpec, ...]:
        return (*self._file(), *self._edit(), *self._tools(), *self._page(), *self._panel(),
                *self._figure(), *self._render(), *self._view(), *self._help())  # fmt: skip

    def _file(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("new", "file", self.tr("&New…"), self.tr("Begin a new project"), ("Ctrl+N",),
                       "mdi6.file-plus-outline"),
            ActionSpec("open", "file", self.tr("&Open…"), self.tr("Open a project"), ("Ctrl+O",),
                       "mdi6.folder-open-outline"),
            ActionSpec("open_sample", "file", self.tr("Open the Sample"),
                       self.tr("Open a copy of the sample project"),
                       icon="mdi6.book-open-outline"),
            ActionSpec("save", "file", self.tr("&Save"), self.tr("Save the project"), ("Ctrl+S",),
                       "mdi6.content-save-outline"),
            ActionSpec("save_as", "file", self.tr("Save &As…"),
                       self.tr("Save the project as another file"),
                       ("Ctrl+Shift+S",), icon="mdi6.content-save-edit-outline"),
            ActionSpec("recover", "file", self.tr("&Recover Unsaved Work…"),
                       self.tr("Safety copies from when Koma did not end properly"),
                       icon="mdi6.history"),
            ActionSpec("export", "file", self.tr("&Export…"),
                       self.tr("Write pages as PNG or layered PSD"),
                       ("Ctrl+E",), "mdi6.export-variant"),
            ActionSpec("settings", "file", self.tr("Se&ttings…"), self.tr("Language, look, models"),
                       ("Ctrl+,",), "mdi6.cog-outline"),
            ActionSpec("quit", "file", self.tr("&Quit"), self.tr("Close Koma"), ("Ctrl+Q",),
                       icon="mdi6.exit-to-app"),
        )  # fmt: skip

    def _edit(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("undo", "edit", self.tr("&Undo"), self.tr("Take back the last change"),
                       ("Ctrl+Z",),
                       "mdi6.undo"),
            ActionSpec("redo", "edit", self.tr("&Redo"), self.tr("Make the change again"),
                       ("Ctrl+Shift+Z", "Ctrl+Y"), "mdi6.redo"),
            ActionSpec("select_all", "edit", self.tr("Select &All Panels"),
                       self.tr("Select all panels of the page"), ("Ctrl+A",),
                       icon="mdi6.select-all"),
            ActionSpec("palette", "edit", self.tr("&Command Palette…"),
                       self.tr("Find any command by name"),
                       ("Ctrl+K",), "mdi6.magnify"),
        )  # fmt: skip

    def _tools(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("tool_select", "tools", self.tr("Select"),
                       self.tr("Select panels and move gutters"), ("V",),
                       "mdi6.cursor-default-outline", group="tool"),
            ActionSpec("tool_pose", "tools", self.tr("Pose"),
                       self.tr("Drag the skeletons of a panel"),
                       ("P",), "mdi6.human-handsup", group="tool"),
            ActionSpec("tool_region", "tools", self.tr("Region"),
                       self.tr("Mark a part of a panel and draw it again"), ("R",),
                       "mdi6.lasso", group="tool"),
            ActionSpec("tool_knife", "tools", self.tr("Knife"), self.tr("Cut a panel in two"),
                       ("K",),
                       "mdi6.box-cutter", group="tool"),
            ActionSpec("tool_hand", "tools", self.tr("Hand"), self.tr("Move the page about"),
                       ("M",),
                       "mdi6.hand-back-right-outline", group="tool"),
        )  # fmt: skip

    def _page(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("page_before", "page", self.tr("Previous Page"),
                       self.tr("Show the page before"),
                       ("PgUp",), on_page=True, icon="mdi6.chevron-up"),
            ActionSpec("page_after", "page", self.tr("Next Page"), self.tr("Show the page after"),
                       ("PgDown",),
                       on_page=True, icon="mdi6.chevron-down"),
            ActionSpec("page_earlier", "page", self.tr("Move Page Earlier"),
                       self.tr("Move this page one place to the front"),
                       icon="mdi6.page-previous-outline"),
            ActionSpec("page_later", "page", self.tr("Move Page Later"),
                       self.tr("Move this page one place to the back"),
                       icon="mdi6.page-next-outline"),
            ActionSpec("page_duplicate", "page", self.tr("Duplicate Page"),
                       self.tr("Put a copy of this page behind it"),
                       icon="mdi6.content-duplicate"),
            ActionSpec("page_remove", "page", self.tr("Delete Page"), self.tr("Delete this page"),
                       icon="mdi6.trash-can-outline"),
        )  # fmt: skip

    def _panel(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("panel_before", "panel", self.tr("Previous Panel"),
                       self.tr("Select the panel before in reading order"), ("Ctrl+Shift+Tab",),
                       icon="mdi6.skip-previous-outline"),
            ActionSpec("panel_after", "panel", self.tr("Next Panel"),
                       self.tr("Select the next panel in reading order"), ("Ctrl+Tab",),
                       icon="mdi6.skip-next-outline"),
            ActionSpec("panel_remove", "panel", self.tr("Delete Panel"),
                       self.tr("Delete the selected panels"),
                       icon="mdi6.trash-can-outline"),
            ActionSpec("panel_clear", "panel", self.tr("Clear Drawing"),
                       self.tr("Forget the picture of the selected panels"),
                       icon="mdi6.image-off-outline"),
            ActionSpec("panel_seed", "panel", self.tr("Next Seed"),
                       self.tr("Try another picture with the next seed"), ("Ctrl+D",),
                       "mdi6.dice-5-outline"),
        )  # fmt: skip

    def _figure(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("figure_mirror", "figure", self.tr("Mirror"),
                       self.tr("Mirror the figure's pose"),
                       ("Ctrl+M",), "mdi6.flip-horizontal"),
            ActionSpec("figure_reset", "figure", self.tr("Reset Pose"),
                       self.tr("Let the figure stand"),
                       icon="mdi6.human-male"),
            ActionSpec("figure_copy", "figure", self.tr("Copy Pose"),
                       self.tr("Copy the figure's pose for another figure"), ("Ctrl+C",),
                       icon="mdi6.content-copy"),
            ActionSpec("figure_paste", "figure", self.tr("Paste Pose"),
                       self.tr("Give the figure the pose that was copied"), ("Ctrl+V",),
                       icon="mdi6.content-paste"),
            ActionSpec("pose_import", "figure", self.tr("Import Pose…"),
                       self.tr("Take a pose from an OpenPose file"),
                       icon="mdi6.import"),
            ActionSpec("pose_export", "figure", self.tr("Export Poses…"),
                       self.tr("Write the panel's poses as an OpenPose file"),
                       icon="mdi6.export"),
            ActionSpec("figure_forward", "figure", self.tr("Bring Forward"),
                       self.tr("Put the figure before the next one"),
                       icon="mdi6.arrange-bring-forward"),
            ActionSpec("figure_backward", "figure", self.tr("Send Backward"),
                       self.tr("Put the figure behind the one before"),
                       icon="mdi6.arrange-send-backward"),
            ActionSpec("figure_remove", "figure", self.tr("Remove Figure"),
                       self.tr("Take the figure out of the panel"),
                       icon="mdi6.account-remove-outline"),
        )  # fmt: skip

    def _render(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("render_panels", "render", self.tr("Render &Panel"),
                       self.tr("Draw the selected panels"), ("Ctrl+Return",), "mdi6.brush"),
            ActionSpec("render_page", "render", self.tr("Render Pa&ge"),
                       self.tr("Draw what this page lacks"), ("Ctrl+Shift+Return",),
                       icon="mdi6.file-image-outline"),
            ActionSpec("render_stale", "render", self.tr("Render All Out-of-date Panels"),
                       self.tr("Draw what any page lacks"),
                       icon="mdi6.image-refresh-outline"),
            ActionSpec("best_of", "render", self.tr("Draw Again, Keep the Best"),
                       self.tr("Draw the selected panel with other seeds and keep the drawing "
                               "nearest to the references"),
                       ("Ctrl+Shift+D",), icon="mdi6.trophy-outline"),
            ActionSpec("best_of_2", "best_of", self.tr("Best of 2"),
                       self.tr("Draw a panel twice more to choose from"), group="best_of"),
            ActionSpec("best_of_4", "best_of", self.tr("Best of 4"),
                       self.tr("Draw a panel four times more to choose from"), group="best_of"),
            ActionSpec("best_of_8", "best_of", self.tr("Best of 8"),
                       self.tr("Draw a panel eight times more to choose from"), group="best_of"),
            ActionSpec("check_characters", "render", self.tr("Check Characters"),
                       self.tr("List the figures that drift from their references"),
                       icon="mdi6.account-alert-outline"),
            ActionSpec("cancel_all", "render", self.tr("&Cancel All"), self.tr("Stop drawing"),
                       ("Ctrl+.",),
                       "mdi6.stop-circle-outline"),
            ActionSpec("quality_draft", "render", self.tr("Draft"),
                       self.tr("Rough pictures in a few steps"),
                       icon="mdi6.pencil-outline", group="quality"),
            ActionSpec("quality_final", "render", self.tr("Final"),
                       self.tr("Pictures with all steps"),
                       icon="mdi6.fountain-pen-tip", group="quality"),
        )  # fmt: skip

    def _view(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("zoom_in", "view", self.tr("Zoom In"), self.tr("Make the page larger"),
                       ("Ctrl++", "Ctrl+="), "mdi6.magnify-plus-outline"),
            ActionSpec("zoom_out", "view", self.tr("Zoom Out"), self.tr("Make the page smaller"),
                       ("Ctrl+-",),
                       "mdi6.magnify-minus-outline"),
            ActionSpec("zoom_100", "view", self.tr("Actual Size"),
                       self.tr("Show the page in print size"),
                       ("Ctrl+1",)),
            ActionSpec("fit_page", "view", self.tr("Fit Page"), self.tr("Show the whole page"),
                       ("Ctrl+0",),
                       "mdi6.fit-to-page-outline"),
            ActionSpec("fit_panel", "view", self.tr("Fit Panel"),
                       self.tr("Show the selected panel large"),
                       ("Ctrl+2",)),
            ActionSpec("guides", "view", self.tr("Guides"), self.tr("Show bleed and live area"),
                       ("Ctrl+;",),
                       checkable=True),
            ActionSpec("hide_docks", "view", self.tr("Page Only"),
                       self.tr("Hide everything but the page"),
                       ("Tab",), checkable=True, on_page=True),
            ActionSpec("reset_layout", "view", self.tr("Reset Layout"),
                       self.tr("Put everything around the page where it was at first")),
        )  # fmt: skip

    def _help(self) -> tuple[ActionSpec, ...]:
        return (
            ActionSpec("shortcuts", "help", self.tr("Keyboard Shortcuts"),
                       self.tr("All keys at a glance"),
                       ("F1",)),
            ActionSpec("diagnosis", "help", self.tr("What Koma Found"),
                       self.tr("Versions, device, memory and models")),
            ActionSpec("about", "help", self.tr("About Koma"), self.tr("Version and licence")),
        )  # fmt: skip
