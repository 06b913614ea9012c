"""Shared by the engine's benchmarks: networks with random weights, interleaved timing, a table.

Random weights are good for speed alone; the arithmetic does not depend on their values.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel
from transformers.models.clip.tokenization_clip import CLIPTokenizer

from core.adapters.kinds import AdapterKind
from core.checkpoints.catalogue import ModelInfo
from core.checkpoints.identity_adapters import LoadedAdapter, load_identity_adapter
from core.checkpoints.loading import LoadedModel
from core.engine.requests import LoraInput


@contextmanager
def default_dtype(dtype: torch.dtype) -> Iterator[None]:
    """Networks built inside hold their weights in this format from the start."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def drawing(network: torch.nn.Module) -> torch.nn.Module:
    """As the engine prepares its networks."""
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def sd15_unet(dtype: torch.dtype) -> UNet2DConditionModel:
    """Stable Diffusion 1.5's UNet: 860 million parameters, 16 cross-attention layers."""
    with default_dtype(dtype):
        unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768)
    drawing(unet)
    return unet


def small_model() -> LoadedModel:
    """A text-to-image model of koma-toon's size with 8x latents, without adapters."""
    unet = UNet2DConditionModel(
        sample_size=32,
        block_out_channels=(128, 192, 256),
        layers_per_block=1,
        cross_attention_dim=128,
        attention_head_dim=4,
        norm_num_groups=16,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
    )
    vae = AutoencoderKL(
        block_out_channels=(16, 32, 64, 64),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=4,
        norm_num_groups=16,
    )
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{c}</w>" for c in letters)]
    tokenizer = CLIPTokenizer(
        vocab={word: index for index, word in enumerate(words)}, merges=[], model_max_length=64
    )
    text_encoder = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=64, hidden_size=128, intermediate_size=256, num_hidden_layers=2,
            num_attention_heads=4, max_position_embeddings=64, bos_token_id=0, eos_token_id=1,
            pad_token_id=1,
        )
    )  # fmt: skip
    return LoadedModel(
        info=ModelInfo("random", Path("random"), "base_folder", "Random", 256, 32),
        digest="random",
        unet=unet,
        vae=vae,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        scheduler_config={
            "_class_name": "DPMSolverMultistepScheduler",
            "use_flow_sigmas": True,
            "prediction_type": "flow_prediction",
        },
    )


class MemorySource:
    """A ModelSource of one model that is in memory already."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model

    def load(self, model_id: str, dtype: torch.dtype, device: torch.device) -> LoadedModel:
        for network in (self._model.unet, self._model.vae, self._model.text_encoder):
            if network.dtype != dtype:
                network.to(dtype)
        return self._model

    def load_controller(self, path: str, dtype: torch.dtype, device: torch.device) -> None:
        raise NotImplementedError("this benchmark draws without a pose controller")

    def load_adapter(
        self, model: LoadedModel, kind: AdapterKind, dtype: Any, device: Any, encoders: Any
    ) -> LoadedAdapter:
        return load_identity_adapter(model, kind, dtype, device, encoders)

    @contextmanager
    def loras(self, model: LoadedModel, loras: Sequence[LoraInput]) -> Iterator[None]:
        yield


def interleaved(variants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each variant, one after the other in every round, the first one rotating.

    Each variant measures itself and returns seconds, so that its preparation does not count.
    Interleaving lets a machine that slows down meanwhile slow all of them.
    """
    names = list(variants)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        gc.collect()
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            seconds[name].append(variants[name]())
    return seconds


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def print_table(title: str, seconds: Mapping[str, Sequence[float]], base: str, unit: str) -> None:
    """Median seconds of each variant, and the median of its ratios to `base` round by round."""
    width = max(map(len, seconds))
    print(title)
    print(f"  {'':{width}}  {unit:>10}  {'to ' + base:>24}")
    for name, values in seconds.items():
        ratio = median(a / b for a, b in zip(values, seconds[base], strict=True))
        print(f"  {name:{width}}  {median(values):>9.3f}s  {ratio:>23.3f}x")


def machine(dtype: torch.dtype) -> str:
    return f"{torch.get_num_threads()} threads, {str(dtype).removeprefix('torch.')}, CPU"
