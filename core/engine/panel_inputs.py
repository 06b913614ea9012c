"""From one request to the tensors of one panel, and from several panels to one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from diffusers import ControlNetModel
from torch import Tensor

from core.adapters.conditions import ReferenceCondition
from core.adapters.encoders import Words
from core.engine.denoise import AdapterInputs, BatchInputs, ControlNetInput, RegionLatents
from core.engine.latents import downscale, encode_pixels, latent_channels, noise_for
from core.engine.model_shelf import ShelvedModel
from core.engine.model_source import PoseController
from core.engine.panel_batches import starts_from_puppet
from core.engine.pooled_text import PooledText, size_ids
from core.engine.puppet_condition import puppet_condition
from core.engine.rasters import latent_mask, puppet_over_picture, to_tensor
from core.engine.references import EncodedReferences, ReferenceEncoding
from core.engine.requests import RenderRequest
from core.engine.text_encoding import TextEmbedding, TextEncoding
from core.geometry import Raster

CUT_NOTE = "The prompt is longer than this model reads; its last words were left out."
NO_ADAPTER_NOTE = "This model has no adapter for references; they were not used."
NO_CONTROLLER_NOTE = "This model has no pose controller; the pose was not used. Choose one."


@dataclass(frozen=True, eq=False)
class PanelInputs:
    """One panel's share of `BatchInputs`, without the batch axis; pose is (3, H, W) in 0..1.

    references: for each adapter.
    """

    request_hash: str
    request: RenderRequest
    noise: Tensor
    generator: torch.Generator
    text: TextEmbedding
    negative_text: TextEmbedding | None
    references: tuple[tuple[ReferenceCondition, ...], ...]
    pose: Tensor | None
    puppet: Tensor | None
    start_image: Tensor | None
    region: RegionLatents | None
    notes: tuple[str, ...]


class PanelPreparation:
    """Prepares panels for one model; without `references` or `controller` a note says so."""

    def __init__(
        self,
        model: ShelvedModel,
        texts: TextEncoding,
        references: ReferenceEncoding | None,
        controller: PoseController | None,
    ) -> None:
        self._networks = model.networks
        self._texts = texts
        self._references = references
        self._controller = controller
        self._scale = downscale(model.networks.vae)
        self._puppet_channels = model.has_puppet_channels

    def panel(self, request_hash: str, request: RenderRequest) -> PanelInputs:
        text = self._texts.encode(request.prompt, self._added_words(request))
        guided = request.guidance_scale > 1
        negative = self._texts.encode_negative(request.negative_prompt) if guided else None
        references = self._encoded_references(request, text.words)
        has_pose = request.pose_image is not None and request.pose_conditioning_scale > 0
        noise, generator = noise_for(request.seed, self._latent_shape(request))
        region = self._region(request)
        told = (
            (text.cut, CUT_NOTE),
            (has_pose and self._controller is None, NO_CONTROLLER_NOTE),
        )
        return PanelInputs(
            request_hash=request_hash,
            request=request,
            noise=noise,
            generator=generator,
            text=text,
            negative_text=negative,
            references=references.conditions,
            pose=_pose(request) if has_pose and self._controller is not None else None,
            puppet=self._puppet(request),
            start_image=self._start_image(request, region),
            region=region,
            notes=(*(note for applies, note in told if applies), *references.notes),
        )

    def batch(self, panels: Sequence[PanelInputs]) -> BatchInputs:
        """Stack panels that agree in `BatchKey`."""
        residuals, controlnet = self._pose_inputs(panels)
        return BatchInputs(
            noise=torch.stack([panel.noise for panel in panels]),
            generators=[panel.generator for panel in panels],
            text=torch.cat([panel.text.hidden for panel in panels]),
            negative_text=_stack(panels, _negative_hidden),
            references=self._adapter_inputs(panels),
            pose_residuals=residuals,
            controlnet=controlnet,
            puppet=_stack(panels, lambda panel: panel.puppet),
            start_image=_stack(panels, lambda panel: panel.start_image),
            region=_regions(panels),
            pooled_text=_pooled_text(panels),
        )

    def _latent_shape(self, request: RenderRequest) -> tuple[int, int, int]:
        channels = latent_channels(self._networks.vae)
        return channels, request.height // self._scale, request.width // self._scale

    def _added_words(self, request: RenderRequest) -> tuple[str, ...]:
        shown = any(reference.scale != 0 for reference in request.references)
        return self._references.added_words if shown and self._references is not None else ()

    def _encoded_references(self, request: RenderRequest, words: Words) -> EncodedReferences:
        if not request.references:
            return EncodedReferences((), ())
        if self._references is None:
            return EncodedReferences((), (NO_ADAPTER_NOTE,))
        return self._references.encode(request.references, words)

    def _adapter_inputs(self, panels: Sequence[PanelInputs]) -> tuple[AdapterInputs, ...]:
        if self._references is None:
            return ()
        return tuple(
            AdapterInputs(
                used.adapter,
                [panel.references[place] if panel.references else () for panel in panels],
            )
            for place, used in enumerate(self._references.adapters)
        )

    def _puppet(self, request: RenderRequest) -> Tensor | None:
        """(C + 1, h, w) for a UNet with puppet channels; the scale fades to "no puppet"."""
        if not self._puppet_channels:
            return None
        channels, height, width = self._latent_shape(request)
        nothing = torch.full((channels + 1, height, width), self._networks.puppet_dropout_value)
        if request.puppet_image is None or request.puppet_scale == 0:
            return nothing
        picture = to_tensor(request.puppet_image)[None]
        condition = puppet_condition(picture, self._networks.vae)[0].cpu()
        return nothing + request.puppet_scale * (condition - nothing)

    def _region(self, request: RenderRequest) -> RegionLatents | None:
        edit = request.region_edit
        if edit is None:
            return None
        return RegionLatents(latent_mask(edit.mask, self._scale), self._encode(edit.image))

    def _start_image(self, request: RenderRequest, region: RegionLatents | None) -> Tensor | None:
        """(C, h, w) that a shortened schedule starts from: the puppet, else the edited picture."""
        if not starts_from_puppet(request, self._puppet_channels) or request.puppet_image is None:
            return None if region is None else region.original
        under = None if request.region_edit is None else request.region_edit.image
        return self._encode_pixels(puppet_over_picture(request.puppet_image, under))

    def _encode(self, picture: Raster) -> Tensor:
        return self._encode_pixels(to_tensor(picture))

    def _encode_pixels(self, pixels: Tensor) -> Tensor:
        return encode_pixels(self._networks.vae, pixels[None] * 2 - 1)[0].cpu()

    def _pose_inputs(
        self, panels: Sequence[PanelInputs]
    ) -> tuple[tuple[Tensor, ...], ControlNetInput | None]:
        """T2I-Adapter residuals or ControlNet input; a panel without pose has scale 0."""
        poses = [panel.pose for panel in panels]
        shown = next((pose for pose in poses if pose is not None), None)
        if shown is None or self._controller is None:
            return (), None
        device, dtype = self._controller.device, self._controller.dtype
        empty = torch.zeros_like(shown)
        images = torch.stack([empty if pose is None else pose for pose in poses])
        images = images.to(device=device, dtype=dtype)
        scales = torch.tensor(
            [0.0 if p.pose is None else p.request.pose_conditioning_scale for p in panels]
        )
        if isinstance(self._controller, ControlNetModel):
            return (), ControlNetInput(self._controller, images, scales)
        factor = scales.to(device=device, dtype=dtype)[:, None, None, None]
        return tuple(residual * factor for residual in self._controller(images)), None


def _pose(request: RenderRequest) -> Tensor | None:
    return None if request.pose_image is None else to_tensor(request.pose_image)


def _stack(
    panels: Sequence[PanelInputs], part: Callable[[PanelInputs], Tensor | None]
) -> Tensor | None:
    """(N, ...) where every panel has this part, else None."""
    parts = [tensor for panel in panels if (tensor := part(panel)) is not None]
    return torch.stack(parts) if len(parts) == len(panels) else None


def _negative_hidden(panel: PanelInputs) -> Tensor | None:
    return None if panel.negative_text is None else panel.negative_text.hidden[0]


def _pooled_text(panels: Sequence[PanelInputs]) -> PooledText | None:
    """For a model with a second text encoder; the sizes are those of the panels themselves."""

    def pooled(embedding: TextEmbedding | None) -> Tensor | None:
        return None if embedding is None or embedding.pooled is None else embedding.pooled[0]

    texts = _stack(panels, lambda panel: pooled(panel.text))
    if texts is None:
        return None
    sizes = [size_ids(panel.request.width, panel.request.height) for panel in panels]
    negative = _stack(panels, lambda panel: pooled(panel.negative_text))
    return PooledText(texts, negative, torch.stack(sizes))


def _regions(panels: Sequence[PanelInputs]) -> RegionLatents | None:
    """Panels drawn whole take part with a mask of ones."""
    if all(panel.region is None for panel in panels):
        return None
    regions = [panel.region or _whole(panel.noise) for panel in panels]
    return RegionLatents(
        torch.stack([region.mask for region in regions]),
        torch.stack([region.original for region in regions]),
    )


def _whole(noise: Tensor) -> RegionLatents:
    return RegionLatents(torch.ones_like(noise[:1]), torch.zeros_like(noise))
