"""Which asset files a document needs, and for what."""

from __future__ import annotations

from collections.abc import Iterator

from core.document.types import Character, Digest, Document, Panel


def character_assets(character: Character) -> Iterator[tuple[Digest, str]]:
    """Digest and, for messages, what it is the picture of."""
    for reference in character.references:
        yield reference.image, f"a reference of {character.name}"
        if reference.mask is not None:
            yield reference.mask, f"the mask of a reference of {character.name}"


def panel_assets(panel: Panel) -> Iterator[tuple[Digest, str]]:
    """As `character_assets`."""
    if panel.drawing is not None:
        yield panel.drawing.image, f"the drawing of {panel.id}"
    for region_mask in panel.region_masks:
        yield region_mask.mask, f"a region of {panel.id}"
    for region_edit in panel.region_edits:
        yield region_edit.mask, f"a region edit of {panel.id}"
        if region_edit.drawing is not None:
            yield region_edit.drawing.image, f"the drawing of a region edit of {panel.id}"


def document_assets(document: Document) -> dict[Digest, str]:
    """Every asset once, with its first use."""
    found: dict[Digest, str] = {}
    for character in document.characters:
        for digest, use in character_assets(character):
            found.setdefault(digest, use)
    for panel in document.panels():
        for digest, use in panel_assets(panel):
            found.setdefault(digest, use)
    return found
