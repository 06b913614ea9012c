"""The cast: characters come from pictures, and their masks and skeletons can be corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtWidgets import QWidget

from app.analysis_thread import AnalysisThread
from app.character_import import with_reference
from app.commands import undo_text
from app.document_controller import Change, DocumentController
from app.error_texts import error_text
from app.window.path_chooser import PathChooser
from core.document import Character, Document, Reference
from core.document.edits import (
    add_reference,
    move_character,
    move_reference,
    remove_character,
    remove_reference,
    rename_character,
    update_character,
    update_reference,
)
from core.errors import KomaError
from core.geometry import Raster
from core.pose import Pose
from core.storage import get_image, put_mask
from widgets.library_view import CharacterEditor, LibraryView


@dataclass(frozen=True)
class _Wanted:
    """What an analysis is for. reference_id: None = a new reference is being made."""

    name: str
    character_id: str = ""
    reference_id: str | None = None


class LibraryController(QObject):
    """Connects the library and the character editor with the document and the detectors."""

    selected = Signal(str)  # character id

    def __init__(
        self,
        controller: DocumentController,
        analysis: AnalysisThread,
        view: LibraryView,
        paths: PathChooser,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller, self._analysis = controller, analysis
        self._view, self._paths, self._window = view, paths, window
        self._wanted: dict[str, _Wanted] = {}
        self._count = 0
        self._editor: CharacterEditor | None = None
        self._edited = ""
        controller.document_changed.connect(self._on_document_changed)
        analysis.found.connect(self._on_found)
        analysis.failed.connect(self._on_failed)
        view.add_requested.connect(self.add)
        view.images_dropped.connect(self.add_pictures)
        view.add_reference_requested.connect(self._add_reference)
        view.gesture_finished.connect(controller.finish_gesture)
        view.character_opened.connect(self.open)
        view.selection_changed.connect(self.selected)
        view.rename_requested.connect(self._rename)
        view.remove_requested.connect(self.remove)
        view.move_requested.connect(self._move)

    @property
    def editor(self) -> CharacterEditor | None:
        """The open editor, None where none is open."""
        return self._editor

    def add(self) -> None:
        """Ask for pictures; each becomes a character."""
        self.add_pictures(
            self._paths.open_files(
                self.tr("Add character"), self.tr("Pictures (*.png *.jpg *.jpeg *.webp)")
            ),
            "",
        )

    def add_pictures(self, paths: tuple[Path, ...], character_id: str = "") -> None:
        """Pictures as references of a character, "" = each as a new character."""
        names = {c.id: c.name for c in self._controller.document.characters}
        for path in paths:
            name = names.get(character_id) or path.stem[:80]
            token = self._token(_Wanted(name, character_id))
            self._analysis.find_reference(token, path, self._controller.assets)
        self._show_busy()

    def remove(self, character_id: str) -> None:
        self._controller.edit(
            undo_text("remove_character"), lambda d: remove_character(d, character_id)
        )

    def open(self, character_id: str) -> None:
        """Show the editor of a character; one at a time."""
        if self._editor is None:
            self._editor = self._made_editor()
        self._edited = character_id
        self._editor.show_character(self._controller.document, character_id, self._load)
        self._editor.show()
        self._editor.raise_()

    def close_editor(self) -> None:
        if self._editor is not None:
            self._editor.close()

    def _made_editor(self) -> CharacterEditor:
        editor = CharacterEditor(self._window, thumbnails=self._view.thumbnails)
        controller = self._controller
        editor.finished.connect(self._on_editor_closed)
        editor.name_edited.connect(self._rename)
        editor.tags_edited.connect(self._set_tags)
        editor.colour_chosen.connect(self._set_colour)
        editor.role_chosen.connect(self._set_role)
        editor.scale_edited.connect(self._set_scale)
        editor.mask_edited.connect(self._set_mask)
        editor.joint_moved.connect(self._move_joint)
        editor.joint_visibility_toggled.connect(self._show_joint)
        editor.find_mask_requested.connect(self._find_mask)
        editor.find_skeleton_requested.connect(self._find_skeleton)
        editor.add_reference_requested.connect(self._add_reference)
        editor.remove_reference_requested.connect(self._remove_reference)
        editor.move_reference_requested.connect(self._move_reference)
        editor.skeleton_placed.connect(self._place_skeleton)
        editor.images_dropped.connect(self.add_pictures)
        editor.undo_requested.connect(controller.undo)
        editor.redo_requested.connect(controller.redo)
        editor.gesture_finished.connect(controller.finish_gesture)
        editor.gesture_cancelled.connect(controller.cancel_gesture)
        return editor

    def _load(self, digest: str) -> Raster:
        return get_image(self._controller.assets, digest)

    def _token(self, wanted: _Wanted) -> str:
        self._count += 1
        token = f"reference-{self._count}"
        self._wanted[token] = wanted
        return token

    def _show_busy(self) -> None:
        made = [w for w in self._wanted.values() if w.reference_id is None]
        if made:
            self._view.set_busy(made[0].name, made[0].character_id)
        else:
            self._view.set_busy(None)
        if self._editor is not None:
            finding = any(w.character_id == self._edited for w in self._wanted.values())
            self._editor.set_finding(finding, self.tr("Looking at the picture …"))

    def _on_found(self, token: str, found: object) -> None:
        wanted = self._wanted.pop(token, None)
        if wanted is None:
            return
        if isinstance(found, Reference):
            self._put(wanted, found)
        elif wanted.reference_id is not None:
            self._correct(wanted.character_id, wanted.reference_id, found)
        self._show_busy()

    def _on_failed(self, token: str, sentence: str) -> None:
        wanted = self._wanted.pop(token, None)
        if wanted is not None:
            self._controller.edit_refused.emit(f"{wanted.name}: {sentence}")
            self._show_busy()

    def _put(self, wanted: _Wanted, reference: Reference) -> None:
        if wanted.character_id:
            self._controller.edit(
                undo_text("add_reference"),
                lambda d: add_reference(d, wanted.character_id, reference),
            )
            return
        name = _free_name(self._controller.document, wanted.name)
        self._controller.edit(
            undo_text("add_character"), lambda d: with_reference(d, name, (), reference)
        )

    def _correct(self, character_id: str, reference_id: str, found: object) -> None:
        if isinstance(found, Pose):
            self._reference_edit(character_id, reference_id, pose=found)
        elif isinstance(found, Raster):
            self._put_mask(character_id, reference_id, found)

    def _reference_edit(
        self, character_id: str, reference_id: str, gesture_id: str | None = None,
        **field: object,
    ) -> None:  # fmt: skip
        (name,) = field
        self._controller.edit(
            undo_text("update_reference", name),
            lambda d: update_reference(d, character_id, reference_id, **field),
            gesture_id,
        )

    def _put_mask(
        self, character_id: str, reference_id: str, mask: Raster, gesture_id: str | None = None
    ) -> None:
        try:
            digest = put_mask(self._controller.assets, mask)
        except KomaError as error:
            self._controller.edit_refused.emit(error_text(error))
            return
        self._reference_edit(character_id, reference_id, gesture_id, mask=digest)

    def _rename(self, gesture_id: str, character_id: str, name: str) -> None:
        self._controller.edit(
            undo_text("rename_character"),
            lambda d: rename_character(d, character_id, name),
            gesture_id,
        )

    def _move(self, character_id: str, index: int) -> None:
        self._controller.edit(
            undo_text("move_character"), lambda d: move_character(d, character_id, index)
        )

    def _set_tags(self, gesture_id: str, character_id: str, tags: tuple[str, ...]) -> None:
        self._controller.edit(
            undo_text("update_character", "tags"),
            lambda d: update_character(d, character_id, tags=tags),
            gesture_id,
        )

    def _set_colour(self, gesture_id: str, character_id: str, colour: int) -> None:
        self._controller.edit(
            undo_text("update_character", "colour"),
            lambda d: update_character(d, character_id, colour=colour),
            gesture_id,
        )

    def _set_role(self, gesture_id: str, character_id: str, reference_id: str, role: str) -> None:
        self._reference_edit(character_id, reference_id, gesture_id, role=role)

    def _set_scale(
        self, gesture_id: str, character_id: str, reference_id: str, scale: float
    ) -> None:
        self._reference_edit(character_id, reference_id, gesture_id, scale=scale)

    def _set_mask(
        self, gesture_id: str, character_id: str, reference_id: str, mask: Raster
    ) -> None:
        self._put_mask(character_id, reference_id, mask, gesture_id)

    def _place_skeleton(
        self, gesture_id: str, character_id: str, reference_id: str, pose: Pose
    ) -> None:
        self._reference_edit(character_id, reference_id, gesture_id, pose=pose)

    def _move_joint(
        self, gesture_id: str, character_id: str, reference_id: str, keypoint: int, to: QPointF
    ) -> None:
        self._change_joint(
            undo_text("move_joint"), gesture_id, character_id, reference_id, keypoint,
            x=to.x(), y=to.y(),
        )  # fmt: skip

    def _show_joint(
        self, gesture_id: str, character_id: str, reference_id: str, keypoint: int, visible: bool
    ) -> None:
        self._change_joint(
            undo_text("set_joint_confidence"), gesture_id, character_id, reference_id, keypoint,
            confidence=1.0 if visible else 0.0,
        )  # fmt: skip

    def _change_joint(
        self, text: str, gesture_id: str, character_id: str, reference_id: str, keypoint: int,
        **fields: float,
    ) -> None:  # fmt: skip
        def change(document: Document) -> Document:
            pose = document.character(character_id).reference(reference_id).pose
            if pose is None:
                return document
            body = list(pose.body)
            body[keypoint] = replace(body[keypoint], **fields)
            moved = replace(pose, body=tuple(body))
            return update_reference(document, character_id, reference_id, pose=moved)

        self._controller.edit(text, change, gesture_id)

    def _find_mask(self, character_id: str, reference_id: str) -> None:
        self._find(character_id, reference_id, lambda token, character, reference: (
            self._analysis.find_mask(token, self._load(reference.image))))  # fmt: skip

    def _find_skeleton(self, character_id: str, reference_id: str) -> None:
        def find(token: str, character: Character, reference: Reference) -> None:
            mask = None if reference.mask is None else self._load(reference.mask)
            self._analysis.find_pose(token, self._load(reference.image), mask)

        self._find(character_id, reference_id, find)

    def _find(
        self, character_id: str, reference_id: str,
        begin: Callable[[str, Character, Reference], None],
    ) -> None:  # fmt: skip
        character = self._controller.document.character(character_id)
        token = self._token(_Wanted(character.name, character_id, reference_id))
        try:
            begin(token, character, character.reference(reference_id))
        except KomaError as error:
            self._on_failed(token, error_text(error))
            return
        self._show_busy()

    def _add_reference(self, character_id: str) -> None:
        paths = self._paths.open_files(
            self.tr("Add reference"), self.tr("Pictures (*.png *.jpg *.jpeg *.webp)")
        )
        self.add_pictures(paths, character_id)

    def _remove_reference(self, character_id: str, reference_id: str) -> None:
        self._controller.edit(
            undo_text("remove_reference"), lambda d: remove_reference(d, character_id, reference_id)
        )

    def _move_reference(self, character_id: str, reference_id: str, index: int) -> None:
        self._controller.edit(
            undo_text("move_reference"),
            lambda d: move_reference(d, character_id, reference_id, index),
        )

    def _on_document_changed(self, change: Change) -> None:
        if change.kind == "open":
            self._forget()
        document = self._controller.document
        self._view.show_document(document, self._load)
        if self._editor is None:
            return
        if any(c.id == self._edited for c in document.characters):
            self._editor.show_character(document, self._edited, self._load)
        else:
            self._editor.close()

    def _forget(self) -> None:
        """Another project: what was looked for belongs to the one before."""
        for token in tuple(self._wanted):
            self._analysis.cancel(token)
        self._wanted.clear()
        self._show_busy()
        self.close_editor()

    def _on_editor_closed(self) -> None:
        if self._editor is not None:
            self._editor.deleteLater()
            self._editor = None


def _free_name(document: Document, name: str) -> str:
    """A name that no character has; two pictures of one name are two characters."""
    taken = {character.name for character in document.characters}
    found, number = name, 2
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found
