"""Steps of the undo history: each holds the documents before and after it, never a widget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QUndoCommand

from app.newest_drawings import changed_drawings, drawings_of, with_newest_drawings
from core.document import Document

ChangeKind = Literal["edit", "undo", "redo", "result", "open"]
MERGING, ALONE = 1, -1  # what QUndoStack asks a command's id() for

_CONTEXT = "EditCommand"
# Names of edits in core.document.edits, and of fields that have a word of their own.
_WORDS = {
    "add_character": QT_TRANSLATE_NOOP("EditCommand", "Add character"),
    "add_figure": QT_TRANSLATE_NOOP("EditCommand", "Add figure"),
    "add_page": QT_TRANSLATE_NOOP("EditCommand", "Add page"),
    "add_panel": QT_TRANSLATE_NOOP("EditCommand", "Add panel"),
    "add_reference": QT_TRANSLATE_NOOP("EditCommand", "Add reference"),
    "add_region_edit": QT_TRANSLATE_NOOP("EditCommand", "Add region"),
    "add_region_mask": QT_TRANSLATE_NOOP("EditCommand", "Add figure's region"),
    "apply_layout": QT_TRANSLATE_NOOP("EditCommand", "Change layout"),
    "mirror_figure": QT_TRANSLATE_NOOP("EditCommand", "Mirror figure"),
    "move_character": QT_TRANSLATE_NOOP("EditCommand", "Reorder characters"),
    "move_figure": QT_TRANSLATE_NOOP("EditCommand", "Move figure"),
    "move_gutter": QT_TRANSLATE_NOOP("EditCommand", "Move gutter"),
    "move_joint": QT_TRANSLATE_NOOP("EditCommand", "Move joint"),
    "move_page": QT_TRANSLATE_NOOP("EditCommand", "Move page"),
    "move_panel": QT_TRANSLATE_NOOP("EditCommand", "Move panel"),
    "move_reference": QT_TRANSLATE_NOOP("EditCommand", "Reorder references"),
    "move_region_edit": QT_TRANSLATE_NOOP("EditCommand", "Reorder regions"),
    "remove_character": QT_TRANSLATE_NOOP("EditCommand", "Remove character"),
    "remove_figure": QT_TRANSLATE_NOOP("EditCommand", "Remove figure"),
    "remove_page": QT_TRANSLATE_NOOP("EditCommand", "Remove page"),
    "remove_panel": QT_TRANSLATE_NOOP("EditCommand", "Remove panel"),
    "remove_reference": QT_TRANSLATE_NOOP("EditCommand", "Remove reference"),
    "remove_region_edit": QT_TRANSLATE_NOOP("EditCommand", "Remove region"),
    "remove_region_mask": QT_TRANSLATE_NOOP("EditCommand", "Remove figure's region"),
    "rename_character": QT_TRANSLATE_NOOP("EditCommand", "Rename character"),
    "rename_page": QT_TRANSLATE_NOOP("EditCommand", "Rename page"),
    "reorder_figure": QT_TRANSLATE_NOOP("EditCommand", "Reorder figures"),
    "rotate_figure": QT_TRANSLATE_NOOP("EditCommand", "Turn figure"),
    "scale_figure": QT_TRANSLATE_NOOP("EditCommand", "Scale figure"),
    "set_drawing": QT_TRANSLATE_NOOP("EditCommand", "Change drawing"),
    "set_drawings": QT_TRANSLATE_NOOP("EditCommand", "Clear drawing"),
    "set_figure_character": QT_TRANSLATE_NOOP("EditCommand", "Change figure's character"),
    "set_figure_references": QT_TRANSLATE_NOOP("EditCommand", "Choose references"),
    "set_figure_scale": QT_TRANSLATE_NOOP("EditCommand", "Change likeness"),
    "set_joint_confidence": QT_TRANSLATE_NOOP("EditCommand", "Show or hide joint"),
    "set_page_format": QT_TRANSLATE_NOOP("EditCommand", "Change page format"),
    "set_polygon": QT_TRANSLATE_NOOP("EditCommand", "Reshape panel"),
    "set_pose": QT_TRANSLATE_NOOP("EditCommand", "Change pose"),
    "set_reading_direction": QT_TRANSLATE_NOOP("EditCommand", "Change reading direction"),
    "set_region_edit_drawing": QT_TRANSLATE_NOOP("EditCommand", "Draw region again"),
    "set_region_mask": QT_TRANSLATE_NOOP("EditCommand", "Paint figure's region"),
    "set_title": QT_TRANSLATE_NOOP("EditCommand", "Change title"),
    "split_panel": QT_TRANSLATE_NOOP("EditCommand", "Cut panel"),
    "update_character": QT_TRANSLATE_NOOP("EditCommand", "Change character"),
    "update_panel": QT_TRANSLATE_NOOP("EditCommand", "Change panel"),
    "update_reference": QT_TRANSLATE_NOOP("EditCommand", "Change reference"),
    "update_region_edit": QT_TRANSLATE_NOOP("EditCommand", "Change region"),
    "update_settings": QT_TRANSLATE_NOOP("EditCommand", "Change how panels are drawn"),
    "base_px": QT_TRANSLATE_NOOP("EditCommand", "Change size"),
    "border": QT_TRANSLATE_NOOP("EditCommand", "Change border"),
    "colour": QT_TRANSLATE_NOOP("EditCommand", "Change colour"),
    "feather_px": QT_TRANSLATE_NOOP("EditCommand", "Change feather"),
    "guidance_scale": QT_TRANSLATE_NOOP("EditCommand", "Change guidance"),
    "loras": QT_TRANSLATE_NOOP("EditCommand", "Change LoRA files"),
    "mask": QT_TRANSLATE_NOOP("EditCommand", "Change mask"),
    "model_id": QT_TRANSLATE_NOOP("EditCommand", "Change model"),
    "negative_prompt": QT_TRANSLATE_NOOP("EditCommand", "Change negative prompt"),
    "pose_conditioning_scale": QT_TRANSLATE_NOOP("EditCommand", "Change pose strength"),
    "pose": QT_TRANSLATE_NOOP("EditCommand", "Change skeleton"),
    "prompt": QT_TRANSLATE_NOOP("EditCommand", "Change prompt"),
    "puppet_scale": QT_TRANSLATE_NOOP("EditCommand", "Change puppet strength"),
    "quality": QT_TRANSLATE_NOOP("EditCommand", "Change quality"),
    "role": QT_TRANSLATE_NOOP("EditCommand", "Change role"),
    "scale": QT_TRANSLATE_NOOP("EditCommand", "Change strength"),
    "seed": QT_TRANSLATE_NOOP("EditCommand", "Change seed"),
    "steps": QT_TRANSLATE_NOOP("EditCommand", "Change steps"),
    "strength": QT_TRANSLATE_NOOP("EditCommand", "Change strength"),
    "style": QT_TRANSLATE_NOOP("EditCommand", "Change style"),
    "tags": QT_TRANSLATE_NOOP("EditCommand", "Change tags"),
    "visible": QT_TRANSLATE_NOOP("EditCommand", "Show or hide region"),
}


def undo_text(edit: str, field_name: str = "") -> str:
    """What the menu says after “Undo”: for an edit of `core.document.edits` and one of its fields.

    A field without a word of its own has the edit's. Raises KeyError for an unknown edit.
    """
    return QCoreApplication.translate(_CONTEXT, str(_WORDS.get(field_name) or _WORDS[edit]))


@dataclass(frozen=True)
class Change:
    """What happened to the document; `gesture_id` only where a gesture made an edit."""

    document: Document
    before: Document
    gesture_id: str | None
    kind: ChangeKind


@dataclass
class Desk:
    """The document that lies on the desk, and the changes that nobody was told of yet.

    Commands know the desk and not its owner: the undo stack belongs to the owner, and Qt would
    keep both alive for ever if they knew each other.
    """

    document: Document = field(default_factory=Document)
    changes: list[Change] = field(default_factory=list[Change])

    def put(self, document: Document, kind: ChangeKind, gesture_id: str | None = None) -> None:
        self.changes.append(Change(document, self.document, gesture_id, kind))
        self.document = document

    def swap(self, document: Document) -> None:
        """Another object with the same contents, before anybody was told of the last change."""
        self.document = document
        if self.changes:
            last = self.changes[-1]
            self.changes[-1] = Change(document, last.before, last.gesture_id, last.kind)

    def take_changes(self) -> list[Change]:
        changes, self.changes = self.changes, []
        return changes


class EditCommand(QUndoCommand):
    """One undo step. Commands of one gesture become one; one that changes nothing vanishes.

    `before` and `after` are kept as they were left last, so that drawings that were finished
    meanwhile come back with their panels.
    """

    def __init__(self, desk: Desk, after: Document, text: str, gesture_id: str | None) -> None:
        super().__init__(text)
        self._desk = desk
        self._before, self._after = desk.document, after
        self._own = changed_drawings(self._before, after)
        self._pushed = False
        self._vanishing = False
        self._open = gesture_id is not None
        self.gesture_id = gesture_id

    def close(self) -> None:
        """The gesture is over: nothing more becomes part of this step."""
        self._open = False

    def vanish_when_undone(self) -> None:
        """The gesture was cancelled: there shall be nothing to redo."""
        self._vanishing = True

    def id(self) -> int:
        return MERGING if self._open else ALONE

    def redo(self) -> None:
        if not self._pushed:  # by QUndoStack.push
            self._pushed = True
            self._desk.put(self._after, "edit", self.gesture_id)
            return
        left = self._desk.document
        self._after = self._carried(self._after, left, self._before)
        self._before = left
        self._desk.put(self._after, "redo")

    def undo(self) -> None:
        left = self._desk.document
        self._before = self._carried(self._before, left, self._after)
        self._after = left
        self._desk.put(self._before, "undo")
        if self._vanishing:
            self.setObsolete(True)  # not before: QUndoStack does not undo what is obsolete

    def _carried(self, target: Document, current: Document, expected: Document) -> Document:
        """`target` with the newest drawings; of this command's own ones, those that were replaced
        since are newer than what it would bring back.
        """
        if not self._own:
            return with_newest_drawings(target, current)
        now, then = drawings_of(current), drawings_of(expected)
        own = {i for i in self._own if now.get(i) == then.get(i)}
        return with_newest_drawings(target, current, but=own)

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, EditCommand) or other.gesture_id != self.gesture_id:
            return False
        self._after = other._after
        self._own |= other._own
        start = self._carried(self._before, self._after, self._after)
        if start == self._after:
            self._desk.swap(start)  # the very objects that widgets show already
            self.setObsolete(True)
        return True
