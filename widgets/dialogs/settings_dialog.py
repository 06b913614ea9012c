"""What the artist sets once for all projects."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from widgets.common import guard_wheel, role_label, tidy_spin_box
from widgets.common.theme import SPACE_L, SPACE_M
from widgets.dialogs.folder_field import ChooseFolder, FolderField, choose_folder
from widgets.dialogs.folder_list import FolderList
from widgets.dialogs.parts import dialog_button, dialog_column, form_layout, note
from widgets.dialogs.settings_choice import Language, SettingsChoice, ThemeChoice

MAX_AUTOSAVE_MINUTES = 120
MAX_THREADS = 256


class SettingsDialog(QDialog):
    """Shows a choice, and gives back another by `applied`; it stores nothing itself."""

    applied = Signal(object)  # SettingsChoice

    def __init__(
        self,
        choice: SettingsChoice,
        parent: QWidget | None = None,
        choose: ChooseFolder = choose_folder,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self._choose = choose
        self._applied = choice
        self._tabs = QTabWidget(self)
        self._tabs.addTab(self._make_general(), self.tr("General"))
        self._tabs.addTab(self._make_models(), self.tr("Models"))
        self._tabs.addTab(self._make_drawing(), self.tr("Drawing"))
        self._cancel = dialog_button(self.tr("Cancel"), self.tr("Close and change nothing"), self)
        self._apply = dialog_button(self.tr("Apply"), self.tr("Apply and stay here"), self)
        self._ok = dialog_button(self.tr("OK"), self.tr("Apply and close"), self, primary=True)
        self._cancel.clicked.connect(self.reject)
        self._apply.clicked.connect(self._on_apply_clicked)
        self._ok.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self._apply)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._ok)
        column = dialog_column(self)
        column.addWidget(role_label(self.tr("Settings"), "title", self))
        column.addWidget(self._tabs, 1)
        column.addLayout(row)
        self.setMinimumSize(500, 380)
        self.set_choice(choice)
        self._language.setFocus()

    def choice(self) -> SettingsChoice:
        """What the fields say now."""
        return SettingsChoice(
            language=cast(Language, self._language.currentData()),
            theme=cast(ThemeChoice, self._theme.currentData()),
            model_folders=self._model_folders.folders(),
            sam3_folder=self._sam3.folder(),
            autosave_minutes=self._autosave.value(),
            draft_after_edit=self._draft.isChecked(),
            engine_threads=self._threads.value(),
        )

    def set_choice(self, choice: SettingsChoice) -> None:
        self._language.setCurrentIndex(max(0, self._language.findData(choice.language)))
        self._theme.setCurrentIndex(max(0, self._theme.findData(choice.theme)))
        self._model_folders.set_folders(choice.model_folders)
        self._sam3.set_folder(choice.sam3_folder)
        self._autosave.setValue(choice.autosave_minutes)
        self._draft.setChecked(choice.draft_after_edit)
        self._threads.setValue(choice.engine_threads)
        self._applied = choice
        self._on_changed()

    def show_tab(self, name: str) -> None:
        """Open at "general", "models" or "drawing"; another name changes nothing."""
        names = ("general", "models", "drawing")
        if name in names:
            self._tabs.setCurrentIndex(names.index(name))

    def _make_general(self) -> QWidget:
        self._language = self._make_combo(
            self.tr("Language"),
            self.tr("The language of Koma's window"),
            (
                (self.tr("As the system"), "system"),
                # Each language in its own: who cannot read the present one finds it.
                ("English", "en"),
                ("日本語", "ja"),
            ),
        )
        self._theme = self._make_combo(
            self.tr("Theme"),
            self.tr("Dark or light window"),
            (
                (self.tr("As the system"), "system"),
                (self.tr("Dark"), "dark"),
                (self.tr("Light"), "light"),
            ),
        )
        self._autosave = QSpinBox(self)
        self._autosave.setRange(0, MAX_AUTOSAVE_MINUTES)
        self._autosave.setSuffix(self.tr(" min"))
        self._autosave.setSpecialValueText(self.tr("Never"))
        self._finish_spin_box(
            self._autosave, self.tr("Safety copy every"), self.tr("Minutes between safety copies")
        )
        page, form_box = self._make_page()
        form = form_layout()
        form.addRow(self.tr("Language"), self._language)
        form.addRow(self.tr("Theme"), self._theme)
        form.addRow(self.tr("Safety copy every"), self._autosave)
        form.addRow("", note(self.tr("Safety copies never touch your own file."), page))
        form_box.addLayout(form)
        form_box.addStretch(1)
        return page

    def _make_models(self) -> QWidget:
        page, column = self._make_page()
        self._model_folders = FolderList(self.tr("Folders with models"), page, self._choose)
        self._model_folders.folders_changed.connect(self._on_changed)
        self._sam3 = FolderField(self.tr("Folder with SAM 3"), page, self._choose)
        self._sam3.set_placeholder(self.tr("None"))
        self._sam3.folder_changed.connect(self._on_changed)
        column.addWidget(role_label(self.tr("Folders with models"), "", page))
        column.addWidget(self._model_folders)
        column.addWidget(note(self.tr("Searched beside the models that come with Koma."), page))
        column.addSpacing(SPACE_M)
        column.addWidget(role_label(self.tr("Folder with SAM 3"), "", page))
        column.addWidget(self._sam3)
        column.addWidget(note(self.tr("Cuts figures out of difficult pictures."), page))
        column.addStretch(1)
        return page

    def _make_drawing(self) -> QWidget:
        page, column = self._make_page()
        self._draft = QCheckBox(self.tr("Draw a draft after each edit"), page)
        self._draft.setToolTip(self.tr("Shows roughly how the panel becomes while you pose"))
        self._draft.toggled.connect(self._on_changed)
        self._threads = QSpinBox(page)
        self._threads.setRange(0, MAX_THREADS)
        self._threads.setSpecialValueText(self.tr("Automatic"))
        self._finish_spin_box(
            self._threads,
            self.tr("Processor threads"),
            self.tr("Fewer threads leave more of the computer to other programs"),
        )
        form = form_layout()
        form.addRow(self.tr("Processor threads"), self._threads)
        form.addRow("", note(self.tr("Counts only without a graphics card."), page))
        column.addWidget(self._draft)
        column.addSpacing(SPACE_M)
        column.addLayout(form)
        column.addStretch(1)
        return page

    def _make_page(self) -> tuple[QWidget, QVBoxLayout]:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, SPACE_L + 4, 0, 0)
        column.setSpacing(SPACE_M)
        return page, column

    def _make_combo(
        self, name: str, tooltip: str, entries: tuple[tuple[str, str], ...]
    ) -> QComboBox:
        combo = QComboBox(self)
        for text, value in entries:
            combo.addItem(text, value)
        combo.setAccessibleName(name)
        combo.setToolTip(tooltip)
        guard_wheel(combo)
        combo.currentIndexChanged.connect(self._on_changed)
        return combo

    def _finish_spin_box(self, spin_box: QSpinBox, name: str, tooltip: str) -> None:
        spin_box.setFixedWidth(112)
        spin_box.setAccessibleName(name)
        spin_box.setToolTip(tooltip)
        tidy_spin_box(spin_box)
        spin_box.valueChanged.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._apply.setEnabled(self.choice() != self._applied)

    def _on_apply_clicked(self) -> None:
        choice = self.choice()
        if choice == self._applied:
            return
        self._applied = choice
        self._on_changed()
        self.applied.emit(choice)

    def accept(self) -> None:
        self._on_apply_clicked()
        super().accept()
