"""The keypoint detector for references: `python -m core.training.detector`.

Drawings of training characters, cropped to the subject as at inference, with jitter; in one case
of ten without a subject mask, so that a picture nobody has masked is still read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.detection.crop import SquareCrop, network_input, subject_crop
from core.detection.keypoint_net import (
    KeypointNet,
    decode,
    heatmap_targets,
    keypoint_loss,
    save_keypoint_net,
    visible_keypoints,
)
from core.pose import Pose
from core.pose.control_image import draw_control_image
from core.synthetic import (
    Drawing,
    Split,
    character_for,
    draw,
    generator,
    reference_shot,
    sample_shot,
)
from core.training.checkpoint import ema_weights
from core.training.command import run_command, stage_arguments
from core.training.config import DetectorStage, section
from core.training.fresh import FreshPool
from core.training.loop import Run, Trainer
from core.training.monitor import Sheet, figure
from core.training.sheets import rows_of, to_uint8
from core.training.turns import Batch, Turn

log = logging.getLogger(__name__)
PLACE = 4
SHEET_SEED = 500_000
_STREAM = 5  # pictures of their own, beside those of the other stages


def detector_drawing(seed: int, split: Split) -> Drawing:
    """A reference in two cases of five, else a free picture."""
    rng = generator(seed, split, _STREAM)
    shot = reference_shot(rng) if rng.random() < 0.4 else sample_shot(rng)
    return draw(character_for(seed, split), shot)


def example(
    drawing: Drawing, rng: np.random.Generator | None, size_px: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Network input (4, s, s) and keypoints (18, 3) in its px. Without `rng`: no jitter."""
    mask = drawing.mask
    if rng is not None and rng.random() < 0.2:
        mask = np.full_like(mask, 255)
    crop = subject_crop(mask)
    assert crop is not None
    if rng is not None:
        side = int(crop.side * rng.uniform(0.92, 1.2))
        shift = (crop.side - side) / 2 + rng.normal(0, 0.03, 2) * crop.side
        crop = SquareCrop(int(crop.x0 + shift[0]), int(crop.y0 + shift[1]), side)
    picture = network_input(drawing.image, mask, crop, size_px)
    return picture, crop.to_input(drawing.keypoints, size_px)


def validation_error(net: KeypointNet, count: int = 64) -> tuple[float, float]:
    """Mean distance in shares of the input's side, and presence accuracy, on held-out drawings."""
    size = net.config.size_px
    pairs = [example(detector_drawing(i, Split.HELD_OUT), None, size) for i in range(count)]
    pictures, keypoints = (torch.from_numpy(np.stack(part)) for part in zip(*pairs, strict=True))
    with torch.inference_mode():
        found = decode(net(pictures))
    visible = visible_keypoints(keypoints, size) > 0
    distance = (found[..., :2] - keypoints[..., :2]).norm(dim=2)[visible].mean() / size
    correct = ((found[..., 2] > 0.5) == visible).float().mean()
    return float(distance), float(correct)


class Examples:
    """pixels (B, 4, s, s) and keypoints (B, 18, 3) in their px."""

    def __init__(self, stage: DetectorStage, size_px: int) -> None:
        self._size = size_px
        self._pool = FreshPool(
            lambda index: detector_drawing(index, Split.TRAIN), stage.pool, stage.fresh_per_step
        )

    def batch(self, turn: Turn) -> Batch:
        pairs = [
            example(self._pool.choose(turn.step, rng), rng, self._size) for rng in turn.generators()
        ]
        pixels, keypoints = (torch.from_numpy(np.stack(part)) for part in zip(*pairs, strict=True))
        return {"pixels": pixels, "keypoints": keypoints}


class KeypointObjective(nn.Module):
    def __init__(self, net: KeypointNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        size, keypoints = self.net.config.size_px, batch["keypoints"]
        maps = self.net(batch["pixels"])
        loss = keypoint_loss(
            maps, heatmap_targets(keypoints, size), visible_keypoints(keypoints, size)
        )
        parts = {"location": figure(loss.location), "presence": figure(loss.presence)}
        return loss.total, parts


def keypoint_sheet(net: KeypointNet, count: int) -> Sheet:
    """Training-like drawings beyond any pool with the true skeleton, above those with the found."""
    size = net.config.size_px
    rows: tuple[list[NDArray[np.uint8]], list[NDArray[np.uint8]]] = ([], [])
    for index in range(count):
        picture, keypoints = example(detector_drawing(SHEET_SEED + index, Split.TRAIN), None, size)
        found = decode(net(torch.from_numpy(picture)[None].to(next(net.parameters()).device)))
        shown = to_uint8(torch.from_numpy(picture[None, :3]))[0]
        for row, pose in zip(rows, (keypoints, found[0].cpu().numpy()), strict=True):
            drawn = draw_control_image([Pose.from_array(pose)], size, size)
            row.append(np.where(drawn.any(2, keepdims=True), drawn, shown))
    return rows_of(*(np.stack(row) for row in rows))


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    config = arguments.config
    stage = section(config.detector, "detector")
    run = Run.start(arguments, stage.optimisation, PLACE)
    net = KeypointNet().to(memory_format=torch.channels_last)
    trainer = Trainer("detector", net, stage.optimisation, run)
    trainer.run(
        KeypointObjective(net),
        Examples(stage, net.config.size_px),
        lambda: keypoint_sheet(net, config.monitoring.sheet_pictures),
    )
    if run.accelerator.is_main_process:
        publish(arguments.out, arguments.out / "keypoint_detector")


def publish(out: Path, folder: Path) -> None:
    """Write the EMA weights as the shipped detector and print its error."""
    net = KeypointNet()
    ema_weights("detector", net, out)
    distance, presence = validation_error(net)
    log.info("held-out: distance %.4f of the side, presence accuracy %.3f", distance, presence)
    save_keypoint_net(net, folder)


if __name__ == "__main__":
    run_command(main)
