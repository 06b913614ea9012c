"""One region edit: a layer of a panel that is drawn again on its own."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.document import Document, RegionEdit
from widgets.common import ElidedLabel, IconButton, new_gesture_id, role_label
from widgets.common.theme import SPACE_M, character_colour
from widgets.inspector.fields import ChoiceRow, NameEdit, PromptRow
from widgets.inspector.number_rows import FEATHER_PX, LIKENESS, SHARE, NumberRow
from widgets.inspector.row_parts import ColourDot, Row, dot_icon
from widgets.inspector.seed_row import SeedRow

NOBODY = ""  # the key of "no character" among the choices


class RegionRow(Row):
    """`edited(gesture_id, field, value)` with the field names of `RegionEdit`."""

    edited = Signal(str, str, object)
    redraw_requested = Signal()
    edit_finished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region_edit: RegionEdit | None = None
        self.eye_button = self.icon_button("mdi6.eye-outline", "")
        self.eye_button.clicked.connect(self._on_eye_clicked)
        self.name_edit = NameEdit(
            self.tr("Name of the region"), self.tr("Name of the region"), self
        )
        self.name_edit.name_edited.connect(self._on_name_edited)
        self.redraw_button = self.icon_button(
            "mdi6.brush-outline", self.tr("Draw this region again")
        )
        self.redraw_button.clicked.connect(self.redraw_requested)
        self._fill_head()
        self.numbers = self._make_numbers()
        self.character = ChoiceRow(
            self.tr("Character"), self.tr("Whose references the region is drawn after"), self
        )
        self.character.box.chosen.connect(self._on_character_chosen)
        self.prompt = PromptRow(
            self.tr("Prompt"),
            self.tr("What the region shows, as tags with commas between"),
            self.tr("smile, closed eyes"),
            2,
            self.details,
        )
        self.negative_prompt = PromptRow(
            self.tr("Leave out"),
            self.tr("What the region must not show (negative prompt)"),
            "",
            2,
            self.details,
            "negative",
        )
        self.seed = SeedRow(self.details, lockable=False)
        self._state = role_label(self.tr("Not drawn yet"), "quiet", self)
        self._fill_body()

    def _fill_head(self) -> None:
        self.head.addWidget(self.eye_button)
        self.head.addWidget(self.name_edit, 1)
        for button in (self.redraw_button, self.remove_button, self.fold_button):
            self.head.addWidget(button)

    def _make_numbers(self) -> dict[str, NumberRow]:
        return {
            "strength": NumberRow(
                self.tr("Strength"),
                self.tr("How much the region may change: 1 draws it anew"),
                SHARE,
                self,
                default=1.0,
            ),
            "scale": NumberRow(
                self.tr("Likeness"),
                self.tr("How closely the region follows the references (adapter scale)"),
                LIKENESS,
                self.details,
                default=1.0,
            ),
            "feather_px": NumberRow(
                self.tr("Soft edge"),
                self.tr("Over how many pixels the region fades into the drawing"),
                FEATHER_PX,
                self.details,
                default=6,
            ),
        }

    def _fill_body(self) -> None:
        second = QHBoxLayout()
        second.setSpacing(0)
        second.addWidget(self._state, 1)
        second.addWidget(self.raise_button)
        second.addWidget(self.lower_button)
        self.body.addWidget(self.character)
        self.body.addWidget(self.numbers["strength"])
        self.body.addLayout(second)
        self.body.addWidget(self.details)
        for widget in (
            self.prompt,
            self.negative_prompt,
            self.numbers["scale"],
            self.numbers["feather_px"],
            self.seed,
        ):
            self.details_layout.addWidget(widget)
        for name, number in self.numbers.items():
            number.edited.connect(partial(self._on_edited, name))
            number.edit_finished.connect(self.edit_finished)
        for name, row in (("prompt", self.prompt), ("negative_prompt", self.negative_prompt)):
            row.edited.connect(partial(self._on_edited, name))
            row.edit_finished.connect(self.edit_finished)
        self.seed.seed_edited.connect(self._on_seed_edited)

    def fill(self, document: Document, region_edit: RegionEdit, index: int, count: int) -> None:
        """`index` counts from the lowest layer."""
        self._region_edit = region_edit
        self.set_place(index, count)
        self.name_edit.set_text_quietly(region_edit.name)
        self.name_edit.setPlaceholderText(self.tr("Region {number}").format(number=index + 1))
        self._show_eye(region_edit.visible)
        choices = [(NOBODY, self.tr("Nobody")), *((c.id, c.name) for c in document.characters)]
        icons = [dot_icon(character_colour(c.colour)) for c in document.characters]
        self.character.box.fill(choices, region_edit.character_id or NOBODY)
        for row, icon in enumerate(icons, start=1):
            self.character.box.setItemIcon(row, icon)
        for name, number in self.numbers.items():
            number.fill([getattr(region_edit, name)])
        self.prompt.fill([region_edit.prompt])
        self.negative_prompt.fill([region_edit.negative_prompt])
        self.seed.fill([region_edit.seed])
        self._state.setText("" if region_edit.drawing else self.tr("Not drawn yet"))

    def _show_eye(self, visible: bool) -> None:
        self.eye_button.set_icon_name("mdi6.eye-outline" if visible else "mdi6.eye-off-outline")
        self.eye_button.set_tooltip(
            self.tr("Hide this region") if visible else self.tr("Show this region")
        )

    def _on_edited(self, field: str, gesture_id: str, value: object) -> None:
        self.edited.emit(gesture_id, field, value)

    def _on_eye_clicked(self) -> None:
        if self._region_edit is not None:
            self._emit_at_once(new_gesture_id(), "visible", not self._region_edit.visible)

    def _on_name_edited(self, gesture_id: str, name: str) -> None:
        self._emit_at_once(gesture_id, "name", name)

    def _on_character_chosen(self, gesture_id: str, key: str) -> None:
        self._emit_at_once(gesture_id, "character_id", key or None)

    def _on_seed_edited(self, gesture_id: str, seeds: tuple[int, ...]) -> None:
        self._emit_at_once(gesture_id, "seed", seeds[0])

    def _emit_at_once(self, gesture_id: str, field: str, value: object) -> None:
        self.edited.emit(gesture_id, field, value)
        self.edit_finished.emit(gesture_id)


class AreaRow(QWidget):
    """The area that a figure may fill, with the button that lifts the limit."""

    remove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dot = ColourDot(self)
        self.label = ElidedLabel("", self)
        self.remove_button = IconButton("mdi6.close", self.tr("Let it fill the panel"), self)
        self.remove_button.clicked.connect(self.remove_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.dot)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.remove_button)
