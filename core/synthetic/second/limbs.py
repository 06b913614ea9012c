"""Arms and legs with sleeves, trousers, stockings, shoes and hands."""

from __future__ import annotations

import math

import numpy as np

from core.synthetic.brush import Part, Points, Rgb, shade, spline
from core.synthetic.second.body import Body
from core.synthetic.second.canvas import Canvas, Owner
from core.synthetic.second.design import CharacterDesign
from core.synthetic.second.shapes import capsule, disc
from core.synthetic.second.stance import Arm

_ARMS = (Owner.RIGHT_ARM, Owner.LEFT_ARM)
_LEGS = (Owner.RIGHT_LEG, Owner.LEFT_LEG)


def _mix(a: Points, b: Points, share: float) -> Points:
    return a + (b - a) * share


def joint_chain(body: Body, first: int, radii: tuple[float, float, float]) -> list[Points]:
    """Two tapered pieces through three keypoints; radii in head radii."""
    a, b, c = body.keypoints[first : first + 3]
    ra, rb, rc = (value * body.radius for value in radii)
    return [capsule(a, b, ra, rb), capsule(b, c, rb, rc)]


def _shaded(canvas: Canvas, a: Points, b: Points, ra: float, rb: float, tone: Rgb) -> None:
    """The side of a limb away from the light, which comes from the upper left."""
    axis = b - a
    length = math.hypot(*axis.tolist())
    if length < 1:
        return
    normal = np.array([-axis[1], axis[0]]) / length
    if normal[0] < 0:
        normal = -normal
    canvas.tone(capsule(a + normal * 0.62 * ra, b + normal * 0.62 * rb, 0.38 * ra, 0.38 * rb), tone)


# Hands in lengths of the palm: x along the forearm, y to the thumb's side.
_HANDS: dict[str, tuple[tuple[float, float], ...]] = {
    "relaxed": ((-0.2, -0.45), (0.5, -0.6), (1.15, -0.56), (1.52, -0.2), (1.45, 0.2), (1.0, 0.4),
                (1.0, 0.72), (0.72, 0.84), (0.3, 0.6), (-0.2, 0.45)),
    "open": ((-0.2, -0.45), (0.5, -0.62), (1.35, -0.72), (1.5, -0.5), (1.1, -0.3), (1.75, -0.25),
             (1.8, 0.0), (1.15, 0.05), (1.6, 0.35), (1.45, 0.55), (0.9, 0.4), (0.75, 0.95),
             (0.5, 0.9), (0.2, 0.55), (-0.2, 0.45)),
    "fist": ((-0.2, -0.45), (0.4, -0.62), (1.0, -0.55), (1.15, -0.1), (1.1, 0.4), (0.7, 0.62),
             (0.2, 0.6), (-0.2, 0.45)),
    "point": ((-0.2, -0.45), (0.4, -0.6), (0.95, -0.5), (1.0, -0.05), (1.95, 0.05), (2.0, 0.3),
              (1.0, 0.42), (0.6, 0.62), (0.2, 0.58), (-0.2, 0.45)),
    "peace": ((-0.2, -0.45), (0.4, -0.6), (0.9, -0.5), (1.9, -0.55), (1.95, -0.3), (1.15, 0.0),
              (1.9, 0.3), (1.85, 0.55), (0.9, 0.42), (0.6, 0.65), (0.2, 0.58), (-0.2, 0.45)),
}  # fmt: skip
_HAND_SHAPES = {name: spline(np.array(shape, np.float32)) for name, shape in _HANDS.items()}


def _hand(body: Body, index: int, arm: Arm) -> Points:
    """The hand in canvas px, in line with the forearm, its thumb to the body's middle."""
    elbow, wrist = body.keypoints[3 + 3 * index], body.keypoints[4 + 3 * index]
    along = wrist - elbow
    length = math.hypot(*along.tolist())
    size = 1.06 * body.proportions.thickness[2] * body.radius
    reach = min(1.0, 0.35 + length / (body.proportions.forearm * body.radius))
    along = along / max(length, 1e-3)
    thumb = np.array([-along[1], along[0]])
    if (thumb[0] > 0) != (index == 0) or not body.facing:
        thumb = -thumb
    shape = _HAND_SHAPES[arm.hand]
    return wrist + size * (shape[:, :1] * along * reach + shape[:, 1:] * thumb * 1.1)


def paint_arm(canvas: Canvas, body: Body, design: CharacterDesign, index: int, arm: Arm) -> None:
    """One arm (0 right, 1 left): skin and hand, then the sleeve."""
    canvas.on(_ARMS[index], Part.SKIN)
    first, r = 2 + 3 * index, body.radius
    thick = body.proportions.thickness
    radii = (thick[0] * 0.86, thick[1] * 0.9, thick[2] * 0.92)
    hand = _hand(body, index, arm)
    canvas.fill_group([*joint_chain(body, first, radii), hand], design.skin)
    shoulder, elbow, wrist = body.keypoints[first : first + 3]
    on_side = design.side == (-1.0, 1.0)[index]
    if on_side and design.has("single glove"):
        canvas.part(Part.ACCESSORY)
        cuff = capsule(_mix(elbow, wrist, 0.7), wrist, radii[2] * 1.12 * r, radii[2] * 1.05 * r)
        canvas.fill_group([hand, cuff], design.detail_colour.rgb)
    _sleeve(canvas, body, design, index)
    canvas.part(Part.ACCESSORY)
    if on_side and design.has("armband"):
        _ring(canvas, shoulder, elbow, (0.5, 0.68), thick[0] * 1.02 * r, design.detail_colour.rgb)
    if on_side and design.has("wristband"):
        _ring(canvas, elbow, wrist, (0.76, 0.92), thick[2] * 1.35 * r, design.detail_colour.rgb)


def _ring(
    canvas: Canvas, a: Points, b: Points, span: tuple[float, float], radius: float, colour: Rgb
) -> None:
    """A band around a limb."""
    axis = (b - a) / max(math.hypot(*(b - a).tolist()), 1e-3)
    across = np.array([-axis[1], axis[0]]) * radius
    p, q = _mix(a, b, span[0]), _mix(a, b, span[1])
    canvas.fill(np.stack([p - across, p + across, q + across, q - across]), colour)


def _sleeve_colour(design: CharacterDesign) -> Rgb:
    clothes = design.clothes
    if clothes.outfit == "overalls":
        return clothes.second.rgb
    if clothes.outfit == "armour":
        return shade(clothes.accent.rgb, 0.9)
    return clothes.main.rgb


def _sleeve(canvas: Canvas, body: Body, design: CharacterDesign, index: int) -> None:
    cut, r = design.clothes.cut, body.radius
    if cut.sleeves == "none":
        return
    canvas.part(Part.TOP)
    first = 2 + 3 * index
    shoulder, elbow, wrist = body.keypoints[first : first + 3]
    thick = body.proportions.thickness
    top = thick[0] * (1.12 if cut.outer != "coat" else 1.25) * r
    mid = thick[1] * 1.14 * r
    colour = _sleeve_colour(design)
    if cut.sleeves in ("short", "puff"):
        puff = 1.3 if cut.sleeves == "puff" else 1.0
        end = _mix(shoulder, elbow, 0.62 if puff == 1.0 else 0.5)
        pieces = [capsule(shoulder, end, top * puff, top * (1.02 if puff == 1.0 else 1.15))]
    else:
        cuff = _mix(elbow, wrist, 0.9)
        wide = {"wide": 2.3, "long": 1.22}[cut.sleeves] * thick[2] * r
        pieces = [capsule(shoulder, elbow, top, mid), capsule(elbow, cuff, mid, wide)]
        if cut.sleeves == "wide":
            pieces[1] = _hanging_sleeve(elbow, cuff, mid, wide)
    canvas.fill_group(pieces, colour)
    _sleeve_pattern(canvas, body, design, pieces, shoulder, elbow)
    if cut.sleeves == "long":
        _shaded(
            canvas, elbow, _mix(elbow, wrist, 0.85), mid, thick[2] * 1.2 * r, shade(colour, 0.82)
        )
        _shaded(canvas, _mix(shoulder, elbow, 0.1), elbow, top, mid, shade(colour, 0.82))
    _cuffs(canvas, body, design, index)


def _hanging_sleeve(elbow: Points, cuff: Points, mid: float, wide: float) -> Points:
    """A kimono's sleeve: its pouch falls straight down."""
    fall = np.array([0.0, 1.0])
    side = np.array([0.6 * mid, 0.0])
    return np.stack([
        elbow - fall * mid, cuff - fall * 0.55 * wide, cuff + fall * wide * 1.25 + side * 0.2,
        _mix(elbow, cuff, 0.45) + fall * wide * 1.25, elbow + fall * mid,
    ])  # fmt: skip


def _sleeve_pattern(
    canvas: Canvas, body: Body, design: CharacterDesign, pieces: list[Points], a: Points, b: Points
) -> None:
    fabric = design.clothes.fabric
    if fabric.kind == "plain" or design.clothes.outfit in ("overalls", "armour"):
        return
    axis = b - a
    angle = math.atan2(-float(axis[0]), float(axis[1]))
    unit = fabric.scale * body.proportions.shoulder * body.radius
    for piece in pieces:
        canvas.pattern(piece, fabric.kind, fabric.colour.rgb, a, angle, unit)


def _cuffs(canvas: Canvas, body: Body, design: CharacterDesign, index: int) -> None:
    clothes, cut, r = design.clothes, design.clothes.cut, body.radius
    first = 2 + 3 * index
    shoulder, elbow, wrist = body.keypoints[first : first + 3]
    thick = body.proportions.thickness
    if cut.sleeves == "short" and ("trim" in cut.details or "sailor collar" in cut.details):
        _ring(canvas, shoulder, elbow, (0.56, 0.68), thick[0] * 1.16 * r, clothes.second.rgb)
    elif cut.sleeves == "puff":
        _ring(canvas, shoulder, elbow, (0.58, 0.68), thick[0] * 1.05 * r, (246, 246, 248))
    elif clothes.outfit in ("hoodie", "sweater", "tracksuit", "cardigan"):
        _ring(
            canvas, elbow, wrist, (0.84, 0.96), thick[2] * 1.24 * r, shade(clothes.main.rgb, 0.78)
        )
    elif clothes.outfit in ("blazer uniform", "suit", "trench coat"):
        _ring(canvas, elbow, wrist, (0.9, 0.97), thick[2] * 1.12 * r, (246, 246, 248))


def paint_leg(canvas: Canvas, body: Body, design: CharacterDesign, index: int) -> None:
    """One leg with what is worn on it, and the shoe."""
    canvas.on(_LEGS[index], Part.SKIN)
    first, r, cut = 8 + 3 * index, body.radius, design.clothes.cut
    hip, knee, ankle = body.keypoints[first : first + 3]
    thick = body.proportions.thickness[3:]
    if cut.lower == "trousers":
        _trousers(canvas, body, design, index)
    else:
        canvas.fill_group(joint_chain(body, first, thick), design.skin)
        _shaded(canvas, hip, knee, thick[0] * r, thick[1] * r, shade(design.skin, 0.86))
        _stocking(canvas, body, design, index)
        if cut.lower == "shorts":
            _shorts(canvas, body, design, index)
    if design.has("knee plaster") and design.side == (-1.0, 1.0)[index] and cut.lower != "trousers":
        canvas.part(Part.ACCESSORY)
        _ring(canvas, hip, ankle, (0.47, 0.55), thick[1] * 0.72 * r, (240, 208, 160))
    _shoe(canvas, body, design, index)


def _trousers(canvas: Canvas, body: Body, design: CharacterDesign, index: int) -> None:
    canvas.part(Part.BOTTOM)
    first, r, clothes = 8 + 3 * index, body.radius, design.clothes
    hip, knee, ankle = body.keypoints[first : first + 3]
    colour = lower_colour(design)
    a, b, c = body.proportions.thickness[3:]
    wide = 1.5 if clothes.outfit in ("overalls", "hoodie") else 1.28
    a, b, c = a * 1.04, b * 1.1, c * wide
    canvas.fill_group(joint_chain(body, first, (a, b, c)), colour)
    if clothes.outfit == "overalls":
        _leg_pattern(canvas, body, design, index, (a, b, c))
    _shaded(canvas, hip, knee, a * r, b * r, shade(colour, 0.82))
    _shaded(canvas, knee, ankle, b * r, c * r, shade(colour, 0.82))
    if "side stripes" in clothes.cut.details:
        out = np.array([(-1.0, 1.0)[index] * math.cos(body.yaw) * 0.55, 0]) * r
        path = np.stack([hip + out * a, knee + out * b, ankle + out * c])
        canvas.stroke(path, clothes.accent.rgb, 0.09 * r)
    if clothes.outfit == "overalls":
        _ring(canvas, knee, ankle, (0.84, 1.0), c * 1.04 * r, shade(colour, 1.3))


def _leg_pattern(
    canvas: Canvas, body: Body, design: CharacterDesign, index: int,
    radii: tuple[float, float, float],
) -> None:  # fmt: skip
    fabric = design.clothes.fabric
    if fabric.kind == "plain":
        return
    unit = fabric.scale * body.proportions.shoulder * body.radius
    first = 8 + 3 * index
    for number, piece in enumerate(joint_chain(body, first, radii)):
        a, b = body.keypoints[first + number], body.keypoints[first + number + 1]
        angle = math.atan2(-float(b[0] - a[0]), float(b[1] - a[1]))
        canvas.pattern(piece, fabric.kind, fabric.colour.rgb, a, angle, unit)


def _shorts(canvas: Canvas, body: Body, design: CharacterDesign, index: int) -> None:
    canvas.part(Part.BOTTOM)
    first, r = 8 + 3 * index, body.radius
    hip, knee = body.keypoints[first : first + 2]
    thick = body.proportions.thickness[3] * 1.06 * r
    end = _mix(hip, knee, min(1.0, 2 * design.clothes.cut.length))
    colour = lower_colour(design)
    canvas.fill(capsule(hip, end, thick, thick * 1.0), colour)
    _shaded(canvas, hip, end, thick, thick, shade(colour, 0.82))


def lower_colour(design: CharacterDesign) -> Rgb:
    clothes = design.clothes
    return {"main": clothes.main, "second": clothes.second, "accent": clothes.accent}[
        clothes.cut.lower_colour
    ].rgb


_STOCKINGS = {"socks": 1.55, "kneehighs": 1.08, "thighhighs": 0.5, "tights": -0.1}  # hip 0, ankle 2


def _stocking(canvas: Canvas, body: Body, design: CharacterDesign, index: int) -> None:
    clothes = design.clothes
    if clothes.legwear == "bare":
        return
    canvas.part(Part.LEGWEAR)
    first, r = 8 + 3 * index, body.radius
    hip, knee, ankle = body.keypoints[first : first + 3]
    a, b, c = (value * 1.03 * r for value in body.proportions.thickness[3:])
    start = _STOCKINGS[clothes.legwear]
    pieces: list[Points] = []
    if start < 1:
        share = max(start, 0.0)
        pieces.append(capsule(_mix(hip, knee, share), knee, a + (b - a) * share, b))
    share = max(start - 1, 0.0)
    pieces.append(capsule(_mix(knee, ankle, share), ankle, b + (c - b) * share, c))
    odd = design.has("odd stocking") and design.side == (-1.0, 1.0)[index]
    colour = clothes.legwear_colour.rgb
    if clothes.legwear == "tights":
        colour = shade(colour, 0.8)
    canvas.fill_group(pieces, colour)
    if odd:
        other = design.detail_colour.rgb
        if design.detail_colour.name == clothes.legwear_colour.name:
            other = shade(other, 0.55)
        for piece, (p, q) in zip(reversed(pieces), ((knee, ankle), (hip, knee)), strict=False):
            angle = math.atan2(-float(q[0] - p[0]), float(q[1] - p[1]))
            canvas.pattern(piece, "stripes", other, p, angle, 0.3 * r)
        return
    _shaded(canvas, _mix(knee, ankle, share), ankle, b, c, shade(colour, 0.82))


def _shoe(canvas: Canvas, body: Body, design: CharacterDesign, index: int) -> None:
    canvas.part(Part.SHOES)
    first, r, cut = 8 + 3 * index, body.radius, design.clothes.cut
    knee, ankle = body.keypoints[first + 1 : first + 3]
    toe, c = body.toes[index], body.proportions.thickness[5] * r
    colour = design.clothes.shoe_colour.rgb
    down = (ankle - knee) / max(math.hypot(*(ankle - knee).tolist()), 1e-3)
    heel = ankle + down * 0.35 * c
    foot = capsule(heel, toe, c * 1.02, c * 0.92)
    if cut.shoes == "sandals":
        sole = capsule(heel + down * 0.5 * c, toe + down * 0.5 * c, c * 0.8, c * 0.8)
        canvas.fill(sole, colour)
        canvas.part(Part.SKIN if design.clothes.legwear == "bare" else Part.LEGWEAR)
        skin = (
            design.skin if design.clothes.legwear == "bare" else design.clothes.legwear_colour.rgb
        )
        canvas.fill(capsule(heel, toe, c * 0.95, c * 0.78), skin, line=False)
        canvas.part(Part.SHOES)
        canvas.stroke(np.stack([heel, _mix(heel, toe, 0.8)]), colour, 0.45 * c)
        return
    pieces = [foot]
    if cut.shoes == "boots":
        pieces.append(capsule(_mix(knee, ankle, 0.45), ankle, c * 1.3, c * 1.12))
    canvas.fill_group(pieces, colour)
    if cut.shoes == "sneakers":
        sole = capsule(heel + down * 0.75 * c, toe + down * 0.62 * c, c * 0.35, c * 0.35)
        canvas.fill(sole, (244, 244, 246), line=False)
    else:
        canvas.tone(capsule(heel + down * 0.6 * c, toe + down * 0.5 * c, c * 0.4, c * 0.4),
                    shade(colour, 0.72))  # fmt: skip
    if cut.shoes == "boots":
        cuff = _mix(knee, ankle, 0.45)
        canvas.fill(disc(cuff, c * 1.35, c * 0.36, 12), shade(colour, 0.8))
