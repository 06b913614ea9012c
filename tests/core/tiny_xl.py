"""A tiny random SDXL of the real layout: two text encoders, size conditions, 64 px at 8x8 cells."""

import json
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from safetensors.torch import save_file
from transformers.models.clip.tokenization_clip import CLIPTokenizer

from core.checkpoints.catalogue import inspect
from core.checkpoints.loading import LoadedModel, load_base
from tests.core.engine.tiny import tiny_controlnet, tiny_kl
from tests.core.original_layout import State, original_layout

FIRST, SECOND, SIZE_DIM, LATENT, SIDE = 16, 24, 8, 4, 64
UNET: dict[str, Any] = {
    "block_out_channels": (16, 32),
    "layers_per_block": 1,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "transformer_layers_per_block": (1, 2),
    "cross_attention_dim": FIRST + SECOND,
    "attention_head_dim": (2, 4),
    "norm_num_groups": 4,
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": SIZE_DIM,
    "projection_class_embeddings_input_dim": 6 * SIZE_DIM + SECOND,
}
EULER = {
    "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1,
    "timestep_spacing": "leading",
}  # fmt: skip


def xl_unet() -> diffusers.UNet2DConditionModel:
    return diffusers.UNet2DConditionModel(
        sample_size=8, up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), **UNET
    )


def xl_vae() -> diffusers.AutoencoderKL:
    return tiny_kl(scaling_factor=0.13025)


def xl_text_config(width: int, activation: str) -> transformers.CLIPTextConfig:
    return transformers.CLIPTextConfig(
        vocab_size=64,
        hidden_size=width,
        intermediate_size=37,
        num_hidden_layers=3,
        num_attention_heads=2,
        max_position_embeddings=16,
        projection_dim=width,
        hidden_act=activation,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )


def xl_tokenizer(pad_token: str = "<|endoftext|>") -> CLIPTokenizer:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{c}</w>" for c in letters), "!"]
    vocabulary = {word: index for index, word in enumerate(words)}
    return CLIPTokenizer(vocab=vocabulary, merges=[], model_max_length=16, pad_token=pad_token)


def xl_controlnet() -> diffusers.ControlNetModel:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return tiny_controlnet(xl_unet())


def xl_t2i_adapter() -> diffusers.T2IAdapter:
    with torch.random.fork_rng():
        torch.manual_seed(6)
        return diffusers.T2IAdapter(
            in_channels=3,
            channels=[16, 32],
            num_res_blocks=1,
            downscale_factor=16,
            adapter_type="full_adapter_xl",
        )


def save_xl(folder: Path, scheduler: str = "EulerDiscreteScheduler") -> Path:
    """As diffusers saves an SDXL model."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        xl_unet().save_pretrained(folder / "unet")
        xl_vae().save_pretrained(folder / "vae")
        first, second = xl_text_config(FIRST, "quick_gelu"), xl_text_config(SECOND, "gelu")
        transformers.CLIPTextModel(first).save_pretrained(folder / "text_encoder")
        transformers.CLIPTextModelWithProjection(second).save_pretrained(folder / "text_encoder_2")
    xl_tokenizer().save_pretrained(folder / "tokenizer")
    xl_tokenizer("!").save_pretrained(folder / "tokenizer_2")
    (folder / "scheduler").mkdir()
    described = {
        "scheduler/scheduler_config.json": {"_class_name": scheduler, **EULER},
        "model_index.json": {
            "_class_name": "StableDiffusionXLPipeline",
            "text_encoder": ["transformers", "CLIPTextModel"],
            "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
            "force_zeros_for_empty_prompt": True,
        },
    }
    for name, content in described.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def load_xl(folder: Path, dtype: torch.dtype = torch.float32) -> LoadedModel:
    return load_base(inspect(folder), dtype, "cpu")


def save_xl_file(folder: Path, path: Path, more: State | None = None, **metadata: str) -> Path:
    """The model of a folder in one file. more: tensors beside its own."""
    save_file({**original_layout(load_xl(folder)), **(more or {})}, path, metadata or None)
    return path


def save_xl_configs(folder: Path, root: Path) -> Path:
    """What comes with Koma for single files, for this tiny model: `root` with sd15 and sdxl."""
    xl_tokenizer().save_pretrained(root / "sd15" / "tokenizer")
    for name in ("unet", "vae", "text_encoder", "text_encoder_2", "scheduler"):
        source = folder / name / ("scheduler_config.json" if name == "scheduler" else "config.json")
        target = root / "sdxl" / name / source.name
        target.parent.mkdir(parents=True)
        target.write_bytes(source.read_bytes())
    return root
