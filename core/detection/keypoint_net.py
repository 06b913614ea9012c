"""A small convolutional network that finds the 18 keypoints of one drawn figure.

A U-shape with residual blocks, from the input to a quarter of its size; one map a keypoint. A map
is the logits of a distribution over its cells, as in DSNT (Nibali et al. 2018) without their
regulariser: cross-entropy against a Gaussian trains faster than regressing its heights, and
the keypoint is the mean around the peak. Presence is judged from the features under the map.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import torch  # noqa: TID253  (this module is the network; `detector` imports it in a function)
import torch.nn.functional as F  # noqa: TID253
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn  # noqa: TID253

from core.adapters.errors import DamagedWeights
from core.errors import StorageFailed
from core.pose import COCO_18
from core.pose.pose import VISIBLE

KEYPOINTS = len(COCO_18)
INPUT_CHANNELS = 4  # RGB and the subject mask, see core.detection.crop
STRIDE = 4  # input pixels a heatmap cell
WEIGHTS_NAME = "keypoint_net.safetensors"
CONFIG_NAME = "config.json"
_SIGMA_CELLS = 1.2  # of the target Gaussian: wide enough that its mean is subpixel-exact
_GROUPS = 8


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class KeypointNetConfig:
    """Sizes of the network. `channels`: at 1/2, 1/4, 1/8 and 1/16 of the input, multiples of 8."""

    size_px: int = 128
    channels: tuple[int, int, int, int] = (24, 56, 96, 128)

    def __post_init__(self) -> None:
        if not 16 <= self.size_px <= 1024 or self.size_px % 16:
            raise ValueError("size_px is a multiple of 16 from 16 to 1024")
        if any(not 8 <= c <= 1024 or c % _GROUPS for c in self.channels):
            raise ValueError(f"channels are multiples of {_GROUPS} up to 1024")

    @property
    def cells(self) -> int:
        """Cells along one side of a heatmap."""
        return self.size_px // STRIDE


class KeypointMaps(NamedTuple):
    """What the network says: logits (B, 18, cells, cells) and presence logits (B, 18)."""

    heatmaps: Tensor
    presence: Tensor


@dataclass(frozen=True)
class KeypointLoss:
    """`total` is what training minimises; the parts are for the log."""

    total: Tensor
    location: Tensor
    presence: Tensor


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
        nn.GroupNorm(_GROUPS, outputs),
        nn.SiLU(),
    )


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _convolution(channels, channels)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm = nn.GroupNorm(_GROUPS, channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.silu(x + self.norm(self.second(self.first(x))))


class KeypointNet(nn.Module):
    """(B, 4, size, size) of `core.detection.crop.network_input` -> KeypointMaps."""

    def __init__(self, config: KeypointNetConfig | None = None) -> None:
        super().__init__()
        self.config = config or KeypointNetConfig()
        half, quarter, eighth, sixteenth = self.config.channels
        self.stem = _convolution(INPUT_CHANNELS, half, 2)
        self.down_4 = nn.Sequential(_convolution(half, quarter, 2), _Residual(quarter))
        self.down_8 = nn.Sequential(_convolution(quarter, eighth, 2), _Residual(eighth))
        self.down_16 = nn.Sequential(_convolution(eighth, sixteenth, 2), _Residual(sixteenth))
        # Left and right arm look alike: only the whole figure tells which is which.
        self.context = nn.Linear(sixteenth, sixteenth)
        self.up_8 = nn.Conv2d(sixteenth, eighth, 1)
        self.merge_8 = _Residual(eighth)
        self.up_4 = nn.Conv2d(eighth, quarter, 1)
        self.merge_4 = _Residual(quarter)
        self.heatmaps = nn.Conv2d(quarter, KEYPOINTS, 1)
        self.keypoint_features = nn.Parameter(torch.randn(KEYPOINTS, quarter) * 0.02)
        self.presence = nn.Sequential(
            nn.Linear(2 * quarter + sixteenth, quarter), nn.SiLU(), nn.Linear(quarter, 1)
        )

    def forward(self, pixels: Tensor) -> KeypointMaps:
        x4 = self.down_4(self.stem(pixels))
        x8 = self.down_8(x4)
        x16 = self.down_16(x8)
        whole = x16.mean(dim=(2, 3))
        x16 = x16 + self.context(whole)[:, :, None, None]
        x8 = self.merge_8(x8 + _doubled(self.up_8(x16)))
        x4 = self.merge_4(x4 + _doubled(self.up_4(x8)))
        heatmaps = self.heatmaps(x4)
        return KeypointMaps(heatmaps, self._presence(x4, heatmaps, whole))

    def _presence(self, features: Tensor, heatmaps: Tensor, whole: Tensor) -> Tensor:
        # Presence must not bend the maps: it only looks where they point.
        attention = heatmaps.detach().flatten(2).float().softmax(dim=2).to(features.dtype)
        local = torch.einsum("bkn,bcn->bkc", attention, features.flatten(2))
        names = self.keypoint_features.to(local.dtype).expand(len(local), -1, -1)
        everywhere = whole[:, None].expand(-1, KEYPOINTS, -1)
        return self.presence(torch.cat([local, names, everywhere], dim=2)).squeeze(2)


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def visible_keypoints(keypoints: Tensor, size_px: int) -> Tensor:
    """(B, 18, 3) x, y, confidence in px of the input -> (B, 18) float: 1 where it can be found."""
    x, y, confidence = keypoints.unbind(dim=2)
    inside = (x >= 0) & (x < size_px) & (y >= 0) & (y < size_px)
    return (inside & (confidence > VISIBLE)).float()


def heatmap_targets(keypoints: Tensor, size_px: int) -> Tensor:
    """(B, 18, 3) in px of the input -> (B, 18, cells, cells) Gaussians that each sum to 1.

    Those of keypoints that are not there (`visible_keypoints`) are 0.
    """
    cells = size_px // STRIDE
    centres = torch.arange(cells, device=keypoints.device, dtype=torch.float32) + 0.5
    x, y = (keypoints[..., :2].float() / STRIDE).unbind(dim=2)
    columns = torch.exp(-((centres - x[..., None]) ** 2) / (2 * _SIGMA_CELLS**2))
    rows = torch.exp(-((centres - y[..., None]) ** 2) / (2 * _SIGMA_CELLS**2))
    maps = rows[..., :, None] * columns[..., None, :]
    maps = maps / maps.sum(dim=(2, 3), keepdim=True).clamp_min(1e-12)
    # `where`, not a product: coordinates of a missing keypoint may be anything, even NaN.
    there = visible_keypoints(keypoints, size_px) > 0
    return torch.where(there[..., None, None], maps, torch.zeros_like(maps))


def keypoint_loss(
    predicted: KeypointMaps, target: Tensor, visible: Tensor, presence_weight: float = 0.5
) -> KeypointLoss:
    """Cross-entropy of the maps, averaged over visible keypoints, and of the presences.

    target: from `heatmap_targets`; visible: (B, 18) from `visible_keypoints`. The location part
    is Kullback-Leibler divergence (the target's own entropy taken off): 0 is perfect.
    """
    logs = predicted.heatmaps.float().flatten(2).log_softmax(dim=2)
    wanted = target.flatten(2)
    entropy = torch.special.entr(wanted).sum(dim=2)
    divergence = -(wanted * logs).sum(dim=2) - entropy
    location = (divergence * visible).sum() / visible.sum().clamp_min(1)
    presence = F.binary_cross_entropy_with_logits(predicted.presence.float(), visible)
    return KeypointLoss(location + presence_weight * presence, location, presence)


def decode(predicted: KeypointMaps, radius_cells: int = 3) -> Tensor:
    """(B, 18, 3) float32: x, y in px of the input, presence from 0 to 1.

    The place is the mean of the map within `radius_cells` of its peak, so that a second,
    lower peak elsewhere does not pull it.
    """
    shares = predicted.heatmaps.float().flatten(2).softmax(dim=2)
    cells = predicted.heatmaps.shape[-1]
    axis = torch.arange(cells, device=shares.device, dtype=torch.float32)
    peak = shares.argmax(dim=2, keepdim=True)
    rows, columns = axis.repeat_interleave(cells), axis.repeat(cells)
    near = ((rows - peak // cells).abs() <= radius_cells) & (
        (columns - peak % cells).abs() <= radius_cells
    )
    weights = shares * near
    weights = weights / weights.sum(dim=2, keepdim=True)
    x = ((weights * columns).sum(dim=2) + 0.5) * STRIDE
    y = ((weights * rows).sum(dim=2) + 0.5) * STRIDE
    return torch.stack([x, y, predicted.presence.float().sigmoid()], dim=2)


def save_keypoint_net(net: KeypointNet, folder: Path, dtype: torch.dtype = torch.float16) -> Path:
    """Write `keypoint_net.safetensors` and `config.json`; returns the weights' path.

    Each file appears whole or not at all. Raises StorageFailed, then older files are intact.
    """
    tensors = {k: t.detach().to("cpu", dtype).contiguous() for k, t in net.state_dict().items()}
    path = folder / WEIGHTS_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as scratch:
            weights, text = Path(scratch, WEIGHTS_NAME), Path(scratch, CONFIG_NAME)
            save_file(tensors, weights, {"format": "pt"})
            text.write_text(json.dumps(asdict(net.config), indent=2) + "\n", encoding="utf-8")
            os.replace(weights, path)
            os.replace(text, folder / CONFIG_NAME)
    except (OSError, SafetensorError) as error:
        raise StorageFailed(
            "The keypoint detector could not be saved. Check that the disk has room and can be "
            "written to.",
            details=str(error),
        ) from error
    return path


def load_keypoint_net(folder: Path) -> KeypointNet:
    """In float32 on the CPU, ready for inference. Raises DamagedWeights."""
    try:
        text = (folder / CONFIG_NAME).read_bytes()
        config = TypeAdapter(KeypointNetConfig).validate_json(text)
        tensors = load_file(folder / WEIGHTS_NAME)
    except (OSError, ValidationError, SafetensorError) as error:
        raise _damaged(str(error)) from error
    with torch.device("meta"):
        net = KeypointNet(config)
    expected = {key: tensor.shape for key, tensor in net.state_dict().items()}
    found = {key: tensor.shape for key, tensor in tensors.items()}
    if expected != found:
        raise _damaged(f"differing weights: {sorted(expected.items() ^ found.items())}")
    net.load_state_dict({k: t.float() for k, t in tensors.items()}, strict=True, assign=True)
    return net.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def _damaged(details: str) -> DamagedWeights:
    return DamagedWeights(
        "The files of the keypoint detector are missing or damaged. Install the model again.",
        details=details,
    )
