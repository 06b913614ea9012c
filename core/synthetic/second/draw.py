"""Drawings of the second edition with their ground truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.synthetic.drawing import GroupDrawing, SeenDrawing
from core.synthetic.second.accessories import headroom
from core.synthetic.second.body import TOP_OF_HEAD, Body, pose_body, proportions
from core.synthetic.second.canvas import Canvas
from core.synthetic.second.design import CharacterDesign, identity_vocabulary
from core.synthetic.second.figure import faces_viewer, paint_figure, shows
from core.synthetic.second.scenes import paint_background
from core.synthetic.second.shot import Acting, Setting, Shot, shot_vocabulary

GROUP_WORDS = ("2girls", "3girls", "2boys", "3boys", "1girl", "1boy", "multiple girls",
               "multiple boys")  # fmt: skip
_SMALL_BESIDE_TALL = 0.45  # 0: all as tall as the tallest, 1: heads of one size
_MARGIN = 0.05  # of the height, above and below a whole figure
_TOP_OF_HAIR = TOP_OF_HEAD + 0.35
# Head radii of the picture's height for a standing figure cropped at the hips, at the chest.
_CROPS = {"upper": 0.95, "portrait": 0.3}


def _extent(body: Body) -> tuple[float, float, float]:
    """Of a figure of unit size: top, bottom and middle x, in head radii."""
    top = min(float(body.head[1]) - _TOP_OF_HAIR, float(body.keypoints[:, 1].min()) - 0.3)
    bottom = max(float(body.keypoints[:, 1].max()), float(body.toes[:, 1].max())) + 0.25
    low = min(float(body.keypoints[:, 0].min()), float(body.head[0]) - 1)
    high = max(float(body.keypoints[:, 0].max()), float(body.head[0]) + 1)
    return top, bottom, (low + high) / 2


def place(acting: Acting, setting: Setting, design: CharacterDesign) -> Body:
    """The figure's body on the canvas, as large as the framing asks."""
    p = proportions(design.growth, design.boy)
    body = pose_body(acting.stance, p, acting.yaw)
    top, bottom, middle = _extent(body)
    top -= headroom(design)
    height, width = setting.height, setting.width
    if setting.framing == "full":
        standing = p.height + 0.35
        room = (1 - 2 * _MARGIN) * height * acting.fill
        radius = min(room / max(bottom - top, 0.82 * standing), 0.9 * width / 3.4)
        neck_y = (1 - _MARGIN) * height - bottom * radius
        if bottom - top < 0.8 * standing:
            neck_y -= 0.4 * (room - (bottom - top) * radius)
        neck_x = width * (0.5 + acting.x) - middle * radius
    else:
        above = p.neck + _TOP_OF_HAIR + 0.6 * headroom(design)
        radius = height * acting.fill * 0.97 / (above + _CROPS[setting.framing] * p.trunk)
        neck_y = height * 0.03 + above * radius
        neck_x = width * (0.5 + 0.7 * acting.x)
    return body.moved(np.array([neck_x, neck_y], np.float32), radius)


def _truth(
    body: Body, number: int, canvas: Canvas, layers: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Keypoints (18, 3) and their visibility (18,)."""
    height, width = layers.shape
    ahead = faces_viewer(body)
    keypoints = np.zeros((18, 3), np.float32)
    keypoints[:, :2] = body.keypoints
    visibility = np.zeros(18, np.uint8)
    for index, (x, y) in enumerate(body.keypoints.tolist()):
        if not (0 <= x < width and 0 <= y < height):
            continue
        keypoints[index, 2] = float(ahead[index])
        layer = int(layers[int(y), int(x)])
        figure, owner = canvas.owner_of(layer)
        seen = figure == number and shows(index, owner) and ahead[index]
        visibility[index] = 2 if seen else 1
    return keypoints, visibility


def _table(canvas: Canvas, figure: int | None = None) -> NDArray[np.uint8]:
    """Layer number to part, or to 255 where the layer is the figure's."""
    table = np.zeros(256, np.uint8)  # the background's layer stays 0
    for number, (of, _, part) in enumerate(canvas.layers):
        table[number] = int(part) if figure is None else 255 * (of == figure)
    return table


def draw(character: CharacterDesign, shot: Shot) -> SeenDrawing:
    """Paint the character in the shot. Deterministic."""
    setting, acting = shot.setting, shot.acting
    canvas = _canvas(setting)
    body = place(acting, setting, character)
    canvas.begin_figure(0, body.radius)
    paint_figure(canvas, body, character, acting.stance, acting.expression)
    image, mask, layers = canvas.finish()
    keypoints, visibility = _truth(body, 0, canvas, layers)
    return SeenDrawing(
        image, mask, _table(canvas)[layers], keypoints, character.tags, shot.words, visibility
    )


def _canvas(setting: Setting) -> Canvas:
    background = paint_background(
        setting.scene, setting.night, setting.scene_seed, setting.width, setting.height
    )
    return Canvas(background, setting.style)


def draw_group(cast: Sequence[tuple[CharacterDesign, Acting]], setting: Setting) -> GroupDrawing:
    """Several characters in one picture, the first one farthest away. Deterministic."""
    canvas = _canvas(setting)
    bodies: list[Body] = []
    heights = [proportions(character.growth, character.boy).height for character, _ in cast]
    for number, (character, acting) in enumerate(cast):
        beside = (heights[number] / max(heights)) ** _SMALL_BESIDE_TALL
        body = place(replace(acting, fill=acting.fill * beside), setting, character)
        canvas.begin_figure(number, body.radius)
        paint_figure(canvas, body, character, acting.stance, acting.expression)
        bodies.append(body)
    image, _, layers = canvas.finish()
    truths = [_truth(body, number, canvas, layers) for number, body in enumerate(bodies)]
    return GroupDrawing(
        image,
        np.stack([_table(canvas, number)[layers] for number in range(len(cast))]),
        _table(canvas)[layers],
        np.stack([keypoints for keypoints, _ in truths]),
        np.stack([visibility for _, visibility in truths]),
        (*group_words([character for character, _ in cast]), *setting.words),
        tuple((*character.tags[2:], *acting.words) for character, acting in cast),
    )


def group_words(cast: Sequence[CharacterDesign]) -> tuple[str, ...]:
    """How many of whom: 2girls, 1boy ..."""
    words: list[str] = []
    for build in ("girl", "boy"):
        count = sum(character.build == build for character in cast)
        if count:
            words.append(f"{count}{build}" + ("s" if count > 1 else ""))
        if count > 1:
            words.append(f"multiple {build}s")
    return tuple(words)


def vocabulary() -> tuple[str, ...]:
    """Every tag that can be emitted, sorted."""
    return tuple(sorted(identity_vocabulary() | shot_vocabulary() | set(GROUP_WORDS)))
