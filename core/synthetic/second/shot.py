"""A shot: everything of a picture that is not identity, and how shots are drawn at random."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from core.synthetic.second.canvas import Style
from core.synthetic.second.scenes import HAS_NIGHT, PLAIN, SCENES, scene_words
from core.synthetic.second.stance import ACTED, Arm, Stance, random_stance
from core.synthetic.second.words import EXPRESSIONS, SHADINGS, VIEWS, choice

FRAMINGS = {"full": "full body", "upper": "upper body", "portrait": "portrait"}
VIEW_YAWS = {  # degrees, from and to, to either side
    "front": (0.0, 16.0), "three-quarter": (26.0, 58.0), "side": (76.0, 96.0),
    "back": (140.0, 180.0),
}  # fmt: skip
_VIEW_CHANCES = (0.42, 0.32, 0.14, 0.12)
_FRAMING_CHANCES = (0.6, 0.26, 0.14)


@dataclass(frozen=True)
class Setting:
    """What figures of one picture share."""

    framing: str = "full"
    scene: str = "white"
    night: bool = False
    scene_seed: int = 0
    style: Style = field(default=Style())
    width: int = 256
    height: int = 256

    @property
    def words(self) -> tuple[str, ...]:
        return (
            FRAMINGS[self.framing],
            *scene_words(self.scene, self.night),
            *SHADINGS[self.style.shading],
        )


@dataclass(frozen=True)
class Acting:
    """What one figure does.

    yaw: radians, 0 to the viewer, positive to the viewer's right. x: of the figure's middle, share
    of the picture's width from its middle; fill: how much of the free height the figure takes.
    action: name of an acted stance, or empty.
    """

    stance: Stance = field(default=Stance())
    expression: str = "neutral"
    yaw: float = 0.0
    x: float = 0.0
    fill: float = 0.95
    action: str = ""

    @property
    def view(self) -> str:
        degrees = abs(math.degrees(math.remainder(self.yaw, 2 * math.pi)))
        for name, limit in (("front", 20), ("three-quarter", 68), ("side", 115)):
            if degrees < limit:
                return name
        return "back"

    @property
    def words(self) -> tuple[str, ...]:
        found = [VIEWS[self.view]]
        if self.view != "back":
            found.append(EXPRESSIONS[self.expression])
        if self.view == "front":
            found.append("looking at viewer")
        if self.action:
            found.append(self.action)
        return tuple(found)


@dataclass(frozen=True)
class Shot:
    acting: Acting
    setting: Setting

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.setting.words, *self.acting.words)


def sample_yaw(rng: np.random.Generator, view: str) -> float:
    low, high = VIEW_YAWS[view]
    return math.radians(float(rng.uniform(low, high))) * float(choice(rng, ("-1", "1")))


def sample_acting(
    rng: np.random.Generator, *, view: str | None = None, action: str | None = None
) -> Acting:
    """A random pose (one in two acted), expression and view."""
    if action is None:
        action = choice(rng, ACTED) if rng.random() < 0.5 else ""
    stance = ACTED[action] if action else random_stance(rng)
    if rng.random() < 0.5:
        stance = stance.mirrored
    return Acting(
        stance,
        choice(rng, EXPRESSIONS),
        sample_yaw(rng, view or choice(rng, VIEWS, _VIEW_CHANCES)),
        float(rng.uniform(-0.12, 0.12)),
        float(rng.uniform(0.88, 1.0)),
        action,
    )


def sample_style(rng: np.random.Generator) -> Style:
    return Style(choice(rng, SHADINGS, (0.15, 0.73, 0.12)), float(rng.uniform(0.75, 1.7)))


def sample_setting(
    rng: np.random.Generator, *, framing: str | None = None, scene: str | None = None,
    style: Style | None = None, width: int = 256, height: int = 256,
) -> Setting:  # fmt: skip
    scene = scene or choice(rng, SCENES)
    night = scene in HAS_NIGHT and bool(rng.random() < 0.25)
    return Setting(
        framing or choice(rng, FRAMINGS, _FRAMING_CHANCES), scene, night,
        int(rng.integers(1 << 30)), style or sample_style(rng), width, height,
    )  # fmt: skip


def sample_shot(
    rng: np.random.Generator, *, framing: str | None = None, scene: str | None = None,
    view: str | None = None, action: str | None = None, style: Style | None = None,
    width: int = 256, height: int = 256,
) -> Shot:  # fmt: skip
    """A random picture; what is given is kept."""
    setting = sample_setting(
        rng, framing=framing, scene=scene, style=style, width=width, height=height
    )
    return Shot(sample_acting(rng, view=view, action=action), setting)


def _loose(rng: np.random.Generator, arm: Arm) -> Arm:
    return replace(arm, out=arm.out + float(rng.uniform(0, 0.3)), elbow=float(rng.uniform(0, 0.3)))


def reference_shot(rng: np.random.Generator, width: int = 256, height: int = 256) -> Shot:
    """A model sheet: standing, whole, nearly frontal, on plain ground, cel-shaded."""
    stance = ACTED[choice(rng, ("standing", "arms at sides"))]
    stance = replace(
        stance,
        tilt=float(rng.normal(0, 0.03)),
        arms=(_loose(rng, stance.arms[0]), _loose(rng, stance.arms[1])),
    )
    acting = Acting(
        stance, choice(rng, ("smile", "neutral", "open")),
        float(np.clip(rng.normal(0, 0.15), -0.4, 0.4)), float(rng.uniform(-0.03, 0.03)),
        0.97, "standing",
    )  # fmt: skip
    setting = Setting(
        "full", choice(rng, PLAIN), False, int(rng.integers(1 << 30)), Style(), width, height
    )
    return Shot(acting, setting)


def shot_vocabulary() -> set[str]:
    words = {"night", "looking at viewer", *FRAMINGS.values(), *EXPRESSIONS.values(), *ACTED}
    words |= set(VIEWS.values())
    for table in (SCENES, SHADINGS):
        words |= {word for found in table.values() for word in found}
    return words
