"""The keypoint detector for references: `python -m core.training.detector`.

Drawings of training characters, cropped to the subject as at inference, with jitter; in one case
of ten without a subject mask, so that a picture nobody has masked is still read.
"""

from __future__ import annotations

import logging
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.detection.crop import SquareCrop, network_input, subject_crop
from core.detection.keypoint_net import (
    KeypointNet,
    decode,
    heatmap_targets,
    keypoint_loss,
    save_keypoint_net,
    visible_keypoints,
)
from core.synthetic import (
    Drawing,
    Split,
    character_for,
    draw,
    generator,
    reference_shot,
    sample_shot,
)
from core.training.loop import Trainer, ema_weights, stage_arguments

log = logging.getLogger(__name__)
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


def main() -> None:
    arguments = stage_arguments(__doc__ or "")
    cv2.setNumThreads(1)
    config, stage = arguments.config, arguments.config.detector
    torch.manual_seed(config.seed + 4)
    net = KeypointNet().to(memory_format=torch.channels_last)
    trainer = Trainer("detector", net, stage.optimisation, arguments.out)
    rng = np.random.default_rng(config.seed + trainer.step)
    size = net.config.size_px
    drawings: list[Drawing] = []

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        first = step * stage.fresh_per_step
        fresh = [detector_drawing(first + i, Split.TRAIN) for i in range(stage.fresh_per_step)]
        drawings[:] = (drawings + fresh)[-stage.pool :]
        chosen = rng.integers(0, len(drawings), stage.optimisation.batch)
        pairs = [example(drawings[i], rng, size) for i in chosen]
        pictures, keypoints = (
            torch.from_numpy(np.stack(part)) for part in zip(*pairs, strict=True)
        )
        with trainer.autocast():
            maps = net(pictures)
        loss = keypoint_loss(
            maps, heatmap_targets(keypoints, size), visible_keypoints(keypoints, size)
        )
        return loss.total, {"location": loss.location.item(), "presence": loss.presence.item()}

    trainer.run(loss_of)
    publish(arguments.out, arguments.out / "keypoint_detector")


def publish(out: Path, folder: Path) -> None:
    """Write the EMA weights as the shipped detector and print its error."""
    net = KeypointNet()
    ema_weights("detector", net, out)
    distance, presence = validation_error(net)
    log.info("held-out: distance %.4f of the side, presence accuracy %.3f", distance, presence)
    save_keypoint_net(net, folder)


if __name__ == "__main__":
    main()
