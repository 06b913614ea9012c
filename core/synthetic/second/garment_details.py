"""Collars, ties, belts and prints on the trunk, each a patch of its surface."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from core.synthetic.brush import Part, Points, Rgb, shade
from core.synthetic.second.body import Body
from core.synthetic.second.canvas import Canvas
from core.synthetic.second.design import CharacterDesign
from core.synthetic.second.shapes import ellipse

_PI = math.pi
_WHITE: Rgb = (246, 246, 248)
Painter = Callable[[Canvas, Body, CharacterDesign], None]


def trunk_colour(design: CharacterDesign) -> Rgb:
    clothes = design.clothes
    if clothes.outfit == "overalls":
        return clothes.second.rgb
    if clothes.outfit in ("trench coat",):
        return clothes.second.rgb
    if clothes.outfit == "cardigan":
        return _WHITE
    if clothes.outfit == "armour":
        return shade(clothes.accent.rgb, 0.9)
    return clothes.main.rgb


def _surface(body: Body, *places: tuple[float, float]) -> Points | None:
    """A polygon of (phi, s) on the trunk, or None where its middle is turned away."""
    at = np.array(places, np.float32)
    if body.trunk.depth(float(at[:, 0].mean())) < 0.12:
        return None
    return body.trunk.wider(1.0).at(at[:, 0], at[:, 1])


def _sailor_collar(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    clothes = design.clothes
    for sign in (-1, 1):
        flap = _surface(body, (sign * 0.3, -0.02), (sign * 1.25, 0.08), (sign * 1.15, 0.2),
                        (sign * 0.02, 0.42), (sign * 0.01, 0.34))  # fmt: skip
        canvas.fill(flap, clothes.second.rgb)
    canvas.fill(body.trunk.patch(_PI - 1.0, _PI + 1.0, 0.0, 0.4), clothes.second.rgb)
    for s in (0.34,):
        canvas.fill(
            body.trunk.patch(_PI - 0.9, _PI + 0.9, s - 0.015, s + 0.015), _WHITE, line=False
        )
    skin = _surface(body, (-0.32, 0.0), (0.32, 0.0), (0.02, 0.28))
    canvas.part(Part.SKIN)
    canvas.fill(skin, design.skin, line=False)
    canvas.part(Part.TOP)
    _bow_at(canvas, body, 0.38, 0.34, clothes.accent.rgb)


def _bow_at(canvas: Canvas, body: Body, s: float, size: float, colour: Rgb) -> None:
    """A bow on the chest, narrower from the side."""
    if body.trunk.depth(0.0) < 0.1:
        return
    x, y = body.trunk.at(np.zeros(1, np.float32), np.array([s], np.float32))[0].tolist()
    r = size * body.radius * (0.55 + 0.45 * body.proportions.shoulder)
    wide = 0.4 + 0.6 * body.trunk.depth(0.0)
    for sign in (-1, 1):
        loop = np.array([(0, 0), (sign * 0.9 * wide, -0.5), (sign * 1.0 * wide, 0.45)])
        tail = np.array([(0, 0), (sign * 0.5 * wide, 1.2), (sign * 0.1, 1.1)])
        canvas.fill(tail * r + [x, y], shade(colour, 0.86))
        canvas.fill(loop * r + [x, y], colour)
    canvas.fill(ellipse(x, y, 0.2 * r, 0.22 * r, 10), shade(colour, 0.8))


def _bow(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    _bow_at(canvas, body, 0.2, 0.32, design.clothes.accent.rgb)


def _shirt_front(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    shirt = design.clothes.second.rgb if design.clothes.outfit == "suit" else _WHITE
    canvas.fill(_surface(body, (-0.5, -0.02), (0.5, -0.02), (0.08, 0.6), (-0.08, 0.6)), shirt)
    for sign in (-1, 1):
        wing = _surface(body, (sign * 0.05, 0.06), (sign * 0.55, -0.04), (sign * 0.5, 0.12))
        canvas.fill(wing, shade(shirt, 0.96))


def _necktie(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    tie = design.clothes.accent.rgb
    canvas.fill(
        _surface(body, (-0.1, 0.12), (0.1, 0.12), (0.15, 0.46), (0, 0.54), (-0.15, 0.46)), tie
    )
    canvas.fill(
        _surface(body, (-0.13, 0.05), (0.13, 0.05), (0.08, 0.13), (-0.08, 0.13)), shade(tie, 0.8)
    )


def _lapels(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    colour = shade(design.clothes.main.rgb, 0.84)
    for sign in (-1, 1):
        lapel = _surface(body, (sign * 0.45, -0.02), (sign * 0.85, 0.12), (sign * 0.7, 0.24),
                         (sign * 0.06, 0.6), (sign * 0.12, 0.5))  # fmt: skip
        canvas.fill(lapel, colour)
    if (seam := body.trunk.line(0.0, 0.6, 1.06)) is not None:
        canvas.crease(seam, design.clothes.main.rgb)


def _dot(canvas: Canvas, body: Body, phi: float, s: float, size: float, colour: Rgb) -> None:
    if body.trunk.depth(phi) < 0.2:
        return
    x, y = body.trunk.at(np.array([phi], np.float32), np.array([s], np.float32))[0].tolist()
    radius = size * body.radius
    canvas.fill(ellipse(x, y, radius * (0.3 + 0.7 * body.trunk.depth(phi)), radius, 10), colour)


def _buttons(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    for s in (0.68, 0.84):
        _dot(canvas, body, 0.12, s, 0.06, (240, 206, 110))


def _button_row(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    if (seam := body.trunk.line(0.0, 0.1, 1.06)) is not None:
        canvas.crease(seam, design.clothes.main.rgb)
    for s in (0.18, 0.36, 0.54, 0.72, 0.9):
        _dot(canvas, body, 0.0, s, 0.065, (240, 206, 110))


def _high_collar(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.fill(_collar_band(body, 0.62), shade(design.clothes.main.rgb, 0.9))


def _collar_band(body: Body, height: float) -> Points:
    """A standing collar around the neck."""
    x, y = body.keypoints[1].tolist()
    r = body.radius * (0.5 + 0.5 * body.proportions.shoulder)
    return np.array([
        (x - 0.34 * r, y - height * 0.3 * r), (x, y - height * 0.2 * r),
        (x + 0.34 * r, y - height * 0.3 * r), (x + 0.42 * r, y + 0.12 * r), (x, y + 0.2 * r),
        (x - 0.42 * r, y + 0.12 * r),
    ])  # fmt: skip


def _turtleneck(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    colour = trunk_colour(design)
    canvas.fill(_collar_band(body, 0.9), shade(colour, 0.92))


def _ribbing(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.fill(body.trunk.patch(-_PI, _PI, 1.0, 1.1), shade(design.clothes.main.rgb, 0.84))


def _hood(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Lies on the shoulders; a sack on the back."""
    colour = shade(design.clothes.main.rgb, 0.88)
    x, y = body.keypoints[1].tolist()
    r = body.radius * (0.4 + 0.6 * body.proportions.shoulder)
    if body.facing:
        canvas.fill(ellipse(x, y + 0.06 * r, 0.66 * r, 0.24 * r, 18), colour)
        canvas.part(Part.SKIN)
        canvas.fill(ellipse(x, y + 0.02 * r, 0.3 * r, 0.14 * r, 14), design.skin, line=False)
        canvas.part(Part.TOP)
    else:
        canvas.fill(ellipse(x, y + 0.26 * r, 0.62 * r, 0.46 * r, 18), colour)
        canvas.crease(ellipse(x, y + 0.1 * r, 0.4 * r, 0.26 * r, 18)[1:9], colour)


def _pocket(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    pocket = _surface(body, (-0.4, 0.68), (0.4, 0.68), (0.62, 0.98), (-0.62, 0.98))
    canvas.fill(pocket, shade(design.clothes.main.rgb, 0.9))


def _strings(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    for phi in (-0.16, 0.16):
        if (path := body.trunk.line(phi, 0.12, 0.4)) is not None:
            canvas.stroke(path, design.clothes.accent.rgb, 0.05 * body.radius)


def _straps(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Bare shoulders with two straps."""
    tube = body.trunk
    canvas.part(Part.SKIN)
    canvas.fill(tube.outline(-0.02, 0.27, rows=12), design.skin, line=False)
    canvas.part(Part.TOP)
    canvas.fill(tube.patch(-_PI, _PI, 0.25, 0.3, count=9), design.clothes.main.rgb)
    for phi in (-0.55, 0.55, _PI - 0.55, _PI + 0.55):
        if (path := tube.line(phi, 0.06, 0.28)) is not None:
            canvas.stroke(path, design.clothes.main.rgb, 0.12 * body.radius)


def _belt(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.fill(
        body.trunk.wider(1.03).patch(-_PI, _PI, 0.64, 0.74, count=9), design.clothes.accent.rgb
    )


def _armour_belt(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.fill(body.trunk.wider(1.05).patch(-_PI, _PI, 0.66, 0.76, count=9), (110, 76, 56))
    _dot(canvas, body, 0.0, 0.71, 0.09, (240, 206, 110))


def _breastplate(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    tube, colour = body.trunk.wider(1.05), design.clothes.main.rgb
    canvas.fill(tube.outline(0.08, 0.66, rows=10), colour)
    light = tube.patch(-0.85, -0.6, 0.2, 0.58)
    canvas.tone(light, shade(colour, 1.5))
    for phi in (0.0, _PI):
        if (ridge := tube.line(phi, 0.12, 0.64)) is not None:
            canvas.crease(ridge, colour)
    canvas.fill(tube.patch(-_PI, _PI, 0.05, 0.12, count=9), shade(colour, 0.75))


def _crossed_collar(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    clothes = design.clothes
    skin = _surface(body, (-0.5, -0.02), (0.5, -0.02), (0.04, 0.26))
    canvas.part(Part.SKIN)
    canvas.fill(skin, design.skin, line=False)
    canvas.part(Part.TOP)
    for sign in (1, -1):
        band = _surface(body, (sign * 0.42, -0.04), (sign * 0.72, 0.0), (-sign * 0.35, 0.52),
                        (-sign * 0.5, 0.42))  # fmt: skip
        canvas.fill(band, clothes.accent.rgb)
    canvas.fill(body.trunk.patch(_PI - 0.7, _PI + 0.7, -0.02, 0.08), clothes.accent.rgb)


def _obi(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    clothes, tube = design.clothes, body.trunk.wider(1.08)
    canvas.fill(tube.patch(-_PI, _PI, 0.46, 0.8, count=9), clothes.second.rgb)
    canvas.fill(tube.patch(-_PI, _PI, 0.6, 0.66, count=9), clothes.accent.rgb, line=False)
    if not body.facing and not design.boy:
        x, y = tube.at(np.array([_PI], np.float32), np.array([0.6], np.float32))[0].tolist()
        r = body.radius * 0.6 * (0.4 + 0.6 * body.proportions.shoulder)
        for sign in (-1, 1):
            loop = np.array([(0, 0), (sign * 0.8, -0.55), (sign * 0.95, 0.4), (sign * 0.15, 0.25)])
            canvas.fill(loop * r + [x, y], clothes.second.rgb)
        canvas.fill(ellipse(x, y, 0.22 * r, 0.3 * r, 10), clothes.accent.rgb)


def _zip(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    for phi, width in ((0.0, 0.06),):
        if (path := body.trunk.line(phi, 0.06, 1.04)) is not None:
            canvas.stroke(path, design.clothes.accent.rgb, width * body.radius)


def _side_stripes(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.fill(
        body.trunk.patch(-_PI, _PI, 0.26, 0.33, count=9), design.clothes.accent.rgb, line=False
    )


def _number(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    plate = _surface(body, (-0.4, 0.3), (0.4, 0.3), (0.42, 0.56), (-0.42, 0.56))
    canvas.fill(plate, _WHITE)
    for phi in (-0.16, 0.12):
        if plate is not None and (path := body.trunk.line(phi, 0.36, 0.5, rows=2)) is not None:
            canvas.stroke(path, (60, 60, 70), 0.07 * body.radius)


def _trim(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.fill(body.trunk.patch(-_PI, _PI, -0.02, 0.06, count=9), design.clothes.second.rgb)


def _emblem(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """A star print on the chest and a round neckline."""
    _neckline(canvas, body, design)
    if body.trunk.depth(0.0) < 0.25 or design.clothes.fabric.kind != "plain":
        return
    x, y = body.trunk.at(np.zeros(1, np.float32), np.array([0.42], np.float32))[0].tolist()
    angle = np.linspace(-_PI / 2, 1.5 * _PI, 11)[:-1]
    size = np.where(np.arange(10) % 2 == 0, 1.0, 0.45) * body.proportions.shoulder * 0.36
    star = np.stack([size * np.cos(angle) * body.trunk.depth(0.0), size * np.sin(angle)], 1)
    canvas.fill(star * body.radius + [x, y], design.clothes.accent.rgb, line=False)


def _neckline(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.part(Part.SKIN)
    opening = _surface(body, (-0.55, -0.03), (0.55, -0.03), (0.35, 0.1), (0, 0.15), (-0.35, 0.1))
    canvas.fill(opening, design.skin, line=False)
    canvas.part(Part.TOP)


def _white_collar(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    canvas.fill(body.trunk.wider(1.02).patch(-_PI, _PI, -0.04, 0.1, count=11), _WHITE)


def _white_shirt(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    _button_row(canvas, body, design)
    for sign in (-1, 1):
        wing = _surface(body, (sign * 0.05, 0.08), (sign * 0.6, -0.04), (sign * 0.5, 0.14))
        canvas.fill(wing, _WHITE)
    _bow_at(canvas, body, 0.1, 0.2, design.clothes.accent.rgb)


def _apron(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Bib and straps; the skirt's part is painted with the skirt."""
    white = design.clothes.second.rgb
    canvas.fill(body.trunk.patch(-0.55, 0.55, 0.3, 0.7), white)
    for phi in (-0.5, 0.5, _PI - 0.5, _PI + 0.5):
        if (path := body.trunk.line(phi, 0.08, 0.68)) is not None:
            canvas.stroke(path, white, 0.13 * body.radius)
    canvas.fill(body.trunk.wider(1.04).patch(-_PI, _PI, 0.66, 0.74, count=9), white)


def _bib(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    colour, tube = design.clothes.main.rgb, body.trunk.wider(1.03)
    canvas.part(Part.BOTTOM)
    canvas.fill(tube.patch(-_PI, _PI, 0.7, 1.02, count=11), colour)
    canvas.fill(tube.patch(-0.6, 0.6, 0.36, 0.74), colour)
    canvas.fill(tube.patch(_PI - 0.6, _PI + 0.6, 0.5, 0.74), colour)
    for phi in (-0.52, 0.52, _PI - 0.4, _PI + 0.4):
        if (path := tube.line(phi, 0.07, 0.5)) is not None:
            canvas.stroke(path, shade(colour, 0.86), 0.14 * body.radius)
    canvas.fill(tube.patch(-0.3, 0.3, 0.5, 0.66), shade(colour, 0.86))
    for phi in (-0.5, 0.5):
        _dot(canvas, body, phi, 0.4, 0.06, (240, 206, 110))
    canvas.part(Part.TOP)
    _neckline(canvas, body, design)


def _idol_front(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    clothes = design.clothes
    canvas.fill(body.trunk.patch(-0.45, 0.45, 0.06, 0.72), _WHITE)
    for s in (0.35, 0.48, 0.61):
        _dot(canvas, body, 0.0, s, 0.06, clothes.accent.rgb)
    canvas.fill(body.trunk.wider(1.04).patch(-_PI, _PI, 0.68, 0.76, count=9), clothes.accent.rgb)


DETAIL_PAINTERS: dict[str, Painter] = {
    "sailor collar": _sailor_collar, "shirt front": _shirt_front, "necktie": _necktie,
    "lapels": _lapels, "buttons": _buttons, "button row": _button_row, "high collar": _high_collar,
    "turtleneck": _turtleneck, "ribbing": _ribbing, "hood": _hood, "pocket": _pocket,
    "strings": _strings, "straps": _straps, "belt": _belt, "armour belt": _armour_belt,
    "breastplate": _breastplate, "crossed collar": _crossed_collar, "obi": _obi, "zip": _zip,
    "side stripes": _side_stripes, "number": _number, "trim": _trim, "emblem": _emblem,
    "white collar": _white_collar, "white shirt": _white_shirt, "apron": _apron, "bib": _bib,
    "idol front": _idol_front, "bow": _bow,
}  # fmt: skip
