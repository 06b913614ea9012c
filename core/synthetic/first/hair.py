"""Hair: the part behind the figure and the fringe, in head coordinates (radii, x right, y down)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.synthetic.brush import Part, Points, line_tone, shade, spline
from core.synthetic.first.canvas import Canvas
from core.synthetic.first.character import CharacterSpec
from core.synthetic.first.pose import Skeleton

_CAP = (
    (-1.08, 0.15), (-1.02, -0.45), (-0.7, -0.95), (0.0, -1.2), (0.7, -0.95), (1.02, -0.45),
    (1.08, 0.15),
)  # fmt: skip

# Lower outline of the back hair, from the viewer's right to the left; the cap closes it above.
_BACKS: dict[str, tuple[tuple[float, float], ...]] = {
    "short": ((1.05, 0.55), (0.7, 0.85), (0.0, 0.95), (-0.7, 0.85), (-1.05, 0.55)),
    "bob": ((1.2, 0.6), (1.12, 1.02), (0.5, 1.08), (-0.5, 1.08), (-1.12, 1.02), (-1.2, 0.6)),
    "long": ((1.22, 0.9), (1.3, 1.8), (1.2, 2.6), (0.4, 2.7), (-0.4, 2.7), (-1.2, 2.6), (-1.3, 1.8),
             (-1.22, 0.9)),
    "wavy": ((1.25, 0.7), (1.5, 1.15), (1.25, 1.6), (1.52, 2.05), (1.1, 2.5), (0.0, 2.35),
             (-1.1, 2.5), (-1.52, 2.05), (-1.25, 1.6), (-1.5, 1.15), (-1.25, 0.7)),
    "spiky": ((1.35, 0.3), (1.05, 0.5), (1.3, 0.9), (0.8, 0.82), (0.5, 1.15), (0.0, 0.9),
              (-0.5, 1.15), (-0.8, 0.82), (-1.3, 0.9), (-1.05, 0.5), (-1.35, 0.3)),
}  # fmt: skip

_TAILS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "twintails": (
        ((0.9, -0.45), (1.5, -0.35), (1.75, 0.5), (1.62, 1.6), (1.35, 2.3), (1.2, 1.4),
         (1.15, 0.4)),
        ((-0.9, -0.45), (-1.5, -0.35), (-1.75, 0.5), (-1.62, 1.6), (-1.35, 2.3), (-1.2, 1.4),
         (-1.15, 0.4)),
    ),
    "ponytail": (
        ((0.1, -1.0), (0.7, -1.35), (1.45, -1.05), (1.72, 0.0), (1.6, 1.2), (1.4, 1.9), (1.2, 1.0),
         (1.1, 0.0), (0.7, -0.7)),
    ),
    "side": (
        ((-0.9, 0.1), (-1.35, 0.15), (-1.5, 0.8), (-1.42, 1.5), (-1.15, 2.0), (-1.02, 1.3),
         (-0.95, 0.7)),
    ),
}  # fmt: skip

_FRINGES: dict[str, tuple[tuple[float, float], ...]] = {
    # From the viewer's left temple along the fringe's lower edge to the right temple.
    "blunt": ((-1.04, 0.62), (-0.86, 0.6), (-0.84, 0.0), (-0.42, 0.06), (0.0, 0.08), (0.42, 0.06),
              (0.84, 0.0), (0.86, 0.6), (1.04, 0.62)),
    "swept": ((-1.04, 0.5), (-0.86, 0.42), (-0.86, 0.0), (-0.45, 0.12), (0.1, -0.02), (0.5, -0.3),
              (0.78, -0.1), (0.9, 0.5), (1.04, 0.55)),
    "parted": ((-1.04, 0.7), (-0.88, 0.6), (-0.8, 0.0), (-0.4, -0.12), (0.0, -0.62), (0.4, -0.12),
               (0.8, 0.0), (0.88, 0.6), (1.04, 0.7)),
    "spiked": ((-1.06, 0.5), (-0.84, 0.15), (-0.66, 0.2), (-0.5, -0.18), (-0.24, 0.18), (0.0, -0.2),
               (0.26, 0.18), (0.5, -0.18), (0.68, 0.2), (0.84, 0.12), (1.06, 0.5)),
    "crossed": ((-1.04, 0.55), (-0.88, 0.45), (-0.8, -0.08), (-0.3, -0.1), (0.05, 0.2),
                (0.2, -0.22),
                (0.6, 0.02), (0.84, 0.1), (0.9, 0.55), (1.04, 0.6)),
}  # fmt: skip
_SHARP = {"spiked", "crossed"}


def _tipped(canvas: Canvas, shape: Points, spec: CharacterSpec, skeleton: Skeleton) -> None:
    """Second colour on the lower part of long hair."""
    if spec.tips_rgb is None:
        return
    down = skeleton.on_head((0.0, 1.15)) - skeleton.on_head((0.0, 0.0))
    reach = (shape - skeleton.head) @ (down[0] / float(np.sum(down**2)))
    low = float(np.quantile(reach, 0.55))
    limit = max(low, 0.6) * 1.15
    band = skeleton.on_head((-2.4, limit), (2.4, limit), (2.4, 4.0), (-2.4, 4.0))
    found, clip = canvas.region(shape), canvas.region(band)
    if found is None or clip is None:
        return
    rows, columns, mask = found
    full = np.zeros(canvas.labels.shape, dtype=bool)
    full[clip[0], clip[1]] = clip[2]
    canvas.image[rows, columns][mask & full[rows, columns]] = spec.tips_rgb


def _lock(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec, outline: Points) -> None:
    colour = shade(spec.hair_rgb, 0.86)
    canvas.fill(outline, colour, Part.HAIR, line=line_tone(spec.hair_rgb), width=1.3)
    _tipped(canvas, outline, spec, skeleton)


def _braids(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    for side in (-1.0, 1.0):
        for step in range(5):
            x, y = side * (1.02 + 0.06 * step), 0.75 + 0.33 * step
            knot = skeleton.on_head(
                (x - 0.22, y), (x, y - 0.2), (x + 0.22, y), (x + 0.12, y + 0.22), (x, y + 0.28),
                (x - 0.12, y + 0.22),
            )  # fmt: skip
            _lock(canvas, skeleton, spec, spline(knot))


def _bun(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    angle = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    ring = tuple((0.46 * np.cos(a), -1.22 + 0.42 * np.sin(a)) for a in angle)
    _lock(canvas, skeleton, spec, skeleton.on_head(*ring))


_SPECIAL: dict[str, Callable[[Canvas, Skeleton, CharacterSpec], None]] = {
    "braids": _braids,
    "bun": _bun,
}


def paint_back_hair(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    """Everything of the hair that lies behind head and body."""
    style = spec.hair_back
    for tail in _TAILS.get(style, ()):
        _lock(canvas, skeleton, spec, spline(skeleton.on_head(*tail)))
    if style in _SPECIAL:
        _SPECIAL[style](canvas, skeleton, spec)
    lower = _BACKS.get(style, _BACKS["short"])
    outline = skeleton.on_head(*_CAP, *lower)
    outline = outline if style == "spiky" else spline(outline)
    _lock(canvas, skeleton, spec, outline)


def fringe_outline(
    skeleton: Skeleton, spec: CharacterSpec, turn: float, drop: float = 0.0
) -> Points:
    """Outline of the fringe in canvas px; `drop` shifts it down (for its shadow), in radii."""
    shift = 0.12 * turn
    lower = tuple(
        (x + shift * (1 - abs(x)) if abs(x) < 1 else x, y + drop) for x, y in _FRINGES[spec.fringe]
    )
    cap = tuple((-x, y) for x, y in _CAP)
    if spec.fringe in _SHARP:
        return np.concatenate([skeleton.on_head(*lower), _arc(skeleton.on_head(*cap))])
    edge = skeleton.on_head(*lower)
    return np.concatenate([_open_curve(edge), _arc(skeleton.on_head(*cap))])


def _open_curve(control: Points) -> Points:
    """Slightly rounded open line: mid-points between neighbours are kept."""
    middle = (control[:-1] + control[1:]) / 2
    quarter = (control[:-1] * 3 + control[1:]) / 4
    last = (control[:-1] + control[1:] * 3) / 4
    return np.concatenate(
        [control[:1], np.stack([quarter, middle, last], 1).reshape(-1, 2), control[-1:]]
    )


def _arc(control: Points) -> Points:
    """Smooth open arc through the control points."""
    padded = np.concatenate(
        [2 * control[:1] - control[1:2], control, 2 * control[-1:] - control[-2:-1]]
    )
    t = np.linspace(0, 1, 6, dtype=np.float32)[:, None]
    out: list[Points] = []
    for i in range(1, len(padded) - 2):
        p0, p1, p2, p3 = padded[i - 1 : i + 3]
        out.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
                   + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )  # fmt: skip
    return np.concatenate(out).astype(np.float32)


def paint_fringe(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec, turn: float) -> None:
    """Fringe with its lines, highlight band and ahoge."""
    line = line_tone(spec.hair_rgb)
    if spec.ahoge:
        lock = skeleton.on_head(
            (-0.05, -1.12), (-0.12, -1.5), (0.3, -1.62), (0.12, -1.42), (0.1, -1.12)
        )
        canvas.fill(spline(lock), spec.hair_rgb, Part.HAIR, line=line)
    canvas.fill(
        fringe_outline(skeleton, spec, turn), spec.hair_rgb, Part.HAIR, line=line, width=1.3
    )
    bright = shade(spec.hair_rgb, 1.45)
    shift = 0.1 * turn
    band = skeleton.on_head(
        (-0.72 + shift, -0.5), (-0.35 + shift, -0.66), (0.1 + shift, -0.7), (0.5 + shift, -0.62),
        (0.44 + shift, -0.5), (0.1 + shift, -0.56), (-0.3 + shift, -0.52), (-0.62 + shift, -0.38),
    )  # fmt: skip
    canvas.fill_on(band, bright, Part.HAIR)
    for x, y0, y1 in ((-0.42, -0.4, -0.05), (0.36, -0.42, -0.1)):
        canvas.stroke(
            skeleton.on_head((x * 0.7 + shift, y0), (x + shift, y1)), shade(spec.hair_rgb, 0.7), 1.0
        )
