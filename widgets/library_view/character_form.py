"""What can be said of a character and of one of its references, beside their pictures."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.document import Character, Reference
from widgets.common import NumberField, TagEdit, hairline, new_gesture_id, role_label, set_role
from widgets.common.theme import SPACE_L, SPACE_M, SPACE_S, icon
from widgets.library_view.colour_swatches import ColourSwatches
from widgets.models.reference_list_model import REFERENCE_ROLES, role_title
from widgets.prompt import TagCompleter, TagNotes

MAX_NAME = 200  # what the document allows
MAX_SCALE = 4.0
TAG_LINES = 7


def parse_tags(text: str) -> tuple[str, ...]:
    """Tags between commas and line ends, each once, in the order written."""
    tags = (" ".join(part.split()) for part in text.replace("\n", ",").split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


class CharacterFields(QWidget):
    """Name, tags and colour of a character."""

    name_edited = Signal(str, str)  # gesture id, name; never an empty one
    tags_edited = Signal(str, object)  # gesture id, tuple of tags
    colour_chosen = Signal(str, int)  # gesture id, index into CHARACTER_COLOURS
    gesture_finished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._character: Character | None = None
        self._typing_id = ""  # the gesture of the name that is being typed
        self._name = QLineEdit(self)
        self._name.setMaxLength(MAX_NAME)
        self._name.setToolTip(self.tr("The character's name"))
        self._tags = TagEdit(self, lines=TAG_LINES)
        self._tags.setPlaceholderText(self.tr("brown hair, glasses, green hoodie…"))
        self._tags.setToolTip(self.tr("What is always true of this character, between commas"))
        TagCompleter(self._tags)
        notes = TagNotes(self._tags, self)
        self._colours = ColourSwatches(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        for title, field in (
            (self.tr("Name"), self._name),
            (self.tr("Tags"), self._tags),
            (self.tr("Colour"), self._colours),
        ):
            label = role_label(title, "quiet", self)
            label.setBuddy(field)
            field.setAccessibleName(title)
            layout.addWidget(label)
            layout.addWidget(field)
            if field is self._tags:
                layout.addWidget(notes)
            layout.addSpacing(SPACE_S)
        self._name.textEdited.connect(self._on_name_typed)
        self._name.editingFinished.connect(self._on_name_done)
        self._tags.text_edited.connect(self._on_tags_typed)
        self._tags.edit_finished.connect(self.gesture_finished)
        self._colours.colour_chosen.connect(self._on_colour_chosen)

    def show_character(self, character: Character) -> None:
        """Show it; a field whose meaning stays the same keeps what was typed."""
        is_other = self._character is None or self._character.id != character.id
        if is_other:
            self._finish_typing()
            self._tags.flush()
        self._character = character
        if is_other or self._name.text().strip() != character.name:
            self._show_name(character.name)
        if is_other or parse_tags(self._tags.toPlainText()) != character.tags:
            self._tags.set_text_quietly(", ".join(character.tags))
        self._colours.set_colour(character.colour)

    def flush(self) -> None:
        """Tell what is still being typed."""
        self._finish_typing()
        self._tags.flush()

    def focus_name(self) -> None:
        """Let the name be typed over."""
        self._name.setFocus()
        self._name.selectAll()

    def _show_name(self, name: str) -> None:
        # An empty field while typing is on its way to another name.
        if not (self._name.hasFocus() and not self._name.text().strip() and self._typing_id):
            self._name.setText(name)

    def _finish_typing(self) -> None:
        gesture_id, self._typing_id = self._typing_id, ""
        if gesture_id:
            self.gesture_finished.emit(gesture_id)

    def _on_name_typed(self, text: str) -> None:
        self._typing_id = self._typing_id or new_gesture_id()
        name = text.strip()
        if name and self._character is not None and name != self._character.name:
            self.name_edited.emit(self._typing_id, name)

    def _on_name_done(self) -> None:
        self._finish_typing()
        if self._character is not None and not self._name.text().strip():
            self._name.setText(self._character.name)

    def _on_tags_typed(self, gesture_id: str, text: str) -> None:
        tags = parse_tags(text)
        if self._character is not None and tags != self._character.tags:
            self.tags_edited.emit(gesture_id, tags)

    def _on_colour_chosen(self, colour: int) -> None:
        if self._character is not None and colour != self._character.colour:
            gesture_id = new_gesture_id()
            self.colour_chosen.emit(gesture_id, colour)
            self.gesture_finished.emit(gesture_id)


class ReferenceFields(QWidget):
    """Role and scale of one reference, and what to find in it again."""

    role_chosen = Signal(str, str)  # gesture id, ReferenceRole
    scale_edited = Signal(str, float)  # gesture id, 0 to MAX_SCALE
    gesture_finished = Signal(str)
    find_mask_pressed = Signal()
    find_skeleton_pressed = Signal()
    remove_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reference: Reference | None = None
        self._role = QComboBox(self)
        for role in REFERENCE_ROLES:
            self._role.addItem(role_title(role), role)
        self._role.setToolTip(self.tr("What of the character this picture shows"))
        self._role.setAccessibleName(self.tr("Role"))
        self._scale = NumberField(0.0, MAX_SCALE, 0.05, parent=self)
        self._scale.setToolTip(self.tr("How strongly drawings follow this picture; 1 is usual"))
        self._scale.set_accessible_name(self.tr("Scale"))
        self._find_mask = self._button(
            self.tr("Find again"), "mdi6.auto-fix", self.tr("Find the character's outline again")
        )
        self._find_skeleton = self._button(
            self.tr("Find again"), "mdi6.auto-fix", self.tr("Find the skeleton again")
        )
        self._remove = self._button(
            self.tr("Remove reference"),
            "mdi6.trash-can-outline",
            self.tr("Take this picture from the character"),
        )
        self._lay_out()
        self._role.activated.connect(self._on_role_activated)
        self._scale.value_edited.connect(self.scale_edited)
        self._scale.edit_finished.connect(self.gesture_finished)
        self._find_mask.clicked.connect(self.find_mask_pressed)
        self._find_skeleton.clicked.connect(self.find_skeleton_pressed)
        self._remove.clicked.connect(self.remove_pressed)

    def show_reference(self, reference: Reference) -> None:
        self._reference = reference
        self._role.setCurrentIndex(REFERENCE_ROLES.index(reference.role))
        self._scale.set_value(reference.scale)

    def set_finding(self, finding: bool) -> None:
        """While something is being found, nothing else can be."""
        for button in (self._find_mask, self._find_skeleton):
            button.setEnabled(not finding)
            wait = self.tr("Wait until the picture has been looked at")
            button.setToolTip(wait if finding else button.accessibleName())

    def _button(self, text: str, icon_name: str, tooltip: str) -> QPushButton:
        button = QPushButton(icon(icon_name), text, self)
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip)
        button.setAutoDefault(False)
        return button

    def _lay_out(self) -> None:
        set_role(self._remove, "flat")
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_M)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Role"), self._role),
            (self.tr("Scale"), self._scale),
            (self.tr("Mask"), self._find_mask),
            (self.tr("Skeleton"), self._find_skeleton),
        )
        for row, (title, field) in enumerate(rows):
            label: QLabel = role_label(title, "quiet", self)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(hairline(self))
        layout.addWidget(role_label(self.tr("This reference"), "title", self))
        layout.addLayout(grid)
        layout.addWidget(self._remove)

    def _on_role_activated(self, index: int) -> None:
        role = REFERENCE_ROLES[index]
        if self._reference is not None and role != self._reference.role:
            gesture_id = new_gesture_id()
            self.role_chosen.emit(gesture_id, role)
            self.gesture_finished.emit(gesture_id)
