"""What to export: pages, formats, resolution, area and folder."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from core.document import PageFormat
from widgets.common import guard_wheel, set_role
from widgets.common.theme import SPACE_L, SPACE_M, SPACE_S
from widgets.dialogs.export_choice import (
    ExportArea,
    ExportChoice,
    ExportFormat,
    parse_page_range,
)
from widgets.dialogs.folder_field import ChooseFolder, FolderField, choose_folder
from widgets.dialogs.parts import form_layout, note

DPI_CHOICES = (150, 300, 350, 600)  # 350 is what Japanese printers ask for colour pages
DEFAULT_DPI = 350
DPI_RANGE = (30, 1200)
MM_PER_INCH = 25.4


class ExportForm(QWidget):
    """The fields of the export dialog; `problem` says what is still missing."""

    changed = Signal()

    def __init__(
        self,
        page_count: int,
        folder: Path,
        parent: QWidget | None = None,
        *,
        page_format: PageFormat | None = None,
        current_page: int | None = None,
        choose: ChooseFolder = choose_folder,
    ) -> None:
        super().__init__(parent)
        self._page_count = page_count
        self._page_format = page_format
        self._current_page = current_page
        form = form_layout()
        form.addRow(self.tr("Pages"), self._make_pages())
        form.addRow(self.tr("Format"), self._make_formats())
        form.addRow(self.tr("Resolution"), self._make_resolution())
        form.addRow(self.tr("Area"), self._make_area())
        self._folder = FolderField(self.tr("Folder for the files"), self, choose)
        self._folder.set_folder(str(folder))
        self._folder.folder_changed.connect(self._on_changed)
        form.addRow(self.tr("Folder"), self._folder)
        self.setLayout(form)
        self._on_changed()

    def problem(self) -> str:
        """Why there is nothing to export yet, "" where all is well."""
        if self._page_count == 0:
            return self.tr("This project has no pages yet.")
        if self._pages() == ():
            return self.tr("Write pages like 1-3 or 2, 5. There are {count}.").format(
                count=self._page_count
            )
        if not self._chosen_formats():
            return self.tr("Choose at least one format.")
        if not self._dpi_is_valid():
            return self.tr("Choose a resolution from {low} to {high} dpi.").format(
                low=DPI_RANGE[0], high=DPI_RANGE[1]
            )
        return "" if self._folder.folder() else self.tr("Choose a folder.")

    def choice(self) -> ExportChoice:
        """What the fields say; only where there is no problem."""
        return ExportChoice(
            Path(self._folder.folder()).expanduser(),
            self._chosen_formats(),
            int(self._dpi.currentText()),
            self._pages(),
            cast(ExportArea, self._area.currentData()),
        )

    def _make_pages(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        self._all = QRadioButton(self.tr("All {count}").format(count=self._page_count), box)
        self._this = QRadioButton(
            self.tr("Page {number}").format(number=self._current_page or 0), box
        )
        self._some = QRadioButton(self.tr("These"), box)
        self._range = QLineEdit(box)
        self._range.setPlaceholderText(self.tr("1-3, 5"))
        self._range.setAccessibleName(self.tr("Page numbers"))
        self._range.setToolTip(self.tr("Page numbers, like 1-3, 5"))
        self._which = QButtonGroup(self)
        for button, tooltip in (
            (self._all, self.tr("Export every page")),
            (self._this, self.tr("Export the page you are working on")),
            (self._some, self.tr("Export the pages you name")),
        ):
            button.setToolTip(tooltip)
            self._which.addButton(button)
        self._all.setChecked(True)
        self._this.setVisible(self._current_page is not None)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(SPACE_L + 4)
        first.addWidget(self._all)
        first.addWidget(self._this)
        first.addStretch(1)
        second.setSpacing(SPACE_M)
        second.addWidget(self._some)
        second.addWidget(self._range, 1)
        column.addLayout(first)
        column.addLayout(second)
        self._which.buttonToggled.connect(self._on_changed)
        self._range.textEdited.connect(self._on_range_edited)
        return box

    def _make_formats(self) -> QWidget:
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L + 4)
        self._formats: dict[ExportFormat, QCheckBox] = {
            "png": QCheckBox(self.tr("PNG pictures"), box),
            "psd": QCheckBox(self.tr("PSD with layers"), box),
        }
        self._formats["png"].setToolTip(self.tr("One picture a page"))
        self._formats["psd"].setToolTip(
            self.tr("For Clip Studio Paint, Photoshop and Krita: each panel a group of layers")
        )
        self._formats["png"].setChecked(True)
        for check in self._formats.values():
            check.toggled.connect(self._on_changed)
            row.addWidget(check)
        row.addStretch(1)
        return box

    def _make_resolution(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        self._dpi = QComboBox(box)
        self._dpi.setEditable(True)
        self._dpi.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._dpi.addItems([str(dpi) for dpi in DPI_CHOICES])
        self._dpi.setCurrentText(str(DEFAULT_DPI))
        self._dpi.setValidator(QIntValidator(1, DPI_RANGE[1], self._dpi))
        self._dpi.setFixedWidth(92)
        self._dpi.setAccessibleName(self.tr("Resolution in dpi"))
        self._dpi.setToolTip(self.tr("Dots per inch: 350 for print, 150 for the web"))
        guard_wheel(self._dpi)
        self._dpi.editTextChanged.connect(self._on_changed)
        unit = QLabel(self.tr("dpi"), box)
        set_role(unit, "quiet")
        self._size_note = note("", box)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self._dpi)
        row.addWidget(unit)
        row.addWidget(self._size_note, 1)
        column.addLayout(row)
        return box

    def _make_area(self) -> QComboBox:
        self._area = QComboBox(self)
        self._area.addItem(self.tr("Up to the trim"), "trim")
        self._area.addItem(self.tr("With bleed, for the printer"), "bleed")
        self._area.setAccessibleName(self.tr("Area"))
        self._area.setToolTip(self.tr("How much of the page is in the file"))
        guard_wheel(self._area)
        self._area.currentIndexChanged.connect(self._on_changed)
        return self._area

    def _pages(self) -> tuple[int, ...] | None:
        """None: all; (): none that exist."""
        if self._some.isChecked():
            return parse_page_range(self._range.text(), self._page_count) or ()
        if self._this.isChecked() and self._current_page is not None:
            return (self._current_page,)
        return None

    def _chosen_formats(self) -> tuple[ExportFormat, ...]:
        return tuple(name for name, check in self._formats.items() if check.isChecked())

    def _dpi_is_valid(self) -> bool:
        text = self._dpi.currentText()
        return text.isdecimal() and DPI_RANGE[0] <= int(text) <= DPI_RANGE[1]

    def _size_text(self) -> str:
        """How large a page becomes, where its format is known."""
        if self._page_format is None or not self._dpi_is_valid():
            return ""
        bleed = self._area.currentData() == "bleed"
        area = self._page_format.bleed_area if bleed else self._page_format.trim
        scale = int(self._dpi.currentText()) / MM_PER_INCH
        return self.tr("{width} × {height} px a page").format(
            width=round(area.width * scale), height=round(area.height * scale)
        )

    def _on_range_edited(self) -> None:
        self._some.setChecked(True)
        self._on_changed()

    def _on_changed(self) -> None:
        self._size_note.setText(self._size_text())
        self.changed.emit()
