"""Prompts as lists of tags."""

from __future__ import annotations

from collections.abc import Iterable

from core.document import Character, Document, Panel

SOLO = "solo"  # the tag for a single figure; false as soon as there are two


def join_tags(parts: Iterable[str]) -> str:
    """Tags of all parts, split at commas, each once in its first place; upper case counts."""
    tags = (tag.strip() for part in parts for tag in part.replace("、", ",").split(","))
    return ", ".join(dict.fromkeys(tag for tag in tags if tag))


def cast_of(document: Document, panel: Panel) -> tuple[Character, ...]:
    """The characters of the panel's figures, each once, the front figure first.

    Encoders cut long prompts at the end: what is lost shall belong to the figure at the back.
    """
    ids = dict.fromkeys(figure.character_id for figure in reversed(panel.figures))
    return tuple(document.character(character_id) for character_id in ids)


def cast_tags(document: Document, panel: Panel) -> tuple[str, ...]:
    """Tags of everyone in the panel; "solo" only where there is one figure."""
    alone = len(panel.figures) == 1
    tags = (tag for character in cast_of(document, panel) for tag in character.tags)
    return tuple(tag for tag in tags if alone or tag.strip() != SOLO)
