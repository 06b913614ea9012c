"""Things worn on the head or the neck."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.synthetic.brush import Part, ellipse, line_tone, points, shade, spline
from core.synthetic.first.canvas import Canvas
from core.synthetic.first.character import CharacterSpec
from core.synthetic.first.pose import Skeleton


def _ribbon(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    x = 0.62 * spec.clip_side
    for sign in (-1, 1):
        loop = skeleton.on_head((x, -0.88), (x + sign * 0.42, -1.16), (x + sign * 0.46, -0.72))
        canvas.fill(loop, spec.accessory_rgb, Part.ACCESSORY, line=line_tone(spec.accessory_rgb))
    knot = skeleton.on_head(*map(tuple, ellipse(x, -0.9, 0.12, 0.12, 12)))
    canvas.fill(
        knot, shade(spec.accessory_rgb, 0.8), Part.ACCESSORY, line=line_tone(spec.accessory_rgb)
    )


def _hat(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    line = line_tone(spec.accessory_rgb)
    crown = skeleton.on_head(
        (-0.82, -0.6), (-0.72, -1.25), (0.0, -1.5), (0.72, -1.25), (0.82, -0.6)
    )
    canvas.fill(spline(crown), spec.accessory_rgb, Part.ACCESSORY, line=line)
    brim = skeleton.on_head(*map(tuple, ellipse(0, -0.64, 1.28, 0.2, 24)))
    canvas.fill(brim, shade(spec.accessory_rgb, 0.86), Part.ACCESSORY, line=line)
    band = skeleton.on_head((-0.84, -0.9), (0.84, -0.9), (0.86, -0.74), (-0.86, -0.74))
    canvas.fill(band, shade(spec.accessory_rgb, 0.6), Part.ACCESSORY)


def _glasses(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    colour, width = shade(spec.accessory_rgb, 0.7), 0.05 * skeleton.radius
    for eye in skeleton.keypoints[14:16]:
        rim = ellipse(
            float(eye[0]),
            float(eye[1] + 0.05 * skeleton.radius),
            0.31 * skeleton.radius,
            0.3 * skeleton.radius,
        )
        canvas.stroke(np.concatenate([rim, rim[:1]]), colour, width, Part.ACCESSORY)
    bridge = (skeleton.keypoints[14] + skeleton.keypoints[15]) / 2
    half = np.array([0.08 * skeleton.radius, 0], np.float32)
    canvas.stroke(np.stack([bridge - half, bridge + half]), colour, width, Part.ACCESSORY)


def _cat_ears(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    for side in (-1, 1):
        ear = skeleton.on_head((side * 0.9, -0.62), (side * 0.86, -1.5), (side * 0.28, -1.0))
        canvas.fill(ear, spec.hair_rgb, Part.ACCESSORY, line=line_tone(spec.hair_rgb))
        inner = skeleton.on_head((side * 0.8, -0.76), (side * 0.8, -1.3), (side * 0.44, -1.0))
        canvas.fill(inner, spec.accessory_rgb, Part.ACCESSORY)


def _clip(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    x = 0.66 * spec.clip_side
    angle = np.linspace(-np.pi / 2, 1.5 * np.pi, 10, endpoint=False)
    size = np.where(np.arange(10) % 2 == 0, 0.26, 0.12)
    star = [(x + s * np.cos(a), -0.35 + s * np.sin(a)) for s, a in zip(size, angle, strict=True)]
    canvas.fill(
        skeleton.on_head(*star),
        spec.accessory_rgb,
        Part.ACCESSORY,
        line=line_tone(spec.accessory_rgb),
    )


def _horns(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    for side in (-1, 1):
        horn = skeleton.on_head((side * 0.72, -0.75), (side * 1.0, -1.15), (side * 0.82, -1.62),
                                (side * 0.74, -1.2), (side * 0.42, -0.95))  # fmt: skip
        canvas.fill(horn, spec.accessory_rgb, Part.ACCESSORY, line=line_tone(spec.accessory_rgb))


def _hairband(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    angle = np.linspace(np.pi * 1.06, np.pi * 1.94, 14)
    outer = [(1.1 * np.cos(a), 1.22 * np.sin(a) + 0.1) for a in angle]
    inner = [(1.0 * np.cos(a), 0.98 * np.sin(a) + 0.1) for a in angle[::-1]]
    canvas.fill(
        skeleton.on_head(*outer, *inner),
        spec.accessory_rgb,
        Part.ACCESSORY,
        line=line_tone(spec.accessory_rgb),
    )


_ON_HEAD: dict[str, Callable[[Canvas, Skeleton, CharacterSpec], None]] = {
    "ribbon": _ribbon, "hat": _hat, "glasses": _glasses, "cat ears": _cat_ears, "clip": _clip,
    "horns": _horns, "hairband": _hairband,
}  # fmt: skip


def paint_head_accessory(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    if spec.accessory in _ON_HEAD:
        _ON_HEAD[spec.accessory](canvas, skeleton, spec)


def paint_scarf(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    """Wound around the neck, one end hanging."""
    if spec.accessory != "scarf":
        return
    x, y = skeleton.keypoints[1].tolist()
    r, line = skeleton.radius, line_tone(spec.accessory_rgb)
    s = spec.clip_side
    end = points(
        (x + s * 0.1 * r, y),
        (x + s * 0.42 * r, y),
        (x + s * 0.44 * r, y + 0.85 * r),
        (x + s * 0.16 * r, y + 0.88 * r),
    )
    canvas.fill(end, shade(spec.accessory_rgb, 0.88), Part.ACCESSORY, line=line)
    canvas.fill(
        ellipse(x, y + 0.02 * r, 0.5 * r, 0.2 * r), spec.accessory_rgb, Part.ACCESSORY, line=line
    )
