"""The bar above the page while a region is marked: how to mark it, and what to draw there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.document import Document
from widgets.common import (
    IconButton,
    NumberField,
    guard_wheel,
    role_label,
    set_role,
    tidy_spin_box,
)
from widgets.common.motion import appear
from widgets.common.theme import SPACE_M, SPACE_S
from widgets.prompt import LineWarning, TagCompleter
from widgets.region_editor.reference_button import ReferenceButton
from widgets.region_editor.region_draft import RegionDraft, RegionMode
from widgets.region_editor.region_layer import (
    FIRST_BRUSH_MM,
    LARGEST_BRUSH_MM,
    SMALLEST_BRUSH_MM,
)
from widgets.region_editor.swatch import swatch
from widgets.region_editor.tool_row import divider, explain, tool_row

LARGEST_FEATHER_PX = 64
FIELD_WIDTH_PX = 160
SPIN_WIDTH_PX = 72
SMALLEST_STRENGTH_PERCENT = 5
SWATCH_PX = 12


class RegionBar(QWidget):
    """Two rows: tools for the mask, then what is drawn in it. Reports, and changes nothing."""

    mode_changed = Signal(object)  # RegionMode
    brush_changed = Signal(float)  # diameter in mm
    erasing_changed = Signal(bool)
    undo_requested = Signal()
    redo_requested = Signal()
    clear_requested = Signal()
    invert_requested = Signal()
    character_changed = Signal(object)  # character id or None: whose colour the mask has
    draw_requested = Signal(object)  # RegionDraft
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: dict[str, str] = {}
        self._document: Document | None = None
        self._is_ready, self._reason = False, ""
        self._is_masked = False
        self._draw_tip = self.tr("Draw only the marked region")
        self._labels: list[QLabel] = []
        self._make_tools()
        self._make_fields()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_S)
        layout.addLayout(self._tool_row())
        layout.addLayout(self._field_row())
        self.set_mode(RegionMode.CLICK)
        self.set_history(False, False)
        self.set_masked(False)

    @property
    def mode(self) -> RegionMode:
        return next(mode for mode, button in self._modes.items() if button.isChecked())

    @property
    def draft(self) -> RegionDraft:
        """What the fields say. The name is the first tag, else the character's."""
        prompt = self.tags.text().strip()
        character_id = self.character.currentData()
        name = prompt.split(",")[0].strip() or self._names.get(character_id or "", "")
        return RegionDraft(
            character_id,
            self.references.chosen,
            prompt,
            self.strength.value() / 100,
            self.feather.value(),
            name,
        )

    def set_characters(self, document: Document | None) -> None:
        """The cast to choose from; what is chosen stays where it still exists."""
        cast = () if document is None else document.characters
        if self._document is not None and self._document.characters is cast:
            self._document = document
            return
        self._document = document
        chosen = self.character.currentData()
        self._names = {c.id: c.name for c in cast}
        blocked = self.character.blockSignals(True)
        self.character.clear()
        self.character.addItem(self.tr("No character"), None)
        for character in cast:
            self.character.addItem(swatch(character.colour), character.name, character.id)
        self.character.setCurrentIndex(max(0, self.character.findData(chosen)))
        self.character.blockSignals(blocked)
        self._show_references()
        if self.character.currentData() != chosen:
            self.character_changed.emit(self.character.currentData())

    def set_draft(self, draft: RegionDraft) -> None:
        """Fill the fields, for a region that is drawn again."""
        self.character.setCurrentIndex(max(0, self.character.findData(draft.character_id)))
        self.references.set_chosen(draft.reference_ids)
        self.tags.setText(draft.prompt)
        self.strength.setValue(round(draft.strength * 100))
        self.feather.setValue(draft.feather_px)

    def set_for_figure(self, name: str) -> None:
        """Mark where a figure of this name may be drawn, "" = a region to draw again."""
        for widget in (self.character, self.references, self.tags, self.strength, self.feather):
            widget.setVisible(not name)
        for label in self._labels:
            label.setVisible(not name)
        self.purpose.setVisible(bool(name))
        self.purpose.setText(self.tr("Where {name} may be drawn").format(name=name))
        self.draw.setText(self.tr("Keep mask") if name else self.tr("Draw region"))
        self._draw_tip = (
            self.tr("Draw the figure only where it is marked")
            if name
            else self.tr("Draw only the marked region")
        )
        self._update_draw()

    def set_mode(self, mode: RegionMode) -> None:
        self._modes[mode].setChecked(True)
        self._update_tools()

    def set_mode_available(self, mode: RegionMode, available: bool, reason: str = "") -> None:
        """Without a segmenter, clicks and boxes find nothing: say so in the tooltip."""
        explain(self._modes[mode], available, self._mode_tips[mode], reason)
        if not available and self.mode is mode and mode is not RegionMode.BRUSH:
            self.set_mode(RegionMode.BRUSH)
            self.mode_changed.emit(RegionMode.BRUSH)

    def set_brush_mm(self, diameter_mm: float) -> None:
        self.brush_size.set_value(diameter_mm)

    def set_erasing(self, erasing: bool) -> None:
        blocked = self.erase.blockSignals(True)
        self.erase.setChecked(erasing)
        self.erase.blockSignals(blocked)

    def set_history(self, can_undo: bool, can_redo: bool) -> None:
        explain(self.undo, can_undo, self.tr("Take back the last step"), self.tr("No step yet."))
        explain(
            self.redo,
            can_redo,
            self.tr("Bring back the step"),
            self.tr("Nothing was taken back."),
        )

    def set_masked(self, masked: bool) -> None:
        """Whether anything is marked: nothing to clear and nothing to draw without."""
        self._is_masked = masked
        explain(
            self.clear, masked, self.tr("Start the region anew"), self.tr("Nothing is marked yet.")
        )
        self._update_draw()

    def set_ready(self, ready: bool, reason: str = "") -> None:
        """Whether a region could be drawn now; `reason` says why not."""
        self._is_ready, self._reason = ready, reason
        self._update_draw()

    def _make_tools(self) -> None:
        self._mode_tips = {
            RegionMode.CLICK: self.tr("Click on what to draw again; Alt-click on what to leave"),
            RegionMode.BOX: self.tr("Drag a box around what to draw again"),
            RegionMode.BRUSH: self.tr("Paint the region by hand"),
        }
        icons = {
            RegionMode.CLICK: "mdi6.gesture-tap",
            RegionMode.BOX: "mdi6.select-drag",
            RegionMode.BRUSH: "mdi6.brush",
        }
        group = QButtonGroup(self)
        self._modes = {
            mode: self._button(icons[mode], tip, checkable=True)
            for mode, tip in self._mode_tips.items()
        }
        for mode, button in self._modes.items():
            group.addButton(button)
            button.clicked.connect(lambda _checked=False, mode=mode: self._on_mode_clicked(mode))
        self.brush_size = NumberField(SMALLEST_BRUSH_MM, LARGEST_BRUSH_MM, 0.5, 1, self)
        self.brush_size.setFixedWidth(FIELD_WIDTH_PX)
        self.brush_size.set_accessible_name(self.tr("Size of the brush"))
        self.brush_size.set_value(FIRST_BRUSH_MM)
        self.brush_size.value_edited.connect(self._on_brush_edited)
        self.erase = self._button("mdi6.eraser", "", checkable=True)
        self.erase.toggled.connect(self.erasing_changed)
        self.undo = self._button("mdi6.undo", self.tr("Take back the last step"))
        self.undo.clicked.connect(self.undo_requested)
        self.redo = self._button("mdi6.redo", self.tr("Bring back the step"))
        self.redo.clicked.connect(self.redo_requested)
        self.clear = self._button("mdi6.select-remove", self.tr("Start the region anew"))
        self.clear.clicked.connect(self.clear_requested)
        self.invert = self._button("mdi6.select-inverse", self.tr("Swap inside and outside"))
        self.invert.clicked.connect(self.invert_requested)
        self.strength = self._spin(SMALLEST_STRENGTH_PERCENT, 100, self.tr(" %"))
        self.strength.setSingleStep(5)
        self.strength.setValue(round(RegionDraft().strength * 100))
        self.strength.setToolTip(
            self.tr("How far the region may leave what is there: 100 % draws it all anew")
        )
        self.strength.setAccessibleName(self.tr("Strength"))
        self.feather = self._spin(0, LARGEST_FEATHER_PX, self.tr(" px"))
        self.feather.setValue(RegionDraft().feather_px)
        self.feather.setToolTip(self.tr("How soft the edge of the region is, inside it"))
        self.feather.setAccessibleName(self.tr("Soft edge"))

    def _spin(self, smallest: int, largest: int, suffix: str) -> QSpinBox:
        spin = QSpinBox(self)
        spin.setRange(smallest, largest)
        spin.setSuffix(suffix)
        spin.setFixedWidth(SPIN_WIDTH_PX)
        tidy_spin_box(spin)
        return spin

    def _make_fields(self) -> None:
        self.character = QComboBox(self)
        self.character.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        self.character.setMinimumWidth(120)
        self.character.setToolTip(self.tr("Who is drawn in the region"))
        self.character.setAccessibleName(self.tr("Character"))
        self.character.addItem(self.tr("No character"), None)
        self.character.currentIndexChanged.connect(self._on_character_chosen)
        guard_wheel(self.character)
        self.references = ReferenceButton(self)
        self.tags = QLineEdit(self)
        self.tags.setPlaceholderText(self.tr("Tags: red scarf, smile"))
        self.tags.setToolTip(self.tr("What is drawn in the region. Enter draws it."))
        self.tags.setAccessibleName(self.tr("Tags"))
        self.tags.setMinimumWidth(110)
        self.tags.returnPressed.connect(self._on_draw)
        TagCompleter(self.tags)
        LineWarning(self.tags)
        self.purpose = role_label("", "quiet", self)
        self.purpose.hide()
        self.draw = QPushButton(self.tr("Draw region"), self)
        set_role(self.draw, "primary")
        self.draw.clicked.connect(self._on_draw)
        self.cancel = QPushButton(self.tr("Cancel"), self)
        set_role(self.cancel, "flat")
        self.cancel.setToolTip(self.tr("Leave without drawing  Esc"))
        self.cancel.clicked.connect(self.cancelled)
        self._show_references()

    def _tool_row(self) -> QHBoxLayout:
        row = tool_row()
        for widget in (
            *self._modes.values(), divider(self), self.brush_size, self.erase, divider(self),
            self.undo, self.redo, self.clear, self.invert,
        ):  # fmt: skip
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._add_labelled(row, self.tr("Strength"), self.strength)
        row.addSpacing(SPACE_M)
        self._add_labelled(row, self.tr("Soft edge"), self.feather)
        return row

    def _field_row(self) -> QHBoxLayout:
        row = tool_row()
        row.setSpacing(SPACE_M)
        row.addWidget(self.character)
        row.addWidget(self.references)
        row.addWidget(self.tags, 1)
        row.addWidget(self.purpose, 1)
        row.addWidget(self.draw)
        row.addWidget(self.cancel)
        return row

    def _add_labelled(self, row: QHBoxLayout, text: str, field: QWidget) -> None:
        label: QLabel = role_label(text, "quiet", self)
        label.setBuddy(field)
        label.setToolTip(field.toolTip())
        self._labels.append(label)
        row.addWidget(label)
        row.addWidget(field)

    def _button(self, icon_name: str, tooltip: str, checkable: bool = False) -> IconButton:
        button = IconButton(icon_name, tooltip, self)
        button.setCheckable(checkable)
        return button

    def _update_tools(self) -> None:
        """Size and eraser are the brush's."""
        painting = self.mode is RegionMode.BRUSH
        reason = self.tr("Choose the brush first.")
        tip = self.tr("Erase instead of paint  X")
        explain(self.erase, painting, tip, reason)
        self.erase.setAccessibleName(self.tr("Erase"))
        self.brush_size.setEnabled(painting)
        size_tip = self.tr("Size of the brush in millimetres  [  ]")
        self.brush_size.setToolTip(size_tip if painting else f"{size_tip}\n{reason}")

    def _update_draw(self) -> None:
        reason = self._reason if not self._is_ready else self.tr("Mark a region first.")
        ready = self._is_ready and self._is_masked
        explain(self.draw, ready, self._draw_tip, reason)

    def _show_references(self) -> None:
        character_id = self.character.currentData()
        if self._document is None or character_id is None:
            self.references.set_references(())
        else:
            self.references.set_references(self._document.character(character_id).references)

    def _on_mode_clicked(self, mode: RegionMode) -> None:
        self._update_tools()
        self.mode_changed.emit(mode)

    def _on_brush_edited(self, _gesture_id: str, diameter_mm: float) -> None:
        self.brush_changed.emit(diameter_mm)

    def _on_character_chosen(self) -> None:
        self._show_references()
        self.character_changed.emit(self.character.currentData())

    def _on_draw(self) -> None:
        if self.draw.isEnabled():
            self.draw_requested.emit(self.draft)

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        appear(self)
