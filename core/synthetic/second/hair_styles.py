"""The cuts of hair as numbers: edges of the fringe, masses behind and tails."""

from __future__ import annotations

from dataclasses import dataclass

Pairs = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Mass:
    """Loose hair behind head and trunk.

    sections: height y, half width, half depth, how far behind the head's axis, in head radii, from
    top to bottom. tips: locks along the hem, jag: their length.
    """

    sections: tuple[tuple[float, float, float, float], ...]
    tips: int
    jag: float
    waves: float = 0.0


@dataclass(frozen=True)
class Tail:
    """A bound strand: its path in (outwards, down, front) and half widths, in head radii.

    mirrored: one on each side, else on the side of the design. kind: smooth, braid, drill or bun.
    """

    path: tuple[tuple[float, float, float], ...]
    widths: tuple[float, ...]
    mirrored: bool
    kind: str = "smooth"


@dataclass(frozen=True)
class Back:
    """nape, jag, tips: height and locks of the lower edge behind; flare: how it widens below."""

    nape: float
    jag: float
    tips: int
    flare: float
    mass: Mass
    tails: tuple[Tail, ...] = ()
    spikes: bool = False


_LONG = ((-0.3, 1.02, 0.9, 0.12), (0.5, 1.12, 0.8, 0.28), (1.3, 1.18, 0.55, 0.42),
         (2.1, 1.12, 0.45, 0.5), (2.75, 0.92, 0.36, 0.5))  # fmt: skip
_HIME = ((-0.3, 1.04, 0.9, 0.12), (0.5, 1.14, 0.8, 0.28), (1.4, 1.14, 0.55, 0.42),
         (2.4, 1.12, 0.46, 0.5), (3.3, 1.08, 0.42, 0.52))  # fmt: skip
_WAVY = ((-0.3, 1.06, 0.95, 0.12), (0.5, 1.24, 0.85, 0.28), (1.2, 1.4, 0.66, 0.42),
         (1.9, 1.36, 0.6, 0.5), (2.5, 1.06, 0.5, 0.5))  # fmt: skip
_MEDIUM = ((-0.3, 1.04, 0.95, 0.1), (0.5, 1.1, 0.85, 0.22), (0.95, 1.12, 0.7, 0.3),
           (1.35, 1.34, 0.7, 0.34))  # fmt: skip
_SHORT = ((-0.2, 1.0, 0.9, 0.1), (0.5, 0.98, 0.82, 0.16), (0.86, 0.82, 0.66, 0.2))
_BOB = ((-0.2, 1.05, 0.95, 0.1), (0.5, 1.14, 0.95, 0.16), (1.02, 1.14, 0.9, 0.18))
_PIXIE = ((-0.2, 0.98, 0.9, 0.1), (0.4, 0.94, 0.8, 0.16), (0.68, 0.72, 0.6, 0.2))

_TWIN = Tail(
    ((0.86, -0.5, -0.15), (1.3, -0.5, -0.25), (1.62, 0.2, -0.3), (1.66, 1.1, -0.3),
     (1.5, 1.9, -0.25), (1.3, 2.5, -0.2)),
    (0.1, 0.26, 0.38, 0.36, 0.26, 0.02), True,
)  # fmt: skip
_LOW_TWIN = Tail(
    ((0.72, 0.66, -0.35), (0.98, 0.9, 0.0), (1.02, 1.4, 0.25), (0.95, 2.0, 0.35),
     (0.86, 2.5, 0.35)),
    (0.12, 0.24, 0.28, 0.22, 0.02), True,
)  # fmt: skip
_PONY = Tail(
    ((0.1, -0.86, -0.62), (0.5, -1.16, -1.0), (0.95, -0.6, -1.25), (1.2, 0.4, -1.25),
     (1.22, 1.3, -1.1), (1.02, 2.1, -0.95)),
    (0.14, 0.28, 0.4, 0.42, 0.32, 0.02), False,
)  # fmt: skip
_SIDE_PONY = Tail(
    ((0.9, 0.1, -0.2), (1.28, 0.12, -0.05), (1.42, 0.7, 0.12), (1.36, 1.4, 0.2), (1.2, 2.1, 0.2)),
    (0.1, 0.26, 0.32, 0.28, 0.02), False,
)  # fmt: skip
_TWIN_BRAID = Tail(
    ((0.78, 0.7, -0.2), (1.02, 1.0, 0.1), (1.1, 1.6, 0.3), (1.06, 2.3, 0.35)),
    (0.22, 0.25, 0.22, 0.14), True, "braid",
)  # fmt: skip
_BRAID = Tail(
    ((0.0, 0.74, -0.8), (0.35, 1.1, -0.85), (0.6, 1.8, -0.8), (0.62, 2.6, -0.75)),
    (0.28, 0.3, 0.26, 0.16), False, "braid",
)  # fmt: skip
_DRILL = Tail(
    ((0.9, -0.1, 0.0), (1.22, 0.3, 0.1), (1.26, 1.0, 0.15), (1.2, 1.8, 0.2)),
    (0.3, 0.36, 0.3, 0.16), True, "drill",
)  # fmt: skip
_BUN = Tail(((0.0, -1.12, -0.5), (0.0, -1.3, -0.66)), (0.46, 0.46), False, "bun")
_DOUBLE_BUN = Tail(((0.72, -0.98, -0.1), (0.8, -1.06, -0.12)), (0.4, 0.4), True, "bun")

BACKS: dict[str, Back] = {
    "short": Back(0.8, 0.14, 7, 0.0, Mass(_SHORT, 5, 0.12)),
    "bob": Back(1.02, 0.04, 5, 0.12, Mass(_BOB, 3, 0.03)),
    "long": Back(0.7, 0.05, 5, 0.06, Mass(_LONG, 6, 0.25)),
    "twintails": Back(0.66, 0.06, 5, 0.0, Mass(_PIXIE, 5, 0.08), (_TWIN,)),
    "ponytail": Back(0.62, 0.06, 5, 0.0, Mass(_PIXIE, 5, 0.08), (_PONY,)),
    "bun": Back(0.62, 0.05, 5, 0.0, Mass(_PIXIE, 5, 0.08), (_BUN,)),
    "braids": Back(0.7, 0.05, 5, 0.02, Mass(_SHORT, 5, 0.08), (_TWIN_BRAID,)),
    "wavy": Back(0.7, 0.05, 5, 0.1, Mass(_WAVY, 6, 0.3, 0.12)),
    "spiky": Back(0.82, 0.3, 6, 0.08, Mass(_SHORT, 5, 0.3), spikes=True),
    "side": Back(0.72, 0.08, 5, 0.0, Mass(_SHORT, 5, 0.1), (_SIDE_PONY,)),
    "low twintails": Back(0.7, 0.05, 5, 0.0, Mass(_SHORT, 4, 0.06), (_LOW_TWIN,)),
    "double bun": Back(0.66, 0.06, 5, 0.0, Mass(_PIXIE, 5, 0.08), (_DOUBLE_BUN,)),
    "braid": Back(0.72, 0.05, 5, 0.02, Mass(_SHORT, 5, 0.08), (_BRAID,)),
    "drills": Back(0.72, 0.06, 5, 0.04, Mass(_MEDIUM, 5, 0.1), (_DRILL,)),
    "hime": Back(0.7, 0.03, 5, 0.06, Mass(_HIME, 9, 0.05)),
    "pixie": Back(0.6, 0.12, 7, -0.04, Mass(_PIXIE, 5, 0.12)),
    "medium": Back(0.8, 0.06, 5, 0.06, Mass(_MEDIUM, 7, 0.2)),
}

# Lower edge of the fringe from the character's right temple to the left: longitude in degrees
# (0 = middle of the face) and height in head radii; tips and the notches between them by turns,
# beginning with a notch.
FRINGES: dict[str, Pairs] = {
    "blunt": ((-104, 0.5), (-78, 0.86), (-61, 0.0), (-48, 0.12), (-34, 0.04), (-18, 0.14),
              (-4, 0.05), (12, 0.14), (26, 0.04), (44, 0.12), (61, 0.0), (78, 0.86), (104, 0.5)),
    "swept": ((-104, 0.5), (-76, 0.7), (-62, -0.12), (-50, 0.22), (-36, -0.06), (-16, 0.16),
              (0, -0.16), (22, 0.06), (38, -0.38), (64, 0.3), (70, 0.16), (80, 0.72), (104, 0.5)),
    "parted": ((-104, 0.5), (-74, 0.88), (-66, 0.1), (-52, 0.24), (-6, -0.72), (48, 0.24),
               (66, 0.1), (74, 0.88), (104, 0.5)),
    "spiked": ((-104, 0.45), (-80, 0.66), (-66, 0.02), (-54, 0.3), (-40, -0.16), (-24, 0.2),
               (-8, -0.2), (8, 0.26), (22, -0.16), (38, 0.2), (50, -0.1), (62, 0.28), (68, 0.02),
               (82, 0.66), (104, 0.45)),
    "crossed": ((-104, 0.5), (-77, 0.78), (-62, -0.1), (-44, 0.14), (-24, -0.2), (8, 0.34),
                (14, -0.2), (30, 0.1), (44, -0.14), (58, 0.16), (63, 0.0), (78, 0.78), (104, 0.5)),
    "one eye": ((-104, 0.5), (-76, 0.75), (-62, -0.2), (-46, 0.1), (-14, -0.5), (14, 0.5),
                (22, 0.32), (40, 0.62), (50, 0.4), (66, 0.78), (104, 0.5)),
    "curtain": ((-104, 0.5), (-78, 0.75), (-70, 0.4), (-58, 0.42), (0, -0.66), (58, 0.42),
                (70, 0.4), (78, 0.75), (104, 0.5)),
    "forehead": ((-104, 0.45), (-82, 0.7), (-64, -0.3), (-58, -0.28), (-30, -0.62), (0, -0.66),
                 (30, -0.62), (58, -0.28), (64, -0.3), (82, 0.7), (104, 0.45)),
}  # fmt: skip
