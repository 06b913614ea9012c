"""A reference to what an adapter's layers read: one encoder for each kind of adapter.

All do the same for the engine: `encode` runs once a reference and is kept, `conditions` makes of it
what one panel is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.character_adapter import (
    PARTS,
    SEGMENTATION_TIMESTEP,
    CharacterAdapter,
    PartCondition,
)
from core.adapters.conditions import ReferenceCondition, ReferenceKV
from core.adapters.cross_attention import find_cross_attention
from core.adapters.ip_adapter import IPAdapter
from core.adapters.part_boxes import part_boxes
from core.adapters.reference_attention import ReferenceAttention, subject_tokens
from core.adapters.reference_cache import CachedReference
from core.adapters.text_attention import MAP_SIDE, WordMaps
from core.adapters.token_mask import (
    checked_mask,
    letterboxed,
    letterboxed_cover,
    normalised,
    preprocess_reference,
    subject_on,
)

WHITE = (255, 255, 255)
Pixels = NDArray[np.uint8]
Words = Mapping[str, tuple[int, ...]]  # what an adapter added to a prompt -> its positions there


class ReferenceEncoder(Protocol):
    """What the engine asks of every adapter's encoder."""

    @property
    def added_words(self) -> tuple[str, ...]:
        """What the panel's prompt must say for this adapter; most need nothing."""
        ...

    @property
    def reads_base_model(self) -> bool:
        """Whether the result depends on the base model's weights, LoRA files included."""
        ...

    def encode(self, image: Pixels, mask: Pixels | None) -> CachedReference:
        """K', V' of a picture [H, W, 3 or 4] and its mask [H, W], 255 = subject.

        Raises BadInput where they are no picture and its mask.
        """
        ...

    def conditions(
        self, cached: CachedReference, scale: float, region: Tensor | None, words: Words
    ) -> tuple[ReferenceCondition, ...]:
        """For one panel, whose prompt has the added words at `words`."""
        ...


@dataclass(frozen=True, eq=False)
class VisionTower:
    """A CLIP vision encoder with mean and deviation a channel of its image processor."""

    network: Any
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def see(self, pixels: Tensor) -> Any:
        """Its output, hidden states included, for normalised pixels [3, side, side]."""
        batch = pixels[None].to(device=self.network.device, dtype=self.network.dtype)
        return self.network(batch, output_hidden_states=True)


@dataclass(frozen=True, eq=False)
class BaseModelPass:
    """How a reference passes the base model; the engine knows VAE, schedule and text encoder.

    side_px: of the square pictures. latent: RGB [side, side, 3] to [1, C, h, w]. noised: a latent
    at a timestep, with the same noise at every call. text: added words to a prompt of nothing else
    as the base model reads it, and their positions. run: latent, timestep and such a prompt through
    the UNet.
    """

    unet: Any
    side_px: int
    latent: Callable[[Pixels], Tensor]
    noised: Callable[[Tensor, int], Tensor]
    text: Callable[[tuple[str, ...]], tuple[Any, Words]]
    run: Callable[[Tensor, int, Any], object]


class _PlainEncoder:
    """One condition a reference."""

    added_words: tuple[str, ...] = ()
    reads_base_model = False

    def conditions(
        self, cached: CachedReference, scale: float, region: Tensor | None, words: Words
    ) -> tuple[ReferenceCondition, ...]:
        return (ReferenceCondition(cached.key_values, scale, region, cached.absent),)


class AnimeEncoder(_PlainEncoder):
    """AnimeAdapter: masked tokens, nothing where there is no reference."""

    def __init__(self, adapter: AnimeAdapter, tower: VisionTower) -> None:
        self._adapter = adapter
        self._tower = tower

    @torch.no_grad()
    def encode(self, image: Pixels, mask: Pixels | None) -> CachedReference:
        tower = self._tower
        prepared = preprocess_reference(image, mask, self._adapter.config, tower.mean, tower.std)
        tokens = self._adapter.encode(tower.see(prepared.pixel_values).hidden_states)
        key_values = self._adapter.key_values(tokens, prepared.token_mask.to(tokens.device))
        return CachedReference(key_values, prepared.mask_was_empty)


class IPEncoder(_PlainEncoder):
    """IP-Adapter and IP-Adapter-Plus: the subject on white, letterboxed to the encoder's square.

    Where there is no reference stands what training put there: the projection of a zero embedding
    (IP-Adapter), or the resampler's tokens of a picture of zeros after normalisation (Plus).
    """

    def __init__(self, adapter: IPAdapter, tower: VisionTower) -> None:
        self._adapter = adapter
        self._tower = tower
        self._absent: ReferenceKV | None = None

    @torch.no_grad()
    def encode(self, image: Pixels, mask: Pixels | None) -> CachedReference:
        mask = checked_mask(image, mask)
        empty = not mask.any()
        subject = subject_on(image, np.full_like(mask, 255) if empty else mask, WHITE)
        return CachedReference(self.key_values(subject), empty, self.absent())

    def key_values(self, picture: Pixels) -> ReferenceKV:
        """Of a picture [H, W, 3], all of it."""
        tower, side = self._tower, int(self._tower.network.config.image_size)
        seen = tower.see(normalised(letterboxed(picture, side, WHITE), tower.mean, tower.std))
        return self._adapter.key_values(self._adapter.encode(self._read(seen)))

    def absent(self) -> ReferenceKV:
        """Computed at the first call."""
        if self._absent is None:
            side = int(self._tower.network.config.image_size)
            read = self._read(self._tower.see(torch.zeros(3, side, side)))
            if self._adapter.config.kind == "ip":
                read = torch.zeros_like(read)
            self._absent = self._adapter.key_values(self._adapter.encode(read))
        return self._absent

    def _read(self, seen: Any) -> Tensor:
        return seen.image_embeds if self._adapter.config.kind == "ip" else seen.hidden_states[-2]


class CharacterEncoder:
    """Character-Adapter: the base model itself says where the parts are, Plus encodes each.

    The reference passes the UNet once, with noise of timestep 650 and a prompt of the parts' names
    alone: the panel's own words speak of other things, and so a reference is cut once for all
    panels. Where no part is found the whole reference is read as IP-Adapter-Plus does.
    """

    added_words = PARTS
    reads_base_model = True

    def __init__(self, adapter: CharacterAdapter, tower: VisionTower, base: BaseModelPass) -> None:
        self._plus = IPEncoder(adapter, tower)
        self._base = base

    @torch.no_grad()
    def encode(self, image: Pixels, mask: Pixels | None) -> CachedReference:
        mask = checked_mask(image, mask)
        empty = not mask.any()
        mask = np.full_like(mask, 255) if empty else mask
        subject = subject_on(image, mask, WHITE)
        cover = letterboxed_cover(mask, MAP_SIDE).numpy()
        height, width = mask.shape
        boxes = part_boxes(self._maps(subject), cover, width, height)
        parts = tuple(
            (name, self._plus.key_values(box.cut(subject)))
            for name, box in zip(PARTS, boxes, strict=True)
            if box is not None
        )
        whole = self._plus.key_values(subject)
        return CachedReference(whole, empty, self._plus.absent(), parts)

    def conditions(
        self, cached: CachedReference, scale: float, region: Tensor | None, words: Words
    ) -> tuple[ReferenceCondition, ...]:
        parts = [(key_values, words.get(name, ())) for name, key_values in cached.parts]
        found = tuple(
            PartCondition(key_values, scale, region, cached.absent, positions)
            for key_values, positions in parts
            if positions
        )
        return found or (ReferenceCondition(cached.key_values, scale, region, cached.absent),)

    def _maps(self, subject: Pixels) -> NDArray[np.float32]:
        """Of each part over the letterboxed picture, [R, 64, 64]."""
        base = self._base
        latent = base.latent(letterboxed(subject, base.side_px, WHITE))
        text, words = base.text(PARTS)
        size = (latent.shape[-2], latent.shape[-1])
        maps = WordMaps([words[name] for name in PARTS], size)
        noisy = base.noised(latent, SEGMENTATION_TIMESTEP)
        with maps.listening(list(find_cross_attention(base.unet, "full").values())):
            base.run(noisy, SEGMENTATION_TIMESTEP, text)
        return maps.maps().float().numpy()


class ReferenceAttentionEncoder(_PlainEncoder):
    """Reference attention: the clean latent through the UNet, without noise and without words."""

    reads_base_model = True

    def __init__(self, adapter: ReferenceAttention, base: BaseModelPass) -> None:
        self._adapter = adapter
        self._base = base

    @torch.no_grad()
    def encode(self, image: Pixels, mask: Pixels | None) -> CachedReference:
        mask = checked_mask(image, mask)
        base = self._base
        latent = base.latent(letterboxed(image, base.side_px, WHITE))
        text, _ = base.text(())
        hidden = self._adapter.hidden_states(base.unet, lambda: base.run(latent, 0, text))
        size = (latent.shape[-2], latent.shape[-1])
        counts = [state.shape[1] for state in hidden]
        empty = not mask.any()
        cover = letterboxed_cover(np.full_like(mask, 255) if empty else mask, base.side_px)
        tokens = subject_tokens(cover, size, counts)
        return CachedReference(self._adapter.key_values(base.unet, hidden, tokens), empty)
