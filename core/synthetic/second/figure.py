"""One figure, painted from the back to the front."""

from __future__ import annotations

import math

from core.synthetic.brush import Part
from core.synthetic.second import accessories, hair, head
from core.synthetic.second.body import Body
from core.synthetic.second.canvas import Canvas, Owner
from core.synthetic.second.design import CharacterDesign
from core.synthetic.second.garments import (
    paint_details,
    paint_lower,
    paint_neck,
    paint_outer,
    paint_outer_behind,
    paint_pauldron,
    paint_trunk,
    skirt_tube,
)
from core.synthetic.second.limbs import paint_arm, paint_leg
from core.synthetic.second.stance import Stance

_TRUNK = {Owner.TRUNK, Owner.CLOTHES}
_ARMS = ({Owner.RIGHT_ARM}, {Owner.LEFT_ARM})
_LEGS = ({Owner.RIGHT_LEG, Owner.CLOTHES}, {Owner.LEFT_LEG, Owner.CLOTHES})
_ALLOWED = {  # keypoint -> limbs that may show there without hiding it
    **{index: {Owner.HEAD} for index in (0, 14, 15, 16, 17)},
    1: {*_TRUNK, Owner.HEAD},
    2: _ARMS[0] | _TRUNK, 3: _ARMS[0], 4: _ARMS[0],
    5: _ARMS[1] | _TRUNK, 6: _ARMS[1], 7: _ARMS[1],
    8: _LEGS[0] | _TRUNK, 9: _LEGS[0], 10: _LEGS[0],
    11: _LEGS[1] | _TRUNK, 12: _LEGS[1], 13: _LEGS[1],
}  # fmt: skip


def shows(keypoint: int, owner: Owner | None) -> bool:
    """Whether a pixel of this limb shows the keypoint; the face hides nothing of itself."""
    return owner in _ALLOWED[keypoint]


def faces_viewer(body: Body) -> list[bool]:
    """For each keypoint whether the figure's own head leaves it in sight."""
    found = [True] * 18
    eyes = head.visible_eyes(body)
    found[14], found[15] = eyes[0] is not None, eyes[1] is not None
    found[0] = math.cos(body.head_yaw) > -0.1
    for index, side in ((16, -1.0), (17, 1.0)):
        found[index] = body.on_face(side * 0.93, 0.22, -0.08)[2] > -0.35
    return found


def _arm_depth(body: Body, index: int) -> float:
    """How far elbow and hand are before the trunk, in radii of the head."""
    first = 2 + 3 * index
    elbow, wrist = body.depth[first + 1], body.depth[first + 2]
    return float(0.4 * elbow + 0.6 * wrist - 0.3 * body.depth[1]) / body.radius


def _arms(
    canvas: Canvas, body: Body, design: CharacterDesign, stance: Stance, which: list[int]
) -> None:
    for index in which:
        paint_arm(canvas, body, design, index, stance.arms[index])
        paint_pauldron(canvas, body, design, index)


def _legs_in_order(body: Body) -> list[int]:
    depth = [float(body.depth[9 + 3 * i] + body.depth[10 + 3 * i]) for i in (0, 1)]
    return [0, 1] if depth[0] <= depth[1] else [1, 0]


def paint_figure(
    canvas: Canvas, body: Body, design: CharacterDesign, stance: Stance, expression: str
) -> None:
    """Everything of one figure; `Canvas.begin_figure` was called for it."""
    order = sorted((0, 1), key=lambda index: _arm_depth(body, index))
    far = [i for i in order if _arm_depth(body, i) < -0.12]
    near = [i for i in order if i not in far]
    hair_far = hair.behind_figure(body)
    accessories.paint_on_back(canvas, body, design, True)
    if hair_far:
        hair.paint_far_mass(canvas, body, design)
        hair.paint_tails(canvas, body, design, False)
    paint_outer_behind(canvas, body, design)
    _arms(canvas, body, design, stance, far)
    for index in _legs_in_order(body):
        paint_leg(canvas, body, design, index)
    paint_neck(canvas, body, design)
    _trunk_and_clothes(canvas, body, design)
    away = math.cos(body.yaw) < -0.2
    raised = [i for i in near if body.keypoints[4 + 3 * i][1] < body.head[1] + 1.1 * body.radius]
    low = [i for i in near if i not in raised]
    if away:
        _arms(canvas, body, design, stance, near)
    elif not hair_far:
        _arms(canvas, body, design, stance, low)
        low = []
    accessories.paint_on_back(canvas, body, design, False)
    accessories.paint_on_neck(canvas, body, design)
    _head_and_hair(canvas, body, design, expression, hair_far)
    if not away:
        _arms(canvas, body, design, stance, [*low, *raised])


def _trunk_and_clothes(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    paint_trunk(canvas, body, design)
    paint_lower(canvas, body, design)
    paint_details(canvas, body, design)
    _apron_skirt(canvas, body, design)
    accessories.paint_straps(canvas, body, design)
    paint_outer(canvas, body, design)


def _apron_skirt(canvas: Canvas, body: Body, design: CharacterDesign) -> None:
    if "apron" not in design.clothes.cut.details:
        return
    canvas.on(Owner.CLOTHES, Part.BOTTOM)
    scale = 0.45 + 0.55 * body.proportions.shoulder
    tube = skirt_tube(body, design.clothes.cut.length * 0.86, 0.46 * scale)
    panel = tube.patch(-0.95, 0.95, 0.04, 1.0, count=11)
    canvas.fill(panel, design.clothes.second.rgb)


def _head_and_hair(
    canvas: Canvas, body: Body, design: CharacterDesign, expression: str, hair_far: bool
) -> None:
    head.paint_head(canvas, body, design)
    hair.paint_fringe_shadow(canvas, body, design)
    head.paint_face(canvas, body, design, expression)
    accessories.paint_on_face(canvas, body, design)
    if not hair_far:
        hair.paint_tails(canvas, body, design, False)
    hair.paint_shell(canvas, body, design)
    hair.paint_tails(canvas, body, design, True)
    accessories.paint_on_head(canvas, body, design)
