"""A panel as a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.document import Document, Figure, Framing, Panel, Quality, Reference
from core.engine import ReferenceInput, RenderRequest
from core.engine.validation import check_request
from core.geometry import Raster
from core.pose import Keypoint, Pose, draw_control_image
from core.render_plan.context import LoadRaster, PlanContext, PlanModel, stretched_mask
from core.render_plan.prompts import cast_tags, join_tags
from core.render_plan.puppets import PuppetPlace
from core.render_plan.regions import figure_regions


@dataclass(frozen=True)
class PlacedFigure:
    """A figure with its pose in px of the picture and its region (None = the whole picture)."""

    figure: Figure
    pose: Pose
    region: Raster | None


def plan_panel(
    document: Document,
    panel: Panel,
    load: LoadRaster,
    model: PlanModel,
    quality: Quality = "final",
) -> RenderRequest:
    """The request that draws the panel.

    Raises BadInput for what the artist can mend (a LoRA file that is gone, a reference with an
    empty mask, a panel without area) and InvalidRequest for values no model can draw.
    """
    return panel_request(PlanContext(document, load, model, quality), panel)


def panel_request(context: PlanContext, panel: Panel) -> RenderRequest:
    """As `plan_panel`."""
    document, framing = context.document, context.framing(panel)
    placed = placed_figures(context, panel, framing)
    request = replace(
        base_request(context, panel, framing, placed),
        prompt=join_tags((panel.prompt, *cast_tags(document, panel), document.settings.style)),
        negative_prompt=join_tags((panel.negative_prompt, document.settings.negative_prompt)),
        seed=panel.seed,
        steps=context.steps(panel.steps),
        guidance_scale=context.guidance_scale(panel.guidance_scale),
        references=tuple(
            r for figure in placed for r in figure_references(context, panel, figure, framing)
        ),
        puppet_image=puppet_picture(
            context, panel, framing, [_puppet_place(document, figure) for figure in placed]
        ),
    )
    request = context.in_quality(context.with_adapter(request))
    check_request(request)
    return request


def base_request(
    context: PlanContext, panel: Panel, framing: Framing, placed: Sequence[PlacedFigure]
) -> RenderRequest:
    """What a panel and its region edits have in common: model, size, pose, scales."""
    settings = context.document.settings
    poses = [as_detected(figure.pose, framing) for figure in placed]
    shown = any(pose.visible_count for pose in poses) and panel.pose_conditioning_scale > 0
    pose_image = None
    if shown:
        pixels = draw_control_image(poses, framing.width, framing.height, settings.pose_style)
        pose_image = Raster.from_array(pixels)
    return RenderRequest(
        model_id=context.model.id,
        model_digest=context.model.digest,
        width=framing.width,
        height=framing.height,
        prompt="",
        quality="final",
        pose_image=pose_image,
        pose_conditioning_scale=panel.pose_conditioning_scale,
        pose_controller=settings.pose_controller,
        puppet_scale=panel.puppet_scale,
        puppet_strength_img2img=settings.puppet_strength_img2img,
        loras=context.loras(),
    )


def placed_figures(
    context: PlanContext, panel: Panel, framing: Framing
) -> tuple[PlacedFigure, ...]:
    """The panel's figures, back to front.

    One figure may paint everywhere, as in training; several have their regions. A region mask
    without a reference stands for the whole figure.
    """
    poses = [framing.pose_to_px(figure.pose) for figure in panel.figures]
    regions: list[Raster | None] = [None] * len(poses)
    if len(poses) > 1:
        pixels = figure_regions(poses, framing.width, framing.height)
        regions = [Raster.from_array(region) for region in pixels]
    own: dict[str, Raster] = {}
    for mask in panel.region_masks:
        if mask.reference_id is None:
            own[mask.figure_id] = _united(
                own.get(mask.figure_id), stretched_mask(context.load(mask.mask), framing)
            )
    return tuple(
        PlacedFigure(figure, pose, own.get(figure.id, region))
        for figure, pose, region in zip(panel.figures, poses, regions, strict=True)
    )


def reference_inputs(
    context: PlanContext, references: Sequence[Reference], scale: float, region: Raster | None
) -> tuple[ReferenceInput, ...]:
    """References for the adapter; those with scale 0 change nothing and are left out."""
    return tuple(
        ReferenceInput(
            context.load(reference.image),
            None if reference.mask is None else context.load(reference.mask),
            reference.scale * scale,
            region,
        )
        for reference in references
        if reference.scale * scale > 0
    )


def puppet_picture(
    context: PlanContext, panel: Panel, framing: Framing, places: Sequence[PuppetPlace]
) -> Raster | None:
    """None where the panel wants no puppet or no figure has one."""
    if panel.puppet_scale == 0:
        return None
    return context.puppets.picture(places, context.load, framing.width, framing.height)


def as_detected(pose: Pose, framing: Framing) -> Pose:
    """The pose as a detector would see it: keypoints beyond the picture are not there.

    Pose networks were trained on such skeletons; a limb that leaves the picture is not drawn.
    """

    def seen(keypoint: Keypoint) -> Keypoint:
        inside = 0 <= keypoint.x < framing.width and 0 <= keypoint.y < framing.height
        return keypoint if inside else replace(keypoint, confidence=0.0)

    def all_seen(keypoints: tuple[Keypoint, ...]) -> tuple[Keypoint, ...]:
        return tuple(map(seen, keypoints))

    return Pose(
        all_seen(pose.body),
        all_seen(pose.left_hand),
        all_seen(pose.right_hand),
        all_seen(pose.face),
    )


def _puppet_place(document: Document, placed: PlacedFigure) -> PuppetPlace:
    name = document.character(placed.figure.character_id).name
    return PuppetPlace(name, document.figure_references(placed.figure), placed.pose)


def figure_references(
    context: PlanContext, panel: Panel, placed: PlacedFigure, framing: Framing
) -> tuple[ReferenceInput, ...]:
    figure = placed.figure
    masks = {
        mask.reference_id: mask.mask
        for mask in panel.region_masks
        if mask.figure_id == figure.id and mask.reference_id is not None
    }
    inputs: list[ReferenceInput] = []
    for reference in context.document.figure_references(figure):
        region = placed.region
        if reference.id in masks:
            region = stretched_mask(context.load(masks[reference.id]), framing)
        inputs += reference_inputs(context, (reference,), figure.scale, region)
    return tuple(inputs)


def _united(first: Raster | None, second: Raster) -> Raster:
    return second if first is None else Raster.from_array(np.maximum(first.array, second.array))
