"""What is known of tags, for all fields of the application, as soon as it is read."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.dataset.taxonomy import Taxonomy
from core.tags import Change, TagIndex, WordList, changes_of


class TagHelp(QObject):
    """Empty until the taxonomy is read: fields are then fields like any other.

    words: what the chosen model was taught, None where it is no matter. model_title: its name.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.taxonomy: Taxonomy | None = None
        self.index: TagIndex | None = None
        self.changes: tuple[Change, ...] = ()
        self.words: WordList | None = None
        self.model_title = ""

    def set_taxonomy(self, taxonomy: Taxonomy | None, index: TagIndex | None = None) -> None:
        self.taxonomy, self.index = taxonomy, index
        self.changes = () if taxonomy is None else changes_of(taxonomy)
        self.changed.emit()

    def set_model(self, title: str, words: WordList | None) -> None:
        if (title, words) != (self.model_title, self.words):
            self.model_title, self.words = title, words
            self.changed.emit()

    def is_known(self, text: str) -> bool:
        """Whether the model knows this tag, as far as can be told."""
        return self.words is None or self.words.knows(text)


class _InForce:
    help: TagHelp | None = None


def tag_help() -> TagHelp:
    """The one object that every field asks, as all ask for the theme in force."""
    if _InForce.help is None:
        _InForce.help = TagHelp()
    return _InForce.help
