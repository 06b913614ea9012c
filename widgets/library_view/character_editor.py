"""The dialog for one character: its references, their masks and skeletons, its name and tags."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QHideEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.document import Character, Digest, Document, Reference
from core.errors import KomaError
from core.geometry import Raster
from widgets.common import EmptyState, new_gesture_id, role_label, set_role
from widgets.common.mime import image_paths
from widgets.common.theme import SPACE_L, SPACE_M, character_colour, icon
from widgets.library_view.character_form import CharacterFields, ReferenceFields
from widgets.library_view.mask_page import MaskPage
from widgets.library_view.reference_list import ReferenceList
from widgets.library_view.skeleton_page import SkeletonPage
from widgets.library_view.thumbnails import Thumbnails
from widgets.painting import LoadRaster

LIST_WIDTH_PX = 148
FIELDS_WIDTH_PX = 260


class CharacterEditor(QDialog):
    """Shows one character of a document and stays open beside the window.

    Told again with every change of the document; where its character is gone, it closes. Whatever
    the artist does is a signal; those that edit carry a gesture id first, then the character's id.
    Positions in a picture are px of that picture.
    """

    name_edited = Signal(str, str, str)  # gesture id, character id, name
    tags_edited = Signal(str, str, object)  # ..., tuple of tags
    colour_chosen = Signal(str, str, int)  # ..., index into CHARACTER_COLOURS
    role_chosen = Signal(str, str, str, str)  # ..., reference id, ReferenceRole
    scale_edited = Signal(str, str, str, float)  # ..., reference id, scale
    mask_edited = Signal(str, str, str, object)  # ..., reference id, Raster of one channel
    joint_moved = Signal(str, str, str, int, QPointF)  # ..., reference id, keypoint, position
    joint_visibility_toggled = Signal(str, str, str, int, bool)
    skeleton_placed = Signal(str, str, str, object)  # ..., reference id, Pose
    gesture_finished = Signal(str)
    gesture_cancelled = Signal(str)
    find_mask_requested = Signal(str, str)  # character id, reference id
    find_skeleton_requested = Signal(str, str)
    add_reference_requested = Signal(str)
    images_dropped = Signal(object, str)  # tuple[Path, ...], character id
    remove_reference_requested = Signal(str, str)
    move_reference_requested = Signal(str, str, int)  # ..., index after the move
    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(
        self, parent: QWidget | None = None, *, thumbnails: Thumbnails | None = None
    ) -> None:
        super().__init__(parent)
        self._character: Character | None = None
        self._load: LoadRaster | None = None
        self._thumbnails = thumbnails or Thumbnails(self)
        self._shown_image: Digest | None = None
        self._shown_mask: Digest | None = None
        self._picture: Raster | None = None
        self._fields = CharacterFields(self)
        self._reference_fields = ReferenceFields(self)
        self._references = ReferenceList(self._thumbnails, self)
        self._mask = MaskPage(self)
        self._skeleton = SkeletonPage(self)
        self._make_parts()
        self._lay_out()
        self._connect()
        self.set_finding(False, "")
        self.setAcceptDrops(True)

    @property
    def character_id(self) -> str:
        """The id of the character that is shown; "" for none yet."""
        return "" if self._character is None else self._character.id

    @property
    def _id(self) -> str:
        return self.character_id

    @property
    def reference_id(self) -> str:
        """The id of the reference that is shown; "" for none."""
        return self._references.chosen_id

    def choose_reference(self, reference_id: str) -> None:
        """Show one of the character's references."""
        self._references.choose(reference_id)

    def show_character(self, document: Document, character_id: str, load: LoadRaster) -> None:
        """Show a character; the reference that is shown stays. Closes where it is gone."""
        character = next((c for c in document.characters if c.id == character_id), None)
        self._load = load
        self._thumbnails.set_load(load)
        if character is None:
            self.reject()
            return
        if character is self._character:
            return
        is_other = character.id != self._id
        self._character = character
        self.setWindowTitle(character.name)
        self._fields.show_character(character)
        self._mask.set_colour(character_colour(character.colour))
        self._references.set_references(character.references)
        self._show_reference()
        if is_other:
            self._references.setFocus()

    def set_finding(self, finding: bool, text: str) -> None:
        """Say what is being looked for in a picture; meanwhile nothing else can be looked for."""
        self._finding.setText(text)
        self._finding_bar.setVisible(finding)
        self._reference_fields.set_finding(finding)
        self._skeleton.set_finding(finding)

    def _make_parts(self) -> None:
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        self._tabs.addTab(self._mask, self.tr("Mask"))
        self._tabs.addTab(self._skeleton, self.tr("Skeleton"))
        self._none = EmptyState(self.tr("No references yet"), self.tr("Add a picture"), self)
        self._missing = EmptyState(self.tr("This picture is missing from the project"), "", self)
        self._middle = QStackedWidget(self)
        for page in (self._tabs, self._none, self._missing):
            self._middle.addWidget(page)
        self._add = QPushButton(icon("mdi6.plus", active=True), self.tr("Add reference"), self)
        self._add.setToolTip(self.tr("Add a picture of this character, or drop one here"))
        self._add.setAccessibleName(self.tr("Add reference"))
        set_role(self._add, "flat")
        self._finding = role_label("", "quiet", self)
        self._finding_bar = QProgressBar(self)
        self._finding_bar.setRange(0, 0)
        self._finding_bar.setTextVisible(False)
        self._finding_bar.setFixedSize(120, 4)
        self._finding_bar.setAccessibleName(self.tr("Looking at the picture"))
        self._done = QPushButton(self.tr("Done"), self)
        self._done.setToolTip(self.tr("Close; everything is kept already"))
        self._done.setAccessibleName(self.tr("Done"))
        set_role(self._done, "primary")
        for button in (self._add, self._done):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(SPACE_M)
        left.addWidget(self._references, 1)
        left.addWidget(self._add)
        self._references.setFixedWidth(LIST_WIDTH_PX)
        fields = QWidget(self)
        fields.setFixedWidth(FIELDS_WIDTH_PX)
        right = QVBoxLayout(fields)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(SPACE_L)
        right.addWidget(self._fields)
        right.addWidget(self._reference_fields)
        right.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_L)
        columns.addLayout(left)
        columns.addWidget(self._middle, 1)
        columns.addWidget(fields)
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE_M)
        bottom.addWidget(self._finding_bar)
        bottom.addWidget(self._finding)
        bottom.addStretch(1)
        bottom.addWidget(self._done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_L)
        layout.addLayout(columns, 1)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self._connect_character()
        self._connect_reference()
        self._connect_pictures()
        self._done.clicked.connect(self.accept)
        for keys, act in (
            (QKeySequence.StandardKey.Undo, self._on_undo),
            (QKeySequence.StandardKey.Redo, self._on_redo),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)

    def _connect_character(self) -> None:
        fields = self._fields
        fields.name_edited.connect(lambda g, name: self.name_edited.emit(g, self._id, name))
        fields.tags_edited.connect(lambda g, tags: self.tags_edited.emit(g, self._id, tags))
        fields.colour_chosen.connect(lambda g, colour: self.colour_chosen.emit(g, self._id, colour))
        fields.gesture_finished.connect(self.gesture_finished)
        add = self._on_add_clicked
        self._add.clicked.connect(add)
        self._none.action_triggered.connect(add)

    def _connect_reference(self) -> None:
        fields = self._reference_fields
        fields.role_chosen.connect(lambda g, role: self.role_chosen.emit(g, *self._ids(), role))
        fields.scale_edited.connect(lambda g, scale: self.scale_edited.emit(g, *self._ids(), scale))
        fields.gesture_finished.connect(self.gesture_finished)
        fields.find_mask_pressed.connect(lambda: self.find_mask_requested.emit(*self._ids()))
        fields.find_skeleton_pressed.connect(self._on_find_skeleton)
        fields.remove_pressed.connect(lambda: self.remove_reference_requested.emit(*self._ids()))
        self._references.chosen.connect(self._show_reference)
        self._references.move_requested.connect(
            lambda r, index: self.move_reference_requested.emit(self._id, r, index)
        )
        self._references.remove_requested.connect(
            lambda r: self.remove_reference_requested.emit(self._id, r)
        )

    def _connect_pictures(self) -> None:
        self._mask.mask_painted.connect(self._on_mask_painted)
        skeleton = self._skeleton
        skeleton.joint_moved.connect(
            lambda g, keypoint, at: self.joint_moved.emit(g, *self._ids(), keypoint, at)
        )
        skeleton.joint_visibility_toggled.connect(
            lambda g, keypoint, visible: self.joint_visibility_toggled.emit(
                g, *self._ids(), keypoint, visible
            )
        )
        skeleton.skeleton_placed.connect(
            lambda g, pose: self.skeleton_placed.emit(g, *self._ids(), pose)
        )
        skeleton.find_requested.connect(self._on_find_skeleton)
        skeleton.gesture_finished.connect(self.gesture_finished)
        skeleton.gesture_cancelled.connect(self.gesture_cancelled)

    def _ids(self) -> tuple[str, str]:
        return self._id, self.reference_id

    def _reference(self) -> Reference | None:
        references = () if self._character is None else self._character.references
        return next((r for r in references if r.id == self.reference_id), None)

    def _show_reference(self) -> None:
        reference = self._reference()
        self._reference_fields.setVisible(reference is not None)
        if reference is None:
            self._shown_image = None
            self._middle.setCurrentWidget(self._none)
            return
        self._reference_fields.show_reference(reference)
        try:
            self._show_pictures(reference)
        except KomaError:  # the page says so; the file may come back
            self._shown_image = None
            self._middle.setCurrentWidget(self._missing)
            return
        self._middle.setCurrentWidget(self._tabs)

    def _show_pictures(self, reference: Reference) -> None:
        """Raises what `load` raises."""
        assert self._load is not None
        is_other = reference.image != self._shown_image
        if is_other:
            self._picture = self._load(reference.image)
        assert self._picture is not None
        if is_other or reference.mask != self._shown_mask:
            mask = None if reference.mask is None else self._load(reference.mask)
            if is_other:
                self._mask.show_picture(self._picture, mask)
            else:
                self._mask.show_mask(mask)
            self._skeleton.show_picture(self._picture, mask)
        self._shown_image, self._shown_mask = reference.image, reference.mask
        self._skeleton.show_pose(reference.pose)

    def _on_mask_painted(self, mask: Raster) -> None:
        gesture_id = new_gesture_id()
        self.mask_edited.emit(gesture_id, *self._ids(), mask)
        self.gesture_finished.emit(gesture_id)

    def _on_find_skeleton(self) -> None:
        self._tabs.setCurrentWidget(self._skeleton)
        self.find_skeleton_requested.emit(*self._ids())

    def _on_add_clicked(self) -> None:
        self.add_reference_requested.emit(self._id)

    def _on_undo(self) -> None:
        if self._mask.isVisible() and self._mask.can_undo:
            self._mask.canvas.undo()
        else:
            self.undo_requested.emit()

    def _on_redo(self) -> None:
        if self._mask.isVisible() and self._mask.can_redo:
            self._mask.canvas.redo()
        else:
            self.redo_requested.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if image_paths(event.mimeData()) and self._character is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()  # anywhere in the dialog

    def dropEvent(self, event: QDropEvent) -> None:
        paths = image_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.images_dropped.emit(paths, self._id)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._fields.flush()
        super().closeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._fields.flush()
        super().hideEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1000, 660)
