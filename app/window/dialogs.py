"""The dialogs of the window's own: palette, keys, settings, what Koma found, about."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from app import __version__
from app.background import Finished
from app.error_texts import error_text
from app.settings import changed_settings
from core.errors import KomaError
from widgets.dialogs import (
    CommandPalette,
    DetailsDialog,
    SettingsChoice,
    SettingsDialog,
    ShortcutsDialog,
)

if TYPE_CHECKING:
    from app.window.session import WindowSession
    from app.workplace import Workplace


class WindowDialogs(QObject):
    """Opens dialogs in front of the window; none of them stops what goes on behind it."""

    def __init__(self, session: WindowSession) -> None:
        super().__init__(session)
        self._session = session
        session.runner.finished.connect(self._on_diagnosed)

    def show_palette(self) -> None:
        palette = CommandPalette(self._session.window)
        palette.set_actions(
            [action for action in self._session.window.actions_table if action.isEnabled()]
        )
        palette.finished.connect(palette.deleteLater)
        palette.open_over(self._session.window)

    def show_shortcuts(self) -> None:
        dialog = ShortcutsDialog(self._session.window)
        dialog.set_actions(self._session.window.actions_by_menu())
        dialog.add_rows(self.tr("On the page"), self._page_keys())
        dialog.add_rows(self.tr("In pose mode"), self._pose_keys())
        _open(dialog)

    def _page_keys(self) -> tuple[tuple[str, str], ...]:
        """Keys that the page answers itself and that no menu shows."""
        return (
            (self.tr("Move the page"), self.tr("Space + drag")),
            (self.tr("Fit the page"), "0"),
            (self.tr("Fit the panel"), "1"),
            (self.tr("Next panel in reading order"), self.tr("Arrows")),
            (self.tr("Into the panel"), self.tr("Double-click, Enter")),
            (self.tr("Out of the panel"), "Esc"),
            (self.tr("Delete the selected panels"), "Delete"),
        )

    def _pose_keys(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("Take the whole limb along"), self.tr("Ctrl + drag of a wrist or ankle")),
            (self.tr("Hide or show the joint"), "H"),
            (self.tr("Nudge by 1 mm, by 5 mm"), self.tr("Arrows, Shift + arrows")),
            (self.tr("Next figure"), "Tab"),
        )

    def show_settings(self) -> None:
        settings = self._session.settings
        dialog = SettingsDialog(
            SettingsChoice(
                language=settings.language,
                theme=settings.theme,
                model_folders=settings.model_folders,
                sam3_folder=settings.sam3_folder,
                autosave_minutes=settings.autosave_minutes,
                draft_after_edit=settings.draft_after_edit,
                engine_threads=settings.engine_threads,
            ),
            self._session.window,
        )
        dialog.applied.connect(self._apply_settings)
        _open(dialog)

    def _apply_settings(self, choice: SettingsChoice) -> None:
        try:
            settings = changed_settings(
                self._session.settings,
                language=choice.language,
                theme=choice.theme,
                model_folders=choice.model_folders,
                sam3_folder=choice.sam3_folder,
                autosave_minutes=choice.autosave_minutes,
                draft_after_edit=choice.draft_after_edit,
                engine_threads=choice.engine_threads,
            )
        except KomaError as error:
            self._session.notifications.say("error", error_text(error))
            return
        self._session.apply_settings(settings)

    def show_diagnosis(self) -> None:
        """Looked up beside the window: the first question to torch takes seconds."""
        self._session.runner.submit("diagnosis", partial(_report, self._session.workplace))

    def _on_diagnosed(self, finished: Finished) -> None:
        if finished.key == "diagnosis" and isinstance(finished.value, str):
            _open(
                DetailsDialog(
                    self.tr("What Koma found"),
                    self.tr("Copy this when you ask for help."),
                    finished.value,
                    self._session.window,
                )
            )

    def show_about(self) -> None:
        text = self.tr(
            "Koma {version}\n\nStoryboards for comic and manga artists: the same character in "
            "every panel.\n\nMIT licence."
        )
        QMessageBox.about(
            self._session.window, self.tr("About Koma"), text.format(version=__version__)
        )


def _open(dialog: CommandPalette | ShortcutsDialog | SettingsDialog | DetailsDialog) -> None:
    """Show a dialog that goes when it is closed."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _report(workplace: Workplace) -> str:
    """What Koma finds on this machine; in the runner's thread."""
    from app.diagnosis import diagnose, report_text

    return report_text(diagnose(workplace))
