"""What each action of the table does, and when it can be chosen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction

from app.window.dialogs import WindowDialogs
from app.window.menus import WindowMenus
from core.document import Quality
from widgets.page_view import Tool

if TYPE_CHECKING:
    from app.window.session import WindowSession

TOOLS = {
    "tool_select": Tool.SELECT, "tool_pose": Tool.POSE, "tool_region": Tool.REGION,
    "tool_knife": Tool.KNIFE, "tool_hand": Tool.HAND,
}  # fmt: skip
NEED_PANELS = ("panel_remove", "panel_clear", "panel_seed")
NEED_FIGURE = (
    "figure_copy", "figure_paste", "figure_mirror", "figure_reset", "figure_forward",
    "figure_backward", "figure_remove",
)  # fmt: skip
NEED_PANEL = ("best_of", "pose_import", "pose_export", "fit_panel", "tool_pose", "tool_region")
NEED_PAGE = (
    "page_before", "page_after", "page_earlier", "page_later", "page_duplicate", "page_remove",
    "select_all",
    "panel_before", "panel_after", "render_panels", "render_page", "render_stale", "export",
    "fit_page", "zoom_100",
)  # fmt: skip


class WindowCommands(QObject):
    """Connects the table of actions and the menus that are filled from data."""

    def __init__(self, session: WindowSession) -> None:
        super().__init__(session)
        self._session = session
        self._table = session.window.actions_table
        self._dialogs = WindowDialogs(session)
        self._menus = WindowMenus(session)
        self._history: tuple[object, ...] = ()
        self._connect_files()
        self._connect_editing()
        self._connect_pages()
        self._connect_figures()
        self._connect_rendering()
        self._connect_view()
        for signal in (session.state.selection_changed, session.controller.document_changed):
            signal.connect(self.update_enabled)
        session.recovery.changed.connect(self.update_enabled)
        session.state.tool_changed.connect(self._show_tool)
        session.state.quality_changed.connect(self._show_quality)
        self._show_tool(session.state.tool)
        self._show_quality(session.state.quality)
        self.update_enabled()

    def update_enabled(self, *_: object) -> None:
        state = self._session.state
        self._table.set_enabled(state.page_id is not None, *NEED_PAGE)
        self._table.set_enabled(bool(state.panel_ids), *NEED_PANELS)
        self._table.set_enabled(state.panel_id is not None, *NEED_PANEL)
        self._table.set_enabled(self._has_figure(), *NEED_FIGURE)
        self._table.set_enabled(self._session.recovery.count > 0, "recover")

    def _has_figure(self) -> bool:
        panel_id = self._session.state.panel_id
        if panel_id is None:
            return False
        panel = self._session.controller.document.panel(panel_id)
        return len(panel.figures) == 1 or self._session.state.figure_id is not None

    def _on(self, action_id: str, run: Callable[[], object]) -> None:
        self._table[action_id].triggered.connect(lambda _=False: run())

    def _connect_files(self) -> None:
        session = self._session
        self._on("new", self.new)
        self._on("open", session.files.open)
        self._on("open_sample", session.files.open_sample)
        self._on("save", session.files.save)
        self._on("save_as", session.files.save_as)
        self._on("export", session.exports.open)
        self._on("settings", self._dialogs.show_settings)
        self._on("recover", session.recovery.show)
        self._on("quit", session.window.close)

    def _connect_editing(self) -> None:
        stack, regions = self._session.controller.undo_stack, self._session.regions
        self._on("undo", self.undo)
        self._on("redo", self.redo)
        self._on("select_all", self._session.pages.select_all)
        self._on("palette", self._dialogs.show_palette)
        for signal in (
            stack.canUndoChanged, stack.undoTextChanged, stack.canRedoChanged,
            stack.redoTextChanged, regions.history_changed, self._session.state.tool_changed,
        ):  # fmt: skip
            signal.connect(self._show_history)
        self._show_history()

    def undo(self) -> None:
        """The last stroke of a region that is being marked, else the last edit."""
        regions = self._session.regions
        if regions.active and regions.history[0]:
            regions.layer.undo()
        else:
            self._session.controller.undo()

    def redo(self) -> None:
        regions = self._session.regions
        if regions.active and regions.history[1]:
            regions.layer.redo()
        else:
            self._session.controller.redo()

    def _show_history(self, *_: object) -> None:
        stack, regions = self._session.controller.undo_stack, self._session.regions
        strokes = regions.history if regions.active else (False, False)
        rows = (
            ("undo", self.tr("&Undo"), stack.canUndo(), stack.undoText(), strokes[0]),
            ("redo", self.tr("&Redo"), stack.canRedo(), stack.redoText(), strokes[1]),
        )
        if rows == self._history:
            return
        self._history = rows
        for action_id, name, can, text, stroke in rows:
            self._table[action_id].setEnabled(can or stroke)
            shown = self.tr("stroke") if stroke else text
            self._table[action_id].setText(
                self.tr("{command} “{edit}”").format(command=name, edit=shown) if shown else name
            )

    def _connect_pages(self) -> None:
        pages, state = self._session.pages, self._session.state
        for action_id, tool in TOOLS.items():
            self._on(action_id, partial(state.set_tool, tool))
        self._on("page_before", partial(pages.turn_page, -1))
        self._on("page_after", partial(pages.turn_page, 1))
        self._on("page_earlier", partial(pages.shift_page, -1))
        self._on("page_later", partial(pages.shift_page, 1))
        self._on("page_duplicate", pages.duplicate_page)
        self._on("page_remove", lambda: pages.remove_page(state.page_id or ""))
        self._on("panel_before", partial(pages.step_panel, -1))
        self._on("panel_after", partial(pages.step_panel, 1))
        self._on("panel_remove", lambda: pages.remove_panels(state.panel_ids))
        self._on("panel_clear", lambda: pages.clear_drawings(state.panel_ids))
        self._on("panel_seed", self.next_seed)

    def _connect_figures(self) -> None:
        poses = self._session.poses
        self._on("figure_mirror", poses.mirror)
        self._on("figure_reset", poses.reset)
        self._on("figure_copy", poses.copy)
        self._on("figure_paste", poses.paste)
        self._on("figure_remove", poses.remove)
        self._on("figure_forward", partial(poses.reorder, 1))
        self._on("figure_backward", partial(poses.reorder, -1))
        self._on("pose_import", poses.import_pose)
        self._on("pose_export", poses.export_poses)

    def _connect_rendering(self) -> None:
        session, actions = self._session, self._session.render_actions
        self._on("render_panels", actions.panels)
        self._on("render_page", actions.page)
        self._on("render_stale", actions.stale)
        self._on("cancel_all", session.renders.cancel_all)
        self._on("best_of", lambda: session.checks.draw_again(session.state.panel_id or ""))
        self._on("check_characters", session.checks.show)
        qualities: tuple[Quality, ...] = ("draft", "final")
        for quality in qualities:
            self._on(f"quality_{quality}", partial(session.state.set_quality, quality))

    def _keep_to_view(self, action: QAction) -> None:
        """Its key works on the page alone: elsewhere Tab goes from field to field."""
        window, view = self._session.window, self._session.window.view
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        window.removeAction(action)
        view.addAction(action)

    def _connect_view(self) -> None:
        session, view, window = self._session, self._session.window.view, self._session.window
        self._on("zoom_in", view.zoom_in)
        self._on("zoom_out", view.zoom_out)
        self._on("zoom_100", partial(view.set_zoom, 1.0))
        self._on("fit_page", view.fit_page)
        self._on("fit_panel", lambda: view.fit_panel(session.state.panel_id or ""))
        for action_id in ("hide_docks", "panel_before"):
            self._keep_to_view(self._table[action_id])
        self._table["guides"].toggled.connect(view.set_guides_visible)
        self._table["guides"].setChecked(True)
        self._table["hide_docks"].toggled.connect(window.show_page_only)
        self._on("reset_layout", window.reset_layout)
        queue = window.dock("queue")
        button = window.status_line.queue_button
        button.clicked.connect(self._show_queue)  # not toggled: behind its neighbour's tab it stays
        queue.visibilityChanged.connect(button.setChecked)
        self._on("shortcuts", self._dialogs.show_shortcuts)
        self._on("diagnosis", self._dialogs.show_diagnosis)
        self._on("about", self._dialogs.show_about)

    def _show_queue(self, shown: bool) -> None:
        queue = self._session.window.dock("queue")
        queue.setVisible(shown)
        if shown:
            queue.raise_()

    def next_seed(self) -> None:
        """Another seed for what is selected, and a draft of how that looks."""
        session = self._session
        panel_ids = session.state.panel_ids
        changed = session.pages.next_seed(panel_ids, session.window.inspector.locked_seeds)
        if changed and len(panel_ids) == 1 and session.settings.draft_after_edit:
            session.renders.draft(panel_ids[0])

    def new(self) -> None:
        """A project with one page in the first layout that has several panels."""
        layouts = self._session.pages.layouts
        layout = next((t for t in layouts if len(t.panels) == FIRST_PANELS), layouts[0])
        direction = self._session.controller.document.reading_direction
        self._session.files.new(layout, reading_direction=direction)

    def _show_tool(self, tool: Tool) -> None:
        for action_id, its_tool in TOOLS.items():
            self._table[action_id].setChecked(its_tool is tool)

    def _show_quality(self, quality: str) -> None:
        self._table[f"quality_{quality}"].setChecked(True)


FIRST_PANELS = 4
