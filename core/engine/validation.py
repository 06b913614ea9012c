"""Refuse what cannot be drawn, in one sentence, before any network is loaded."""

from __future__ import annotations

import math

import numpy as np

from core.adapters.kinds import parse_choice
from core.engine.requests import InvalidRequest, ReferenceInput, RegionEditInput, RenderRequest
from core.errors import BadInput
from core.geometry import Raster

MIN_SIDE_PX, MAX_SIDE_PX = 16, 4096
MAX_STEPS = 150
MAX_SCALE = 10.0
MAX_GUIDANCE = 50.0
MIN_REGION_PX = 64  # about one latent cell of Stable Diffusion; less cannot be redrawn


def check_request(request: RenderRequest) -> None:
    """Raises InvalidRequest where a value of the request makes no sense for any model."""
    _check_size(request)
    _check_numbers(request)
    _check_adapter(request)
    for number, reference in enumerate(request.references, start=1):
        _check_reference(request, reference, number)
    _check_raster(request, request.pose_image, 3, "The pose picture")
    _check_raster(request, request.puppet_image, 4, "The puppet picture")
    if request.region_edit is not None:
        _check_region_edit(request, request.region_edit)


def check_size_for_model(request: RenderRequest, multiple: int) -> None:
    """Raises InvalidRequest where the network cannot draw this size: sides of n x `multiple` px."""
    _require(
        request.width % multiple == 0 and request.height % multiple == 0,
        f"This model draws sides that are a multiple of {multiple} px, not "
        f"{request.width} x {request.height} px; choose another generation size.",
    )


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise InvalidRequest(sentence)


def _check_size(request: RenderRequest) -> None:
    sides = (request.width, request.height)
    _require(
        all(MIN_SIDE_PX <= side <= MAX_SIDE_PX for side in sides),
        f"A panel is drawn at {MIN_SIDE_PX} to {MAX_SIDE_PX} px a side, not at "
        f"{request.width} x {request.height} px; choose another generation size.",
    )


def _check_numbers(request: RenderRequest) -> None:
    _require(
        1 <= request.steps <= MAX_STEPS,
        f"A render takes 1 to {MAX_STEPS} steps, not {request.steps}; change the steps.",
    )
    _require(
        0 <= request.seed < 2**63,
        f"The seed must be a whole number from 0 to {2**63 - 1}; choose another seed.",
    )
    _within(request.guidance_scale, 0, MAX_GUIDANCE, "guidance scale")
    _within(request.pose_conditioning_scale, 0, MAX_SCALE, "pose strength")
    _within(request.puppet_scale, 0, MAX_SCALE, "puppet strength")
    _within(request.puppet_strength_img2img, 0, 1, "strength of drawing over the puppet")
    for lora in request.loras:
        _within(lora.scale, -MAX_SCALE, MAX_SCALE, "LoRA strength")


def _check_adapter(request: RenderRequest) -> None:
    try:
        kinds = parse_choice(request.adapter)
    except BadInput as error:
        raise InvalidRequest(str(error)) from error
    if request.adapter_digest and request.adapter_digest.count("+") != len(kinds) - 1:
        raise InvalidRequest("The adapters and their digests do not fit; plan the panel again.")


def _within(value: float, low: float, high: float, what: str) -> None:
    _require(
        math.isfinite(value) and low <= value <= high,
        f"The {what} must be a number from {low:g} to {high:g}, not {value:g}; change it.",
    )


def _check_reference(request: RenderRequest, reference: ReferenceInput, number: int) -> None:
    image, mask = reference.image, reference.mask
    _require(
        image.channels in (3, 4) and image.width > 0 and image.height > 0,
        f"Reference {number} is not a colour picture; choose another picture.",
    )
    if mask is not None:
        _require(
            mask.channels == 1 and (mask.width, mask.height) == (image.width, image.height),
            f"The mask of reference {number} does not fit its picture; make the mask again.",
        )
    _check_raster(request, reference.region, 1, f"The region of reference {number}")
    _within(reference.scale, 0, MAX_SCALE, f"strength of reference {number}")


def _check_raster(request: RenderRequest, raster: Raster | None, channels: int, what: str) -> None:
    if raster is None:
        return
    _require(
        raster.channels == channels,
        f"{what} has {raster.channels} channels where {channels} are needed; make it again.",
    )
    _require(
        (raster.width, raster.height) == (request.width, request.height),
        f"{what} is {raster.width} x {raster.height} px and the panel is drawn at "
        f"{request.width} x {request.height} px; make it again.",
    )


def _check_region_edit(request: RenderRequest, edit: RegionEditInput) -> None:
    _check_raster(request, edit.image, 3, "The picture to redraw a region of")
    _check_raster(request, edit.mask, 1, "The mask of the region")
    _require(
        0 <= edit.feather_px <= MAX_SIDE_PX,
        f"The soft edge of a region is 0 to {MAX_SIDE_PX} px wide, not {edit.feather_px}.",
    )
    _require(
        math.isfinite(edit.strength) and 0 < edit.strength <= 1,
        f"The strength of a region edit is above 0 and at most 1, not {edit.strength:g}.",
    )
    painted = int(np.count_nonzero(edit.mask.array))
    _require(painted > 0, "The region to redraw is empty; paint over what shall change.")
    _require(
        painted >= MIN_REGION_PX,
        f"The region to redraw has {painted} px and needs at least {MIN_REGION_PX}; paint more.",
    )
