"""Menus whose entries come from the document, and those that open under the hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from app.window.layout_menus import fill_choices, fill_menu
from widgets.common.theme import icon
from widgets.page_strip.layout_titles import layout_title

if TYPE_CHECKING:
    from app.window.session import WindowSession


class WindowMenus(QObject):
    """Puts recent files, layouts, reading directions and characters into the window's menus."""

    def __init__(self, session: WindowSession) -> None:
        super().__init__(session)
        self._session = session
        self._table = session.window.actions_table
        self._fill_fixed()
        session.window.view.context_menu_requested.connect(self._show_panel_menu)
        session.poses.layer.figure_menu_requested.connect(self._show_figure_menu)

    def _fill_fixed(self) -> None:
        menus, table = self._session.window.menus, self._table
        self._recent_menu = QMenu(self.tr("Open Recent"), menus["file"])
        menus["file"].insertMenu(table["open_sample"], self._recent_menu)
        self._recent_menu.aboutToShow.connect(self._fill_recent)
        self._add_menu = QMenu(self.tr("Add Page"), menus["page"])
        self._layout_menu = QMenu(self.tr("Layout"), menus["page"])
        self._direction_menu = QMenu(self.tr("Reading Direction"), menus["page"])
        for menu in (self._add_menu, self._layout_menu, self._direction_menu):
            menus["page"].insertMenu(table["page_earlier"], menu)
        layouts = [(t.name, layout_title(t.name)) for t in self._session.pages.layouts]
        fill_menu(self._add_menu, layouts, self._add_page)
        fill_menu(self._layout_menu, layouts, self._lay_out)
        self._direction_menu.aboutToShow.connect(self._fill_directions)
        self._figure_menu = QMenu(self.tr("Add Figure"), menus["figure"])
        menus["figure"].insertMenu(table["figure_mirror"], self._figure_menu)
        self._figure_menu.aboutToShow.connect(self._fill_figures)
        self._character_menu = QMenu(self.tr("Change Character"), menus["figure"])
        menus["figure"].insertMenu(table["figure_copy"], self._character_menu)
        self._character_menu.aboutToShow.connect(self._fill_characters)
        self._best_menu = QMenu(self.tr("Drawings to Choose From"), menus["render"])
        self._best_menu.addActions(list(table.of_menu("best_of")))
        menus["render"].insertMenu(table["check_characters"], self._best_menu)
        for menu, icon_name in (
            (self._best_menu, "mdi6.numeric"),
            (self._recent_menu, "mdi6.clock-outline"),
            (self._add_menu, "mdi6.file-plus-outline"),
            (self._layout_menu, "mdi6.view-dashboard-outline"),
            (self._direction_menu, "mdi6.swap-horizontal"),
            (self._figure_menu, "mdi6.account-plus-outline"),
            (self._character_menu, "mdi6.account-switch-outline"),
        ):
            menu.setIcon(icon(icon_name))

    def _add_page(self, layout_name: str) -> None:
        session = self._session
        ids = [page.id for page in session.controller.document.pages]
        here = session.state.page_id
        session.pages.add_page(layout_name, ids.index(here) + 1 if here in ids else len(ids))

    def _lay_out(self, layout_name: str) -> None:
        if self._session.state.page_id is not None:
            self._session.pages.lay_out(self._session.state.page_id, layout_name)

    def _fill_recent(self) -> None:
        entries = self._session.recent.entries
        fill_menu(
            self._recent_menu,
            ((str(e.path), f"{e.name} – {e.place}" if e.place else e.name) for e in entries),
            self._session.window.open_file,
        )
        if not entries:
            self._recent_menu.addAction(self.tr("No projects yet")).setEnabled(False)

    def _fill_directions(self) -> None:
        choices = (
            ("rtl", self.tr("Right to Left")),
            ("ltr", self.tr("Left to Right")),
            ("vertical", self.tr("Top to Bottom")),
        )
        current = self._session.controller.document.reading_direction
        fill_choices(self._direction_menu, choices, current, self._session.inspector.set_direction)

    def _fill_figures(self) -> None:
        characters = self._session.controller.document.characters
        fill_menu(self._figure_menu, ((c.id, c.name) for c in characters), self._add_figure)
        if not characters:
            self._figure_menu.addAction(self.tr("No characters yet")).setEnabled(False)

    def _add_figure(self, character_id: str) -> None:
        panel_id = self._session.state.panel_id
        if panel_id is None:
            self._session.notifications.say("info", self.tr("Select a panel first."))
        else:
            self._session.pages.put_character(character_id, panel_id)

    def _fill_characters(self) -> None:
        """For the figure that is meant: which character plays it."""
        figure = self._session.poses.figure
        document = self._session.controller.document
        current = ""
        if figure is not None:
            current = document.panel(figure[0]).figure(figure[1]).character_id
        choices = [(c.id, c.name) for c in document.characters]
        fill_choices(self._character_menu, choices, current, self._change_character)
        for action in self._character_menu.actions():
            action.setEnabled(figure is not None)

    def _change_character(self, character_id: str) -> None:
        figure = self._session.poses.figure
        if figure is not None:
            self._session.pages.set_character(*figure, character_id)

    def _show_panel_menu(self, panel_id: str, at: QPoint) -> None:
        session, table = self._session, self._table
        if panel_id and panel_id not in session.state.panel_ids:
            session.state.select_panels((panel_id,))
        menu = QMenu(session.window)
        if panel_id:
            menu.addActions([table[a] for a in ("render_panels", "panel_seed", "best_of")])
            menu.addSeparator()
            menu.addActions([table[a] for a in ("tool_pose", "tool_region")])
            menu.addMenu(self._figure_menu)
            menu.addSeparator()
            menu.addActions([table[a] for a in ("fit_panel", "panel_clear", "panel_remove")])
        else:
            menu.addActions([table["render_page"], table["fit_page"]])
            menu.addMenu(self._layout_menu)
        _popup(menu, at)

    def _show_figure_menu(self, figure_id: str, at: QPoint) -> None:
        state = self._session.state
        if state.panel_id is not None:
            state.select_figure(state.panel_id, figure_id)
        menu = QMenu(self._session.window)
        table = self._table
        menu.addActions([table[a] for a in ("figure_copy", "figure_paste")])
        menu.addMenu(self._character_menu)
        menu.addSeparator()
        menu.addActions([table[a] for a in ("figure_mirror", "figure_reset")])
        menu.addSeparator()
        menu.addActions([table[a] for a in ("figure_forward", "figure_backward")])
        menu.addSeparator()
        menu.addAction(table["figure_remove"])
        _popup(menu, at)


def _popup(menu: QMenu, at: QPoint) -> None:
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(at)
