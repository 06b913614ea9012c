"""Which device and number format to draw in, and on how many threads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch


@dataclass(frozen=True)
class EngineOptions:
    """How the engine uses the machine; nothing here is part of a request's hash.

    device: "auto", "cpu", "cuda", "cuda:1" ... dtype: "auto", "float32", "bfloat16", "float16".
    threads: CPU threads of torch, None = torch's own choice. max_batch: most panels at once.
    Cache bounds are in bytes.
    """

    device: str = "auto"
    dtype: str = "auto"
    threads: int | None = None
    max_batch: int = 8
    reference_cache_bytes: int = 512 * 2**20
    text_cache_bytes: int = 64 * 2**20
    previews: bool = True


def window_threads(cpu_count: int | None = None) -> int:
    """CPU threads for an engine beside a window: one core stays free for the artist's hand.

    cpu_count: None = the cores that this process may use.
    """
    return max(1, (cpu_count or _usable_cores()) - 1)


def use_threads(threads: int | None) -> int:
    """Let torch compute on so many CPU threads (None = `window_threads`); returns the number.

    Call it in the thread that draws: OpenMP keeps the number for each calling thread.
    """
    count = window_threads() if threads is None else max(1, threads)
    torch.set_num_threads(count)
    return count


def _usable_cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def choose_device(name: str) -> torch.device:
    """The device of this name; "auto" is CUDA where there is one, else the CPU."""
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """The number format of this name; "auto" takes 16 bits where the hardware computes in them."""
    if name != "auto":
        return {
            "float32": torch.float32,
            "bfloat16": torch.bfloat16,
            "float16": torch.float16,
        }[name]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if device.type == "cpu" and cpu_computes_bf16() else torch.float32


@cache
def cpu_computes_bf16() -> bool:
    """Whether this CPU has bfloat16 instructions and its convolutions come out right.

    The answer rests on the instruction set and on values, never on a stopwatch: a busy machine
    must not change how a picture looks.
    """
    known: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()  # newer torch only
    if not any(known.get(name) for name in ("avx512_bf16", "amx_bf16")):
        return False
    generator = torch.Generator().manual_seed(0)
    pixels = torch.randn(2, 32, 16, 16, generator=generator)
    kernel = torch.randn(32, 32, 3, 3, generator=generator) / 17
    exact = torch.nn.functional.conv2d(pixels, kernel, padding=1)
    rounded = torch.nn.functional.conv2d(pixels.bfloat16(), kernel.bfloat16(), padding=1)
    error = (rounded.float() - exact).norm() / exact.norm()
    return bool(error < 0.02)


def placed(network: Any) -> tuple[torch.device, torch.dtype]:
    """Device and number format of a network, by its first weight.

    diffusers' own `device` and `dtype` look through all modules: on a small UNet that is 0.8 ms
    each time, and a picture asks ten times.
    """
    first = next(network.parameters())
    return first.device, first.dtype
