"""A character design: everything that tells two characters apart, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from core.synthetic.brush import Rgb
from core.synthetic.palette import CLOTH_COLOURS, EYE_COLOURS, HAIR_COLOURS, SKINS, jitter
from core.synthetic.second.outfits import OUTFITS, Outfit
from core.synthetic.second.words import (
    ACCESSORIES,
    BODIES,
    BODY_WORDS,
    DETAILS,
    EYE_SHAPES,
    FRINGES,
    HAIR_ACCENTS,
    HAIR_BACKS,
    LEGWEAR,
    PATTERNS,
    choice,
)


@dataclass(frozen=True)
class Colour:
    """A named colour and its exact tone."""

    name: str
    rgb: Rgb


@dataclass(frozen=True)
class Hair:
    back: str
    fringe: str
    colour: Colour
    accent: str = "none"
    accent_colour: Colour = field(default=Colour("white", (236, 236, 242)))
    ahoge: bool = False
    volume: float = 1.0

    @property
    def words(self) -> tuple[str, ...]:
        found = [*HAIR_BACKS[self.back], FRINGES[self.fringe], f"{self.colour.name} hair"]
        if self.accent != "none":
            found += [HAIR_ACCENTS[self.accent], f"{self.accent_colour.name} hair"]
        if self.ahoge:
            found.append("ahoge")
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class Eyes:
    shape: str
    colour: Colour


@dataclass(frozen=True)
class Fabric:
    """scale: pattern units as a share of the shoulders' half width."""

    kind: str
    colour: Colour
    scale: float


@dataclass(frozen=True)
class Clothes:
    """main, second and accent colour the outfit's pieces; the fabric lies on the main piece."""

    outfit: str
    main: Colour
    second: Colour
    accent: Colour
    fabric: Fabric
    legwear: str
    legwear_colour: Colour
    shoe_colour: Colour

    @property
    def cut(self) -> Outfit:
        return OUTFITS[self.outfit]

    @property
    def words(self) -> tuple[str, ...]:
        cut = self.cut
        found = [*cut.words, f"{self.main.name} {cut.main_word}", PATTERNS[self.fabric.kind]]
        if cut.second_word:
            found.append(f"{self.second.name} {cut.second_word}")
        if cut.shows_legs and self.legwear != "bare":
            found.append(f"{self.legwear_colour.name} {LEGWEAR[self.legwear]}")
        found += [cut.shoes, f"{self.shoe_colour.name} footwear"]
        return tuple(word for word in found if word)


@dataclass(frozen=True)
class Accessory:
    name: str
    colour: Colour


@dataclass(frozen=True)
class CharacterDesign:
    """growth: 0 chibi to 1 tall; side: -1 or 1, the character's side that details are on."""

    build: str
    body: str
    growth: float
    skin: Rgb
    hair: Hair
    eyes: Eyes
    clothes: Clothes
    accessories: tuple[Accessory, ...]
    details: tuple[str, ...]
    detail_colour: Colour
    side: float

    @property
    def boy(self) -> bool:
        return self.build == "boy"

    def has(self, detail: str) -> bool:
        return detail in self.details

    @property
    def tags(self) -> tuple[str, ...]:
        """Identity in Danbooru's words."""
        words = [f"1{self.build}", "solo", *self.hair.words]
        words += [f"{self.eyes.colour.name} eyes", EYE_SHAPES[self.eyes.shape]]
        if SKINS.index(self.skin) >= 3:
            words.append("dark skin")
        if BODY_WORDS[self.body]:
            words.append(BODY_WORDS[self.body])
        words += self.clothes.words
        for accessory in self.accessories:
            words += [ACCESSORIES[accessory.name][0], f"{accessory.colour.name} accessory"]
        words += [DETAILS[detail] for detail in self.details]
        return tuple(dict.fromkeys(words))


def _colour(rng: np.random.Generator, table: dict[str, Rgb], *others: Colour) -> Colour:
    """A colour of the table that none of the others has."""
    taken = {other.name for other in others}
    name = choice(rng, [name for name in table if name not in taken])
    return Colour(name, jitter(rng, table[name]))


def _hair(rng: np.random.Generator, boy: bool) -> Hair:
    colour = _colour(rng, HAIR_COLOURS)
    back = choice(rng, ("short", "spiky", "pixie", "medium", "ponytail") if boy else HAIR_BACKS)
    accent = choice(rng, HAIR_ACCENTS) if rng.random() < 0.35 else "none"
    return Hair(
        back,
        choice(rng, FRINGES),
        colour,
        accent,
        _colour(rng, HAIR_COLOURS, colour),
        bool(rng.random() < 0.2),
        float(rng.uniform(0.94, 1.1)),
    )


def _clothes(rng: np.random.Generator, boy: bool) -> Clothes:
    fitting = [name for name, cut in OUTFITS.items() if not boy or cut.for_boys]
    main = _colour(rng, CLOTH_COLOURS)
    second = _colour(rng, CLOTH_COLOURS, main)
    accent = _colour(rng, CLOTH_COLOURS, main, second)
    plain = rng.random() < 0.4
    patterns = [kind for kind in PATTERNS if kind != "plain"]
    kind = "plain" if plain else choice(rng, patterns)
    fabric = Fabric(kind, _colour(rng, CLOTH_COLOURS, main), float(rng.uniform(0.26, 0.5)))
    return Clothes(
        choice(rng, fitting), main, second, accent, fabric,
        choice(rng, LEGWEAR), _colour(rng, CLOTH_COLOURS), _colour(rng, CLOTH_COLOURS),
    )  # fmt: skip


def _accessories(rng: np.random.Generator) -> tuple[Accessory, ...]:
    found: dict[str, Accessory] = {}
    for _ in range(int(choice(rng, "0123", (0.2, 0.4, 0.28, 0.12)))):
        name = choice(rng, ACCESSORIES)
        found[ACCESSORIES[name][1]] = Accessory(name, _colour(rng, CLOTH_COLOURS))
    return tuple(found.values())


def _details(rng: np.random.Generator) -> tuple[str, ...]:
    count = int(choice(rng, "0123", (0.3, 0.4, 0.2, 0.1)))
    names = list(DETAILS)
    return tuple(names[i] for i in sorted(rng.choice(len(names), count, replace=False).tolist()))


def sample_design(rng: np.random.Generator) -> CharacterDesign:
    """A random character; what can be chosen freely is chosen independently."""
    boy = bool(rng.random() < 0.25)
    body = choice(rng, BODIES, [0.3, 0.25, 0.28, 0.17])
    hair, clothes = _hair(rng, boy), _clothes(rng, boy)
    eyes = Eyes(choice(rng, EYE_SHAPES), _colour(rng, EYE_COLOURS))
    return _settled(
        CharacterDesign(
            "boy" if boy else "girl",
            body,
            float(rng.uniform(*BODIES[body])),
            SKINS[int(choice(rng, "01234", (0.3, 0.3, 0.2, 0.12, 0.08)))],
            hair,
            eyes,
            clothes,
            _accessories(rng),
            _details(rng),
            _colour(rng, CLOTH_COLOURS, clothes.main, hair.colour, eyes.colour),
            float(choice(rng, ("-1", "1"))),
        )
    )


def _settled(design: CharacterDesign) -> CharacterDesign:
    """Without what could not be seen: a word must have a thing."""
    clothes = design.clothes
    if clothes.cut.shoes == "boots" and clothes.legwear == "socks":
        clothes = replace(clothes, legwear="kneehighs")
    lost = _hidden_on_legs(clothes) | _hidden_on_head(design)
    if clothes.cut.covers_hands:
        lost.add("wristband")
    kept = tuple(detail for detail in design.details if detail not in lost)
    return replace(design, clothes=clothes, details=kept)


def _hidden_on_legs(clothes: Clothes) -> set[str]:
    lost: set[str] = set()
    if not clothes.cut.shows_legs:
        return {"odd stocking", "knee plaster"}
    if clothes.legwear in ("thighhighs", "tights") or clothes.cut.length > 0.42:
        lost.add("knee plaster")
    if clothes.legwear == "bare":
        lost.add("odd stocking")
    return lost


def _hidden_on_head(design: CharacterDesign) -> set[str]:
    """An odd eye lies on the side that a long fringe or a patch covers."""
    worn = {accessory.name for accessory in design.accessories}
    if design.hair.fringe == "one eye" or worn & {"eyepatch", "sunglasses"}:
        return {"heterochromia"}
    return set()


def identity_vocabulary() -> set[str]:
    """Every word that `CharacterDesign.tags` may use."""
    words = {"1girl", "1boy", "solo", "dark skin", "ahoge", *DETAILS.values()}
    words |= {word for found in HAIR_BACKS.values() for word in found}
    for table in (FRINGES, EYE_SHAPES, HAIR_ACCENTS, BODY_WORDS, PATTERNS):
        words |= set(table.values())
    words |= {word for word, _ in ACCESSORIES.values()}
    words |= {f"{c} hair" for c in HAIR_COLOURS} | {f"{c} eyes" for c in EYE_COLOURS}
    things = {"footwear", "accessory"} | {LEGWEAR[name] for name in LEGWEAR if name != "bare"}
    for cut in OUTFITS.values():
        words |= {*cut.words, cut.shoes}
        things |= {cut.main_word, cut.second_word} - {""}
    words |= {f"{colour} {thing}" for colour in CLOTH_COLOURS for thing in things}
    return words - {""}
