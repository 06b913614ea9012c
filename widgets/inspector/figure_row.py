"""One figure of a panel: whom it shows, how closely, and after which references."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.document import Character, Figure
from widgets.common import new_gesture_id, role_label
from widgets.common.theme import SPACE_M, character_colour
from widgets.inspector.keyed_rows import KeyedRows
from widgets.inspector.number_rows import LIKENESS, NumberRow
from widgets.inspector.reference_line import ReferenceLine
from widgets.inspector.row_parts import ActionButton, ColourDot, NameButton, Row
from widgets.library_view.thumbnails import Thumbnails


class FigureRow(Row):
    """Reports by its own signals; the section adds which panel and figure it is."""

    scale_edited = Signal(str, float)
    references_edited = Signal(str, object)
    reference_scale_edited = Signal(str, str, float)  # gesture id, reference id, scale
    region_requested = Signal()
    edit_finished = Signal(str)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._figure: Figure | None = None
        self._character: Character | None = None
        self._dot = ColourDot(self)
        self.name_button = NameButton(self.tr("Select this figure"), self)
        self.name_button.clicked.connect(self.picked)
        self.head.addWidget(self._dot)
        self.head.addWidget(self.name_button, 1)
        self.head.addStretch(0)
        for button in (
            self.raise_button,
            self.lower_button,
            self.remove_button,
            self.fold_button,
        ):
            self.head.addWidget(button)
        self.scale = NumberRow(
            self.tr("Likeness"),
            self.tr("How closely the figure follows its references (adapter scale)"),
            LIKENESS,
            self,
            default=1.0,
        )
        self.scale.edited.connect(self._on_scale_edited)
        self.scale.edit_finished.connect(self.edit_finished)
        self.body.addWidget(self.scale)
        self.body.addWidget(self.details)
        self._fill_details()

    def _fill_details(self) -> None:
        self._no_references = role_label(
            self.tr("No references yet. Add pictures to this character."), "quiet", self.details
        )
        self._no_references.setWordWrap(True)
        lines = QVBoxLayout()
        lines.setSpacing(SPACE_M)
        self.lines = KeyedRows(lines, self._make_line)
        self.region_button = ActionButton(
            "mdi6.vector-polygon", self.tr("Limit to an area…"), self.details
        )
        tooltip = self.tr("Paint the part of the panel that this figure may fill")
        self.region_button.setToolTip(tooltip)
        self.region_button.setAccessibleDescription(tooltip)
        self.region_button.clicked.connect(self.region_requested)
        self.details_layout.addWidget(self._no_references)
        self.details_layout.addLayout(lines)
        self.details_layout.addWidget(self.region_button, 0, Qt.AlignmentFlag.AlignLeft)

    def fill(self, figure: Figure, character: Character | None, index: int, count: int) -> None:
        """`index` counts from the back; `character` None = it is not in the cast."""
        self.set_place(index, count)
        before, self._figure = self._figure, figure
        if before is not None and _same_but_pose(figure, before) and character is self._character:
            return
        self._character = character
        name = character.name if character is not None else self.tr("Unknown")
        self.name_button.set_name(name)
        self._dot.set_colour(character_colour(character.colour if character else -1))
        self.scale.fill([figure.scale])
        self._fill_references(figure, character)

    def _fill_references(self, figure: Figure, character: Character | None) -> None:
        references = character.references if character is not None else ()
        used = set(figure.reference_ids or (r.id for r in references))
        rows = self.lines.show_keys([r.id for r in references])
        for number, reference in enumerate(references, start=1):
            is_used = reference.id in used
            rows[reference.id].fill(
                reference, number, used=is_used, only_one=is_used and len(used) == 1
            )
        self._no_references.setVisible(not references)

    def _make_line(self, reference_id: str) -> ReferenceLine:
        line = ReferenceLine(self._thumbnails, self.details)
        line.use_toggled.connect(partial(self._on_use_toggled, reference_id))
        line.scale_edited.connect(partial(self._on_reference_scale_edited, reference_id))
        line.edit_finished.connect(self.edit_finished)
        return line

    def _on_scale_edited(self, gesture_id: str, value: object) -> None:
        self.scale_edited.emit(gesture_id, value)

    def _on_reference_scale_edited(self, reference_id: str, gesture_id: str, value: float) -> None:
        self.reference_scale_edited.emit(gesture_id, reference_id, value)

    def _on_use_toggled(self, reference_id: str, use: bool) -> None:
        if self._character is None:
            return
        ids = tuple(
            r.id
            for r in self._character.references
            if (use if r.id == reference_id else self.lines.rows[r.id].use_box.isChecked())
        )
        everything = len(ids) == len(self._character.references)
        gesture_id = new_gesture_id()
        self.references_edited.emit(gesture_id, () if everything else ids)
        self.edit_finished.emit(gesture_id)


def _same_but_pose(one: Figure, other: Figure) -> bool:
    """A figure under the hand is another one at every move, and nothing of that is shown here."""
    return one is other or (one.id, one.character_id, one.scale, one.reference_ids) == (
        *(other.id, other.character_id, other.scale, other.reference_ids),
    )
