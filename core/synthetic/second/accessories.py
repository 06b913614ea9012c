"""Things worn on head, neck and back, from any side."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from core.synthetic.brush import Part, Points, Rgb, shade, spline
from core.synthetic.second.body import SIDES, Body
from core.synthetic.second.canvas import Canvas, Owner
from core.synthetic.second.design import CharacterDesign
from core.synthetic.second.head import visible_eyes
from core.synthetic.second.shapes import ellipse, pairs, ramp

Painter = Callable[[Canvas, Body, CharacterDesign, Rgb], None]


def _spot(body: Body, phi: float, y: float, reach: float = 1.1) -> tuple[float, float, float]:
    """A place on the hair (longitude, height): x, y in radii and how far it faces the viewer."""
    radius = reach * math.sqrt(max(0.0, 1 - (y / 1.25) ** 2))
    psi = phi + body.head_yaw
    return radius * math.sin(psi), y, math.cos(psi)


def _at(body: Body, shape: object, x: float, y: float, wide: float = 1.0) -> Points:
    return body.on_head(np.asarray(shape, np.float32) * np.array([wide, 1]) + np.array([x, y]))


def _ribbon(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    x, y, _ = _spot(body, 0.95 * design.side, -0.78)
    for sign in (-1, 1):
        loop = [(0, 0), (sign * 0.42, -0.3), (sign * 0.52, 0.02), (sign * 0.4, 0.26)]
        canvas.fill(_at(body, loop, x, y), colour)
    canvas.fill(_at(body, ellipse(0, 0, 0.12, 0.14, 12), x, y), shade(colour, 0.8))


def _clip(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    x, y, z = _spot(body, 0.72 * design.side, -0.3)
    if z < 0.05:
        return
    angle = np.linspace(-math.pi / 2, 1.5 * math.pi, 10, endpoint=False)
    size = np.where(np.arange(10) % 2 == 0, 0.27, 0.12)
    star = np.stack([size * np.cos(angle), size * np.sin(angle)], 1)
    canvas.fill(_at(body, star, x, y, 0.4 + 0.6 * z), colour)


def _flower(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    x, y, z = _spot(body, 0.95 * design.side, -0.45)
    if z < -0.1:
        return
    wide = 0.5 + 0.5 * max(z, 0)
    petals = [
        _at(body, ellipse(0.2 * math.cos(a), 0.2 * math.sin(a), 0.16, 0.16, 10), x, y, wide)
        for a in np.arange(5) * 2 * math.pi / 5 - 0.3
    ]
    canvas.fill_group(petals, colour)
    canvas.fill(_at(body, ellipse(0, 0, 0.1, 0.1, 10), x, y, wide), (250, 220, 110), line=False)


def _hairband(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    """An arc from ear to ear: seen from the side it is a strip down to the ear."""
    angle = 2.8 * (ramp(15) - 0.5)
    cos, sin = math.cos(body.head_yaw), math.sin(body.head_yaw)
    seen = 0.18 * cos - 1.1 * np.sin(angle) * sin > -0.12
    if cos < -0.6 or seen.sum() < 3:
        return
    x, y = 1.15 * np.sin(angle[seen]), -1.22 * np.cos(angle[seen])
    front, back = (pairs(x * cos + z * sin, y) for z in (0.34, 0.02))
    if abs(sin) < 0.5:  # from the front the band's edges lie above one another
        front, back = front + np.array([0, 0.08]), back - np.array([0, 0.08])
    canvas.fill(body.on_head(np.concatenate([front, back[::-1]])), colour)


def _tilted_brim(body: Body, wide: float, deep: float, y: float, z: float) -> Points:
    """A flat ring around the head, seen a little from above in front, from below behind."""
    x = z * math.sin(body.head_yaw)
    return _at(body, ellipse(0, 0, wide, deep, 28), x, y)


def _sun_hat(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    crown = spline(np.array([(-0.9, -0.62), (-0.8, -1.22), (0, -1.52), (0.8, -1.22), (0.9, -0.62)]))
    canvas.fill(_at(body, crown, 0, 0), colour)
    band = [(-0.93, -0.92), (0, -0.84), (0.93, -0.92), (0.97, -0.68), (0, -0.6), (-0.97, -0.68)]
    canvas.fill(_at(body, band, 0, 0), shade(colour, 0.58), line=False)
    canvas.fill(_tilted_brim(body, 1.5, 0.24, -0.64, 0.0), shade(colour, 0.9))


def _witch_hat(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    bend = 0.5 * design.side
    cone = np.array([(-0.86, -0.7), (-0.5, -1.3), (-0.1, -1.95), (bend, -2.2), (bend + 0.12, -2.05),
                     (0.28, -1.7), (0.55, -1.25), (0.86, -0.7)])  # fmt: skip
    canvas.fill(_at(body, cone, 0, 0), colour)
    band = [(-0.86, -0.92), (0, -0.84), (0.86, -0.92), (0.9, -0.7), (0, -0.6), (-0.9, -0.7)]
    canvas.fill(_at(body, band, 0, 0), design.clothes.accent.rgb)
    canvas.fill(_tilted_brim(body, 1.62, 0.25, -0.66, 0.0), shade(colour, 0.88))


def _beret(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    slope = 0.16 * design.side * (1 if body.facing else -1)
    shape = ellipse(slope, -1.02, 1.14, 0.46, 24)
    shape[:, 1] += 0.25 * slope * shape[:, 0]
    canvas.fill(_at(body, shape, 0, 0), colour)
    canvas.tone(_at(body, ellipse(slope + 0.1, -0.82, 0.86, 0.16, 16), 0, 0), shade(colour, 0.82))
    canvas.fill(_at(body, ellipse(slope, -1.5, 0.07, 0.1, 8), 0, 0), colour)


def _cap(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    crown = np.array([(-1.12, -0.42), (-1.02, -0.98), (-0.5, -1.34), (0.5, -1.34), (1.02, -0.98),
                      (1.12, -0.42), (0, -0.34)])  # fmt: skip
    canvas.fill(_at(body, spline(crown), 0, 0), colour)
    cos, sin = math.cos(body.head_yaw), math.sin(body.head_yaw)
    if cos < -0.35:
        hole = ellipse(0, -0.55, 0.34, 0.2, 16)
        canvas.fill(_at(body, hole, 0, 0), shade(design.hair.colour.rgb, 0.9))
        return
    wide = 0.86 * abs(cos) + 0.5 * abs(sin)
    visor = ellipse(0, 0, wide, 0.12 + 0.14 * max(cos, 0), 22)
    canvas.fill(_at(body, visor, 1.0 * sin, -0.46 + 0.06 * cos), shade(colour, 0.76))


def _crown(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    gold: Rgb = (246, 206, 92)
    points = [(-0.6, -0.95), (-0.72, -1.55), (-0.36, -1.22), (0, -1.66), (0.36, -1.22),
              (0.72, -1.55), (0.6, -0.95), (0, -0.86)]  # fmt: skip
    canvas.fill(_at(body, points, 0, 0), gold)
    for x in (-0.3, 0.0, 0.3):
        canvas.fill(_at(body, ellipse(x, -1.06, 0.08, 0.09, 8), 0, 0), colour, line=False)


def _halo(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    ring = body.on_head(ellipse(0, -1.66, 0.72, 0.2, 26))
    canvas.stroke(np.concatenate([ring, ring[:1]]), shade(colour, 0.75), 0.2 * body.radius)
    canvas.stroke(np.concatenate([ring, ring[:1]]), shade(colour, 1.35), 0.12 * body.radius)


def _headphones(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    _hairband(canvas, body, design, shade(colour, 0.7))
    for side in SIDES:
        x, y, z = body.on_face(side * 1.1, 0.2, -0.05)
        if z < -0.3:
            continue
        wide = 0.16 + 0.2 * abs(math.sin(body.head_yaw))
        canvas.fill(_at(body, ellipse(0, 0, wide, 0.36, 16), x, y), colour)
        canvas.fill(_at(body, ellipse(0, 0, wide * 0.5, 0.18, 12), x, y), shade(colour, 1.4))


def _ears(
    canvas: Canvas, body: Body, design: CharacterDesign, outer: object, inner: object, colour: Rgb
) -> None:
    """A pair of ears on top; the inside shows from the front."""
    order = SIDES if math.sin(body.head_yaw) < 0 else SIDES[::-1]
    for side in order:
        x = side * 0.62 * math.cos(body.head_yaw) + 0.05 * math.sin(body.head_yaw)
        wide = side * (0.7 + 0.3 * abs(math.cos(body.head_yaw)))
        canvas.fill(_at(body, outer, x, -0.72, wide), design.hair.colour.rgb)
        if math.cos(body.head_yaw) > 0:
            canvas.fill(_at(body, inner, x, -0.72, wide), colour, line=False)


def _cat_ears(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    outer = [(-0.34, -0.22), (0.26, -0.86), (0.4, 0.12)]
    inner = [(-0.16, -0.24), (0.22, -0.66), (0.3, 0.0)]
    _ears(canvas, body, design, outer, inner, colour)


def _rabbit_ears(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    outer = spline(np.array([(-0.3, -0.2), (-0.24, -0.9), (0.06, -1.5), (0.3, -0.9), (0.16, -0.2)]))
    inner = spline(
        np.array([(-0.16, -0.3), (-0.12, -0.9), (0.05, -1.28), (0.18, -0.9), (0.08, -0.3)])
    )
    _ears(canvas, body, design, outer, inner, colour)


def _horns(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    horn = spline(np.array([(-0.2, 0.02), (0.02, -0.42), (0.4, -0.86), (0.34, -0.42), (0.22, 0.1)]))
    for side in SIDES:
        x, y, z = _spot(body, 0.75 * side, -0.82)
        canvas.fill(_at(body, horn, x, y, side * (0.8 if z > 0 else 0.6)), colour)
        ring = np.array([(0.0, -0.3), (0.28, -0.28)])
        canvas.crease(_at(body, ring, x, y, side), colour)


def _glasses(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    tone, width, r = shade(colour, 0.7), 0.05 * body.radius, body.radius
    centres: list[tuple[float, float]] = []
    for eye in visible_eyes(body):
        if eye is None:
            continue
        rim = _at(body, ellipse(0, 0.03, 0.34 * eye.wide, 0.33, 20), eye.x, eye.y)
        canvas.stroke(np.concatenate([rim, rim[:1]]), tone, width)
        centres.append((eye.x, eye.y))
        temple = body.on_face(eye.outer * 0.95, 0.2, -0.1)
        if abs(math.sin(body.head_yaw)) > 0.25 and temple[2] > 0:
            edge = (eye.x + eye.outer * 0.34 * eye.wide, eye.y)
            canvas.stroke(body.on_head(np.array([edge, temple[:2]])), tone, width)
    if len(centres) == 2:
        (x0, y0), (x1, y1) = centres
        middle, half = (x0 + x1) / 2, 0.08
        canvas.stroke(
            body.on_head(np.array([(middle - half, y0), (middle + half, y1)])), tone, 0.05 * r
        )


def _sunglasses(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    for eye in visible_eyes(body):
        if eye is None:
            continue
        lens = spline(np.array([(-0.34, -0.2), (0.36, -0.22), (0.3, 0.22), (-0.2, 0.24)]))
        canvas.fill(_at(body, lens, eye.x, eye.y, eye.outer * eye.wide), shade(colour, 0.42))
        gleam = [(-0.16, -0.1), (0.02, -0.12), (-0.08, 0.08)]
        canvas.tone(_at(body, gleam, eye.x, eye.y, eye.wide), shade(colour, 0.9))
    eyes = [eye for eye in visible_eyes(body) if eye is not None]
    if len(eyes) == 2:
        bridge = body.on_head(np.array([(eye.x, eye.y - 0.12) for eye in eyes]))
        canvas.stroke(bridge, shade(colour, 0.4), 0.06 * body.radius)


def _eyepatch(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    eye = visible_eyes(body)[0 if design.side < 0 else 1]
    tone = shade(colour, 0.6)
    if eye is None:
        if not body.facing:
            canvas.stroke(
                body.on_head(np.array([(-1.05, 0.1), (1.05, -0.2)])), tone, 0.05 * body.radius
            )
        return
    far, near = 0.9 * eye.outer * eye.wide, 0.42 * eye.outer * eye.wide
    strap = np.array([(eye.x - far, eye.y - 0.62), (eye.x, eye.y), (eye.x + near, eye.y - 0.14)])
    canvas.stroke(body.on_head(strap), tone, 0.06 * body.radius)
    patch = spline(np.array([(-0.3, -0.26), (0.3, -0.26), (0.26, 0.16), (0, 0.34), (-0.26, 0.16)]))
    canvas.fill(_at(body, patch, eye.x, eye.y, eye.wide), tone)


def _earrings(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    for side in SIDES:
        x, y, z = body.on_face(side * 0.98, 0.56, -0.05)
        if z < -0.2:
            continue
        canvas.fill(_at(body, [(0, -0.16), (0.11, 0.04), (0, 0.24), (-0.11, 0.04)], x, y), colour)


_ON_HEAD: dict[str, Painter] = {
    "ribbon": _ribbon, "clip": _clip, "flower": _flower, "hairband": _hairband, "hat": _sun_hat,
    "beret": _beret, "cap": _cap, "witch hat": _witch_hat, "crown": _crown, "cat ears": _cat_ears,
    "rabbit ears": _rabbit_ears, "horns": _horns, "halo": _halo, "headphones": _headphones,
    "earrings": _earrings,
}  # fmt: skip
_ON_FACE: dict[str, Painter] = {
    "glasses": _glasses, "sunglasses": _sunglasses, "eyepatch": _eyepatch,
}  # fmt: skip


def _paint(canvas: Canvas, body: Body, design: CharacterDesign, table: dict[str, Painter]) -> None:
    for accessory in design.accessories:
        if accessory.name in table:
            table[accessory.name](canvas, body, design, accessory.colour.rgb)


def paint_on_face(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.on(Owner.HEAD, Part.ACCESSORY)
    _paint(canvas, body, design, _ON_FACE)


def paint_on_head(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.on(Owner.HEAD, Part.ACCESSORY)
    _paint(canvas, body, design, _ON_HEAD)


def _scarf(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    x, y = body.keypoints[1].tolist()
    r = body.radius * (0.45 + 0.55 * body.proportions.shoulder)
    s = design.side * (1 if body.facing else -1)
    end = np.array([(0.12 * s, 0.1), (0.5 * s, 0.1), (0.55 * s, 1.15), (0.2 * s, 1.2)])
    canvas.fill(end * r + [x, y], shade(colour, 0.88))
    for share in (0.9, 1.02):
        fringe = np.array([(0.2 * s, share), (0.54 * s, share - 0.03)])
        canvas.stroke(fringe * r + [x, y], shade(colour, 0.7), 0.04 * r)
    canvas.fill(ellipse(x, y - 0.02 * r, 0.62 * r, 0.27 * r, 20), colour)
    canvas.crease(ellipse(x, y - 0.06 * r, 0.46 * r, 0.16 * r, 20)[1:10], colour)


def _choker(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    middle = body.keypoints[1] + 0.22 * (body.head - body.keypoints[1])
    wide = 0.28 * body.proportions.shoulder**0.6 * 1.12 * body.radius
    band = np.array([(-wide, 0.0), (0.0, 0.3 * wide), (wide, 0.0)]) + middle
    canvas.stroke(band, colour, 0.13 * body.radius)


def paint_on_neck(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.on(Owner.TRUNK, Part.ACCESSORY)
    _paint(canvas, body, design, {"scarf": _scarf, "choker": _choker})


def _backpack(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    """On the back: whole from behind, its edge from the side, straps alone from the front."""
    tube = body.trunk
    cos, sin = math.cos(body.yaw), math.sin(body.yaw)
    if cos > 0.3:
        return
    width = 0.95 * float(tube.wide[4]) * abs(cos) + 0.3 * float(tube.wide[4]) * abs(sin)
    middle = (tube.centre[3] + tube.centre[7]) / 2
    middle = middle - np.array([sin * 1.0 * float(tube.deep[4]), 0])
    half = float(np.linalg.norm(tube.centre[7] - tube.centre[2])) / 2
    box = spline(np.array([(-1, -0.9), (0, -1.1), (1, -0.9), (1.05, 0.9), (0, 1.02), (-1.05, 0.9)]))
    canvas.fill(box * [width, half] + middle, colour)
    if cos < -0.3:
        flap = spline(np.array([(-0.8, 0.05), (0.8, 0.05), (0.8, 0.75), (-0.8, 0.75)]))
        canvas.fill(flap * [width, half] + middle, shade(colour, 0.86))


def paint_straps(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """A backpack's straps over the chest."""
    canvas.on(Owner.TRUNK, Part.ACCESSORY)
    for accessory in design.accessories:
        if accessory.name != "backpack":
            continue
        for phi in (-0.75, 0.75):
            if (path := body.trunk.line(phi, 0.1, 0.5)) is not None:
                canvas.stroke(path, shade(accessory.colour.rgb, 0.8), 0.16 * body.radius)


_WING = spline(
    np.array([(0.1, 0.0), (0.5, -0.7), (1.2, -1.1), (1.8, -1.15), (1.62, -0.6), (1.72, -0.2),
              (1.3, -0.05), (1.3, 0.3), (0.9, 0.3), (0.8, 0.62), (0.35, 0.5)], np.float32)
)  # fmt: skip


def _wings(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    cos, sin = math.cos(body.yaw), math.sin(body.yaw)
    size = body.radius * (0.5 + 0.75 * body.proportions.shoulder)
    base = body.trunk.centre[4] - np.array([sin * float(body.trunk.deep[4]) * 0.8, 0])
    for side in SIDES:
        wide = side * cos - 0.55 * sin
        if abs(wide) < 0.25:
            wide = 0.25 if wide >= 0 else -0.25
        shape = _WING * [wide * size, size] + base
        canvas.fill(shape, shade(colour, 1.25))
        for a, b in ((0.5, 0.95), (0.35, 0.75)):
            path = np.array([(a, -0.35 * a), (b * 1.5, b * 0.1)]) * [wide * size, size] + base
            canvas.crease(path, colour)


def _tail(canvas: Canvas, body: Body, design: CharacterDesign, colour: Rgb) -> None:
    cos, sin = math.cos(body.yaw), math.sin(body.yaw)
    r = body.radius * (0.45 + 0.55 * body.proportions.shoulder)
    path = np.array([(0.0, 0.0, -0.3), (0.3, 0.4, -0.9), (0.75, 0.2, -1.2), (0.9, -0.5, -1.2),
                     (0.75, -1.0, -1.1)])  # fmt: skip
    x = design.side * path[:, 0] * cos + path[:, 2] * sin
    root = (body.keypoints[8] + body.keypoints[11]) / 2
    line = np.stack([x, path[:, 1]], 1) * r + root
    dense = np.stack(
        [np.interp(np.linspace(0, 4, 17), np.arange(5), line[:, k]) for k in (0, 1)], 1
    )
    smooth = (dense[:-2] + dense[1:-1] + dense[2:]) / 3
    canvas.stroke(smooth, shade(colour, 0.4), 0.34 * r)
    canvas.stroke(smooth, colour, 0.26 * r)


def _behind(name: str, body: Body) -> bool:
    """Whether a thing on the back lies behind the trunk as seen."""
    return math.cos(body.yaw) > (-0.3 if name != "backpack" else 2.0)


def paint_on_back(canvas: Canvas, body: Body, design: CharacterDesign, far: bool) -> None:
    """Backpack, wings and tail: before the body (far) or over it, when seen from behind."""
    canvas.on(Owner.TRUNK, Part.ACCESSORY)
    table: dict[str, Painter] = {"backpack": _backpack, "wings": _wings, "tail": _tail}
    for accessory in design.accessories:
        if accessory.name in table and _behind(accessory.name, body) == far:
            table[accessory.name](canvas, body, design, accessory.colour.rgb)


_HEADROOM = {"witch hat": 0.95, "rabbit ears": 0.95, "halo": 0.45, "crown": 0.2, "hat": 0.2,
             "cat ears": 0.15, "horns": 0.3, "beret": 0.1}  # fmt: skip


def headroom(design: CharacterDesign) -> float:
    """How far things on the head reach above the hair, in head radii."""
    tall = [_HEADROOM.get(accessory.name, 0.0) for accessory in design.accessories]
    return max([0.25 if design.hair.back in ("bun", "ponytail") else 0.0, *tall])
