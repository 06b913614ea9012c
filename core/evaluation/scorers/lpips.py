"""LPIPS (Zhang et al. 2018, eq. 1) with AlexNet, from weights that the artist has on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from core.checkpoints.weights import read_pickled
from core.errors import BadInput
from core.evaluation.scorers.pixels import Image

# Where AlexNet's five rectified layers end, and how many channels each has.
_ENDS = (2, 5, 8, 10, 12)
_CHANNELS = (64, 192, 384, 256, 256)
# LPIPS scales pictures from -1 to 1 by these before AlexNet sees them.
_SHIFT, _SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
_EPSILON = 1e-10
_ENDINGS = (".pth", ".pt", ".safetensors")


class Lpips:
    """The distance of two pictures of one size.

    folder: AlexNet of torchvision (`alexnet-owt-*.pth`) and the learned channel weights of LPIPS
    v0.1 (`alex.pth`), or one safetensors file with the tensors of both. Raises BadInput where a
    weight is missing or has another shape.
    """

    def __init__(self, folder: Path, device: torch.device | str = "cpu") -> None:
        weights = _read(folder)
        import torchvision

        network: Any = torchvision.models.alexnet(weights=None)
        self._layers: nn.Sequential = network.features
        try:
            own = {k.removeprefix("features."): t for k, t in weights.items() if "features" in k}
            self._layers.load_state_dict({k: t.float() for k, t in own.items()})
            self._channels = [
                weights[f"lin{i}.model.1.weight"].float().reshape(1, count, 1, 1).to(device)
                for i, count in enumerate(_CHANNELS)
            ]
        except (KeyError, RuntimeError) as error:
            raise BadInput(
                f"The LPIPS weights in {folder} are not complete: put alexnet-owt-*.pth of "
                "torchvision and alex.pth of LPIPS there.",
                details=str(error),
            ) from error
        self._layers.eval().requires_grad_(False).to(device)
        self._device = device

    @torch.no_grad()
    def __call__(self, first: Image, second: Image, mask: NDArray[np.uint8] | None = None) -> float:
        """mask: (H, W); the mean over each layer's places is then weighted by its area there."""
        sides = [self._features(image) for image in (first, second)]
        weights = None if mask is None else torch.from_numpy(mask)[None, None].float() / 255
        total = 0.0
        for one, other, channels in zip(*sides, self._channels, strict=True):
            squared = ((one - other).square() * channels).sum(1, keepdim=True)
            total += _mean(squared, weights)
        return total

    def _features(self, image: Image) -> list[Tensor]:
        x = torch.from_numpy(image.astype(np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
        shift, scale = (torch.tensor(v).reshape(1, 3, 1, 1) for v in (_SHIFT, _SCALE))
        x = ((x - shift) / scale).to(self._device)
        found: list[Tensor] = []
        for place, layer in enumerate(self._layers, start=1):
            x = layer(x)
            if place in _ENDS:
                found.append(x / (x.square().sum(1, keepdim=True).sqrt() + _EPSILON))
            if place == _ENDS[-1]:
                break
        return found


def _mean(squared: Tensor, weights: Tensor | None) -> float:
    if weights is None:
        return float(squared.mean())
    small = F.interpolate(weights.to(squared), squared.shape[-2:], mode="area")
    return float((squared * small).sum() / small.sum().clamp(min=1e-6))


def has_lpips(folder: Path) -> bool:
    """Whether the folder looks like LPIPS weights; nothing is read."""
    return any("alex" in path.stem for path in folder.glob("*") if path.suffix in _ENDINGS)


def _read(folder: Path) -> dict[str, Tensor]:
    from safetensors.torch import load_file

    found: dict[str, Tensor] = {}
    for path in sorted(folder.glob("*")):
        if path.suffix in _ENDINGS:
            found |= load_file(path) if path.suffix == ".safetensors" else read_pickled(path)
    return found
