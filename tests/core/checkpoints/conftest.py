"""Tiny networks with random weights, saved in the layouts that artists have on their disks."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import diffusers
import pytest
import torch
import transformers
from transformers.models.clip.tokenization_clip import CLIPTokenizer

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.weights_file import save_adapter
from tests.core.engine.tiny import tiny_text_encoder, tiny_vision_config

CROSS = 32
LATENT = 4


@pytest.fixture(autouse=True)
def quiet_libraries() -> Iterator[None]:
    """The loaders log every fault they find; the tests look at our sentences instead."""
    loggers = [logging.getLogger(name) for name in ("diffusers", "transformers")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    transformers.utils.logging.disable_progress_bar()
    diffusers.utils.logging.disable_progress_bar()
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def tiny_unet(in_channels: int = LATENT) -> diffusers.UNet2DConditionModel:
    return diffusers.UNet2DConditionModel(
        sample_size=8,
        in_channels=in_channels,
        out_channels=LATENT,
        block_out_channels=(16, 32),
        layers_per_block=1,
        cross_attention_dim=CROSS,
        attention_head_dim=2,
        norm_num_groups=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    )


def tiny_kl() -> diffusers.AutoencoderKL:
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 16),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        latent_channels=LATENT,
        norm_num_groups=4,
        sample_size=16,
    )


def tiny_autoencoder_tiny() -> diffusers.AutoencoderTiny:
    return diffusers.AutoencoderTiny(
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1),
        latent_channels=LATENT,
    )


def tiny_dc() -> diffusers.AutoencoderDC:
    return diffusers.AutoencoderDC(
        latent_channels=LATENT,
        attention_head_dim=4,
        encoder_block_types=("ResBlock", "ResBlock"),
        decoder_block_types=("ResBlock", "ResBlock"),
        encoder_block_out_channels=(8, 16),
        decoder_block_out_channels=(8, 16),
        encoder_layers_per_block=(1, 1),
        decoder_layers_per_block=(1, 1),
        encoder_qkv_multiscales=((), ()),
        decoder_qkv_multiscales=((), ()),
        downsample_block_type="Conv",
        upsample_block_type="interpolate",
        decoder_norm_types="rms_norm",
        decoder_act_fns="silu",
        scaling_factor=0.5,
    )


def tiny_image_encoder(hidden: int = 24) -> transformers.CLIPVisionModel:
    return transformers.CLIPVisionModel(tiny_vision_config(3, hidden))


def tiny_controlnet() -> diffusers.ControlNetModel:
    return diffusers.ControlNetModel.from_unet(
        tiny_unet(), conditioning_embedding_out_channels=(8, 16)
    )


def tiny_t2i_adapter() -> diffusers.T2IAdapter:
    return diffusers.T2IAdapter(
        in_channels=3,
        channels=[16, 32],
        num_res_blocks=1,
        downscale_factor=2,
        adapter_type="full_adapter",
    )


def save_tokenizer(folder: Path) -> None:
    """A vocabulary of a few letters in the files of CLIP's tokenizer."""
    words = ["<|startoftext|>", "<|endoftext|>", *"abcdefg", *(f"{c}</w>" for c in "abcdefg")]
    folder.mkdir(parents=True)
    vocabulary = {word: index for index, word in enumerate([*words, "ab</w>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\na b</w>\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": CLIPTokenizer.__name__, "model_max_length": 16}),
        encoding="utf-8",
    )


def save_base(
    folder: Path,
    vae: torch.nn.Module | None = None,
    extra_channels: int = 0,
    manifest: dict[str, object] | None = None,
) -> Path:
    """A base model in the diffusers layout; with a manifest also all that koma-toon has."""
    folder.mkdir(parents=True)
    unet = tiny_unet(LATENT + extra_channels)
    unet.save_pretrained(folder / "unet")
    (vae or tiny_kl()).save_pretrained(folder / "vae")  # type: ignore[operator]
    tiny_text_encoder().save_pretrained(folder / "text_encoder")
    save_tokenizer(folder / "tokenizer")
    diffusers.DPMSolverMultistepScheduler(use_flow_sigmas=True).save_pretrained(
        folder / "scheduler"
    )
    index = {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet"]}
    (folder / "model_index.json").write_text(json.dumps(index), encoding="utf-8")
    if manifest is not None:
        tiny_image_encoder().save_pretrained(folder / "image_encoder")
        (folder / "feature_extractor").mkdir()
        (folder / "feature_extractor" / "preprocessor_config.json").write_text(
            json.dumps({"image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.2, 0.1]}),
            encoding="utf-8",
        )
        tiny_t2i_adapter().save_pretrained(folder / "t2i_adapter")
        config = AnimeAdapterConfig(
            vision_hidden=24, vision_layers=2, cross_attention_dim=CROSS, image_size=16,
            patch_size=4,
        )  # fmt: skip
        save_adapter(AnimeAdapter.from_unet(unet, config), folder / "anime_adapter")
        (folder / "koma.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


TOON = {
    "schema_version": 1,
    "id": "tiny-toon",
    "title": "Tiny Toon",
    "native_px": 64,
    "size_multiple": 16,
    "puppet": "unet_channels",
    "puppet_dropout_value": -1.5,
    "default_guidance_scale": 3.0,
    "default_steps": 12,
}


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As downloaded from a hub: five components, nothing of Koma's. Read only."""
    return save_base(tmp_path_factory.mktemp("models") / "plain-sd")


@pytest.fixture(scope="session")
def toon_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As koma-toon is laid out. Read only."""
    return save_base(
        tmp_path_factory.mktemp("models") / "toon", tiny_autoencoder_tiny(), 4, dict(TOON)
    )


@pytest.fixture
def make_base(tmp_path: Path) -> Callable[..., Path]:
    """A base model of its own for a test that breaks it."""
    return lambda **options: save_base(tmp_path / "own", **options)


@pytest.fixture
def networks() -> dict[str, Callable[..., torch.nn.Module]]:
    """The builders of tiny networks by name."""
    return {
        "unet": tiny_unet,
        "kl": tiny_kl,
        "tiny": tiny_autoencoder_tiny,
        "dc": tiny_dc,
        "text_encoder": tiny_text_encoder,
        "image_encoder": tiny_image_encoder,
        "controlnet": tiny_controlnet,
        "t2i_adapter": tiny_t2i_adapter,
    }
