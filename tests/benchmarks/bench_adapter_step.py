"""One denoising step at SD1.5 size: plain UNet, diffusers' IP-Adapter-Plus, Koma's AnimeAdapter.

512x512 px, batch 2, the same threads and number format, random weights. IP-Adapter-Plus attends
to 16 image tokens and runs its resampler at every step, as diffusers does; AnimeAdapter attends to
256 tokens whose K' and V' are kept. Run it as a script on an idle machine: about 4 minutes on two
cores.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from _tiny import interleaved, machine, print_table, sd15_unet

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import Conditions, ReferenceCondition
from core.adapters.config import AnimeAdapterConfig
from core.engine.device import choose_dtype

ROUNDS = 5
LAYERS = (1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)  # IP-Adapter's keys


def plus_weights(unet: Any, dtype: torch.dtype) -> dict[str, dict[str, Tensor]]:
    """Random weights in the layout of ip-adapter-plus_sd15: 16 queries, width 768, depth 4."""

    def matrix(*shape: int) -> Tensor:
        return (torch.randn(shape) * 0.02).to(dtype)

    def norm(name: str, width: int) -> dict[str, Tensor]:
        return {f"{name}.weight": torch.ones(width, dtype=dtype), f"{name}.bias": matrix(width)}

    projection = {
        "latents": matrix(1, 16, 768),
        "proj_in.weight": matrix(768, 1280), "proj_in.bias": matrix(768),
        "proj_out.weight": matrix(768, 768), "proj_out.bias": matrix(768),
        **norm("norm_out", 768),
    }  # fmt: skip
    for layer in range(4):
        attention, feed = f"layers.{layer}.0", f"layers.{layer}.1"
        projection |= norm(f"{attention}.norm1", 768) | norm(f"{attention}.norm2", 768)
        projection |= {
            f"{attention}.to_q.weight": matrix(768, 768),
            f"{attention}.to_kv.weight": matrix(1536, 768),
            f"{attention}.to_out.weight": matrix(768, 768),
            **norm(f"{feed}.0", 768),
            f"{feed}.1.weight": matrix(3072, 768),
            f"{feed}.3.weight": matrix(768, 3072),
        }
    attentions = {
        index: module
        for index, name in enumerate(unet.attn_processors)
        for module in [unet.get_submodule(name.removesuffix(".processor"))]
        if name.endswith("attn2.processor")
    }
    assert tuple(attentions) == LAYERS
    adapter = {
        f"{index}.{key}.weight": matrix(module.to_k.out_features, 768)
        for index, module in attentions.items()
        for key in ("to_k_ip", "to_v_ip")
    }
    return {"image_proj": projection, "ip_adapter": adapter}


class DiffusersPlus:
    """diffusers' own IP-Adapter-Plus on the UNet, put on and taken off around each measurement."""

    def __init__(self, unet: Any, dtype: torch.dtype) -> None:
        self._unet = unet
        self._plain = dict(unet.attn_processors)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            unet._load_ip_adapter_weights([plus_weights(unet, dtype)])
        self._with = dict(unet.attn_processors)
        self._projection = unet.encoder_hid_proj
        self._projection.to(dtype).eval().requires_grad_(False)
        for processor in self._with.values():
            if isinstance(processor, torch.nn.Module):
                processor.to(dtype).requires_grad_(False)
        self._off()

    @contextmanager
    def on(self) -> Iterator[None]:
        self._unet.encoder_hid_proj = self._projection  # first: it has attention layers too
        self._unet.set_attn_processor(dict(self._with))
        self._unet.config["encoder_hid_dim_type"] = "ip_image_proj"
        object.__setattr__(self._unet.config, "encoder_hid_dim_type", "ip_image_proj")
        try:
            yield
        finally:
            self._off()

    def _off(self) -> None:
        self._unet.encoder_hid_proj = None
        self._unet.set_attn_processor(dict(self._plain))
        self._unet.config["encoder_hid_dim_type"] = None
        object.__setattr__(self._unet.config, "encoder_hid_dim_type", None)


def variants(unet: Any, dtype: torch.dtype) -> dict[str, Callable[[], float]]:
    sample, text = torch.randn(2, 4, 64, 64).to(dtype), torch.randn(2, 77, 768).to(dtype)
    image_tokens = torch.randn(2, 1, 257, 1280).to(dtype)  # of CLIP ViT-H, one image a row
    timestep = torch.tensor(500)
    plus = DiffusersPlus(unet, dtype)
    adapter = AnimeAdapter.from_unet(unet, AnimeAdapterConfig()).to(dtype)
    adapter.eval().requires_grad_(False)
    references = [
        ReferenceCondition(adapter.key_values(torch.randn(256, 768).to(dtype))) for _ in range(2)
    ]
    one_panel = adapter.inference_conditions([[], references[:1]])
    two_panels = adapter.inference_conditions([[references[0]], [references[1]]])

    def step(**extra: Any) -> float:
        started = time.perf_counter()
        with torch.inference_mode():
            unet(sample, timestep, encoder_hidden_states=text, return_dict=False, **extra)
        return time.perf_counter() - started

    def with_plus() -> float:
        with plus.on():
            return step(added_cond_kwargs={"image_embeds": [image_tokens]})

    def with_anime(conditions: Conditions) -> float:
        adapter.inject(unet)
        try:
            with adapter.conditions(conditions):
                return step()
        finally:
            adapter.eject()

    return {
        "plain UNet": step,
        "diffusers IP-Adapter-Plus, 16 tokens": with_plus,
        "Koma, 256 tokens, one panel with guidance": lambda: with_anime(one_panel),
        "Koma, 256 tokens, two panels": lambda: with_anime(two_panels),
    }


def main(rounds: int = ROUNDS) -> None:
    torch.manual_seed(0)
    dtype = choose_dtype("auto", torch.device("cpu"))
    unet = sd15_unet(dtype)
    measured = variants(unet, dtype)
    for warm_up in measured.values():
        warm_up()
    seconds = interleaved(measured, rounds)
    title = f"One step of SD1.5, 512x512, batch 2 ({machine(dtype)}, {rounds} rounds)"
    print_table(title, seconds, "plain UNet", "median")


if __name__ == "__main__":
    main()
