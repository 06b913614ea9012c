"""One drawing: a character in a shot, with everything that is known about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.synthetic.drawing import Drawing
from core.synthetic.first.accessory import paint_head_accessory, paint_scarf
from core.synthetic.first.canvas import Canvas
from core.synthetic.first.character import CharacterSpec, identity_vocabulary
from core.synthetic.first.face import EXPRESSIONS, paint_face, paint_head
from core.synthetic.first.hair import paint_back_hair, paint_fringe
from core.synthetic.first.outfit import paint_arm, paint_bottom, paint_legs, paint_torso
from core.synthetic.first.pose import (
    ACTED,
    HEIGHT,
    NECK,
    TOP_OF_HEAD,
    Joints,
    Skeleton,
    build_skeleton,
    random_joints,
)
from core.synthetic.scene import SCENES, paint_scene

FRAMINGS = {"full": "full body", "upper": "upper body", "portrait": "portrait"}


@dataclass(frozen=True)
class Shot:
    """Everything that is not identity.

    neck_x, neck_y, radius: neck position and head radius as shares of the canvas height (x from
    the canvas centre). turn: -1 to 1, three-quarter view to the viewer's left or right.
    """

    joints: Joints
    expression: str
    turn: float
    framing: str
    scene: str
    scene_seed: int
    neck_x: float
    neck_y: float
    radius: float
    width: int = 256
    height: int = 256
    action: str = ""


def _choice(rng: np.random.Generator, names: list[str], weights: list[float] | None = None) -> str:
    return names[int(rng.choice(len(names), p=weights))]


def sample_shot(
    rng: np.random.Generator, *, framing: str | None = None, scene: str | None = None,
    width: int = 256, height: int = 256,
) -> Shot:  # fmt: skip
    """A random pose, expression, framing and scene."""
    framing = framing or _choice(rng, list(FRAMINGS), [0.66, 0.24, 0.1])
    scene = scene or _choice(rng, list(SCENES))
    action = ""
    joints = random_joints(rng)
    if rng.random() < 0.35:
        action = _choice(rng, list(ACTED))
        joints = ACTED[action]
    size = float(rng.uniform(0.76, 0.88)) / HEIGHT
    size *= {"full": 1.0, "upper": 1.55, "portrait": 2.2}[framing]
    room = min(0.5 * width / height - 0.16, 0.3) * (1.0 if framing == "full" else 0.5)
    top = float(rng.uniform(0.08, 0.13)) if framing == "full" else float(rng.uniform(0.07, 0.13))
    return Shot(
        joints=joints,
        expression=_choice(rng, list(EXPRESSIONS)),
        turn=float(np.clip(rng.normal(0, 0.5), -1, 1)),
        framing=framing,
        scene=scene,
        scene_seed=int(rng.integers(1 << 30)),
        neck_x=float(rng.uniform(-room, room)) * 0.6,
        neck_y=top + size * (TOP_OF_HEAD + NECK),
        radius=size,
        width=width,
        height=height,
        action=action,
    )


def reference_shot(rng: np.random.Generator, width: int = 256, height: int = 256) -> Shot:
    """A natural standing, full-body, nearly frontal picture, as an artist's model sheet has."""
    size = float(rng.uniform(0.82, 0.87)) / HEIGHT
    angle = rng.uniform(0.2, 0.55, 2)
    joints = Joints(
        lean=float(rng.normal(0, 0.02)), tilt=float(rng.normal(0, 0.03)),
        arms=(float(angle[0]), float(angle[1])),
        elbows=(float(rng.uniform(-0.2, 0.25)), float(rng.uniform(-0.2, 0.25))),
        legs=(float(rng.uniform(0.04, 0.14)), float(rng.uniform(0.04, 0.14))),
    )  # fmt: skip
    return Shot(
        joints=joints,
        expression=_choice(rng, ["smile", "neutral", "open"]),
        turn=float(np.clip(rng.normal(0, 0.15), -0.4, 0.4)),
        framing="full",
        scene=_choice(rng, list(SCENES)),
        scene_seed=int(rng.integers(1 << 30)),
        neck_x=float(rng.uniform(-0.06, 0.06)),
        neck_y=0.1 + size * (TOP_OF_HEAD + NECK),
        radius=size,
        width=width,
        height=height,
        action="standing",
    )


def draw(character: CharacterSpec, shot: Shot) -> Drawing:
    """Paint the character in the shot. Deterministic."""
    height = shot.height
    neck = np.array([shot.width / 2 + shot.neck_x * height, shot.neck_y * height], np.float32)
    skeleton = build_skeleton(shot.joints, neck, shot.radius * height, shot.turn)
    canvas = Canvas(paint_scene(shot.scene, shot.scene_seed, shot.width, height))
    behind = shot.joints.arms_behind
    paint_back_hair(canvas, skeleton, character)
    for index in (0, 1):
        if behind[index]:
            paint_arm(canvas, skeleton, character, index)
    paint_legs(canvas, skeleton, character)
    paint_torso_and_bottom(canvas, skeleton, character)
    paint_head(canvas, skeleton, character, shot.turn)
    paint_face(canvas, skeleton, character, shot.turn, shot.expression)
    paint_fringe(canvas, skeleton, character, shot.turn)
    paint_head_accessory(canvas, skeleton, character)
    for index in (0, 1):
        if not behind[index]:
            paint_arm(canvas, skeleton, character, index)
    image, mask, parts = canvas.finish()
    x, y = skeleton.keypoints[:, 0], skeleton.keypoints[:, 1]
    inside = (x >= 0) & (x < shot.width) & (y >= 0) & (y < height)
    keypoints = np.concatenate([skeleton.keypoints, inside[:, None].astype(np.float32)], axis=1)
    return Drawing(image, mask, parts, keypoints, character.tags, _shot_tags(shot))


def paint_torso_and_bottom(canvas: Canvas, skeleton: Skeleton, character: CharacterSpec) -> None:
    """Skirts go over the shirt's hem, as do trousers."""

    paint_torso(canvas, skeleton, character)
    paint_bottom(canvas, skeleton, character)
    paint_scarf(canvas, skeleton, character)


def _shot_tags(shot: Shot) -> tuple[str, ...]:
    words = [FRAMINGS[shot.framing], EXPRESSIONS[shot.expression], *SCENES[shot.scene]]
    if shot.action:
        words.append(shot.action)
    if abs(shot.turn) > 0.5:
        words.append("looking to the side")
    else:
        words.append("looking at viewer")
    return tuple(words)


def vocabulary() -> tuple[str, ...]:
    """Every tag that can be emitted, sorted."""
    words = identity_vocabulary() | set(FRAMINGS.values()) | set(EXPRESSIONS.values()) | set(ACTED)
    words |= {tag for tags in SCENES.values() for tag in tags}
    words |= {"looking to the side", "looking at viewer"}
    return tuple(sorted(words))
