"""The second edition's vocabulary: names and Danbooru's words for them.

Colours, half of the fringes and most patterns and accessories are the first edition's; its words
are used again wherever the thing is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from core.synthetic.first import character as first

HAIR_BACKS: dict[str, tuple[str, ...]] = {
    **first.HAIR_BACKS,
    "low twintails": ("low twintails", "long hair"),
    "double bun": ("double bun", "short hair"),
    "braid": ("single braid", "long hair"),
    "drills": ("drill hair", "twin drills", "long hair"),
    "hime": ("hime cut", "very long hair", "straight hair"),
    "pixie": ("pixie cut", "very short hair"),
    "medium": ("medium hair", "flipped hair"),
}
FRINGES: dict[str, str] = {
    **first.FRINGES,
    "one eye": "hair over one eye",
    "curtain": "curtained hair",
    "forehead": "forehead",
}
EYE_SHAPES: dict[str, str] = {
    "round": "round eyes",
    "tall": "big eyes",
    "sharp": "tsurime",
    "drooping": "tareme",
    "half": "jitome",
    "narrow": "narrow eyes",
}
HAIR_ACCENTS: dict[str, str] = {
    "none": "",
    "tips": "two-tone hair",
    "streaks": "streaked hair",
    "inner": "colored inner hair",
    "split": "split-color hair",
}
BODIES: dict[str, tuple[float, float]] = {  # growth from, to
    "chibi": (0.0, 0.12), "petite": (0.25, 0.45), "average": (0.5, 0.72), "tall": (0.82, 1.0),
}  # fmt: skip
BODY_WORDS = {"chibi": "chibi", "petite": "petite", "average": "", "tall": "tall"}
PATTERNS: dict[str, str] = {
    **first.PATTERNS,
    "plaid": "plaid clothes",
    "stars": "star print",
    "hearts": "heart print",
    "argyle": "argyle clothes",
    "flowers": "floral print",
}
LEGWEAR: dict[str, str] = {**first.LEGWEAR, "kneehighs": "kneehighs", "tights": "pantyhose"}
ACCESSORIES: dict[str, tuple[str, str]] = {  # word, where it is worn: one thing a place
    "ribbon": ("hair ribbon", "hair"), "clip": ("hair clip", "hair"),
    "flower": ("hair flower", "hair"), "hairband": ("hairband", "top"),
    "hat": ("sun hat", "top"), "beret": ("beret", "top"), "cap": ("baseball cap", "top"),
    "witch hat": ("witch hat", "top"), "crown": ("crown", "top"), "cat ears": ("cat ears", "ears"),
    "rabbit ears": ("rabbit ears", "ears"), "horns": ("horns", "ears"), "halo": ("halo", "top"),
    "headphones": ("headphones", "top"), "glasses": ("glasses", "eyes"),
    "sunglasses": ("sunglasses", "eyes"), "eyepatch": ("eyepatch", "eyes"),
    "scarf": ("scarf", "neck"), "choker": ("choker", "neck"), "earrings": ("earrings", "lobes"),
    "backpack": ("backpack", "back"), "wings": ("wings", "back"), "tail": ("tail", "tail"),
}  # fmt: skip
DETAILS: dict[str, str] = {  # what is on one side only
    "odd stocking": "asymmetrical legwear",
    "coloured lock": "colored streak",
    "armband": "armband",
    "single glove": "single glove",
    "heterochromia": "heterochromia",
    "mole": "mole under eye",
    "plaster": "bandaid on face",
    "knee plaster": "bandaid on knee",
    "scar": "scar on cheek",
    "wristband": "wristband",
}
EXPRESSIONS: dict[str, str] = {
    "smile": "smile", "open": "open mouth", "neutral": "closed mouth", "sad": "sad",
    "angry": "angry", "surprised": "surprised", "closed": "closed eyes", "wink": "one eye closed",
    "laughing": "laughing", "crying": "crying", "embarrassed": "embarrassed", "smug": "smug",
    "sleepy": "sleepy", "pout": "pout",
}  # fmt: skip
VIEWS: dict[str, str] = {
    "front": "facing viewer",
    "three-quarter": "three-quarter view",
    "side": "from side",
    "back": "from behind",
}
SHADINGS: dict[str, tuple[str, ...]] = {
    "flat": ("flat color",),
    "cel": ("anime coloring",),
    "manga": ("monochrome", "greyscale"),
}


def choice(rng: np.random.Generator, names: Iterable[str], p: Sequence[float] = ()) -> str:
    """One of the names; `p`: their chances, else all alike."""
    keys = list(names)
    if not p:
        return keys[int(rng.integers(len(keys)))]
    place = float(rng.random()) * sum(p)
    for key, chance in zip(keys, p, strict=True):
        place -= chance
        if place < 0:
            return key
    return keys[-1]
