"""Dialogs: they ask or tell, and report by signals; whoever opens them does the work."""

from widgets.dialogs.command_palette import CommandPalette
from widgets.dialogs.details_dialog import DetailsDialog
from widgets.dialogs.export_choice import ExportChoice, ExportFormat
from widgets.dialogs.export_dialog import ExportDialog
from widgets.dialogs.recovery_dialog import RecoveryDialog, RecoveryRow
from widgets.dialogs.settings_choice import SettingsChoice
from widgets.dialogs.settings_dialog import SettingsDialog
from widgets.dialogs.shortcuts_dialog import ShortcutsDialog

__all__ = [
    "CommandPalette",
    "DetailsDialog",
    "ExportChoice",
    "ExportDialog",
    "ExportFormat",
    "RecoveryDialog",
    "RecoveryRow",
    "SettingsChoice",
    "SettingsDialog",
    "ShortcutsDialog",
]
