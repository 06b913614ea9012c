"""Which requests may be drawn together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from core.engine.noise_schedule import first_step
from core.engine.requests import LoraInput, Quality, RenderRequest


@dataclass(frozen=True)
class ModelKey:
    """What must be loaded: requests that agree here share the networks in memory."""

    model_id: str
    model_digest: str
    loras: tuple[LoraInput, ...]

    @classmethod
    def of(cls, request: RenderRequest) -> ModelKey:
        return cls(request.model_id, request.model_digest, request.loras)


@dataclass(frozen=True)
class BatchKey:
    """What all panels of one batch share; prompts, seeds, references, poses and regions differ."""

    width: int
    height: int
    steps: int
    first_step: int
    guidance_scale: float
    quality: Quality
    pose_controller: str
    adapter: str
    adapter_digest: str

    @classmethod
    def of(cls, request: RenderRequest, has_puppet_channels: bool) -> BatchKey:
        return cls(
            request.width,
            request.height,
            request.steps,
            first_step(request.steps, start_strength(request, has_puppet_channels)),
            request.guidance_scale,
            request.quality,
            request.pose_controller if request.pose_image is not None else "builtin",
            request.adapter,
            request.adapter_digest,
        )


def starts_from_puppet(request: RenderRequest, has_puppet_channels: bool) -> bool:
    """Whether the puppet is the starting image: the model has no puppet condition of its own."""
    wanted = request.puppet_image is not None and request.puppet_scale > 0
    return wanted and not has_puppet_channels and request.puppet_strength_img2img < 1


def start_strength(request: RenderRequest, has_puppet_channels: bool) -> float:
    """Share of the noise schedule that runs, 1.0 = from pure noise."""
    strength = 1.0 if request.region_edit is None else request.region_edit.strength
    if starts_from_puppet(request, has_puppet_channels):
        strength = min(strength, request.puppet_strength_img2img)
    return strength


def grouped(
    requests: Iterable[tuple[str, RenderRequest]], key: Callable[[RenderRequest], Hashable]
) -> list[list[tuple[str, RenderRequest]]]:
    """(hash, request) pairs by equal keys, groups and members in order of first appearance."""
    groups: dict[Hashable, list[tuple[str, RenderRequest]]] = {}
    for request_hash, request in requests:
        groups.setdefault(key(request), []).append((request_hash, request))
    return list(groups.values())
