"""Head and face from any side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.synthetic.brush import Part, Points, Rgb, line_tone, shade, spline
from core.synthetic.second.body import SIDES, Body
from core.synthetic.second.canvas import Canvas, Owner
from core.synthetic.second.design import CharacterDesign
from core.synthetic.second.shapes import ellipse

_WHITE: Rgb = (252, 252, 255)

# The head's outline at yaw 0, 45, 90, 135 and 180 degrees towards the viewer's right, from the top
# over the front of the face down to the chin and back behind the ear. In head radii.
_OUTLINES = np.array([
    [(0, -1), (.55, -.86), (.88, -.35), (.91, .1), (.84, .44), (.6, .76), (.22, .99), (0, 1.04),
     (-.22, .99), (-.6, .76), (-.84, .44), (-.91, .1), (-.88, -.35), (-.55, -.86)],
    [(.05, -1), (.6, -.84), (.85, -.38), (.79, .08), (.85, .4), (.72, .74), (.47, .99), (.3, 1.04),
     (.04, .94), (-.42, .7), (-.72, .42), (-.93, .1), (-.94, -.35), (-.6, -.86)],
    [(0, -1), (.58, -.84), (.83, -.4), (.78, .12), (.97, .46), (.83, .68), (.73, .94), (.52, 1.0),
     (.2, .84), (-.1, .66), (-.34, .5), (-.86, .25), (-.98, -.3), (-.6, -.86)],
    [(-.05, -1), (.56, -.84), (.84, -.38), (.84, .1), (.82, .42), (.62, .72), (.36, .88), (.1, .9),
     (-.22, .88), (-.52, .74), (-.8, .44), (-.94, .1), (-.92, -.35), (-.6, -.86)],
    [(0, -1), (.55, -.86), (.88, -.35), (.9, .1), (.82, .44), (.56, .72), (.22, .86), (0, .88),
     (-.22, .86), (-.56, .72), (-.82, .44), (-.9, .1), (-.88, -.35), (-.55, -.86)],
], np.float32)  # fmt: skip


_CURVES_OF_HEAD = np.stack([spline(outline) for outline in _OUTLINES])


def head_outline(yaw: float) -> Points:
    """Outline of the head (N, 2) in radii, turned by yaw (any angle)."""
    turn = math.remainder(yaw, 2 * math.pi)
    place = abs(turn) / (math.pi / 4)
    low = min(int(place), 3)
    near, far = _CURVES_OF_HEAD[low], _CURVES_OF_HEAD[low + 1]
    shape = near + (far - near) * (place - low)
    return shape if turn >= 0 else shape * np.array([-1, 1], np.float32)


def paint_head(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Skin of the head with the ears."""
    canvas.on(Owner.HEAD, Part.FACE)
    shape = body.on_head(head_outline(body.head_yaw))
    canvas.fill(shape, design.skin)
    for side in SIDES:
        x, y, z = body.on_face(side * 0.92, 0.24, -0.08)
        if z < -0.15:
            continue
        wide = 0.1 + 0.1 * abs(math.sin(body.head_yaw))
        ear = body.on_head(ellipse(x, y, wide, 0.19, 12))
        canvas.fill(ear, design.skin)
        inner = body.on_head(ellipse(x, y + 0.02, wide * 0.5, 0.1, 10))
        canvas.tone(inner, shade(design.skin, 0.84))


@dataclass(frozen=True)
class _Eye:
    """x, y: centre (radii); wide: share of the full width; outer: side of the outer corner."""

    x: float
    y: float
    wide: float
    outer: float


def visible_eyes(body: Body) -> list[_Eye | None]:
    """Right and left eye, None where turned away."""
    found: list[_Eye | None] = []
    for side in SIDES:
        x, y, z = body.on_face(side * 0.4, 0.25, 0.6)
        away = -side * math.sin(body.head_yaw)  # > 0: this eye is the near one
        facing = math.cos(body.head_yaw)
        wide = 0.5 + 0.5 * max(facing, 0.0) ** 0.6 if away > 0 else max(facing, 0.0) ** 0.9
        hidden = z < 0.02 or (away <= 0 and facing < 0.32)
        found.append(None if hidden else _Eye(x, y, wide, side))
    return found


# Upper lid, from the inner to the outer corner, and the half width and height of each shape.
_SIZES = {
    "round": (0.25, 0.27), "tall": (0.24, 0.33), "sharp": (0.27, 0.24), "drooping": (0.26, 0.26),
    "half": (0.26, 0.2), "narrow": (0.27, 0.17),
}  # fmt: skip
_SLANTS = {"sharp": -0.07, "drooping": 0.07, "narrow": -0.04}
_OPENNESS = {"surprised": 1.15, "sad": 0.85, "angry": 0.82, "smug": 0.68, "sleepy": 0.5,
             "embarrassed": 0.92, "crying": 0.85, "pout": 0.95}  # fmt: skip


@lru_cache(maxsize=64)
def _eye_shapes(shape: str, expression: str, boy: bool) -> tuple[Points, ...]:
    """White, iris, its light, pupil, two shines, lash, lower lash, crease; outer corner at +x."""
    wide, tall = _SIZES[shape]
    tall *= _OPENNESS.get(expression, 1.0) * (0.88 if boy else 1.0)
    slant = _SLANTS.get(shape, 0.0)
    angle = np.linspace(math.pi, 2 * math.pi, 11, dtype=np.float32)
    upper = np.stack([wide * np.cos(angle), tall * np.sin(angle) * 0.92], 1)
    if shape in ("half", "narrow") or expression in ("smug", "sleepy"):
        upper[:, 1] = np.maximum(upper[:, 1], -0.62 * tall)
    lower = np.stack(
        [wide * 0.86 * np.cos(angle - math.pi), 0.9 * tall * np.sin(angle - math.pi)], 1
    )
    for edge in (upper, lower):
        edge[:, 1] += slant * (edge[:, 0] / wide)
    top = float(upper[:, 1].min())
    iris_w, iris_h = wide * 0.74, (0.92 * tall - top * 1.02) / 2
    if expression == "surprised":
        iris_w, iris_h = iris_w * 0.72, iris_h * 0.78
    middle = (0.9 * tall + top) / 2
    iris = ellipse(0, middle, iris_w, iris_h, 22)
    light = ellipse(0, middle + 0.42 * iris_h, iris_w * 0.76, iris_h * 0.52, 16)
    pupil = ellipse(0, middle - 0.02, iris_w * 0.42, iris_h * 0.52, 14)
    shine = ellipse(0, top + 0.52 * iris_h, iris_w * 0.36, iris_h * 0.3, 12)
    spark = ellipse(0, middle + 0.5 * iris_h, iris_w * 0.16, iris_h * 0.14, 8)
    thick = 0.075 if not boy else 0.055
    wing = np.array([[wide * 1.2, upper[-1, 1] - 0.05 + slant]], np.float32)
    roof = upper * np.array([1.06, 1.0], np.float32) - np.array([0, thick], np.float32)
    roof[0], roof[1] = upper[0], (upper[1] + roof[1]) / 2
    lash = np.concatenate([upper, wing, roof[::-1]])
    under = lower[1:5]
    crease = roof[3:9] - np.array([0, 0.06], np.float32)
    return np.concatenate([upper, lower]), iris, light, pupil, shine, spark, lash, under, crease


def _ink(design: CharacterDesign) -> Rgb:
    return blend((44, 32, 44), line_tone(design.hair.colour.rgb), 0.35)


def blend(a: Rgb, b: Rgb, share: float) -> Rgb:
    red, green, blue = (int(x * (1 - share) + y * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def _paint_eye(
    canvas: Canvas, body: Body, design: CharacterDesign, eye: _Eye, expression: str, colour: Rgb
) -> None:
    def place(shape: Points, flip: bool = True) -> Points:
        side = eye.outer if flip else 1.0
        return body.on_head(shape * np.array([side * eye.wide, 1]) + np.array([eye.x, eye.y]))

    shapes = _eye_shapes(design.eyes.shape, expression, design.boy)
    white, iris, light, pupil, shine, spark, lash, under, crease = shapes
    look = 0.03 * math.sin(body.head_yaw)
    canvas.fill(place(white), _WHITE, line=False)
    iris, light, pupil = (s + np.array([eye.outer * look, 0]) for s in (iris, light, pupil))
    canvas.fill(place(iris), shade(colour, 0.62), line=False)
    canvas.fill(place(light), shade(colour, 1.25), line=False)
    canvas.fill(place(pupil), shade(colour, 0.25), line=False)
    canvas.fill(place(shine + np.array([-0.06, 0]), False), (255, 255, 255), line=False)
    canvas.fill(place(spark + np.array([0.07, 0]), False), _WHITE, line=False)
    ink = _ink(design)
    canvas.fill(place(lash), ink, line=False)
    canvas.stroke(place(under), ink, 0.028 * body.radius)
    if not design.boy:
        canvas.stroke(place(crease), shade(design.skin, 0.6), 0.02 * body.radius)


def _paint_shut(canvas: Canvas, body: Body, design: CharacterDesign, eye: _Eye, up: bool) -> None:
    """A closed lid: hanging (asleep) or arched upwards (laughing)."""
    angle = np.linspace(0.08 * math.pi, 0.92 * math.pi, 10)
    lid = np.stack([0.24 * eye.wide * np.cos(angle), 0.13 * np.sin(angle)], 1)
    if up:
        lid[:, 1] = 0.1 - 1.2 * lid[:, 1]
    path = body.on_head(lid + np.array([eye.x, eye.y + 0.06]))
    canvas.stroke(path, _ink(design), 0.07 * body.radius)


def _shut(expression: str, side: float, wink: float) -> bool:
    return expression in ("closed", "laughing") or (expression == "wink" and side == wink)


# Lift of the brow's outer and inner end.
_BROWS = {"sad": (0.07, -0.09), "crying": (0.08, -0.1), "angry": (-0.13, 0.11),
          "pout": (-0.06, 0.05), "surprised": (-0.1, -0.1), "embarrassed": (0.05, -0.06),
          "smug": (-0.08, 0.03), "sleepy": (0.04, 0.0), "laughing": (-0.05, -0.07)}  # fmt: skip


def _paint_brow(
    canvas: Canvas, body: Body, design: CharacterDesign, eye: _Eye, expression: str
) -> None:
    outer, inner = _BROWS.get(expression, (0.0, -0.03))
    s, w = eye.outer, eye.wide
    y = eye.y - _SIZES[design.eyes.shape][1] - 0.17
    path = np.array([
        (eye.x + s * w * 0.25, y + outer + 0.03), (eye.x, y + (outer + inner) / 2 - 0.03),
        (eye.x - s * w * 0.2, y + inner),
    ])  # fmt: skip
    width = 0.065 if design.boy else 0.045
    canvas.stroke(
        body.on_head(path), shade(line_tone(design.hair.colour.rgb), 0.95), width * body.radius
    )


_OPEN_MOUTHS = {  # half width, height above and below, square corners above
    "open": (0.17, 0.02, 0.2), "surprised": (0.09, 0.1, 0.12), "laughing": (0.22, 0.03, 0.26),
    "crying": (0.16, 0.1, 0.1), "angry": (0.15, 0.07, 0.09),
}  # fmt: skip
_CURVES = {"smile": 0.08, "closed": 0.06, "wink": 0.09, "sad": -0.06, "smug": 0.06, "pout": -0.035,
           "sleepy": 0.0, "embarrassed": -0.02, "neutral": 0.012}  # fmt: skip


def _paint_mouth(canvas: Canvas, body: Body, design: CharacterDesign, expression: str) -> None:
    x, y, z = body.on_face(0.0, 0.72, 0.86)
    if z < -0.05:
        return
    turn = math.sin(body.head_yaw)
    wide = max(0.5, abs(math.cos(body.head_yaw)))
    x -= 0.1 * turn * abs(turn)
    line = blend((96, 40, 40), line_tone(design.skin), 0.4)
    if expression in _OPEN_MOUTHS:
        w, above, below = _OPEN_MOUTHS[expression]
        w *= wide
        mouth = ellipse(x, y, w, below, 16)
        mouth[:, 1] = np.where(mouth[:, 1] < y, y + (mouth[:, 1] - y) * above / below, mouth[:, 1])
        canvas.fill(body.on_head(mouth), (170, 62, 70))
        tongue = ellipse(x, y + 0.72 * below, w * 0.6, below * 0.28, 12)
        canvas.fill(body.on_head(tongue), (232, 120, 120), line=False)
        return
    curve = _CURVES.get(expression, 0.02)
    half = (0.17 if abs(curve) > 0.05 else 0.1) * wide
    if expression == "smug":
        x += 0.05
    share = np.linspace(-1, 1, 7)
    lift = np.where(share > 0, 0.6, 0.0) * -0.06 if expression == "smug" else np.zeros(7)
    path = np.stack([x + half * share, y + curve * (1 - share**2) - curve / 2 + lift], 1)
    canvas.stroke(body.on_head(path), line, 0.045 * body.radius)


def _paint_nose(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    x, y, z = body.on_face(0.0, 0.5, 0.93)
    turn = math.sin(body.head_yaw)
    if z < 0.3:
        return
    tip = np.array([(x - 0.02 - 0.02 * turn, y - 0.05), (x + 0.03 * (1 if turn >= 0 else -1), y)])
    canvas.stroke(body.on_head(tip), shade(design.skin, 0.6), 0.035 * body.radius)


def _paint_cheeks(canvas: Canvas, body: Body, design: CharacterDesign, expression: str) -> None:
    strong = expression in ("embarrassed", "laughing", "crying", "smile", "wink")
    share = 0.5 if expression == "embarrassed" else (0.34 if strong else 0.2)
    colour = blend(design.skin, (255, 112, 108), share)
    for side in SIDES:
        x, y, z = body.on_face(side * 0.56, 0.56, 0.62)
        if z < 0.15:
            continue
        wide = 0.14 * min(1.0, z / 0.5)
        if expression == "embarrassed":
            wide *= 1.25
        canvas.tone(body.on_head(ellipse(x, y, wide, 0.06, 12)), colour)


def _paint_tears(canvas: Canvas, body: Body, eye: _Eye) -> None:
    for dx in (-0.1, 0.12):
        x = eye.x + dx * eye.wide
        path = np.array([(x, eye.y + 0.24), (x, eye.y + 0.6)])
        canvas.stroke(body.on_head(path), (150, 206, 246), 0.075 * body.radius)


def _paint_marks(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Details on the cheek of one side."""
    x, y, z = body.on_face(design.side * 0.58, 0.58, 0.6)
    if z < 0.12:
        return
    wide = min(1.0, z / 0.5)
    if design.has("plaster"):
        strip = np.array([(-0.17, -0.02), (0.15, -0.1), (0.17, 0.0), (-0.15, 0.08)])
        canvas.fill(body.on_head(strip * [wide, 1] + [x, y]), (240, 208, 160))
    if design.has("scar"):
        path = np.array([(x - 0.1 * wide, y - 0.12), (x + 0.06 * wide, y + 0.12)])
        canvas.stroke(body.on_head(path), shade(design.skin, 0.62), 0.04 * body.radius)
        cross = np.array([(x - 0.1 * wide, y + 0.03), (x + 0.06 * wide, y - 0.05)])
        canvas.stroke(body.on_head(cross), shade(design.skin, 0.62), 0.03 * body.radius)
    if design.has("mole"):
        spot = ellipse(x - 0.1 * design.side * wide, y - 0.04, 0.035, 0.035, 8)
        canvas.fill(body.on_head(spot), (70, 40, 40), line=False)


def paint_face(canvas: Canvas, body: Body, design: CharacterDesign, expression: str) -> None:
    """Eyes, brows, nose, mouth, blush; each only where it faces the viewer."""
    canvas.on(Owner.HEAD, Part.FACE)
    _paint_cheeks(canvas, body, design, expression)
    _paint_nose(canvas, body, design)
    _paint_mouth(canvas, body, design, expression)
    for side, eye in zip(SIDES, visible_eyes(body), strict=True):
        if eye is None:
            continue
        if _shut(expression, side, design.side):
            _paint_shut(canvas, body, design, eye, expression != "closed")
        else:
            other = design.has("heterochromia") and side == design.side
            colour = design.detail_colour.rgb if other else design.eyes.colour.rgb
            _paint_eye(canvas, body, design, eye, expression, colour)
        _paint_brow(canvas, body, design, eye, expression)
        if expression == "crying":
            _paint_tears(canvas, body, eye)
    _paint_marks(canvas, body, design)
