"""The second edition: its ground truth agrees with its pictures."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from itertools import pairwise, product

import numpy as np
import pytest

from core.errors import BadInput
from core.synthetic import (
    SECOND,
    Drawing,
    HeldOut,
    Part,
    SeenDrawing,
    Split,
    TrainingSource,
    draw_group,
    held_out_pairs,
    sample_group_shot,
)
from core.synthetic.fabric import inked, tile
from core.synthetic.second import words
from core.synthetic.second.canvas import Style
from core.synthetic.second.design import Accessory, CharacterDesign, Colour
from core.synthetic.second.draw import draw
from core.synthetic.second.garment_details import DETAIL_PAINTERS
from core.synthetic.second.hair_styles import BACKS, FRINGES
from core.synthetic.second.outfits import OUTFITS
from core.synthetic.second.scenes import HAS_NIGHT, PLAIN, SCENES, paint_background
from core.synthetic.second.seeds import SEEDS, design_for_seed, seed_for
from core.synthetic.second.shot import Acting, Setting, Shot, reference_shot, sample_shot
from core.synthetic.second.stance import ACTED, HANDS, Stance

SEEDS_DRAWN = range(24)
NOSE, RIGHT_WRIST, LEFT_WRIST = 0, 4, 7


def design(number: int = 3) -> CharacterDesign:
    return SECOND.character(number, Split.HELD_OUT)


def standing(character: CharacterDesign, degrees: float = 0.0, **setting: object) -> SeenDrawing:
    place = replace(Setting(style=Style("flat")), **setting)
    acting = Acting(ACTED["standing"], "neutral", math.radians(degrees), action="standing")
    return draw(character, Shot(acting, place))


def random_drawing(number: int, **how: object) -> SeenDrawing:
    shot = sample_shot(SECOND.generator(number, Split.TRAIN, 1), **how)
    return draw(SECOND.character(number, Split.TRAIN), shot)


def plain(character: CharacterDesign) -> CharacterDesign:
    return replace(character, accessories=(), details=())


def same(first: Drawing, second: Drawing) -> bool:
    return all(
        np.array_equal(getattr(first, f.name), getattr(second, f.name)) for f in fields(first)
    )


def test_as_rich_as_promised() -> None:
    assert len(BACKS) == len(words.HAIR_BACKS) >= 12
    assert set(FRINGES) == set(words.FRINGES)
    assert len(words.EYE_SHAPES) >= 6
    assert len(OUTFITS) >= 12
    assert len(words.PATTERNS) - 1 >= 6
    assert len(words.ACCESSORIES) >= 16
    assert len(words.EXPRESSIONS) >= 10
    assert len(SCENES) >= 12
    assert {detail for cut in OUTFITS.values() for detail in cut.details} - set(
        DETAIL_PAINTERS
    ) == {"frill", "robe trim"}, "painted with the skirt"


@pytest.mark.parametrize("number", [0, 8, 77_777])
def test_drawing_is_deterministic(number: int) -> None:
    assert same(random_drawing(number), random_drawing(number))


@pytest.mark.parametrize("size", [(256, 256), (192, 320), (320, 192), (97, 131)])
def test_sizes_and_labels_agree(size: tuple[int, int]) -> None:
    width, height = size
    for number in range(12):
        drawing = random_drawing(number, width=width, height=height)
        assert drawing.image.shape == (height, width, 3)
        assert drawing.mask.shape == drawing.parts.shape == (height, width)
        assert set(np.unique(drawing.parts)) <= {int(part) for part in Part}
        assert (drawing.parts[drawing.mask == 255] > 0).all()
        assert (drawing.parts[drawing.mask == 0] == 0).all()


def test_parts_of_a_whole_figure() -> None:
    character = plain(design())
    drawing = standing(character)
    for part in (Part.HAIR, Part.FACE, Part.TOP, Part.BOTTOM, Part.SHOES):
        assert drawing.part_mask(part).any(), part.name
    both = drawing.part_mask(Part.TOP, Part.BOTTOM)
    assert np.array_equal(both, drawing.part_mask(Part.TOP) | drawing.part_mask(Part.BOTTOM))
    hair = drawing.image[drawing.part_mask(Part.HAIR) > 0]
    assert (hair == character.hair.colour.rgb).all(axis=1).mean() > 0.3


def test_references_show_every_keypoint_on_the_figure() -> None:
    for number in SEEDS_DRAWN:
        shot = reference_shot(SECOND.generator(number, Split.TRAIN, 1))
        drawing = draw(SECOND.character(number, Split.TRAIN), shot)
        assert (drawing.visibility > 0).all()
        for x, y, _ in drawing.keypoints:
            assert drawing.mask[int(y), int(x)] > 127, f"seed {number}: {x:.0f}, {y:.0f}"


def test_the_whole_figure_is_in_the_picture() -> None:
    for number in SEEDS_DRAWN:
        drawing = random_drawing(number, framing="full", view="three-quarter")
        assert drawing.mask[0].max() == drawing.mask[-1].max() == 0, f"seed {number} is cut off"


def test_sides_change_places_behind() -> None:
    front, back = (standing(design(), degrees).keypoints[:, 0] for degrees in (0, 180))
    for right, left in ((2, 5), (8, 11)):
        assert front[right] < front[left]
        assert back[right] > back[left]


def test_the_face_is_hidden_from_behind() -> None:
    character = plain(design())
    front, side, back = (standing(character, degrees) for degrees in (0, 90, 180))
    faces = [int((drawing.parts == Part.FACE).sum()) for drawing in (front, side, back)]
    assert faces[0] > faces[1] > 10 * faces[2]
    assert front.keypoints[[0, 14, 15], 2].tolist() == [1, 1, 1]
    assert side.keypoints[[14, 15], 2].tolist() == [1, 0], "the right eye is the near one"
    assert back.keypoints[[0, 14, 15], 2].tolist() == [0, 0, 0]
    assert "smile" not in back.shot_tags and "from behind" in back.shot_tags


def test_visibility_knows_covered_and_outside() -> None:
    behind = draw(plain(design()), Shot(Acting(ACTED["arms behind back"]), Setting())).visibility
    assert behind[[RIGHT_WRIST, LEFT_WRIST]].tolist() == [1, 1]
    assert standing(plain(design())).visibility[[RIGHT_WRIST, LEFT_WRIST]].tolist() == [2, 2]
    portrait = standing(plain(design()), framing="portrait")
    assert portrait.visibility[[10, 13]].tolist() == [0, 0]
    assert portrait.keypoints[[10, 13], 2].tolist() == [0, 0]
    assert portrait.visibility[NOSE] == 2


def test_tags_are_words_of_the_vocabulary() -> None:
    known = set(SECOND.vocabulary())
    for number in range(100):
        drawing = random_drawing(number, width=32, height=32)
        assert set(drawing.identity_tags) <= known
        assert set(drawing.shot_tags) <= known
        assert "" not in drawing.identity_tags + drawing.shot_tags


def variants() -> dict[str, list[CharacterDesign]]:
    """Characters that differ in one attribute only, by attribute."""
    base = plain(replace(design(), build="girl", growth=0.1))
    clothes = replace(base.clothes, outfit="t-shirt", legwear="socks")
    base = replace(base, clothes=replace(clothes, fabric=replace(clothes.fabric, kind="plain")))
    short = replace(base, clothes=replace(base.clothes, outfit="gym uniform"))
    green = Colour("green", (98, 170, 110))
    hair = replace(base.hair, accent="none", accent_colour=green, fringe="parted", back="long")
    base = replace(base, hair=hair)
    return {
        "back": [replace(base, hair=replace(hair, back=name)) for name in BACKS],
        "fringe": [replace(base, hair=replace(hair, fringe=name)) for name in FRINGES],
        "accent": [replace(base, hair=replace(hair, accent=n)) for n in words.HAIR_ACCENTS],
        "eyes": [replace(base, eyes=replace(base.eyes, shape=n)) for n in words.EYE_SHAPES],
        "outfit": [replace(base, clothes=replace(base.clothes, outfit=name)) for name in OUTFITS],
        "pattern": [
            replace(base, clothes=replace(base.clothes, fabric=replace(clothes.fabric, kind=kind)))
            for kind in words.PATTERNS
        ],
        "legwear": [
            replace(short, clothes=replace(short.clothes, legwear=n)) for n in words.LEGWEAR
        ],
        "detail": [
            short,
            *(replace(short, details=(name,), detail_colour=green) for name in words.DETAILS),
        ],
        "growth": [replace(base, growth=growth) for growth in (0.0, 0.4, 1.0)],
    }


@pytest.mark.parametrize("attribute", list(variants()))
def test_an_attribute_shows(attribute: str) -> None:
    """Every value of it gives a picture of its own, with only the attribute changed."""
    images = [
        standing(character, 15, width=192, height=192).image.astype(int)
        for character in variants()[attribute]
    ]
    for i, first in enumerate(images):
        for j, second in enumerate(images[:i]):
            changed = (np.abs(first - second).sum(axis=2) > 60).sum()
            assert changed > 4, f"{attribute}: {i} looks like {j}"


@pytest.mark.parametrize("name", list(words.ACCESSORIES))
def test_an_accessory_shows_from_somewhere(name: str) -> None:
    worn = replace(plain(design()), accessories=(Accessory(name, Colour("x", (10, 250, 20))),))
    found = [
        (standing(worn, degrees).parts == Part.ACCESSORY).sum()
        - (standing(plain(design()), degrees).parts == Part.ACCESSORY).sum()
        for degrees in (20, -20, 160)
    ]
    assert max(found) > 15


@pytest.mark.parametrize("expression", list(words.EXPRESSIONS))
def test_an_expression_shows(expression: str) -> None:
    character, setting = plain(design()), Setting("portrait", width=128, height=128)
    calm = draw(character, Shot(Acting(expression="neutral"), setting)).image.astype(int)
    other = draw(character, Shot(Acting(expression=expression), setting)).image.astype(int)
    changed = (np.abs(calm - other).sum(axis=2) > 90).sum()
    assert (changed > 8) == (expression != "neutral")


def test_acted_poses_differ_and_stay_together() -> None:
    drawings = {
        name: draw(plain(design()), Shot(Acting(stance, yaw=0.3), Setting(width=96, height=96)))
        for name, stance in ACTED.items()
    }
    names = list(ACTED)
    for i, first in enumerate(names):
        for second in names[:i]:
            apart = np.abs(drawings[first].keypoints - drawings[second].keypoints).max()
            assert apart > 1.5, f"{first} is {second}"


def test_a_mirrored_stance_is_the_mirror_image() -> None:
    stance = ACTED["waving"]
    character = plain(design())
    plainly, mirrored = (
        draw(character, Shot(Acting(each), Setting())).keypoints
        for each in (stance, stance.mirrored)
    )
    assert np.allclose(255.0 - plainly[LEFT_WRIST, 0], mirrored[RIGHT_WRIST, 0], atol=2)
    assert np.allclose(plainly[LEFT_WRIST, 1], mirrored[RIGHT_WRIST, 1], atol=1)


def test_hands_differ() -> None:
    arm = Stance().arms[0]
    pictures = [
        draw(
            plain(design()),
            Shot(Acting(Stance((replace(arm, hand=hand), arm))), Setting()),
        ).image
        for hand in HANDS
    ]
    for i, first in enumerate(pictures):
        assert all((first != second).any() for second in pictures[:i])


@pytest.mark.parametrize("scene", list(SCENES))
def test_scenes(scene: str) -> None:
    day = paint_background(scene, False, 4, 96, 64)
    assert day.shape == (64, 96, 3)
    night = paint_background(scene, True, 4, 96, 64)
    if scene in HAS_NIGHT:
        assert night.mean() < 0.75 * day.mean()
        assert "night" in Setting(scene=scene, night=True).words
    elif scene in PLAIN:
        assert np.array_equal(day, night)


def test_manga_is_grey_and_flat_has_fewer_tones() -> None:
    character = plain(design())
    flat, cel, manga = (
        standing(character, 20, style=Style(shading)).image for shading in ("flat", "cel", "manga")
    )
    assert (manga.max(axis=2) == manga.min(axis=2)).all()
    tones = [len(np.unique(image.reshape(-1, 3), axis=0)) for image in (flat, cel)]
    assert tones[0] < tones[1]
    thin, thick = (standing(character, style=Style("flat", weight)).image for weight in (0.75, 1.7))
    assert thick.mean() < thin.mean()


def test_groups_have_a_mask_each() -> None:
    for number in range(8):
        count = 2 + number % 2
        acting, setting = sample_group_shot(SECOND.generator(number, Split.TRAIN, 2), count)
        cast = [SECOND.character(5 * number + i, Split.TRAIN) for i in range(count)]
        drawing = draw_group(list(zip(cast, acting, strict=True)), setting)
        assert drawing.masks.shape == (count, 256, 256)
        assert drawing.keypoints.shape == (count, 18, 3)
        assert (drawing.masks.astype(bool).sum(axis=0) <= 1).all(), "a pixel shows one figure"
        assert np.array_equal(drawing.masks.any(axis=0), drawing.parts > 0)
        assert (drawing.masks > 0).mean(axis=(1, 2)).min() > 0.005
        assert set(drawing.tags) <= set(SECOND.vocabulary())
        seen = drawing.visibility == 2
        for figure, keypoint in zip(*np.nonzero(seen), strict=True):
            x, y = drawing.keypoints[figure, keypoint, :2].astype(int)
            assert drawing.masks[figure, y, x] == 255


def test_a_group_of_one_is_the_single_drawing() -> None:
    shot = sample_shot(SECOND.generator(2, Split.TRAIN, 1))
    alone = draw(design(), shot)
    group = draw_group([(design(), shot.acting)], shot.setting)
    assert np.array_equal(alone.image, group.image)
    assert np.array_equal(alone.visibility, group.visibility[0])
    with pytest.raises(BadInput, match="one, two or three"):
        sample_group_shot(np.random.default_rng(0), 4)


def test_splits_do_not_overlap() -> None:
    for first, second in pairwise(SEEDS.values()):
        assert first.stop <= second.start
    found = {split: {SECOND.character(i, split) for i in range(60)} for split in Split}
    assert all(len(designs) == 60 for designs in found.values())
    for first, second in product(Split, Split):
        assert first is second or not found[first] & found[second]


def test_held_out_pairs_are_only_in_their_split() -> None:
    for number in range(150):
        assert held_out_pairs(SECOND.character(number, Split.TRAIN)) == ()
        assert held_out_pairs(SECOND.character(number, Split.HELD_OUT)) == ()
        assert held_out_pairs(SECOND.character(number, Split.COMBINATIONS)) != ()


def test_each_attribute_alone_is_in_training() -> None:
    designs = [SECOND.character(number, Split.TRAIN) for number in range(1200)]
    assert {d.hair.back for d in designs} == set(BACKS)
    assert {d.clothes.outfit for d in designs} == set(OUTFITS)
    assert {d.clothes.fabric.kind for d in designs} == set(words.PATTERNS)
    assert {a.name for d in designs for a in d.accessories} == set(words.ACCESSORIES)
    assert {name for d in designs for name in d.details} == set(words.DETAILS)


def test_training_is_refused_held_out_characters() -> None:
    source = TrainingSource()
    assert source.character(12) == SECOND.character(12, Split.TRAIN)
    for split in (Split.HELD_OUT, Split.COMBINATIONS):
        seed = seed_for(0, split)
        with pytest.raises(HeldOut, match="held out for measuring"):
            source.character(seed)
        with pytest.raises(HeldOut):
            source.generator(seed)
    with pytest.raises(BadInput, match="There is no character"):
        design_for_seed(-1)
    with pytest.raises(BadInput, match="There is no character"):
        SECOND.character(200_000_000, Split.HELD_OUT)


@pytest.mark.parametrize("kind", [kind for kind in words.PATTERNS if kind != "plain"])
def test_a_tile_repeats_without_a_seam(kind: str) -> None:
    cell, side = tile(kind)
    count = cell.shape[0]
    centre = (np.arange(2 * count, dtype=np.float32) + 0.5) * side / count
    twice = np.tile(cell, (2, 2)) > 0
    if kind != "plaid":
        u, v = np.meshgrid(centre, centre)
        assert (inked(kind, u, v) != twice).mean() < 0.02
    assert 0.05 < twice.mean() < 0.9
