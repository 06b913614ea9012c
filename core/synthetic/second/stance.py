"""Poses with depth: joint limits to draw from, and a library of acted poses.

Angles in radians. An arm or leg hangs down at 0; `out` lifts it away from the body's middle,
`forward` swings it to the figure's front. Pairs are (right, left) of the character.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.synthetic.second.words import choice

HANDS = ("relaxed", "open", "fist", "point", "peace")


@dataclass(frozen=True)
class Arm:
    """elbow: bend, 0 = straight; toward: where the forearm bends to: (inward, up, forward)."""

    out: float = 0.2
    forward: float = 0.0
    elbow: float = 0.2
    toward: tuple[float, float, float] = (0.15, 0.0, 1.0)
    hand: str = "relaxed"


@dataclass(frozen=True)
class Leg:
    """knee: bend of the shin to the back, 0 = straight."""

    out: float = 0.08
    forward: float = 0.0
    knee: float = 0.04


@dataclass(frozen=True)
class Stance:
    """lean: sideways, bow: forwards, of the trunk; tilt and nod: of the head; twist: its turn."""

    arms: tuple[Arm, Arm] = (Arm(), Arm())
    legs: tuple[Leg, Leg] = (Leg(), Leg())
    lean: float = 0.0
    bow: float = 0.0
    tilt: float = 0.0
    nod: float = 0.0
    twist: float = 0.0

    @property
    def mirrored(self) -> Stance:
        return replace(
            self, arms=self.arms[::-1], legs=self.legs[::-1],
            lean=-self.lean, tilt=-self.tilt, twist=-self.twist,
        )  # fmt: skip


_DOWN = Arm(0.18, 0.0, 0.15)
_IN = (1.0, 0.1, 0.45)
_UP = (0.0, 1.0, 0.1)


def _both(arm: Arm) -> tuple[Arm, Arm]:
    return arm, arm


def _legs(right: Leg, left: Leg | None = None) -> tuple[Leg, Leg]:
    return right, left or right


_SIT = _legs(Leg(0.14, 1.4, 1.45))

ACTED: dict[str, Stance] = {
    "standing": Stance(),
    "arms at sides": Stance(_both(Arm(0.1, 0.0, 0.05))),
    "arms up": Stance(_both(Arm(2.65, 0.1, 0.25, (0.6, 0.4, 0.3), "open"))),
    "waving": Stance((_DOWN, Arm(1.75, 0.2, 1.15, (0.15, 1.0, 0.1), "open")), tilt=0.1),
    "hand on own hip": Stance((Arm(0.8, -0.15, 1.75, (1.0, -0.1, 0.35), "fist"), _DOWN), lean=0.05),
    "hands on own hips": Stance(_both(Arm(0.8, -0.15, 1.75, (1.0, -0.1, 0.35), "fist")),
                                _legs(Leg(0.2))),
    "outstretched arms": Stance(_both(Arm(1.5, 0.15, 0.1, hand="open"))),
    "crossed arms": Stance(_both(Arm(0.22, 0.45, 1.75, (1.0, 0.25, 0.55), "fist"))),
    "pointing": Stance((_DOWN, Arm(1.35, 0.35, 0.05, hand="point"))),
    "pointing forward": Stance((_DOWN, Arm(0.25, 1.35, 0.1, hand="point")), _legs(Leg(0.18))),
    "walking": Stance((Arm(0.15, -0.45, 0.3), Arm(0.15, 0.45, 0.45)),
                      _legs(Leg(0.04, 0.42, 0.12), Leg(0.04, -0.32, 0.35))),
    "running": Stance((Arm(0.2, -0.85, 1.5, hand="fist"), Arm(0.2, 0.75, 1.6, hand="fist")),
                      _legs(Leg(0.04, 0.95, 1.0), Leg(0.04, -0.55, 1.25)), bow=0.22, nod=-0.15),
    "jumping": Stance(_both(Arm(2.2, 0.2, 0.45, _UP, "open")),
                      _legs(Leg(0.25, 0.75, 1.7), Leg(0.2, 0.1, 1.2))),
    "sitting": Stance(_both(Arm(0.12, 0.45, 0.75)), _SIT),
    "kneeling": Stance(_both(Arm(0.12, 0.35, 0.7)), _legs(Leg(0.12, 0.15, 1.75))),
    "crouching": Stance(_both(Arm(0.15, 0.95, 0.7)), _legs(Leg(0.28, 1.75, 2.25)), bow=0.35,
                        nod=-0.2),
    "leaning forward": Stance(_both(Arm(0.2, -0.5, 0.3)), bow=0.55, nod=-0.4, tilt=0.1),
    "peace sign": Stance((_DOWN, Arm(0.55, 0.55, 2.0, (0.0, 1.0, 0.35), "peace")), tilt=0.12),
    "thinking": Stance((Arm(0.3, 0.45, 1.6, _IN, "fist"), Arm(0.22, 0.55, 2.35, (0.6, 1.0, 0.3),
                                                             "point")), tilt=-0.12),
    "hug": Stance(_both(Arm(0.5, 1.15, 0.75, (1.0, 0.0, 0.0), "open")), bow=0.1, tilt=0.1),
    "own hands together": Stance(_both(Arm(0.25, 0.6, 1.75, (0.75, 0.75, 0.6)))),
    "clenched hand": Stance((Arm(0.35, 0.3, 1.5, hand="fist"), Arm(2.5, 0.2, 0.35, _UP, "fist")),
                            _legs(Leg(0.16)), tilt=0.08),
    "salute": Stance((Arm(1.25, 0.45, 2.25, (0.75, 1.0, 0.15), "open"), Arm(0.1, 0, 0.05))),
    "stretching": Stance((Arm(2.8, 0.05, 0.35, (0.9, 0.3, 0)), Arm(2.75, 0.05, 0.7, (1, 0.3, 0))),
                         lean=0.12),
    "dancing": Stance((Arm(1.2, 0.2, 0.9, (0, -1, 0.3), "open"), Arm(2.3, 0.1, 0.5, _UP, "open")),
                      _legs(Leg(0.05), Leg(0.6, 0.2, 0.9)), lean=-0.12, tilt=0.12),
    "fighting stance": Stance((Arm(0.3, 0.55, 1.9, (0.1, 1, 0.6), "fist"),
                               Arm(0.3, 1.05, 0.9, (0.1, 1, 0.3), "fist")),
                              _legs(Leg(0.35, -0.2, 0.35), Leg(0.25, 0.4, 0.4)), bow=0.12),
    "kicking": Stance((Arm(0.9, -0.2, 0.9, hand="fist"), Arm(0.7, 0.5, 1.6, hand="fist")),
                      _legs(Leg(0.05, -0.1, 0.15), Leg(0.25, 1.5, 0.15)), bow=-0.15),
    "bowing": Stance(_both(Arm(0.1, 0.45, 0.2)), bow=0.85, nod=0.35),
    "arms behind back": Stance(_both(Arm(0.28, -0.5, 0.85, (1.0, 0.0, 0.0)))),
    "arms behind head": Stance(_both(Arm(2.15, -0.15, 2.1, (1.0, 0.25, -0.35)))),
    "shrugging": Stance(_both(Arm(0.4, 0.15, 1.7, (-0.9, 0.55, 0.5), "open")), tilt=0.15),
    "reaching": Stance((_DOWN, Arm(0.35, 1.6, 0.1, hand="open")), bow=0.15),
    "hand on own chest": Stance((_DOWN, Arm(0.3, 0.3, 2.0, (1.0, 0.55, 0.5), "open")), tilt=-0.06),
    "standing on one leg": Stance(_both(Arm(1.2, 0.1, 0.3, hand="open")),
                                  _legs(Leg(0.03), Leg(0.1, 0.85, 1.8)), lean=-0.05),
}  # fmt: skip


def _random_arm(rng: np.random.Generator) -> Arm:
    """Any shoulder between hanging and overhead; the elbow bends to the front or inwards."""
    out = float(rng.uniform(0.06, 2.7) if rng.random() < 0.6 else rng.uniform(0.06, 0.6))
    forward = float(rng.uniform(-0.5, 1.5)) if out < 1.2 else float(rng.uniform(-0.1, 0.4))
    inward, up, front = rng.uniform((-0.2, -0.1, 0.2), (1.0, 1.0, 1.0)).tolist()
    hand = choice(rng, HANDS, (0.45, 0.2, 0.2, 0.08, 0.07))
    return Arm(out, forward, float(rng.beta(1.2, 2.0)) * 2.3, (inward, up, front), hand)


def _random_leg(rng: np.random.Generator, calm: bool) -> Leg:
    if calm:
        return Leg(float(rng.uniform(0.02, 0.22)), float(rng.normal(0, 0.08)), 0.05)
    forward = float(rng.uniform(-0.5, 1.2))
    knee = float(rng.uniform(0.0, 0.5)) + max(forward, 0.0) * float(rng.uniform(0.3, 1.1))
    return Leg(float(rng.uniform(0.0, 0.5)), forward, knee)


def random_stance(rng: np.random.Generator) -> Stance:
    """Every joint within its limits."""
    calm = bool(rng.random() < 0.55)
    return Stance(
        (_random_arm(rng), _random_arm(rng)),
        (_random_leg(rng, calm), _random_leg(rng, calm)),
        lean=float(np.clip(rng.normal(0, 0.1), -0.3, 0.3)),
        bow=float(np.clip(rng.normal(0.02, 0.1), -0.25, 0.4)),
        tilt=float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)),
        nod=float(np.clip(rng.normal(0, 0.1), -0.25, 0.25)),
        twist=float(np.clip(rng.normal(0, 0.2), -0.5, 0.5)),
    )
