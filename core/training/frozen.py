"""The networks that a stage is trained on or for: the finished stages, or a published model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from diffusers import UNet2DModel
from torch import nn
from transformers import CLIPTokenizer

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.token_mask import CLIP_MEAN, CLIP_STD
from core.adapters.weights_file import WEIGHTS_NAME, load_adapter
from core.checkpoints.catalogue import VISION_CLASSES, inspect
from core.checkpoints.components import class_of, load_network
from core.checkpoints.loading import (
    LoadedModel,
    image_normalisation,
    load_base,
    load_controller,
)
from core.engine.latents import downscale, latent_channels
from core.errors import BadInput
from core.synthetic import vocabulary
from core.training.checkpoint import ema_weights
from core.training.clip import ClipPair
from core.training.command import StageArguments
from core.training.config import FrozenModel
from core.training.critic import FinisherAndCritic
from core.training.drawer import Drawer
from core.training.folder import FolderSource, open_folder
from core.training.latents import Latents, finished_vae
from core.training.networks import ADAPTER_CONFIG, LATENT_CHANNELS, SCHEDULER, build_finisher
from core.training.painter import Networks
from core.training.sources import Reading, Source, WorldSource
from core.training.world import World


def finished_clip(out: Path) -> tuple[ClipPair, CLIPTokenizer]:
    tokenizer = CLIPTokenizer.from_pretrained(str(out / "tokenizer"))
    pair = ClipPair(tokenizer, len(vocabulary()))
    ema_weights("clip", pair, out)
    return pair, tokenizer


def finished_base(out: Path) -> Drawer:
    drawer = Drawer()
    ema_weights("base", drawer, out)
    return drawer.to(memory_format=torch.channels_last)


def finished_adapter(out: Path) -> AnimeAdapter | None:
    """As the `adapter` stage left it, with the configuration that it gave it, in float32."""
    folder = out / "adapter"
    return load_adapter(folder, torch.float32) if (folder / WEIGHTS_NAME).exists() else None


def stage_reading(size_px: int, tokenizer: CLIPTokenizer) -> Reading:
    """How koma-toon's own networks read pictures and words."""
    grid = size_px // 16
    return Reading(
        tokenizer, ADAPTER_CONFIG, (CLIP_MEAN, CLIP_STD), (LATENT_CHANNELS, grid, grid), size_px
    )


def stage_networks(out: Path, size_px: int, drawer: Drawer) -> Networks:
    """Of the stages in `out`, around a drawer: the finished one, or the one under training."""
    clip, tokenizer = finished_clip(out)
    vae = finished_vae(out)
    vae.register_to_config(scaling_factor=Latents(out / "world").scaling)
    return Networks(
        unet=drawer.unet,
        text=clip.text,
        vae=vae,
        scheduler_config=SCHEDULER,
        reading=stage_reading(size_px, tokenizer),
        vision=clip.vision,
        pose=drawer.pose,
        adapter=drawer.adapter,
    )


def published_networks(model: FrozenModel, size_px: int, bf16: bool) -> Networks:
    """Of a published base model. Raises BadInput where a part is missing or does not fit."""
    dtype = torch.bfloat16 if bf16 and model.frozen_bf16 else torch.float32
    loaded = load_base(inspect(model.base), dtype, "cpu")
    vision, normalisation = _vision(loaded, model.image_encoder, dtype)
    controller: Any = loaded.t2i_adapter or loaded.controlnet
    if model.pose_controller is not None:
        controller = load_controller(model.pose_controller, dtype, "cpu").requires_grad_(False)
    factor = downscale(loaded.vae)
    if size_px % loaded.size_multiple:
        raise BadInput(
            f"With this model, size_px is a multiple of {loaded.size_multiple}; {size_px} is not."
        )
    grid = size_px // factor
    shape = (latent_channels(loaded.vae), grid, grid)
    return Networks(
        unet=loaded.unet,
        text=loaded.text_encoder,
        vae=loaded.vae,
        scheduler_config=loaded.scheduler_config,
        reading=Reading(
            loaded.tokenizer, _adapter_config(loaded, vision, model), normalisation, shape, size_px
        ),
        vision=vision,
        pose=controller,
        adapter=None if loaded.anime_adapter is None else loaded.anime_adapter.float(),
        default_guidance_scale=loaded.default_guidance_scale,
        default_steps=loaded.default_steps,
    )


def _vision(
    loaded: LoadedModel, folder: Path | None, dtype: torch.dtype
) -> tuple[nn.Module | None, Any]:
    if folder is None:
        return loaded.image_encoder, image_normalisation(loaded.image_processor_config)
    import transformers

    what = "This image encoder"
    found = load_network(transformers, class_of(folder, VISION_CLASSES, what), folder, dtype, what)
    return found, (CLIP_MEAN, CLIP_STD)


def _adapter_config(
    loaded: LoadedModel, vision: nn.Module | None, model: FrozenModel
) -> AnimeAdapterConfig:
    """As the model's own adapter, else K = 7 of the vision encoder's layers, if it has so many."""
    if loaded.anime_adapter is not None:
        return loaded.anime_adapter.config
    width = int(loaded.unet.config["cross_attention_dim"])
    if vision is None:
        return AnimeAdapterConfig(cross_attention_dim=width)
    config: Any = vision.config
    return AnimeAdapterConfig(
        vision_hidden=config.hidden_size,
        vision_layers=min(7, config.num_hidden_layers),
        cross_attention_dim=width,
        image_size=config.image_size,
        patch_size=config.patch_size,
        encoder_id=(model.image_encoder or model.base).name,
    )


def networks_for(arguments: StageArguments, bf16: bool) -> tuple[Networks, Drawer | None]:
    """What the settings name: a published model, else the finished stages (with their drawer)."""
    config = arguments.config
    if config.model is not None:
        return published_networks(config.model, config.size_px, bf16), None
    drawer = finished_base(arguments.inputs)
    return stage_networks(arguments.inputs, config.size_px, drawer), drawer


def source_for(arguments: StageArguments, reading: Reading) -> Source:
    """The pictures that the settings name: a folder, else the synthetic world.

    Raises BadInput, for a folder with the first of its faults.
    """
    config = arguments.config
    if config.data is not None:
        return FolderSource(open_folder(config.data.folder), config.size_px, reading)
    if config.model is not None:
        raise BadInput("A published model is trained on a folder of pictures: add [data] folder.")
    world = arguments.inputs / "world"
    return WorldSource(World(world), Latents(world), reading)


def finished_finisher(out: Path, sharpness: float = 1.0) -> UNet2DModel | None:
    """The finishing network of `out`; None before the stage `finisher`.

    sharpness: how far, 0 to 1, its weights go from those to the ones of `sharpen`, where that is
    done (network interpolation, Wang et al. 2018, ESRGAN, eq. 11).
    """
    if not (out / "finisher.pt").exists():
        return None
    network = build_finisher()
    ema_weights("finisher", network, out)
    if (out / "sharpen.pt").exists():
        sharp = FinisherAndCritic()
        ema_weights("sharpen", sharp, out)
        with torch.no_grad():
            for mine, its in zip(network.parameters(), sharp.finisher.parameters(), strict=True):
                mine.lerp_(its, sharpness)
    return network
