"""Edits of region masks (who may paint where) and region edits (layers drawn again)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.document.checks import MAX_REGIONS, check_region_edit, check_region_mask
from core.document.edits._tree import (
    changed,
    check_new_ids,
    check_panel_links,
    check_room,
    index_of,
    inserted,
    moved,
    on_panel,
    removed,
    replaced,
)
from core.document.types import Digest, Document, Drawing, Panel, RegionEdit, RegionMask

REGION_EDIT_FIELDS = frozenset(RegionEdit.__dataclass_fields__) - {"id"}


def add_region_mask(document: Document, panel_id: str, region_mask: RegionMask) -> Document:
    """Raises BadInput for a taken id and for a figure or reference that is not there."""
    check_region_mask(region_mask)
    check_new_ids(document, (region_mask.id,))

    def change(panel: Panel) -> Panel:
        check_room(panel.region_masks, "regions a panel", MAX_REGIONS)
        result = replace(panel, region_masks=(*panel.region_masks, region_mask))
        check_panel_links(document, result)
        return result

    return on_panel(document, panel_id, change)


def set_region_mask(
    document: Document, panel_id: str, region_mask_id: str, mask: Digest
) -> Document:
    """Other pixels for a region."""

    def change(panel: Panel) -> Panel:
        index = index_of(panel.region_masks, region_mask_id, "region")
        region_mask = changed(panel.region_masks[index], mask=mask)
        check_region_mask(region_mask)
        return changed(panel, region_masks=replaced(panel.region_masks, index, region_mask))

    return on_panel(document, panel_id, change)


def remove_region_mask(document: Document, panel_id: str, region_mask_id: str) -> Document:
    return on_panel(
        document,
        panel_id,
        lambda p: replace(p, region_masks=removed(p.region_masks, region_mask_id, "region")),
    )


def add_region_edit(
    document: Document, panel_id: str, region_edit: RegionEdit, index: int | None = None
) -> Document:
    """Put a layer before `index`; None = on top. Raises BadInput as `add_region_mask`."""
    check_region_edit(region_edit)
    check_new_ids(document, (region_edit.id,))

    def change(panel: Panel) -> Panel:
        check_room(panel.region_edits, "region edits a panel", MAX_REGIONS)
        result = replace(panel, region_edits=inserted(panel.region_edits, region_edit, index))
        check_panel_links(document, result)
        return result

    return on_panel(document, panel_id, change)


def update_region_edit(
    document: Document, panel_id: str, region_edit_id: str, **fields: Any
) -> Document:
    """Set any field but the id. Another character drops the references unless they are given too.

    Raises BadInput for values out of range and for ids that are not there.
    """
    if not fields.keys() <= REGION_EDIT_FIELDS:
        unknown = sorted(fields.keys() - REGION_EDIT_FIELDS)
        raise TypeError(f"update_region_edit does not set {unknown}")

    def change(panel: Panel) -> Panel:
        index = index_of(panel.region_edits, region_edit_id, "region edit")
        old = panel.region_edits[index]
        if fields.get("character_id", old.character_id) != old.character_id:
            fields.setdefault("reference_ids", ())
        new = changed(old, **fields)
        check_region_edit(new)
        result = changed(panel, region_edits=replaced(panel.region_edits, index, new))
        check_panel_links(document, result)
        return result

    return on_panel(document, panel_id, change)


def set_region_edit_drawing(
    document: Document, panel_id: str, region_edit_id: str, drawing: Drawing | None
) -> Document:
    """The last picture rendered for the layer; None = none."""
    return update_region_edit(document, panel_id, region_edit_id, drawing=drawing)


def move_region_edit(
    document: Document, panel_id: str, region_edit_id: str, new_index: int
) -> Document:
    """Change the order of layers: 0 = lowest."""
    return on_panel(
        document,
        panel_id,
        lambda p: changed(
            p, region_edits=moved(p.region_edits, region_edit_id, new_index, "region edit")
        ),
    )


def remove_region_edit(document: Document, panel_id: str, region_edit_id: str) -> Document:
    return on_panel(
        document,
        panel_id,
        lambda p: replace(p, region_edits=removed(p.region_edits, region_edit_id, "region edit")),
    )
