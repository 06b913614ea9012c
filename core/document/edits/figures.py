"""Edits of figures and their poses. All lengths in mm, points relative to the panel's bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from core.document.checks import MAX_FIGURES, check_figure, check_number
from core.document.edits._tree import (
    changed,
    check_new_ids,
    check_panel_links,
    check_room,
    inserted,
    kept,
    moved,
    on_figure,
    on_panel,
    removed,
)
from core.document.types import Document, Figure, Panel
from core.errors import BadInput
from core.geometry import Point
from core.pose import COCO_18, Keypoint, Pose, mirror

RIGHT_WRIST, LEFT_WRIST = COCO_18.index("right_wrist"), COCO_18.index("left_wrist")


def add_figure(
    document: Document, panel_id: str, figure: Figure, index: int | None = None
) -> Document:
    """Put a figure before `index` in the draw order; None = in front of all others.

    Raises BadInput for an unknown character or reference, a taken id, a pose out of range.
    """
    check_figure(figure)
    check_new_ids(document, (figure.id,))

    def change(panel: Panel) -> Panel:
        check_room(panel.figures, "figures a panel", MAX_FIGURES)
        result = replace(panel, figures=inserted(panel.figures, figure, index))
        check_panel_links(document, result)
        return result

    return on_panel(document, panel_id, change)


def remove_figure(document: Document, panel_id: str, figure_id: str) -> Document:
    """Its region masks go with it."""

    def change(panel: Panel) -> Panel:
        figures = removed(panel.figures, figure_id, "figure")
        masks = kept(panel.region_masks, lambda m: m.figure_id != figure_id)
        return changed(panel, figures=figures, region_masks=masks)

    return on_panel(document, panel_id, change)


def reorder_figure(document: Document, panel_id: str, figure_id: str, new_index: int) -> Document:
    """Change the draw order: 0 = behind all others."""
    return on_panel(
        document,
        panel_id,
        lambda panel: changed(panel, figures=moved(panel.figures, figure_id, new_index, "figure")),
    )


def set_figure_scale(document: Document, panel_id: str, figure_id: str, scale: float) -> Document:
    """The weight of the figure's references in the adapter; not its size (`scale_figure`)."""
    return _update(document, panel_id, figure_id, lambda f: changed(f, scale=scale))


def set_figure_references(
    document: Document, panel_id: str, figure_id: str, reference_ids: tuple[str, ...]
) -> Document:
    """Which references of its character the figure uses; () = all. Raises BadInput for others."""
    result = _update(
        document, panel_id, figure_id, lambda f: changed(f, reference_ids=reference_ids)
    )
    check_panel_links(result, result.panel(panel_id))
    return result


def set_figure_character(
    document: Document, panel_id: str, figure_id: str, character_id: str
) -> Document:
    """Another character in the same pose, with all its references.

    Region masks that named one reference of the former character now hold for all.
    """
    document.character(character_id)
    if document.panel(panel_id).figure(figure_id).character_id == character_id:
        return document

    def change(panel: Panel) -> Panel:
        figures = tuple(
            replace(f, character_id=character_id, reference_ids=()) if f.id == figure_id else f
            for f in panel.figures
        )
        masks = tuple(
            changed(m, reference_id=None) if m.figure_id == figure_id else m
            for m in panel.region_masks
        )
        return changed(panel, figures=figures, region_masks=masks)

    return on_panel(document, panel_id, change)


def set_pose(document: Document, panel_id: str, figure_id: str, pose: Pose) -> Document:
    """Raises BadInput for a pose with NaN or far outside the page."""
    return _update(document, panel_id, figure_id, lambda f: changed(f, pose=pose))


def move_joint(
    document: Document, panel_id: str, figure_id: str, keypoint: int | str, to: Point
) -> Document:
    """Put one body keypoint (index or name of COCO-18) elsewhere; a wrist takes its hand along."""
    index = _keypoint_index(keypoint)

    def change(pose: Pose) -> Pose:
        old = pose.body[index]
        body = _with(pose.body, index, replace(old, x=to.x, y=to.y))
        shift = to - old.point
        left = _shifted(pose.left_hand, shift) if index == LEFT_WRIST else pose.left_hand
        right = _shifted(pose.right_hand, shift) if index == RIGHT_WRIST else pose.right_hand
        return replace(pose, body=body, left_hand=left, right_hand=right)

    return _change_pose(document, panel_id, figure_id, change)


def set_joint_confidence(
    document: Document, panel_id: str, figure_id: str, keypoint: int | str, confidence: float
) -> Document:
    """0 hides a keypoint, 1 shows it."""
    index = _keypoint_index(keypoint)

    def change(pose: Pose) -> Pose:
        moved_keypoint = replace(pose.body[index], confidence=confidence)
        return replace(pose, body=_with(pose.body, index, moved_keypoint))

    return _change_pose(document, panel_id, figure_id, change)


def move_figure(
    document: Document, panel_id: str, figure_id: str, dx_mm: float, dy_mm: float
) -> Document:
    """Shift a figure inside its panel."""
    return _change_pose(
        document, panel_id, figure_id, lambda pose: pose.mapped(1.0, 1.0, dx_mm, dy_mm)
    )


def scale_figure(
    document: Document,
    panel_id: str,
    figure_id: str,
    factor: float,
    fixed: Point | None = None,
) -> Document:
    """Make a figure larger or smaller about a fixed point; None = the middle of its pose.

    Raises BadInput unless the factor is from 0.01 to 100.
    """
    check_number(factor, "The size factor of a figure", 0.01, 100)

    def change(pose: Pose) -> Pose:
        middle = fixed or _middle(pose)
        return pose.mapped(factor, factor, middle.x * (1 - factor), middle.y * (1 - factor))

    return _change_pose(document, panel_id, figure_id, change)


def rotate_figure(
    document: Document, panel_id: str, figure_id: str, angle_deg: float, fixed: Point | None = None
) -> Document:
    """Turn a figure clockwise about a fixed point; None = the middle of its pose."""
    check_number(angle_deg, "The angle in degrees", -360, 360)
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))

    def change(pose: Pose) -> Pose:
        m = fixed or _middle(pose)

        def turn(k: Keypoint) -> Keypoint:
            x, y = k.x - m.x, k.y - m.y
            return replace(k, x=m.x + cos * x - sin * y, y=m.y + sin * x + cos * y)

        def turn_all(keypoints: tuple[Keypoint, ...]) -> tuple[Keypoint, ...]:
            return tuple(map(turn, keypoints))

        return Pose(
            turn_all(pose.body),
            turn_all(pose.left_hand),
            turn_all(pose.right_hand),
            turn_all(pose.face),
        )

    return _change_pose(document, panel_id, figure_id, change)


def mirror_figure(document: Document, panel_id: str, figure_id: str) -> Document:
    """As in a mirror, about the middle of its pose: left and right are exchanged."""
    return _change_pose(document, panel_id, figure_id, mirror)


def _change_pose(
    document: Document, panel_id: str, figure_id: str, change: Callable[[Pose], Pose]
) -> Document:
    return _update(document, panel_id, figure_id, lambda f: changed(f, pose=change(f.pose)))


def _update(
    document: Document, panel_id: str, figure_id: str, change: Callable[[Figure], Figure]
) -> Document:
    def checked(figure: Figure) -> Figure:
        result = change(figure)
        check_figure(result)
        return result

    return on_figure(document, panel_id, figure_id, checked)


def _keypoint_index(keypoint: int | str) -> int:
    if isinstance(keypoint, str):
        if keypoint not in COCO_18:
            raise BadInput(f"A pose has no keypoint {keypoint!r}.", code="unknown_id")
        return COCO_18.index(keypoint)
    if not 0 <= keypoint < len(COCO_18):
        raise BadInput(f"A pose has no keypoint {keypoint}.", code="unknown_id")
    return keypoint


def _with(keypoints: tuple[Keypoint, ...], index: int, keypoint: Keypoint) -> tuple[Keypoint, ...]:
    return (*keypoints[:index], keypoint, *keypoints[index + 1 :])


def _shifted(keypoints: tuple[Keypoint, ...], shift: Point) -> tuple[Keypoint, ...]:
    return tuple(replace(k, x=k.x + shift.x, y=k.y + shift.y) for k in keypoints)


def _middle(pose: Pose) -> Point:
    bounds = pose.bounds
    if bounds is None:
        raise BadInput("The figure shows no keypoint; show at least one.", code="bad_pose")
    return bounds.center
