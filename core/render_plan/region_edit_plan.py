"""A region edit as a request, and its result as a layer.

A region edit redraws a part of what lies below it. Its layer is RGBA: the colours of the engine's
picture, whose seam is already blended, and an alpha that is 255 wherever the mask is not 0. So the
layer hides the panel exactly where the mask is, and outside of it not one pixel differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.document import Document, Framing, Panel, Quality, Reference, RegionEdit
from core.engine import ReferenceInput, RegionEditInput, RenderRequest
from core.engine.validation import check_request
from core.errors import BadInput
from core.geometry import Raster
from core.render_plan.context import LoadRaster, PlanContext, PlanModel, stretched_mask
from core.render_plan.panel_plan import (
    PlacedFigure,
    base_request,
    figure_references,
    placed_figures,
    puppet_picture,
    reference_inputs,
)
from core.render_plan.prompts import SOLO, cast_tags, join_tags
from core.render_plan.puppets import PuppetPlace
from core.render_plan.regions import figure_regions

Pixels = NDArray[np.uint8]


def plan_region_edit(
    document: Document,
    panel: Panel,
    region_edit: RegionEdit,
    load: LoadRaster,
    model: PlanModel,
    quality: Quality = "final",
) -> RenderRequest:
    """The request that redraws the edit's region on top of the panel and the edits below it.

    Raises BadInput where the panel or an edit below is not drawn yet, and as `plan_panel`;
    InvalidRequest for an empty region.
    """
    return region_edit_request(PlanContext(document, load, model, quality), panel, region_edit)


def region_edit_request(
    context: PlanContext, panel: Panel, region_edit: RegionEdit
) -> RenderRequest:
    """As `plan_region_edit`."""
    document = context.document
    below = picture_below(panel, region_edit.id, context.load)
    framing = Framing(panel.polygon.bounds, below.width, below.height)
    mask = edit_mask(context, region_edit, framing)
    placed = placed_figures(context, panel, framing)
    content = _content(context, panel, region_edit, placed, mask, framing)
    request = replace(
        base_request(context, panel, framing, placed),
        prompt=join_tags((*content.words, document.settings.style)),
        negative_prompt=join_tags(
            (region_edit.negative_prompt, panel.negative_prompt, document.settings.negative_prompt)
        ),
        seed=region_edit.seed,
        steps=context.steps(region_edit.steps),
        guidance_scale=context.guidance_scale(region_edit.guidance_scale),
        references=content.references,
        puppet_image=puppet_picture(context, panel, framing, content.places),
        region_edit=RegionEditInput(below, mask, region_edit.feather_px, region_edit.strength),
    )
    request = context.in_quality(context.with_adapter(request))
    check_request(request)
    return request


def edit_mask(context: PlanContext, region_edit: RegionEdit, framing: Framing) -> Raster:
    return stretched_mask(context.load(region_edit.mask), framing)


def picture_below(panel: Panel, region_edit_id: str, load: LoadRaster) -> Raster:
    """RGB: the panel's drawing with all visible edits below this one.

    Raises BadInput where one of them is not drawn yet.
    """
    if panel.drawing is None:
        raise _not_drawn("The panel")
    picture = _rgb(load(panel.drawing.image))
    for lower in panel.region_edits:
        if lower.id == region_edit_id:
            return Raster.from_array(picture)
        if not lower.visible:
            continue
        if lower.drawing is None:
            raise _not_drawn(lower.name or "A region edit below this one")
        layer = load(lower.drawing.image).array
        if layer.shape[:2] != picture.shape[:2]:
            raise _not_drawn(lower.name or "A region edit below this one")
        picture = np.where(layer[..., 3:] > 0, layer[..., :3], picture)
    raise BadInput(f"The panel has no region edit {region_edit_id}.", code="unknown_id")


def edit_layer(request: RenderRequest, image: Pixels) -> Raster:
    """The layer (RGBA) of an engine's picture (H, W, 3) for a request with a region edit."""
    if request.region_edit is None:
        raise ValueError("this request redraws a whole panel")
    inside = request.region_edit.mask.array > 0
    alpha = np.where(inside, np.uint8(255), np.uint8(0))
    return Raster.from_array(np.dstack([image, alpha]))


@dataclass(frozen=True)
class _Content:
    """What the region shall show."""

    words: tuple[str, ...]
    references: tuple[ReferenceInput, ...]
    places: tuple[PuppetPlace, ...]


def _content(
    context: PlanContext,
    panel: Panel,
    region_edit: RegionEdit,
    placed: tuple[PlacedFigure, ...],
    mask: Raster,
    framing: Framing,
) -> _Content:
    """The edit's own character in the place of the figure that the mask covers most.

    Without a character the panel's figures are drawn again. A prompt of its own says everything
    about the region, so that "red coat" does not stand beside the character's "blue shirt".
    """
    document = context.document
    if region_edit.character_id is None:
        references = tuple(
            replace(r, scale=r.scale * region_edit.scale)
            for p in placed
            for r in figure_references(context, panel, p, framing)
            if region_edit.scale > 0
        )
        tags = () if region_edit.prompt.strip() else cast_tags(document, panel)
        words = (region_edit.prompt, *tags, panel.prompt)
        return _Content(words, references, _places(document, placed))
    character = document.character(region_edit.character_id)
    chosen = tuple(
        r
        for r in character.references
        if not region_edit.reference_ids or r.id in region_edit.reference_ids
    )
    tags = () if region_edit.prompt.strip() else character.tags
    if len(placed) > 1:
        tags = tuple(tag for tag in tags if tag.strip() != SOLO)
    return _Content(
        (region_edit.prompt, *tags, panel.prompt),
        reference_inputs(context, chosen, region_edit.scale, None),
        _places(document, placed, _most_covered(placed, mask), character.name, chosen),
    )


def _places(
    document: Document,
    placed: tuple[PlacedFigure, ...],
    replaced: int | None = None,
    name: str = "",
    references: tuple[Reference, ...] = (),
) -> tuple[PuppetPlace, ...]:
    """The panel's puppets, the one numbered `replaced` by other references."""
    return tuple(
        PuppetPlace(name, references, p.pose)
        if index == replaced
        else PuppetPlace(
            document.character(p.figure.character_id).name,
            document.figure_references(p.figure),
            p.pose,
        )
        for index, p in enumerate(placed)
    )


def _most_covered(placed: tuple[PlacedFigure, ...], mask: Raster) -> int | None:
    """The number of the figure whose region the mask covers most; None where it covers none."""
    regions = figure_regions([p.pose for p in placed], mask.width, mask.height)
    inside = mask.array.astype(np.float32)
    covered = [float((region * inside).sum()) for region in regions]
    return int(np.argmax(covered)) if covered and max(covered) > 0 else None


def _rgb(raster: Raster) -> Pixels:
    pixels = raster.array
    return np.dstack([pixels] * 3) if raster.channels == 1 else pixels[..., :3].copy()


def _not_drawn(what: str) -> BadInput:
    return BadInput(
        f"{what} is not drawn yet. Render it first, then this region.", code="not_drawn"
    )
