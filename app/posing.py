"""Poses from files and presets, placed into a panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import resources
from app.character_import import read_bytes
from core.errors import BadInput
from core.geometry import Rect
from core.pose import Pose, place_pose, read_openpose

SIDE_ROOM = 0.12  # beside the outermost keypoints, in heights of the canvas: hands and hair

SHAPE_TOLERANCE = 1.1


@dataclass(frozen=True)
class PoseFile:
    """The figures of one file, in px of its canvas (None where the file does not say)."""

    name: str
    poses: tuple[Pose, ...]
    canvas: tuple[int, int] | None


def preset_names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in resources.path("poses").glob("*.json")))


def read_pose(name_or_path: str) -> PoseFile:
    """A preset by name, else an OpenPose file. Raises BadInput where it shows no figure."""
    path = Path(name_or_path)
    if name_or_path in preset_names():
        path = resources.path("poses", f"{name_or_path}.json")
    elif not path.exists():
        raise BadInput(
            f"There is no pose file {path}, and no preset of that name. The presets are: "
            f"{', '.join(preset_names())}.",
            code="no_file",
        )
    poses, canvas = read_openpose(read_bytes(path))
    if not poses:
        raise BadInput(f"{path.name} shows no figure. Choose another pose file.")
    return PoseFile(path.name, tuple(poses), canvas)


def placed_poses(files: Sequence[PoseFile], count: int, panel: Rect, *, rtl: bool) -> list[Pose]:
    """Poses for `count` figures, in mm from the top left of a panel with these bounds.

    One file with all figures, or of the panel's own shape, keeps its composition: its canvas is
    laid over the panel. Else each file gives one figure, side by side in the order of reading.
    Raises BadInput where figures and poses differ in number.
    """
    if len(files) == 1 and len(files[0].poses) == count:
        canvas = files[0].canvas
        if canvas is not None and (count > 1 or _same_shape(canvas, panel)):
            return [_on_canvas(pose, canvas, panel) for pose in files[0].poses]
    if len(files) != count or any(len(file.poses) != 1 for file in files):
        shown = sum(len(file.poses) for file in files)
        raise BadInput(
            f"There are {count} figures and poses for {shown}. Give a pose for each figure, or one "
            "file that shows them all."
        )
    width = panel.width / count
    slots = [Rect(width * index, 0, width, panel.height) for index in range(count)]
    if rtl:
        slots.reverse()
    return [_in_slot(file, slot) for file, slot in zip(files, slots, strict=True)]


def _same_shape(canvas: tuple[int, int], panel: Rect) -> bool:
    ratio = canvas[0] / canvas[1] / (panel.width / panel.height)
    return 1 / SHAPE_TOLERANCE < ratio < SHAPE_TOLERANCE


def _on_canvas(pose: Pose, canvas: tuple[int, int], panel: Rect) -> Pose:
    """The whole canvas, as large as it goes into the panel and centred."""
    scale = min(panel.width / canvas[0], panel.height / canvas[1])
    left = (panel.width - scale * canvas[0]) / 2
    top = (panel.height - scale * canvas[1]) / 2
    return pose.mapped(scale, scale, left, top)


def _in_slot(file: PoseFile, slot: Rect) -> Pose:
    """The full height of the file's canvas, and of its width what the figure needs."""
    (pose,) = file.poses
    bounds = pose.bounds
    if file.canvas is None or bounds is None:
        return place_pose(pose, slot)
    height = file.canvas[1]
    width = bounds.width + 2 * SIDE_ROOM * height
    scale = min(slot.width / width, slot.height / height)
    left = slot.center.x - scale * bounds.center.x
    top = slot.y + slot.height - scale * height  # feet where the canvas has them
    return pose.mapped(scale, scale, left, top)
