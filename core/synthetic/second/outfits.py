"""The outfits as cuts: which pieces they are made of. `garments` paints the pieces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outfit:
    """words: of the whole; main_word, second_word: of the two coloured pieces.

    sleeves: none, short, long, puff, wide; lower: trousers, shorts, pleated, flared, straight;
    length of the lower piece: share of the leg, hip 0 to ankle 1; lower_colour: main, second or
    accent; outer: none, coat, cardigan, cape, armour: an open layer over everything.
    details: names of `garments.DETAIL_PAINTERS`, painted in this order.
    """

    words: tuple[str, ...]
    main_word: str
    second_word: str
    sleeves: str
    lower: str
    length: float
    lower_colour: str
    details: tuple[str, ...] = ()
    outer: str = "none"
    outer_length: float = 0.0
    shoes: str = "shoes"
    for_boys: bool = False

    @property
    def shows_legs(self) -> bool:
        return self.lower != "trousers" and self.length < 0.8

    @property
    def covers_hands(self) -> bool:
        return self.sleeves == "wide" or self.outer == "armour"


OUTFITS: dict[str, Outfit] = {
    "sailor uniform": Outfit(
        ("school uniform", "serafuku", "sailor collar"), "shirt", "skirt",
        "short", "pleated", 0.4, "second", ("sailor collar",),
    ),
    "blazer uniform": Outfit(
        ("school uniform", "blazer", "necktie"), "blazer", "skirt",
        "long", "pleated", 0.38, "second", ("shirt front", "necktie", "lapels", "buttons"),
    ),
    "gakuran": Outfit(
        ("school uniform", "gakuran"), "jacket", "pants",
        "long", "trousers", 1.0, "main", ("high collar", "button row"), for_boys=True,
    ),
    "hoodie": Outfit(
        ("hoodie",), "hoodie", "shorts", "long", "shorts", 0.3, "second",
        ("hood", "pocket", "strings"), for_boys=True, shoes="sneakers",
    ),
    "sundress": Outfit(
        ("dress", "sleeveless dress"), "dress", "", "none", "flared", 0.55, "main",
        ("straps", "belt"), shoes="sandals",
    ),
    "kimono": Outfit(
        ("kimono", "obi", "japanese clothes"), "kimono", "", "wide", "straight", 0.9, "main",
        ("crossed collar", "obi"), shoes="sandals", for_boys=True,
    ),
    "armour": Outfit(
        ("armor", "breastplate", "pauldrons"), "armor", "skirt", "long", "pleated", 0.34, "second",
        ("breastplate", "armour belt"), outer="armour", shoes="boots", for_boys=True,
    ),
    "trench coat": Outfit(
        ("trench coat", "open coat"), "coat", "shirt", "long", "trousers", 1.0, "accent",
        ("turtleneck",), outer="coat", outer_length=0.62, shoes="boots", for_boys=True,
    ),
    "tracksuit": Outfit(
        ("track suit", "sportswear"), "jacket", "pants", "long", "trousers", 1.0, "second",
        ("zip", "high collar", "side stripes"), shoes="sneakers", for_boys=True,
    ),
    "gym uniform": Outfit(
        ("gym uniform", "sportswear"), "shirt", "shorts", "short", "shorts", 0.24, "second",
        ("number", "trim"), shoes="sneakers", for_boys=True,
    ),
    "maid": Outfit(
        ("maid", "maid apron", "frills"), "dress", "apron", "puff", "flared", 0.5, "main",
        ("white collar", "apron", "bow"),
    ),
    "suit": Outfit(
        ("suit", "necktie", "formal"), "suit", "shirt", "long", "trousers", 1.0, "main",
        ("shirt front", "necktie", "lapels", "buttons"), for_boys=True,
    ),
    "t-shirt": Outfit(
        ("t-shirt", "casual"), "shirt", "pants", "short", "trousers", 1.0, "second",
        ("emblem",), shoes="sneakers", for_boys=True,
    ),
    "sweater": Outfit(
        ("sweater", "turtleneck"), "sweater", "skirt", "long", "straight", 0.55, "second",
        ("turtleneck", "ribbing"), shoes="boots",
    ),
    "overalls": Outfit(
        ("overalls",), "overalls", "shirt", "short", "trousers", 0.9, "main",
        ("bib",), shoes="sneakers", for_boys=True,
    ),
    "cardigan": Outfit(
        ("cardigan", "open cardigan"), "cardigan", "skirt", "long", "flared", 0.45, "second",
        ("white shirt",), outer="cardigan", outer_length=0.12,
    ),
    "robe": Outfit(
        ("robe", "cape", "wizard"), "robe", "cape", "wide", "straight", 0.95, "main",
        ("belt", "robe trim"), outer="cape", outer_length=0.5, shoes="boots", for_boys=True,
    ),
    "idol": Outfit(
        ("idol clothes", "frills", "bow"), "dress", "skirt", "puff", "pleated", 0.36, "second",
        ("idol front", "bow", "frill"), shoes="boots",
    ),
}  # fmt: skip
