"""Edits of the cast: characters and their references. Nothing is left that points at what went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.document.checks import (
    MAX_CHARACTERS,
    MAX_REFERENCES,
    character_ids,
    check_character,
    check_reference,
)
from core.document.edits._tree import (
    changed,
    check_new_ids,
    check_room,
    index_of,
    inserted,
    kept,
    mapped,
    moved,
    on_character,
    removed,
    replaced,
    with_characters,
    with_pages,
    with_panels,
)
from core.document.types import (
    CHARACTER_COLOURS,
    Character,
    Document,
    Figure,
    Page,
    Panel,
    Reference,
    RegionEdit,
)

CHARACTER_FIELDS = frozenset(("name", "tags", "colour"))
REFERENCE_FIELDS = frozenset(("image", "mask", "pose", "role", "scale"))


def add_character(document: Document, character: Character, index: int | None = None) -> Document:
    """Raises BadInput for a character without a name and for ids that are taken."""
    check_character(character)
    check_room(document.characters, "characters", MAX_CHARACTERS)
    check_new_ids(document, character_ids(character))
    return replace(document, characters=inserted(document.characters, character, index))


def free_colour(document: Document) -> int:
    """The index into `CHARACTER_COLOURS` that fewest characters have, the first of several."""
    used = [c.colour for c in document.characters]
    return min(range(len(CHARACTER_COLOURS)), key=used.count)


def rename_character(document: Document, character_id: str, name: str) -> Document:
    return update_character(document, character_id, name=name)


def update_character(document: Document, character_id: str, **fields: Any) -> Document:
    """Set name, tags or colour. Raises BadInput for values out of range, TypeError for others."""
    _only(fields, CHARACTER_FIELDS, "update_character")

    def change(character: Character) -> Character:
        result = changed(character, **fields)
        check_character(result)
        return result

    return on_character(document, character_id, change)


def move_character(document: Document, character_id: str, new_index: int) -> Document:
    return with_characters(
        document, moved(document.characters, character_id, new_index, "character")
    )


def remove_character(document: Document, character_id: str) -> Document:
    """Its figures and their region masks go with it; region edits keep their region and prompt."""
    characters = removed(document.characters, character_id, "character")

    def keep_edit(region_edit: RegionEdit) -> RegionEdit:
        if region_edit.character_id != character_id:
            return region_edit
        return replace(region_edit, character_id=None, reference_ids=())

    def keep(panel: Panel) -> Panel:
        gone = {f.id for f in panel.figures if f.character_id == character_id}
        return changed(
            panel,
            figures=kept(panel.figures, lambda f: f.id not in gone),
            region_masks=kept(panel.region_masks, lambda m: m.figure_id not in gone),
            region_edits=mapped(panel.region_edits, keep_edit),
        )

    return replace(_on_all_panels(document, keep), characters=characters)


def add_reference(
    document: Document, character_id: str, reference: Reference, index: int | None = None
) -> Document:
    """Raises BadInput for a taken id and for a pose or scale out of range."""
    check_reference(reference)
    check_new_ids(document, (reference.id,))

    def change(character: Character) -> Character:
        check_room(character.references, "references a character", MAX_REFERENCES)
        return replace(character, references=inserted(character.references, reference, index))

    return on_character(document, character_id, change)


def update_reference(
    document: Document, character_id: str, reference_id: str, **fields: Any
) -> Document:
    """Set image, mask, pose, role or scale. Raises BadInput for values out of range."""
    _only(fields, REFERENCE_FIELDS, "update_reference")

    def change(character: Character) -> Character:
        index = index_of(character.references, reference_id, "reference")
        reference = changed(character.references[index], **fields)
        check_reference(reference)
        return changed(character, references=replaced(character.references, index, reference))

    return on_character(document, character_id, change)


def move_reference(
    document: Document, character_id: str, reference_id: str, new_index: int
) -> Document:
    return on_character(
        document,
        character_id,
        lambda c: changed(c, references=moved(c.references, reference_id, new_index, "reference")),
    )


def remove_reference(document: Document, character_id: str, reference_id: str) -> Document:
    """Figures and region edits that picked only this one use all others; its region masks go."""

    def change(character: Character) -> Character:
        references = removed(character.references, reference_id, "reference")
        return replace(character, references=references)

    def without(item: Figure | RegionEdit) -> tuple[str, ...]:
        return tuple(r for r in item.reference_ids if r != reference_id)

    def keep(panel: Panel) -> Panel:
        return changed(
            panel,
            figures=mapped(panel.figures, lambda f: changed(f, reference_ids=without(f))),
            region_masks=kept(panel.region_masks, lambda m: m.reference_id != reference_id),
            region_edits=mapped(panel.region_edits, lambda e: changed(e, reference_ids=without(e))),
        )

    return _on_all_panels(on_character(document, character_id, change), keep)


def _on_all_panels(document: Document, change: Callable[[Panel], Panel]) -> Document:
    def change_page(page: Page) -> Page:
        return with_panels(page, mapped(page.panels, change))

    return with_pages(document, mapped(document.pages, change_page))


def _only(fields: dict[str, Any], allowed: frozenset[str], edit: str) -> None:
    if not fields.keys() <= allowed:
        raise TypeError(f"{edit} does not set {sorted(fields.keys() - allowed)}")
