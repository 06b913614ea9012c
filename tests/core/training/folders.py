"""A small folder of pictures to train on, drawn by the synthetic world."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from core.pose import Pose
from core.pose.openpose_json import write_openpose
from core.training.world import World


def make_folder(path: Path, world: World, count: int = 4, width: int = 96) -> Path:
    """Pictures of `width` x 64 px, the drawing at their right edge; two of each character."""
    for name in ("images", "tags", "masks", "poses"):
        (path / name).mkdir(parents=True)
    for index in range(count):
        row, is_reference = divmod(index, 2)
        image = np.full((64, width, 3), 255, np.uint8)
        mask = np.zeros((64, width), np.uint8)
        pictures, masks = (
            (world.reference, world.reference_mask) if is_reference
            else (world.target, world.target_mask)
        )  # fmt: skip
        image[:, width - 64 :] = pictures[row]
        mask[:, width - 64 :] = masks[row]
        keypoints = world.poses[row, 0 if is_reference else 1].copy()
        keypoints[:, 0] += width - 64
        Image.fromarray(image).save(path / "images" / f"p{index}.png")
        Image.fromarray(mask).save(path / "masks" / f"p{index}.png")
        pose = write_openpose([Pose.from_array(keypoints)], width, 64)
        (path / "poses" / f"p{index}.json").write_text(pose)
        (path / "tags" / f"p{index}.txt").write_text("1girl, red_hair, smile, from side")
    pairs = {f"c{row}": [f"p{2 * row}", f"p{2 * row + 1}"] for row in range(count // 2)}
    (path / "characters.json").write_text(json.dumps(pairs))
    (path / "identity_tags.txt").write_text("red hair\nblue_eyes\n")
    return path
