"""How much memory there is: free what can be freed, and how many panels to try at once."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import torch

from core.engine.device import placed

# Peak bytes of one UNet step for each latent cell, channel of the finest level and byte of the
# number format; generous, and the step-down ladder corrects an optimist.
_ACTIVATION_FACTOR = 300
_SHARE_OF_FREE_MEMORY = 0.6
_UNKNOWN = 2**16  # no bound of ours


def free_memory() -> None:
    """Give unused memory back; call after the failed frame's tensors are out of reach."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def panels_that_fit(unet: Any, cells: int, halves: int, device: torch.device) -> int:
    """How many panels of this many latent cells one batch may hold, by the memory now free.

    At least 1. halves: 2 with classifier-free guidance, which runs every panel twice.
    """
    free = _free_bytes(device)
    if free is None:
        return _UNKNOWN
    channels = int(unet.config.block_out_channels[0])
    per_panel = halves * cells * channels * placed(unet)[1].itemsize * _ACTIVATION_FACTOR
    return max(1, int(free * _SHARE_OF_FREE_MEMORY / per_panel))


def _free_bytes(device: torch.device) -> int | None:
    """Bytes that can still be had on the device; None where the system does not tell."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass  # not Linux
    return None
