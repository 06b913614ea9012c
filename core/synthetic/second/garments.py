"""What is worn on the trunk: upper piece, skirts, open layers and their details."""

from __future__ import annotations

import math

import numpy as np

from core.synthetic.brush import Part, Points, Rgb, shade
from core.synthetic.second.body import Body
from core.synthetic.second.canvas import Canvas, Owner
from core.synthetic.second.design import CharacterDesign
from core.synthetic.second.garment_details import DETAIL_PAINTERS, trunk_colour
from core.synthetic.second.limbs import lower_colour
from core.synthetic.second.shapes import capsule
from core.synthetic.second.tube import Tube

_PI = math.pi


def paint_neck(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.on(Owner.TRUNK, Part.SKIN)
    p, r = body.proportions, body.radius
    low = body.keypoints[1] + (body.trunk.centre[3] - body.trunk.centre[1]) * 0.3
    high = body.keypoints[1] + 0.6 * (body.head - body.keypoints[1])
    wide = (0.3 if design.boy else 0.26) * p.shoulder**0.6 * 1.12 * r
    canvas.fill(capsule(low, high, wide * 1.05, wide), design.skin)
    chin = _mixed(body.keypoints[1], body.head, 0.34)
    canvas.tone(capsule(chin, high, wide * 0.95, wide * 0.95), shade(design.skin, 0.8))


def _mixed(a: Points, b: Points, share: float) -> Points:
    return a + (b - a) * share


def paint_trunk(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """The upper garment with its fabric and shading."""
    canvas.on(Owner.TRUNK, Part.TOP)
    clothes, tube = design.clothes, body.trunk
    colour = trunk_colour(design)
    outline = _trunk_outline(tube, 1.08)
    canvas.fill(outline, colour)
    if _fabric_on_trunk(design):
        _lay_fabric(canvas, body, design, outline)
    shadow = tube.shadow(0.2, 1.06)
    if clothes.fabric.kind == "plain" or not _fabric_on_trunk(design):
        canvas.tone(shadow, shade(colour, 0.84))


def _trunk_outline(tube: Tube, s1: float) -> Points:
    """From collar over the shoulders to the hips."""
    return tube.outline(-0.02, s1, rows=16)


def _fabric_on_trunk(design: CharacterDesign) -> bool:
    clothes = design.clothes
    return clothes.fabric.kind != "plain" and clothes.outfit not in (
        "overalls", "armour", "trench coat", "cardigan",
    )  # fmt: skip


def _lay_fabric(canvas: Canvas, body: Body, design: CharacterDesign, shape: Points) -> None:
    fabric, tube = design.clothes.fabric, body.trunk
    unit = fabric.scale * body.proportions.shoulder * body.radius
    angle = math.atan2(float(tube.across[1]), float(tube.across[0]))
    canvas.pattern(shape, fabric.kind, fabric.colour.rgb, body.keypoints[1], angle, unit)


def _on_leg(body: Body, first: int, reach: float) -> tuple[float, float, float]:
    """x, y and depth at a distance (head radii) from the hip along a leg."""
    p = body.proportions
    number = 0 if reach <= p.thigh else 1
    share = (reach - number * p.thigh) / (p.shin if number else p.thigh)
    a, b = first + number, first + number + 1
    x, y = (body.keypoints[a] + (body.keypoints[b] - body.keypoints[a]) * share).tolist()
    return x, y, float(body.depth[a] + (body.depth[b] - body.depth[a]) * share)


def skirt_tube(body: Body, length: float, flare: float) -> Tube:
    """From the waist to `length` of the legs (ankle 1), wide enough for both of them.

    flare: widening at the hem in head radii.
    """
    p, r, trunk = body.proportions, body.radius, body.trunk
    reach = length * (p.thigh + p.shin)
    right, left = (np.array(_on_leg(body, first, reach)) for first in (8, 11))
    hem = (right[:2] + left[:2]) / 2
    thick = (p.thickness[3] * (1 - 0.35 * length) + flare) * r
    half = np.abs(right - left) / 2
    cos, sin = abs(math.cos(body.yaw)), abs(math.sin(body.yaw))
    along = half[0] * cos + half[2] * sin + thick
    through = half[0] * sin + half[2] * cos + thick * 0.9
    hip = trunk.centre[8]
    hip_wide, hip_deep = float(trunk.wide[8]) * 1.06, float(trunk.deep[8]) * 1.08
    centre = np.stack([trunk.centre[6], hip, _mixed(hip, hem, 0.35), hem])
    wide = np.array([trunk.wide[6] * 1.04, hip_wide, _at(hip_wide, along, 0.45), along])
    deep = np.array([trunk.deep[6] * 1.06, hip_deep, _at(hip_deep, through, 0.45), through])
    return Tube(
        np.array([0.0, 0.3, 0.55, 1.0], np.float32), centre.astype(np.float32), trunk.across,
        wide.astype(np.float32), deep.astype(np.float32), body.yaw, 0.1,
    )  # fmt: skip


def _at(a: float, b: float, share: float) -> float:
    return a + (b - a) * share


_FLARES = {"pleated": 0.34, "flared": 0.5, "straight": 0.1}


def paint_lower(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Skirts, and the hips of trousers and shorts."""
    cut = design.clothes.cut
    if cut.lower in ("trousers", "shorts"):
        canvas.on(Owner.TRUNK, Part.BOTTOM)
        low, r = body.trunk, body.radius
        top = 0.7 if design.clothes.outfit == "overalls" else 0.82
        crotch = (body.keypoints[8] + body.keypoints[11]) / 2
        crotch = crotch + 0.55 * body.proportions.thickness[3] * r * low.down
        hem = np.stack([low.patch_edge(1.1)[0], crotch, low.patch_edge(1.1)[-1]])
        canvas.fill(low.outline(top, 1.1, hem=hem), lower_colour(design), line=False)
        return
    canvas.on(Owner.CLOTHES, Part.BOTTOM)
    paint_skirt(canvas, body, design)


def _laps(body: Body, length: float) -> list[Points]:
    """The skirt over legs that are bent or raised, where its cone would leave them bare."""
    p, r = body.proportions, body.radius
    reach = length * (p.thigh + p.shin)
    pieces: list[Points] = []
    for first in (8, 11):
        hip, knee, ankle = body.keypoints[first : first + 3]
        hangs = float(knee[1] - hip[1]) > 0.78 * p.thigh * r
        if hangs and (reach <= p.thigh or float(ankle[1] - knee[1]) > 0.78 * p.shin * r):
            continue
        x, y, _ = _on_leg(body, first, min(reach, p.thigh))
        wide, end = p.thickness[3] * 1.16 * r, p.thickness[4] * 1.4 * r
        lap = np.array([x, y], np.float32)
        pieces.append(capsule(hip, lap, wide, end))
        if reach > p.thigh:
            x, y, _ = _on_leg(body, first, reach)
            pieces.append(capsule(lap, np.array([x, y], np.float32), end, end * 0.94))
    return pieces


def paint_skirt(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    clothes, cut, r = design.clothes, design.clothes.cut, body.radius
    scale = 0.45 + 0.55 * body.proportions.shoulder
    tube = skirt_tube(body, cut.length, _FLARES[cut.lower] * scale)
    colour = lower_colour(design)
    hem = _hem(tube, cut.lower, 0.07 * r * scale)
    pieces = [*_laps(body, cut.length), tube.outline(0.0, 1.0, hem=hem)]
    canvas.fill_group(pieces, colour)
    dress = cut.lower_colour == "main" and _fabric_on_trunk(design)
    plaid_skirt = cut.lower == "pleated" and clothes.fabric.kind in ("plaid", "checks")
    if dress or plaid_skirt:
        for piece in pieces:
            _lay_fabric(canvas, body, design, piece)
    else:
        canvas.tone(tube.shadow(0.05, 0.98), shade(colour, 0.82))
    _folds(canvas, tube, cut.lower, colour)
    if "frill" in cut.details or "apron" in cut.details:
        band = tube.patch(-_PI, _PI, 0.93, 1.0, count=15)
        canvas.fill(band, (246, 246, 248))
    if "robe trim" in cut.details or clothes.outfit == "sailor uniform":
        canvas.fill(tube.patch(-_PI, _PI, 0.86, 0.92, count=15), clothes.accent.rgb, line=False)


def _hem(tube: Tube, kind: str, drop: float) -> Points:
    """The near rim, with the zigzag of pleats or soft waves that turn with the figure."""
    if kind == "straight":
        return tube.patch_edge(1.0, 9)
    rim = tube.patch_edge(1.0, 17)
    down = tube.down
    lift = np.where(np.arange(17) % 2 == 1, drop, 0.0)
    if kind == "flared":
        lift = 0.9 * drop * np.sin(np.linspace(0, 4 * _PI, 17) + 2 * tube.turn)
    return rim + lift[:, None] * down


def _folds(canvas: Canvas, tube: Tube, kind: str, colour: Rgb) -> None:
    count = {"pleated": 10, "flared": 6, "straight": 0}[kind]
    for i in range(count):
        phi = 2 * _PI * (i + 0.5) / count
        path = tube.line(phi, 0.22 if kind == "pleated" else 0.5, 0.98, rows=3)
        if path is not None:
            canvas.crease(path, colour)
    if kind == "straight" and (path := tube.line(0.45, 0.3, 0.99)) is not None:
        canvas.crease(path, colour)


def paint_details(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Collars, ties, belts ... in the order of the cut."""
    for name in design.clothes.cut.details:
        canvas.on(Owner.TRUNK, Part.TOP)
        if name in DETAIL_PAINTERS:
            DETAIL_PAINTERS[name](canvas, body, design)


def outer_tube(body: Body, length: float, flare: float) -> Tube:
    """An open layer from the shoulders to `length` of the legs."""
    trunk = body.trunk.wider(1.1, 0.03 * body.radius)
    skirt = skirt_tube(body, length, flare).wider(1.06, 0.03 * body.radius)
    keep = slice(1, 8)
    s = np.concatenate([trunk.s[keep], [1.02, 1.25, 2.0]])
    centre = np.concatenate([trunk.centre[keep], skirt.centre[1:]])
    wide = np.concatenate([trunk.wide[keep], skirt.wide[1:]])
    deep = np.concatenate([trunk.deep[keep], skirt.deep[1:]])
    return Tube(s.astype(np.float32), centre, trunk.across, wide, deep, body.yaw, 0.08)


def paint_outer_behind(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """The inside of an open layer's far half, under the legs."""
    cut, clothes = design.clothes.cut, design.clothes
    if cut.outer not in ("coat", "cape") or not body.facing:
        return
    canvas.on(Owner.CLOTHES, Part.TOP)
    tube = outer_tube(body, cut.outer_length, 0.3 * (0.4 + body.proportions.shoulder))
    colour = clothes.main if cut.outer == "coat" else clothes.second
    canvas.fill(tube.outline(0.1, 2.0, rows=12), shade(colour.rgb, 0.62))


def paint_outer(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Coat, cardigan, cape or plates over trunk and legs."""
    cut = design.clothes.cut
    if cut.outer == "armour":
        _plates(canvas, body, design)
    elif cut.outer != "none":
        _open_layer(canvas, body, design)


def _open_layer(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    cut, clothes = design.clothes.cut, design.clothes
    canvas.on(Owner.CLOTHES, Part.TOP)
    scale = 0.4 + body.proportions.shoulder
    tube = outer_tube(
        body, cut.outer_length, {"coat": 0.3, "cape": 0.3}.get(cut.outer, 0.1) * scale
    )
    colour = clothes.second.rgb if cut.outer == "cape" else clothes.main.rgb
    gap = {"coat": 0.42, "cape": 1.35, "cardigan": 0.5}[cut.outer]
    fabric = clothes.fabric
    for phi0, phi1 in ((-_PI, -gap), (gap, _PI)):
        panel = tube.patch(phi0, phi1, 0.04, 2.0, count=11, rows=12)
        if panel is None:
            continue
        canvas.fill(panel, colour)
        if fabric.kind != "plain" and cut.outer != "cape":
            _lay_fabric(canvas, body, design, panel)
    if body.facing and cut.outer == "coat":
        for sign in (-1, 1):
            lapel = tube.patch(
                min(sign * 0.18, sign * 0.8), max(sign * 0.18, sign * 0.8), 0.03, 0.34
            )
            canvas.fill(lapel, shade(colour, 0.86))
    if cut.outer == "coat":
        canvas.fill(tube.patch(-_PI, _PI, 0.7, 0.78, count=11) if not body.facing else None,
                    shade(colour, 0.7))  # fmt: skip
    if not body.facing:
        seam = tube.line(_PI, 0.9 if cut.outer == "coat" else 0.3, 1.95, rows=5)
        if seam is not None:
            canvas.crease(seam, colour)
    if cut.outer == "cape":
        collar = tube.patch(-_PI, _PI, 0.0, 0.1, count=11)
        canvas.fill(collar, clothes.accent.rgb)


def _plates(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Pauldrons over the shoulders; arms are painted after, so these go with the arm's joint."""
    canvas.on(Owner.TRUNK, Part.TOP)
    tube = skirt_tube(body, 0.2, 0.2)
    for phi in (-1.2, 1.2, 3.14 - 0.6, -3.14 + 0.6):
        plate = tube.patch(phi - 0.55, phi + 0.55, 0.25, 1.0)
        canvas.fill(plate, shade(design.clothes.main.rgb, 1.12))


def paint_pauldron(canvas: Canvas, body: Body, design: CharacterDesign, index: int) -> None:
    """The plate on one shoulder, over its sleeve."""
    if design.clothes.cut.outer != "armour":
        return
    canvas.on((Owner.RIGHT_ARM, Owner.LEFT_ARM)[index], Part.TOP)
    shoulder, elbow, wrist = body.keypoints[2 + 3 * index : 5 + 3 * index]
    r, thick = body.radius, body.proportions.thickness
    colour = design.clothes.main.rgb
    end = _mixed(shoulder, elbow, 0.34)
    canvas.fill(capsule(shoulder, end, thick[0] * 1.5 * r, thick[0] * 1.35 * r), colour)
    brace = [_mixed(elbow, wrist, 0.25), _mixed(elbow, wrist, 0.85)]
    canvas.fill(capsule(brace[0], brace[1], thick[1] * 1.15 * r, thick[2] * 1.35 * r), colour)
    canvas.tone(capsule(_mixed(shoulder, end, 0.9), end, thick[0] * 1.1 * r, thick[0] * 1.0 * r),
                shade(colour, 0.8))  # fmt: skip
