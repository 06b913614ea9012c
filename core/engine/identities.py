"""The identity adapters of a batch: loaded, and each with its encoder on the base model at hand."""

from __future__ import annotations

from typing import Any

import diffusers
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.character_adapter import CharacterAdapter
from core.adapters.encoders import (
    AnimeEncoder,
    BaseModelPass,
    CharacterEncoder,
    IPEncoder,
    ReferenceAttentionEncoder,
    ReferenceEncoder,
    VisionTower,
    Words,
)
from core.adapters.ip_adapter import IPAdapter
from core.adapters.reference_attention import ReferenceAttention
from core.checkpoints.identity_adapters import LoadedAdapter
from core.checkpoints.loading import LoadedModel, image_normalisation
from core.engine.device import placed
from core.engine.latents import encode_pixels, noise_for
from core.engine.pooled_text import added_conditions, size_ids
from core.engine.references import UsedAdapter
from core.engine.text_encoding import TextEmbedding, TextEncoding

SEGMENTATION_SEED = 0  # a reference is cut into the same parts at each render


def used_adapter(
    loaded: LoadedAdapter, model: LoadedModel, texts: TextEncoding, digest: str
) -> UsedAdapter:
    """digest: of the adapter's files, "" where they are the model's own."""
    encoder = _encoder(loaded, base_model_pass(model, texts))
    _, dtype = placed(model.unet)
    return UsedAdapter(loaded.adapter, encoder, f"{loaded.kind}:{digest}", str(dtype))


def _encoder(loaded: LoadedAdapter, base: BaseModelPass) -> ReferenceEncoder:
    adapter = loaded.adapter
    if isinstance(adapter, ReferenceAttention):
        return ReferenceAttentionEncoder(adapter, base)
    mean, std = image_normalisation(loaded.image_processor_config)
    tower = VisionTower(loaded.image_encoder, mean, std)
    if isinstance(adapter, AnimeAdapter):
        return AnimeEncoder(adapter, tower)
    if isinstance(adapter, CharacterAdapter):
        return CharacterEncoder(adapter, tower, base)
    assert isinstance(adapter, IPAdapter)
    return IPEncoder(adapter, tower)


def base_model_pass(model: LoadedModel, texts: TextEncoding) -> BaseModelPass:
    """The base model as encoders see it; a puppet's channels say "no puppet"."""
    unet: Any = model.unet
    multiple = model.size_multiple
    side = -(-model.native_px // multiple) * multiple

    def latent(picture: NDArray[np.uint8]) -> Tensor:
        pixels = torch.from_numpy(picture.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)
        return encode_pixels(model.vae, pixels[None])

    def noised(clean: Tensor, timestep: int) -> Tensor:
        noise, _ = noise_for(SEGMENTATION_SEED, (clean.shape[1], clean.shape[2], clean.shape[3]))
        return noised_latent(model.scheduler_config, clean, noise[None].to(clean), timestep)

    def text(added: tuple[str, ...]) -> tuple[TextEmbedding, Words]:
        embedding = texts.encode("", added)
        return embedding, embedding.words

    def run(sample: Tensor, timestep: int, prompt: TextEmbedding) -> object:
        extra = int(unet.config.in_channels) - sample.shape[1]
        if extra:
            nothing = sample.new_full(
                (len(sample), extra, *sample.shape[2:]), model.puppet_dropout_value
            )
            sample = torch.cat([sample, nothing], dim=1)
        time = torch.tensor(timestep, device=unet.device)
        told: dict[str, Any] = {}
        if prompt.pooled is not None:
            sizes = size_ids(side, side)[None].to(unet.device)
            told = added_conditions(prompt.pooled.to(unet.device, unet.dtype), sizes)
        return unet(
            sample.to(unet.device, unet.dtype),
            time,
            encoder_hidden_states=prompt.hidden.to(unet.device, unet.dtype),
            return_dict=False,
            **told,
        )

    return BaseModelPass(unet, side, latent, noised, text, run)


def noised_latent(config: dict[str, Any], clean: Tensor, noise: Tensor, timestep: int) -> Tensor:
    """A latent at a timestep of 0..1000 as the UNet was trained to see it.

    Flow matching: (1 - s) x + s n with s = timestep / 1000; else the variance-preserving mixture
    of the schedule's betas, which is also what sigma-based schedulers hand to the network.
    """
    flow = config.get("prediction_type") == "flow_prediction" or config.get("use_flow_sigmas")
    if flow or str(config.get("_class_name", "")).startswith("FlowMatch"):
        share = timestep / 1000
        return (1 - share) * clean + share * noise
    schedule: Any = diffusers.DDPMScheduler.from_config(dict(config))  # pyright: ignore[reportAttributeAccessIssue]
    return schedule.add_noise(clean, noise, torch.tensor([timestep], device=clean.device))
