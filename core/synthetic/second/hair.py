"""Hair from any side: a shell around the skull, the mass behind, tails."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from core.synthetic.brush import Part, Points, Rgb, shade, spline
from core.synthetic.second.body import SIDES, Body
from core.synthetic.second.canvas import Canvas, Owner
from core.synthetic.second.design import CharacterDesign
from core.synthetic.second.hair_styles import BACKS, FRINGES, Mass, Tail
from core.synthetic.second.shapes import Floats, disc, ellipse, pairs, ramp

_TOP, _WIDE, _BEHIND = -1.2, 1.08, 0.05
_HALF = math.pi / 2
_SIDE_STRANDS = (1.75, 2.25, 2.8, 3.5, 4.05, 4.55)  # longitudes


@dataclass(frozen=True)
class Shell:
    """The hair on the skull. phi, y: its lower edge around the head (0 = front), radii."""

    phi: Floats
    y: Floats
    notches: Floats  # longitudes between the locks of the fringe
    flare: float

    def radius(self, y: Floats) -> Floats:
        above = _WIDE * np.sqrt(np.maximum(1 - (y / _TOP) ** 2, 0))
        low = np.maximum(y, 0)
        below = _WIDE + self.flare * low - 0.1 * np.maximum(low - 0.35, 0) ** 1.5
        return np.where(y < 0, above, below)

    def place(self, body: Body, psi: Floats, y: Floats) -> Points:
        """Canvas points; psi: longitude as seen (0 = towards the viewer)."""
        x = self.radius(y) * np.sin(psi) - _BEHIND * math.sin(body.head_yaw)
        return body.on_head(pairs(x, y))

    def seen_edge(self, yaw: float) -> tuple[Floats, Floats]:
        """The visible lower edge as psi, y from the viewer's left to the right."""
        psi = np.remainder(self.phi + yaw + math.pi, 2 * math.pi) - math.pi
        ends = np.interp([-_HALF, _HALF], psi, self.y, period=2 * math.pi)
        inside = np.abs(psi) < _HALF
        psi, y = psi[inside], self.y[inside]
        order = np.argsort(psi, kind="stable")
        psi = np.concatenate([[-_HALF], psi[order], [_HALF]])
        return psi, np.concatenate([ends[:1], y[order], ends[1:]])

    def edge_at(self, phi: float) -> float:
        return float(np.interp(phi, self.phi, self.y, period=2 * math.pi))


def _scalloped(vertices: list[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Vertices notch, tip, notch ... as locks: the sides run out of the notch, then down."""
    t = np.linspace(0, 1, 6, dtype=np.float32)[:-1]
    phis: list[Floats] = []
    ys: list[Floats] = []
    for number, ((p0, y0), (p1, y1)) in enumerate(pairwise(vertices)):
        out = number % 2 == 0  # from the notch to the tip
        share = 0.62 if out else 0.38
        cp, cy = p0 + (p1 - p0) * share, (y0 + 0.25 * (y1 - y0)) if out else (y1 + 0.25 * (y0 - y1))
        phis.append((1 - t) ** 2 * p0 + 2 * t * (1 - t) * cp + t**2 * p1)
        ys.append((1 - t) ** 2 * y0 + 2 * t * (1 - t) * cy + t**2 * y1)
    return np.radians(np.concatenate(phis)).astype(np.float32), np.concatenate(ys)


@lru_cache(maxsize=512)
def shell_for(back: str, fringe: str, side: float) -> Shell:
    """side: fringes that are not symmetric open to this side."""
    style, front = BACKS[back], [*FRINGES[fringe]]
    if side < 0:
        front = [(-phi, y) for phi, y in reversed(front)]
    count = style.tips * 2
    first, last = front[-1][0], front[0][0] + 360
    lower = [
        (first + (last - first) * i / count, style.nape + (style.jag if i % 2 else -style.jag / 2))
        for i in range(1, count)
    ]
    phi, y = _scalloped([*front, *lower, (last, front[0][1])])
    notches = np.radians([p for p, _ in front[2:-2:2]])
    return Shell(phi, y.astype(np.float32), notches.astype(np.float32), style.flare)


def _shell(design: CharacterDesign) -> Shell:
    return shell_for(design.hair.back, design.hair.fringe, design.side)


def _silhouette(shell: Shell, body: Body, psi: Floats, y: Floats, volume: float) -> Points:
    """The shell's outline: lower edge, then over the top of the head."""
    rise = ramp(9)[1:]
    right = y[-1] + (_TOP - y[-1]) * np.sin(rise * _HALF)
    left = (y[0] + (_TOP - y[0]) * np.sin(rise * _HALF))[::-1][1:]
    over = np.concatenate([np.full(8, _HALF), np.full(7, -_HALF)]).astype(np.float32)
    height = np.concatenate([right, left])
    crown = shell.place(body, over, height)
    crown = body.head + (crown - body.head) * volume
    return np.concatenate([shell.place(body, psi, y), crown])


def _wedge(shell: Shell, body: Body, phi0: float, phi1: float, low: float = 0.0) -> Points | None:
    """The shell between two longitudes from the crown to `low` above the edge; None if hidden."""
    yaw = body.head_yaw
    middle = math.remainder((phi0 + phi1) / 2 + yaw, 2 * math.pi)
    half = (phi1 - phi0) / 2
    a, b = max(middle - half, -_HALF), min(middle + half, _HALF)
    if b - a < 0.03:
        return None
    psi = a + (b - a) * ramp(14)
    y = np.interp(psi - yaw, shell.phi, shell.y, period=2 * math.pi) - low
    up = ramp(7)[1:]
    right, left = y[-1] + (-1.08 - y[-1]) * up, y[0] + (-1.08 - y[0]) * up[::-1]
    psi = np.concatenate([psi, b * (1 - 0.5 * up), a * (1 - 0.5 * up[::-1])])
    return shell.place(body, psi.astype(np.float32), np.concatenate([y, right, left]))


def _spikes(body: Body, count: int = 9) -> list[Points]:
    """Tufts that stand out around the skull."""
    found: list[Points] = []
    for i in range(count):
        angle = math.pi * (-0.06 + 1.12 * i / (count - 1))
        reach = 1.46 if i % 2 else 1.32
        lean = 0.16 * (1 if i < count / 2 else -1)
        tip = (reach * math.cos(angle + lean), -reach * math.sin(angle + lean) * 0.98)
        base = [(0.98 * math.cos(angle + d), -1.05 * math.sin(angle + d)) for d in (-0.24, 0.24)]
        found.append(body.on_head(np.array([base[0], tip, base[1], (0.0, 0.0)])))
    return found


def paint_shell(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Fringe, crown and nape with their lines, lights and second colours."""
    canvas.on(Owner.HAIR, Part.HAIR)
    hair, shell = design.hair, _shell(design)
    colour = hair.colour.rgb
    if hair.ahoge:
        lock = np.array([(-0.05, -1.1), (-0.14, -1.5), (0.3, -1.66), (0.12, -1.42), (0.1, -1.1)])
        canvas.fill(body.on_head(spline(lock)), colour)
    psi, y = shell.seen_edge(body.head_yaw)
    outline = _silhouette(shell, body, psi, y, hair.volume)
    spikes = _spikes(body) if BACKS[hair.back].spikes else []
    near = not behind_figure(body)
    mass = BACKS[hair.back].mass
    loose = [_mass_outline(body, mass, 0.0, hair.volume)] if near else []
    canvas.fill_group([*spikes, *loose, outline], colour)
    if near:
        _mass_colours(canvas, body, design, 1.0)
    _second_colours(canvas, body, design, shell, psi, y)
    if near:
        _near_mass_lines(canvas, body, design)
    _lights(canvas, body, shell, colour)
    _strands(canvas, body, shell, colour)


def _second_colours(
    canvas: Canvas, body: Body, design: CharacterDesign, shell: Shell, psi: Floats, y: Floats
) -> None:
    hair, other = design.hair, design.hair.accent_colour.rgb
    if hair.accent == "split":
        phi = (0.0, math.pi) if design.side > 0 else (-math.pi, 0.0)
        canvas.fill(_wedge(shell, body, *phi), other, line=False)
    elif hair.accent == "streaks":
        for phi in (-0.95, -0.3, 0.42, 1.05, 2.2, -2.2, 3.1):
            canvas.fill(_wedge(shell, body, phi - 0.09, phi + 0.09), other, line=False)
    elif hair.accent == "tips":
        phi = np.remainder(psi - body.head_yaw + math.pi, 2 * math.pi) - math.pi
        front = np.abs(phi) < (1.75 if _long(design) else 4.0)
        psi, y = psi[front], y[front]
        if len(psi) < 3:
            return
        raised = np.concatenate([y, (np.maximum(y - 0.3, -0.9))[::-1]])
        band = shell.place(body, np.concatenate([psi, psi[::-1]]), raised)
        canvas.fill(band, other, line=False)
    if design.has("coloured lock"):
        phi = 0.62 * design.side
        lock = _wedge(shell, body, phi - 0.17, phi + 0.17)
        canvas.fill(lock, design.detail_colour.rgb, line=False)


def _long(design: CharacterDesign) -> bool:
    return BACKS[design.hair.back].mass.sections[-1][0] > 1.2


def _lights(canvas: Canvas, body: Body, shell: Shell, colour: Rgb) -> None:
    """A jagged band of light across the crown, where the lamp of every picture stands."""
    psi = np.linspace(-0.95, 0.75, 11, dtype=np.float32)
    upper = -0.7 + 0.1 * psi**2
    lower = -0.5 + 0.16 * psi**2 - np.where(np.arange(11) % 2, 0.13, 0.0)
    band = shell.place(body, np.concatenate([psi, psi[::-1]]), np.concatenate([upper, lower[::-1]]))
    canvas.tone(band, shade(colour, 1.42))


def _strands(canvas: Canvas, body: Body, shell: Shell, colour: Rgb) -> None:
    """Lines from the crown to the notches of the fringe, and down the sides and the back."""
    psi: list[float] = []
    height: list[float] = []
    for phi in (*shell.notches.tolist(), *_SIDE_STRANDS):
        seen = math.remainder(phi + body.head_yaw, 2 * math.pi)
        front = abs(phi) < 1.3
        low = shell.edge_at(phi) if front else 0.4
        if math.cos(seen) < (0.12 if front else 0.35) or (front and low > 0.3):
            continue
        reach = 0.45 if front else 0.8
        psi += [seen, seen * 0.97, seen * 0.9]
        height += [low, low - 0.45 * reach, low - reach]
    if psi:
        lines = shell.place(body, np.array(psi, np.float32), np.array(height, np.float32))
        canvas.creases(list(lines.reshape(-1, 3, 2)), colour)


def paint_fringe_shadow(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """The fringe's shadow on the forehead, painted before the face."""
    canvas.on(Owner.HEAD, Part.FACE)
    shell = _shell(design)
    psi, y = shell.seen_edge(body.head_yaw)
    phi = np.remainder(psi - body.head_yaw + math.pi, 2 * math.pi) - math.pi
    near = (np.abs(phi) < 1.02) & (np.abs(psi) < 1.02)
    if near.sum() < 4:
        return
    psi, y = psi[near], np.clip(y[near], -0.9, 0.42)
    shape = np.concatenate([y + 0.1, np.full(len(y), -0.75)])
    outline = shell.place(body, np.concatenate([psi, psi[::-1]]) * 0.96, shape)
    canvas.tone(outline, shade(design.skin, 0.84))


def _hung(body: Body, local: Points) -> Points:
    """As `Body.on_head` for hair that hangs: it follows the head's tilt only in part."""
    angle = 0.3 * body.head_angle
    cos, sin = math.cos(angle), math.sin(angle)
    turn = np.array([[cos, sin], [-sin, cos]]) * body.radius
    pivot = np.array([0.0, -0.3])
    return (local - pivot) @ turn + body.on_head(pivot[None])[0]


@lru_cache(maxsize=64)
def _mass_shape(mass: Mass) -> tuple[Floats, Floats]:
    """Dense sections (K, 4) and a hem from -1 to 1: share of the half width, extra length."""
    s = np.array(mass.sections, np.float32)
    y = np.linspace(s[0, 0], s[-1, 0], 12, dtype=np.float32)
    dense = np.stack([y] + [np.interp(y, s[:, 0], s[:, k]) for k in (1, 2, 3)], 1)
    if mass.waves:
        dense[:, 1] += mass.waves * np.sin((y - y[0]) * 5.2)
    count = 2 * mass.tips + 1
    share = np.linspace(-1, 1, count)
    length = np.where(np.arange(count) % 2, mass.jag, 0.0) * (1 - 0.4 * share**2)
    return dense.astype(np.float32), np.stack([share, length], 1).astype(np.float32)


def _mass_outline(body: Body, mass: Mass, start: float, volume: float, half: float = 0.0) -> Points:
    """Closed outline of the mass from section `start` (0 top to 1) downwards.

    It lies behind the head's axis: turned away from it reaches its full depth, on the other side
    only its width. half: -1 or 1 keeps the character's right or left half.
    """
    dense, hem = _mass_shape(mass)
    dense = dense[int(start * len(dense)) :]
    cos, sin = math.cos(body.head_yaw), math.sin(body.head_yaw)
    side = np.abs(dense[:, 1] * cos) * volume
    back = np.hypot(dense[:, 1] * cos, (dense[:, 2] + dense[:, 3]) * sin) * volume
    low, high = (-back, side) if sin > 0 else (-side, back)
    parting = np.clip(-0.8 * sin * (dense[:, 2] + dense[:, 3]), low, high)
    if half * cos > 0:
        low = parting
    elif half * cos < 0:
        high = parting
    left = np.stack([low, dense[:, 0]], 1)
    right = np.stack([high, dense[:, 0]], 1)[::-1]
    share = (hem[1:-1, 0] + 1) / 2
    x = low[-1] + (high[-1] - low[-1]) * share
    edge = np.stack([x, dense[-1, 0] + hem[1:-1, 1]], 1)
    return _hung(body, np.concatenate([left, edge, right]))


def behind_figure(body: Body) -> bool:
    """Whether the loose hair hangs on the far side of the trunk."""
    return math.cos(body.head_yaw) > 0.25


def paint_far_mass(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    """Loose hair on the far side of the trunk: its inside, in shade."""
    canvas.on(Owner.HAIR, Part.HAIR)
    hair, mass = design.hair, BACKS[design.hair.back].mass
    dark = 1.0 if canvas.style.shading == "flat" else 0.84
    colour = hair.accent_colour.rgb if hair.accent == "inner" else hair.colour.rgb
    canvas.fill(_mass_outline(body, mass, 0.0, hair.volume), shade(colour, dark))
    _mass_colours(canvas, body, design, dark)


def _mass_colours(canvas: Canvas, body: Body, design: CharacterDesign, dark: float) -> None:
    hair, mass = design.hair, BACKS[design.hair.back].mass
    other = shade(hair.accent_colour.rgb, dark)
    if hair.accent == "tips":
        canvas.fill(_mass_outline(body, mass, 0.62, hair.volume), other, line=False)
    elif hair.accent == "split":
        canvas.fill(_mass_outline(body, mass, 0.0, hair.volume, design.side), other, line=False)


def _near_mass_lines(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    mass = BACKS[design.hair.back].mass
    dense, _ = _mass_shape(mass)
    low = float(dense[-1, 0])
    if low < 1.2:
        return
    cos, sin = math.cos(body.head_yaw), math.sin(body.head_yaw)
    for phi in (2.3, 3.0, 3.6, 4.1):
        x = dense[[4, 8, 11], 1] * math.sin(phi) * cos
        x = x + (dense[[4, 8, 11], 2] + dense[[4, 8, 11], 3]) * math.cos(phi) * sin
        if math.cos(phi + body.head_yaw) < 0.15:
            continue
        path = np.stack([x, np.array([0.5, 0.5 * (low + 0.4), low - 0.1])], 1)
        canvas.crease(_hung(body, path), design.hair.colour.rgb)


def _tail_path(body: Body, tail: Tail, side: float) -> tuple[Points, float]:
    """The path on the canvas and its mean depth in radii."""
    cos, sin = math.cos(body.head_yaw), math.sin(body.head_yaw)
    path = np.array(tail.path) * np.array([side, 1, 1])
    x = path[:, 0] * cos + path[:, 2] * sin
    z = path[:, 2] * cos - path[:, 0] * sin
    return _hung(body, np.stack([x, path[:, 1]], 1)), float(z.mean())


def _strip(path: Points, widths: Floats, taper: bool = True) -> Points:
    """Outline of a strand along a path."""
    along = np.gradient(path, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-6
    edge = normal * widths[:, None]
    return spline(np.concatenate([path + edge, (path - edge)[::-1]]).astype(np.float32))


def tails_of(design: CharacterDesign) -> list[tuple[Tail, float]]:
    found: list[tuple[Tail, float]] = []
    for tail in BACKS[design.hair.back].tails:
        found += [(tail, side) for side in SIDES] if tail.mirrored else [(tail, design.side)]
    return found


def paint_tails(canvas: Canvas, body: Body, design: CharacterDesign, near: bool) -> None:
    """Bound strands on the near or the far side of the head."""
    for tail, side in tails_of(design):
        path, depth = _tail_path(body, tail, side)
        if (depth > -0.12) == near:
            canvas.on(Owner.HAIR, Part.HAIR)
            _paint_tail(canvas, body, design, tail, path, side)


def _paint_tail(
    canvas: Canvas, body: Body, design: CharacterDesign, tail: Tail, path: Points, side: float
) -> None:
    hair, r = design.hair, body.radius
    split = hair.accent == "split" and side == design.side
    colour = hair.accent_colour.rgb if split else hair.colour.rgb
    widths = np.array(tail.widths) * r
    tips = hair.accent_colour.rgb if hair.accent in ("tips", "inner") else None
    if tail.kind == "bun":
        centre, size = path[-1], float(widths[0])
        canvas.fill(disc(centre, size, size * 0.94, 20), colour)
        curl = disc(centre, size * 0.55, size * 0.5, 14)[2:11]
        canvas.crease(curl, colour)
        return
    if tail.kind in ("braid", "drill"):
        _paint_knots(canvas, path, widths, colour, tips, tail.kind)
    else:
        canvas.fill(_strip(path, widths), colour)
        if tips is not None:
            half = len(path) // 2
            canvas.fill(_strip(path[half:], widths[half:]), tips, line=False)
        canvas.crease(path[1:-1] + (path[1:-1] - path[2:]) * 0.1, colour)
    canvas.part(Part.ACCESSORY)
    tie = path[0] + 0.4 * (path[1] - path[0]) if tail.kind == "smooth" else path[0]
    canvas.fill(disc(tie, 0.15 * r, 0.15 * r, 12), design.clothes.accent.rgb)


def _paint_knots(
    canvas: Canvas, path: Points, widths: Floats, colour: Rgb, tips: Rgb | None, kind: str
) -> None:
    """A braid as a chain of knots, a drill as a chain of turns, from the end upwards."""
    count = 6
    place = np.linspace(0, len(path) - 1, count)
    index = np.arange(len(path))
    x, y = np.interp(place, index, path[:, 0]), np.interp(place, index, path[:, 1])
    wide = np.interp(place, index, widths)
    step = float(np.hypot(x[-1] - x[0], y[-1] - y[0])) / (count - 1)
    for i in reversed(range(count)):
        tone = tips if tips is not None and i >= count // 2 else colour
        height = step * (0.66 if kind == "braid" else 0.6)
        knot = ellipse(float(x[i]), float(y[i] + 0.3 * step), float(wide[i]), height, 12)
        if kind == "braid":
            knot[:, 0] += 0.14 * wide[i] * (1 if i % 2 else -1)
        else:
            knot[:, 1] += 0.35 * (knot[:, 0] - x[i])
        canvas.fill(knot, tone)
