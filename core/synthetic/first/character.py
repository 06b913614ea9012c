"""Who is drawn: everything that makes two characters tell apart, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.synthetic.brush import Rgb
from core.synthetic.palette import CLOTH_COLOURS, EYE_COLOURS, HAIR_COLOURS, SKINS, pick
from core.synthetic.split import Split, generator

HAIR_BACKS: dict[str, tuple[str, ...]] = {
    "short": ("short hair",),
    "bob": ("bob cut", "short hair"),
    "long": ("long hair",),
    "twintails": ("twintails", "long hair"),
    "ponytail": ("ponytail", "long hair"),
    "bun": ("hair bun", "short hair"),
    "braids": ("twin braids", "long hair"),
    "wavy": ("wavy hair", "long hair"),
    "spiky": ("spiky hair", "short hair"),
    "side": ("side ponytail", "medium hair"),
}
FRINGES: dict[str, str] = {
    "blunt": "blunt bangs",
    "swept": "swept bangs",
    "parted": "parted bangs",
    "spiked": "choppy bangs",
    "crossed": "crossed bangs",
}
EYE_SHAPES: dict[str, str] = {"round": "round eyes", "tall": "big eyes", "sharp": "tsurime"}
TOPS: dict[str, str] = {
    "shirt": "t-shirt", "sailor": "sailor uniform", "hoodie": "hoodie", "jacket": "open jacket",
    "sleeveless": "sleeveless shirt", "sweater": "sweater", "kimono": "kimono",
}  # fmt: skip
BOTTOMS: dict[str, str] = {
    "skirt": "pleated skirt", "trousers": "pants", "shorts": "shorts", "long skirt": "long skirt",
}  # fmt: skip
LEGWEAR: dict[str, str] = {"bare": "bare legs", "socks": "socks", "thighhighs": "thighhighs"}
PATTERNS: dict[str, str] = {
    "plain": "", "stripes": "striped clothes", "dots": "polka dot",
    "checks": "checkered clothes", "vertical": "vertical stripes",
}  # fmt: skip
ACCESSORIES: dict[str, str] = {
    "none": "", "ribbon": "hair ribbon", "hat": "hat", "glasses": "glasses",
    "cat ears": "cat ears", "clip": "hair clip", "scarf": "scarf", "horns": "horns",
    "hairband": "hairband",
}  # fmt: skip


@dataclass(frozen=True)
class CharacterSpec:
    """All identity attributes. Names are words of the tag vocabulary, colours exact RGB."""

    hair_back: str
    fringe: str
    hair_colour: str
    hair_rgb: Rgb
    tips_rgb: Rgb | None
    ahoge: bool
    eye_shape: str
    eye_colour: str
    eye_rgb: Rgb
    skin: Rgb
    top: str
    top_colour: str
    top_rgb: Rgb
    long_sleeves: bool
    pattern: str
    pattern_rgb: Rgb
    pattern_unit: float
    bottom: str
    bottom_colour: str
    bottom_rgb: Rgb
    legwear: str
    legwear_colour: str
    legwear_rgb: Rgb
    shoe_rgb: Rgb
    shoe_colour: str
    accessory: str
    accessory_colour: str
    accessory_rgb: Rgb
    clip_side: float

    @property
    def tags(self) -> tuple[str, ...]:
        """Identity in Danbooru's words."""
        words = ["1girl", "solo", *HAIR_BACKS[self.hair_back], FRINGES[self.fringe]]
        words.append(f"{self.hair_colour} hair")
        if self.tips_rgb is not None:
            words.append("two-tone hair")
        if self.ahoge:
            words.append("ahoge")
        words += [f"{self.eye_colour} eyes", EYE_SHAPES[self.eye_shape]]
        if SKINS.index(self.skin) >= 3:
            words.append("dark skin")
        words += [TOPS[self.top], f"{self.top_colour} shirt", PATTERNS[self.pattern]]
        words.append("long sleeves" if self.long_sleeves else "short sleeves")
        words += [BOTTOMS[self.bottom], f"{self.bottom_colour} {_garment(self.bottom)}"]
        if self.legwear != "bare" and self.bottom != "trousers":
            words.append(f"{self.legwear_colour} {LEGWEAR[self.legwear]}")
        words.append(f"{self.shoe_colour} footwear")
        if self.accessory != "none":
            words += [ACCESSORIES[self.accessory], f"{self.accessory_colour} accessory"]
        return tuple(word for word in words if word)


def _garment(bottom: str) -> str:
    return {"trousers": "pants", "long skirt": "skirt"}.get(bottom, bottom)


def _choice(rng: np.random.Generator, names: dict[str, str] | dict[str, tuple[str, ...]]) -> str:
    keys = list(names)
    return keys[int(rng.integers(len(keys)))]


def sample_character(rng: np.random.Generator) -> CharacterSpec:
    """A random character; all choices independent."""
    hair_colour, hair_rgb = pick(rng, HAIR_COLOURS)
    tips = pick(rng, HAIR_COLOURS)[1] if rng.random() < 0.15 else None
    eye_colour, eye_rgb = pick(rng, EYE_COLOURS)
    top_colour, top_rgb = pick(rng, CLOTH_COLOURS)
    pattern = _choice(rng, PATTERNS) if rng.random() < 0.75 else "plain"
    second = top_colour
    second_rgb = top_rgb
    while second == top_colour:
        second, second_rgb = pick(rng, CLOTH_COLOURS)
    bottom_colour, bottom_rgb = pick(rng, CLOTH_COLOURS)
    legwear_colour, legwear_rgb = pick(rng, CLOTH_COLOURS)
    shoe_colour, shoe_rgb = pick(rng, CLOTH_COLOURS)
    accessory_colour, accessory_rgb = pick(rng, CLOTH_COLOURS)
    top = _choice(rng, TOPS)
    return CharacterSpec(
        hair_back=_choice(rng, HAIR_BACKS),
        fringe=_choice(rng, FRINGES),
        hair_colour=hair_colour,
        hair_rgb=hair_rgb,
        tips_rgb=tips,
        ahoge=bool(rng.random() < 0.25),
        eye_shape=_choice(rng, EYE_SHAPES),
        eye_colour=eye_colour,
        eye_rgb=eye_rgb,
        skin=SKINS[int(rng.choice(len(SKINS), p=[0.3, 0.3, 0.2, 0.12, 0.08]))],
        top=top,
        top_colour=top_colour,
        top_rgb=top_rgb,
        long_sleeves=top in ("hoodie", "jacket", "sweater", "kimono")
        or (top != "sleeveless" and bool(rng.random() < 0.4)),
        pattern=pattern,
        pattern_rgb=second_rgb,
        pattern_unit=float(rng.uniform(0.2, 0.34)),
        bottom=_choice(rng, BOTTOMS),
        bottom_colour=bottom_colour,
        bottom_rgb=bottom_rgb,
        legwear=_choice(rng, LEGWEAR),
        legwear_colour=legwear_colour,
        legwear_rgb=legwear_rgb,
        shoe_colour=shoe_colour,
        shoe_rgb=shoe_rgb,
        accessory=_choice(rng, ACCESSORIES),
        accessory_colour=accessory_colour,
        accessory_rgb=accessory_rgb,
        clip_side=float(rng.choice([-1.0, 1.0])),
    )


def character_for(seed: int, split: Split) -> CharacterSpec:
    """The character with this number in a split; always the same."""
    return sample_character(generator(seed, split))


def identity_vocabulary() -> set[str]:
    words = {
        "1girl",
        "solo",
        "two-tone hair",
        "ahoge",
        "dark skin",
        "long sleeves",
        "short sleeves",
    }
    words |= {tag for tags in HAIR_BACKS.values() for tag in tags}
    for table in (FRINGES, EYE_SHAPES, TOPS, BOTTOMS, PATTERNS, ACCESSORIES):
        words |= set(table.values())
    words |= {f"{c} hair" for c in HAIR_COLOURS} | {f"{c} eyes" for c in EYE_COLOURS}
    for colour in CLOTH_COLOURS:
        words |= {
            f"{colour} {thing}"
            for thing in (
                "shirt",
                "skirt",
                "pants",
                "shorts",
                "socks",
                "thighhighs",
                "footwear",
                "accessory",
            )
        }
    return words - {""}
