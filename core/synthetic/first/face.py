"""Head, face and expression, in head coordinates (radii)."""

from __future__ import annotations

import numpy as np

from core.synthetic.brush import Part, Points, ellipse, line_tone, shade, spline
from core.synthetic.first.canvas import Canvas
from core.synthetic.first.character import CharacterSpec
from core.synthetic.first.hair import fringe_outline
from core.synthetic.first.pose import Skeleton

EXPRESSIONS: dict[str, str] = {
    "smile": "smile", "open": "open mouth", "neutral": "closed mouth", "sad": "sad",
    "angry": "angry", "surprised": "surprised", "closed": "closed eyes",
}  # fmt: skip

_HEAD = (
    (-0.93, -0.1), (-0.9, 0.35), (-0.68, 0.72), (-0.3, 0.96), (0.0, 1.02), (0.3, 0.96),
    (0.68, 0.72), (0.9, 0.35), (0.93, -0.1), (0.75, -0.75), (0.0, -1.02), (-0.75, -0.75),
)  # fmt: skip

_EYE_SIZE = {"round": (0.225, 0.25), "tall": (0.215, 0.3), "sharp": (0.24, 0.215)}


def paint_head(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec, turn: float) -> None:
    """Skin of the head with ears and the fringe's shadow."""
    line = line_tone(spec.skin)
    for side in (-1.0, 1.0):
        centre = skeleton.on_head((side * 0.92 - 0.06 * turn, 0.22))[0]
        ear = ellipse(centre[0], centre[1], 0.13 * skeleton.radius, 0.19 * skeleton.radius, 14)
        canvas.fill(ear, spec.skin, Part.FACE, line=line)
    canvas.fill(spline(skeleton.on_head(*_HEAD)), spec.skin, Part.FACE, line=line)
    shadow = fringe_outline(skeleton, spec, turn, drop=0.09)
    canvas.fill_on(shadow, shade(spec.skin, 0.84), Part.FACE)


def paint_face(
    canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec, turn: float, expression: str
) -> None:
    """Eyes, brows, nose, mouth and blush."""
    shift = 0.2 * turn
    for side in (-1.0, 1.0):
        near = 1.0 + 0.16 * turn * -side  # the far eye is narrower
        centre = (side * 0.38 + shift, 0.24)
        if expression == "closed":
            _closed_eye(canvas, skeleton, centre, near, spec)
        else:
            _eye(canvas, skeleton, centre, side, near, spec, expression)
        _brow(canvas, skeleton, centre, side, spec, expression)
        blush = ellipse(0, 0, 0.13, 0.06, 14) + np.array([side * 0.56 + shift, 0.56])
        canvas.fill_on(
            skeleton.on_head(*map(tuple, blush)),
            _blend(spec.skin, (255, 120, 110), 0.32),
            Part.FACE,
        )
    nose = skeleton.on_head((1.3 * shift - 0.02, 0.46), (1.3 * shift + 0.03, 0.5))
    canvas.stroke(nose, shade(spec.skin, 0.62), 1.2, Part.FACE)
    _mouth(canvas, skeleton, shift * 1.15, spec, expression)


def _blend(a: tuple[int, int, int], b: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (int(x * (1 - share) + y * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def _local(skeleton: Skeleton, centre: tuple[float, float], shape: Points) -> Points:
    return skeleton.on_head(*map(tuple, shape + np.array(centre, dtype=np.float32)))


def _eye(
    canvas: Canvas, skeleton: Skeleton, centre: tuple[float, float], side: float, near: float,
    spec: CharacterSpec, expression: str,
) -> None:  # fmt: skip
    wide, tall = _EYE_SIZE[spec.eye_shape]
    wide *= near
    tall *= {"surprised": 1.12, "sad": 0.85, "angry": 0.85}.get(expression, 1.0)
    white = ellipse(0, 0, wide, tall, 22)
    canvas.fill(_local(skeleton, centre, white), (252, 252, 255), Part.FACE)
    iris_w, iris_h = wide * 0.74, tall * (0.74 if expression == "surprised" else 0.9)
    iris = ellipse(0, 0.015, iris_w, iris_h, 22)
    canvas.fill(_local(skeleton, centre, iris), shade(spec.eye_rgb, 0.72), Part.FACE)
    lower = ellipse(0, 0.1 * tall / 0.25 + 0.015, iris_w * 0.78, iris_h * 0.56, 18)
    canvas.fill(_local(skeleton, centre, lower), shade(spec.eye_rgb, 1.3), Part.FACE)
    pupil = ellipse(0, 0.015, iris_w * 0.42, iris_h * 0.5, 14)
    canvas.fill(_local(skeleton, centre, pupil), shade(spec.eye_rgb, 0.28), Part.FACE)
    shine = ellipse(-0.06, -0.1 * tall / 0.25, 0.07, 0.085, 12)
    canvas.fill(_local(skeleton, centre, shine), (255, 255, 255), Part.FACE)
    angle = np.linspace(np.pi * 1.02, np.pi * 1.98, 10, dtype=np.float32)
    lift = 0.07 if spec.eye_shape == "sharp" else 0.0
    lash = np.stack([wide * 1.12 * np.cos(angle), tall * 1.03 * np.sin(angle)], axis=1)
    lash[:, 1] -= lift * np.clip(lash[:, 0] * side / wide, 0, 1)
    canvas.stroke(_local(skeleton, centre, lash), _ink(spec), 0.075 * skeleton.radius, Part.FACE)


def _ink(spec: CharacterSpec) -> tuple[int, int, int]:
    return _blend((48, 36, 48), line_tone(spec.hair_rgb), 0.4)


def _closed_eye(
    canvas: Canvas,
    skeleton: Skeleton,
    centre: tuple[float, float],
    near: float,
    spec: CharacterSpec,
) -> None:
    angle = np.linspace(np.pi * 0.08, np.pi * 0.92, 10, dtype=np.float32)
    lid = np.stack([0.22 * near * np.cos(angle), 0.02 + 0.13 * np.sin(angle)], axis=1)
    canvas.stroke(_local(skeleton, centre, lid), _ink(spec), 0.065 * skeleton.radius, Part.FACE)


_BROWS = {"sad": (0.06, -0.08), "angry": (-0.12, 0.1), "surprised": (-0.08, -0.08)}


def _brow(
    canvas: Canvas, skeleton: Skeleton, centre: tuple[float, float], side: float,
    spec: CharacterSpec, expression: str,
) -> None:  # fmt: skip
    outer, inner = _BROWS.get(expression, (0.0, -0.03))
    y = centre[1] - 0.4
    path = skeleton.on_head(
        (centre[0] + side * 0.2, y + outer), (centre[0], y + (outer + inner) / 2 - 0.03),
        (centre[0] - side * 0.17, y + inner),
    )  # fmt: skip
    canvas.stroke(path, shade(line_tone(spec.hair_rgb), 0.95), 0.045 * skeleton.radius, Part.FACE)


def _mouth(
    canvas: Canvas, skeleton: Skeleton, x: float, spec: CharacterSpec, expression: str
) -> None:
    line = _blend((96, 40, 40), line_tone(spec.skin), 0.4)
    if expression in ("open", "surprised"):
        size = (0.13, 0.12) if expression == "open" else (0.085, 0.1)
        mouth = ellipse(x, 0.7, *size, 16)
        if expression == "open":
            mouth[:, 1] = np.maximum(mouth[:, 1], 0.66)
        shape = skeleton.on_head(*map(tuple, mouth))
        canvas.fill(shape, (196, 82, 84), Part.FACE, line=line, width=0.8)
        return
    curve = {"smile": 0.07, "closed": 0.07, "sad": -0.06, "angry": -0.05}.get(expression, 0.012)
    wide = 0.15 if expression in ("smile", "closed") else 0.1
    path = skeleton.on_head((x - wide, 0.69), (x - wide / 2, 0.69 + curve * 0.8), (x, 0.69 + curve),
                            (x + wide / 2, 0.69 + curve * 0.8), (x + wide, 0.69))  # fmt: skip
    canvas.stroke(path, line, 0.05 * skeleton.radius, Part.FACE)
