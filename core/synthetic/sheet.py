"""Contact sheets: what the second edition can draw, to be looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.synthetic.palette import HAIR_COLOURS
from core.synthetic.second.canvas import Style
from core.synthetic.second.design import Accessory, CharacterDesign, Colour
from core.synthetic.second.draw import draw, draw_group
from core.synthetic.second.group import sample_group_shot
from core.synthetic.second.outfits import OUTFITS
from core.synthetic.second.scenes import HAS_NIGHT, SCENES
from core.synthetic.second.seeds import design_for, stream
from core.synthetic.second.shot import FRAMINGS, Acting, Setting, Shot, reference_shot, sample_shot
from core.synthetic.second.stance import ACTED
from core.synthetic.second.words import (
    ACCESSORIES,
    EXPRESSIONS,
    FRINGES,
    HAIR_BACKS,
    PATTERNS,
    SHADINGS,
)
from core.synthetic.split import Split

Image = NDArray[np.uint8]
Tile = tuple[str, Image]
_LABEL_PX = 14
_GROUP_STREAM = 9
_PLAIN, _UPPER, _PORTRAIT = (Setting(framing) for framing in FRAMINGS)


def montage(tiles: Sequence[Tile], columns: int) -> Image:
    """Tiles of one size with their names below, row by row."""
    height, width = tiles[0][1].shape[:2]
    rows = -(-len(tiles) // columns)
    sheet = np.full((rows * (height + _LABEL_PX), columns * width, 3), 255, np.uint8)
    for number, (name, image) in enumerate(tiles):
        y, x = number // columns * (height + _LABEL_PX), number % columns * width
        sheet[y : y + height, x : x + width] = image
        label = np.full((_LABEL_PX, width, 3), 255, np.uint8)  # its own, so that long names end
        font = cv2.FONT_HERSHEY_SIMPLEX
        cv2.putText(label, name, (3, 10), font, 0.34, (40, 40, 40), 1, cv2.LINE_AA)
        sheet[y + height : y + height + _LABEL_PX, x : x + width] = label
    return sheet


def _posed(
    design: CharacterDesign, size_px: int, degrees: float = 0.0, setting: Setting = _PLAIN,
    action: str = "standing", expression: str = "smile",
) -> Image:  # fmt: skip
    acting = Acting(ACTED[action], expression, math.radians(degrees), action=action)
    return draw(design, Shot(acting, replace(setting, width=size_px, height=size_px))).image


def _bare(design: CharacterDesign) -> CharacterDesign:
    return replace(design, accessories=(), details=())


def characters(seed: int, size_px: int) -> Iterator[Tile]:
    for number in range(seed, seed + 24):
        design = design_for(number, Split.HELD_OUT)
        shot = reference_shot(stream(number, 1), size_px, size_px)
        yield design.clothes.outfit, draw(design, shot).image


def pictures(seed: int, size_px: int) -> Iterator[Tile]:
    for number in range(seed, seed + 32):
        shot = sample_shot(stream(number, 1), width=size_px, height=size_px)
        name = f"{shot.acting.view}, {shot.acting.action or 'free pose'}"
        yield name, draw(design_for(number, Split.HELD_OUT), shot).image


def views(seed: int, size_px: int) -> Iterator[Tile]:
    for number in range(seed, seed + 4):
        design = design_for(number, Split.HELD_OUT)
        for degrees in (0, 25, 45, 70, 90, 135, 180, -45):
            yield f"{degrees} degrees", _posed(design, size_px, degrees)


def hair(seed: int, size_px: int) -> Iterator[Tile]:
    design = _bare(design_for(seed, Split.HELD_OUT))
    colours, fringes = list(HAIR_COLOURS.items()), list(FRINGES)
    for number, back in enumerate(HAIR_BACKS):
        cut = replace(
            design.hair, back=back, fringe=fringes[number % len(fringes)], accent="none",
            colour=Colour(*colours[(5 * number + 4) % len(colours)]),
        )  # fmt: skip
        for degrees in (10, 90, 180):
            picture = _posed(replace(design, hair=cut), size_px, degrees, _UPPER)
            yield f"{back}, {cut.fringe}", picture


def outfits(seed: int, size_px: int) -> Iterator[Tile]:
    model = _bare(design_for(seed, Split.HELD_OUT))
    model = replace(model, growth=0.6, build="girl", hair=replace(model.hair, back="short"))
    for number, outfit in enumerate(OUTFITS):
        clothes = replace(design_for(seed + number, Split.TRAIN).clothes, outfit=outfit)
        for degrees in (15, 180):
            yield outfit, _posed(replace(model, clothes=clothes), size_px, degrees)


def accessories(seed: int, size_px: int) -> Iterator[Tile]:
    design = _bare(design_for(seed, Split.HELD_OUT))
    colour = design.clothes.accent
    for name in ACCESSORIES:
        worn = replace(design, accessories=(Accessory(name, colour),))
        for degrees in (20, 180 if name in ("backpack", "wings", "tail") else 90):
            yield name, _posed(worn, size_px, degrees, _UPPER)


def patterns(seed: int, size_px: int) -> Iterator[Tile]:
    design = _bare(design_for(seed, Split.HELD_OUT))
    for number, kind in enumerate(PATTERNS):
        fabric = replace(design.clothes.fabric, kind=kind, scale=0.3 + 0.1 * (number % 3))
        clothes = replace(design.clothes, outfit="sundress", fabric=fabric)
        yield kind, _posed(replace(design, clothes=clothes), size_px, 15)


def expressions(seed: int, size_px: int) -> Iterator[Tile]:
    for number in range(seed, seed + 3):
        design = design_for(number, Split.HELD_OUT)
        for degrees, name in zip((0, 20, 45, -30) * 4, EXPRESSIONS, strict=False):
            yield name, _posed(design, size_px, degrees, _PORTRAIT, expression=name)


def poses(seed: int, size_px: int) -> Iterator[Tile]:
    design = design_for(seed, Split.HELD_OUT)
    for number, action in enumerate(ACTED):
        yield action, _posed(design, size_px, (10, -40, 65)[number % 3], action=action)


def scenes(seed: int, size_px: int) -> Iterator[Tile]:
    design = design_for(seed, Split.HELD_OUT)
    for scene in SCENES:
        yield scene, _posed(design, size_px, 15, Setting(scene=scene, scene_seed=seed))
    for scene in HAS_NIGHT:
        place = Setting(scene=scene, scene_seed=seed, night=True)
        picture = _posed(design, size_px, 15, place)
        yield f"{scene}, night", picture


def styles(seed: int, size_px: int) -> Iterator[Tile]:
    for number in (seed, seed + 1):
        design = design_for(number, Split.HELD_OUT)
        for shading in SHADINGS:
            for weight in (0.75, 1.1, 1.7):
                place = Setting("upper", "street", style=Style(shading, weight))
                picture = _posed(design, size_px, 25, place)
                yield f"{shading}, line {weight}", picture


def groups(seed: int, size_px: int) -> Iterator[Tile]:
    """Each picture beside the masks of its figures."""
    colours = np.array([(230, 90, 90), (90, 150, 230), (110, 200, 120)], np.uint16)
    for number in range(seed, seed + 8):
        count = 2 + number % 2
        acting, setting = sample_group_shot(
            stream(number, _GROUP_STREAM), count, width=size_px, height=size_px
        )
        cast = [design_for(3 * number + i, Split.HELD_OUT) for i in range(count)]
        drawing = draw_group(list(zip(cast, acting, strict=True)), setting)
        yield f"{count} characters", drawing.image
        masks = (drawing.masks[..., None] // 255 * colours[:count, None, None]).sum(0)
        yield "masks", masks.astype(np.uint8)


SHEETS: dict[str, tuple[Callable[[int, int], Iterator[Tile]], int]] = {  # painter, columns
    "characters": (characters, 8), "pictures": (pictures, 8), "views": (views, 8),
    "hair": (hair, 9), "outfits": (outfits, 12), "accessories": (accessories, 12),
    "patterns": (patterns, 5), "expressions": (expressions, 14), "poses": (poses, 12),
    "scenes": (scenes, 8), "styles": (styles, 9), "groups": (groups, 8),
}  # fmt: skip


def contact_sheet(name: str, seed: int = 0, size_px: int = 192) -> Image:
    """The sheet of this name (a key of `SHEETS`) as RGB."""
    painter, columns = SHEETS[name]
    return montage(list(painter(seed, size_px)), columns)


def overview(seed: int = 0, size_px: int = 128) -> Image:
    """A little of everything on one sheet."""
    tiles: list[Tile] = []
    for name, count in (("characters", 8), ("views", 8), ("pictures", 16), ("groups", 8)):
        painter, _ = SHEETS[name]
        tiles += list(painter(seed, size_px))[:count]
    return montage(tiles, 8)
