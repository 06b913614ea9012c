"""The baselines and reference attention, trained as AnimeAdapter is: same data, same loss.

IP-Adapter and IP-Adapter-Plus read the subject on white, because no token of theirs belongs to a
place that could be masked; reference attention reads the reference's own latent. Character-Adapter
has no weights of its own: it draws with IP-Adapter-Plus.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import HEAD_WIDTH, IPAdapterConfig, ResamplerShape
from core.adapters.ip_weights_file import save_ip_adapter
from core.adapters.kinds import AdapterKind
from core.adapters.reference_attention import ReferenceAttention, subject_tokens
from core.adapters.reference_weights_file import save_reference_attention
from core.engine.latents import encode_pixels
from core.errors import BadInput
from core.training.config import AdapterStage
from core.training.identity import Identity, anime_identity, vision_of
from core.training.painter import Networks
from core.training.sources import ReferenceForm
from core.training.turns import Batch

IP_TOKENS, PLUS_TOKENS = 4, 16


class IPIdentity:
    """IP-Adapter or IP-Adapter-Plus (Ye et al. 2023).

    A row without reference has the tokens of a zero embedding ("ip"), or of a picture of zeros
    after normalisation ("ip-plus"), as the released training scripts and inference have it.
    """

    def __init__(self, adapter: IPAdapter, vision: nn.Module) -> None:
        self._adapter, self._vision = adapter, vision

    @property
    def trained(self) -> IPAdapter:
        return self._adapter

    @property
    def frozen(self) -> nn.Module:
        return self._vision

    def inject(self, unet: UNet2DConditionModel) -> None:
        self._adapter.inject(unet)

    def seen(self, batch: Batch) -> Any:
        there = batch["has_reference"]
        with torch.no_grad():
            pixels = batch["reference"] * there[:, None, None, None]
            found = self._vision(pixels, output_hidden_states=True)
            if self._adapter.config.kind == "ip":
                read = found.image_embeds * there[:, None]
            else:
                read = found.hidden_states[-2]
        return self._adapter.token_conditions(self._adapter.encode(read))

    def shown(self, seen: Any) -> AbstractContextManager[None]:
        return self._adapter.conditions(seen)

    def save(self, folder: Path) -> None:
        file = folder / f"{self._adapter.config.kind}.safetensors"
        save_ip_adapter(self._adapter, file, torch.float16)


class ReferenceIdentity:
    """Reference attention: the clean latent passes the UNet once, without noise and words."""

    def __init__(self, adapter: ReferenceAttention, networks: Networks) -> None:
        self._adapter, self._networks = adapter, networks

    @property
    def trained(self) -> ReferenceAttention:
        return self._adapter

    @property
    def frozen(self) -> None:
        return None

    def inject(self, unet: UNet2DConditionModel) -> None:
        self._adapter.inject(unet)

    def seen(self, batch: Batch) -> Any:
        networks = self._networks
        with torch.no_grad():
            latents = encode_pixels(networks.vae, batch["reference"])
            text = networks.text(input_ids=batch["empty"]).last_hidden_state
            hidden = self._adapter.hidden_states(
                networks.unet, lambda: networks.unet(_unpuppeted(networks, latents), 0, text)
            )
        size = (latents.shape[-2], latents.shape[-1])
        counts = [state.shape[1] for state in hidden]
        rows = [subject_tokens(cover, size, counts) for cover in batch["token_mask"]]
        tokens = [torch.stack(level) for level in zip(*rows, strict=True)]
        return self._adapter.training_conditions(
            networks.unet, hidden, tokens, batch["has_reference"] > 0
        )

    def shown(self, seen: Any) -> AbstractContextManager[None]:
        return self._adapter.conditions(seen)

    def save(self, folder: Path) -> None:
        save_reference_attention(self._adapter, folder / "reference.safetensors", torch.float16)


def _unpuppeted(networks: Networks, latents: Tensor) -> Tensor:
    """Latents as the UNet takes them; channels for a puppet say that there is none."""
    missing = int(networks.unet.config["in_channels"]) - latents.shape[1]
    return nn.functional.pad(latents, (0, 0, 0, 0, 0, missing))


def _ip_identity(networks: Networks, stage: AdapterStage, begun: AnimeAdapter | None) -> IPIdentity:
    config: Any = vision_of(networks).config
    text = int(networks.unet.config["cross_attention_dim"])
    if stage.kind == "ip":
        chosen = IPAdapterConfig("ip", config.projection_dim, IP_TOKENS, text)
    else:
        shape = ResamplerShape(width=text, heads=max(2, text // HEAD_WIDTH))
        chosen = IPAdapterConfig("ip-plus", config.hidden_size, PLUS_TOKENS, text, shape)
    adapter = IPAdapter.from_unet(networks.unet, chosen).float()
    return IPIdentity(adapter.requires_grad_(True), vision_of(networks))


def _reference_identity(
    networks: Networks, stage: AdapterStage, begun: AnimeAdapter | None
) -> ReferenceIdentity:
    adapter = ReferenceAttention.from_unet(networks.unet).float()
    return ReferenceIdentity(adapter.requires_grad_(True), networks)


Make = Callable[[Networks, AdapterStage, AnimeAdapter | None], Identity]
MAKERS: dict[AdapterKind, tuple[Make, ReferenceForm]] = {
    "anime": (anime_identity, "masked tokens"),
    "ip": (_ip_identity, "subject on white"),
    "ip-plus": (_ip_identity, "subject on white"),
    "reference": (_reference_identity, "latent"),
}


def _maker(kind: AdapterKind) -> tuple[Make, ReferenceForm]:
    if kind not in MAKERS:
        raise BadInput(
            f"The adapter “{kind}” is not trained: it draws with the weights of ip-plus. Choose "
            f"one of these: {', '.join(MAKERS)}."
        )
    return MAKERS[kind]


def reference_form(stage: AdapterStage) -> ReferenceForm:
    """How the adapter of this stage wants references. Raises BadInput where none is trained."""
    return _maker(stage.kind)[1]


def identity_of(
    networks: Networks, stage: AdapterStage, begun: AnimeAdapter | None = None
) -> Identity:
    """The adapter that `stage.kind` names. Raises BadInput where it is none that is trained."""
    return _maker(stage.kind)[0](networks, stage, begun)


def checkpoint_name(stage: AdapterStage) -> str:
    """AnimeAdapter's checkpoint is adapter.pt, as ever; others say their kind."""
    return "adapter" if stage.kind == "anime" else f"adapter_{stage.kind}"
