"""Places of the second edition: the first edition's, by day and by night, and more."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import Rgb, shade
from core.synthetic.scene import SCENES as FIRST_SCENES
from core.synthetic.scene import band, box, disc, paint_scene, vertical

Image = NDArray[np.uint8]
Painter = Callable[[Image, np.random.Generator, float], None]

SCENES: dict[str, tuple[str, ...]] = {
    **FIRST_SCENES,
    "street": ("outdoors", "street", "city"),
    "forest": ("outdoors", "forest", "tree"),
    "shrine": ("outdoors", "shrine", "torii"),
    "blossoms": ("outdoors", "cherry blossoms", "petals"),
    "rooftop": ("outdoors", "rooftop", "fence"),
    "stage": ("indoors", "stage", "stage lights"),
    "library": ("indoors", "library", "bookshelf"),
    "cafe": ("indoors", "cafe", "table"),
    "bedroom": ("indoors", "bedroom", "bed"),
    "train": ("indoors", "train interior", "window"),
}
PLAIN = ("white", "gradient")
HAS_NIGHT = (
    "field", "beach", "park", "snow", "street", "forest", "shrine", "blossoms", "rooftop",
    "room", "bedroom", "cafe",
)  # fmt: skip


def _street(image: Image, rng: np.random.Generator, ground: float) -> None:
    x = -0.05
    while x < 1.0:
        wide, top = float(rng.uniform(0.14, 0.26)), float(rng.uniform(0.12, 0.38))
        tone = float(rng.uniform(0.86, 1.0))
        wall = ((226, 206, 190), (206, 212, 220))[int(rng.integers(2))]
        box(image, x, top, x + wide, ground, shade(wall, tone))
        for row in np.arange(top + 0.05, ground - 0.16, 0.12):
            for column in np.arange(x + 0.03, x + wide - 0.05, 0.07):
                box(image, column, row, column + 0.035, row + 0.06, (160, 188, 208))
        x += wide + 0.01
    band(image, ground, ground + 0.05, (212, 208, 204))
    band(image, ground + 0.05, 1, (150, 150, 158))
    for x in np.arange(float(rng.uniform(-0.1, 0.1)), 1.0, 0.3):
        box(image, x, ground + 0.13, x + 0.16, ground + 0.15, (236, 236, 232))


def _forest(image: Image, rng: np.random.Generator, ground: float) -> None:
    for depth, tone in ((0, (176, 206, 176)), (1, (136, 180, 140)), (2, (104, 152, 112))):
        for x in rng.uniform(-0.05, 1.05, 4 + depth).tolist():
            wide = 0.015 + 0.012 * depth
            trunk: Rgb = (150 - 16 * depth, 128 - 14 * depth, 108 - 12 * depth)
            box(image, x - wide, 0, x + wide, ground, trunk)
            for _ in range(2):
                dx, y = float(rng.uniform(-0.08, 0.08)), float(rng.uniform(0.0, 0.22))
                disc(image, x + dx, y, float(rng.uniform(0.09, 0.15)), tone)
    band(image, ground, 1, (126, 166, 112))


def _shrine(image: Image, rng: np.random.Generator, ground: float) -> None:
    x, red = float(rng.uniform(0.4, 0.6)), (206, 92, 76)
    for dx in rng.uniform(-0.5, 0.5, 5).tolist():
        disc(image, 0.5 + dx, ground - 0.12, 0.16, (150, 188, 146))
    band(image, ground, 1, (214, 206, 190))
    for side in (-1, 1):
        box(image, x + side * 0.26 - 0.022, 0.2, x + side * 0.26 + 0.022, ground + 0.02, red)
    box(image, x - 0.38, 0.14, x + 0.38, 0.2, red)
    box(image, x - 0.41, 0.11, x + 0.41, 0.145, (92, 74, 78))
    box(image, x - 0.3, 0.27, x + 0.3, 0.305, red)
    box(image, x - 0.03, 0.2, x + 0.03, 0.28, (92, 74, 78))


def _blossoms(image: Image, rng: np.random.Generator, ground: float) -> None:
    for x in rng.uniform(0, 1, 3).tolist():
        box(image, x - 0.018, 0.2, x + 0.018, ground, (140, 110, 106))
        for _ in range(5):
            dx, dy = rng.uniform((-0.16, 0.0), (0.16, 0.3)).tolist()
            disc(image, x + dx, dy, float(rng.uniform(0.08, 0.13)), (250, 206, 220))
    band(image, ground, 1, (196, 218, 168))
    for x, y in rng.uniform(0, 1, (18, 2)).tolist():
        disc(image, x, y, 0.008, (255, 226, 236))


def _rooftop(image: Image, rng: np.random.Generator, ground: float) -> None:
    for x in rng.uniform(0, 0.9, 5).tolist():
        top = float(rng.uniform(0.4, 0.56))
        box(image, x, top, x + 0.14, ground, (182, 196, 214))
    band(image, ground, 1, (200, 200, 206))
    band(image, ground - 0.22, ground - 0.205, (130, 150, 150))
    for x in np.arange(0.0, 1.0, 0.045):
        box(image, x, ground - 0.22, x + 0.006, ground, (130, 150, 150))


def _stage(image: Image, rng: np.random.Generator, ground: float) -> None:
    height, width = image.shape[:2]
    for x in rng.uniform(0.05, 0.95, 4).tolist():
        end = x + float(rng.uniform(-0.25, 0.25))
        colour = [(150, 110, 190), (110, 130, 206), (196, 110, 160)][int(rng.integers(3))]
        beam = np.array([(x - 0.02, 0), (x + 0.02, 0), (end + 0.13, ground), (end - 0.13, ground)])
        cv2.fillPoly(image, [np.rint(beam * (width, height)).astype(np.int32)], colour)
    band(image, ground, 1, (96, 80, 112))
    band(image, ground, ground + 0.015, (220, 196, 236))


def _library(image: Image, rng: np.random.Generator, ground: float) -> None:
    box(image, 0, 0.04, 1, ground, (150, 116, 88))
    for row in (0.08, 0.27, 0.46):
        box(image, 0, row, 1, row + 0.16, (118, 90, 70))
        books = rng.uniform((0.02, 0.1, 130, 130, 130), (0.045, 0.15, 215, 215, 215), (34, 5))
        x = 0.01
        for wide, tall, red, green, blue in books.tolist():
            if x > 0.97:
                break
            colour = (int(red), int(green), int(blue))
            box(image, x, row + 0.16 - tall, x + wide, row + 0.158, colour)
            x += wide + 0.004
    band(image, ground, 1, (196, 168, 140))


def _cafe(image: Image, rng: np.random.Generator, ground: float) -> None:
    x = float(rng.uniform(0.04, 0.4))
    box(image, x, 0.1, x + 0.5, 0.54, (120, 88, 70))
    box(image, x + 0.02, 0.12, x + 0.48, 0.52, (206, 226, 232))
    for lamp in (0.2, 0.5, 0.8):
        box(image, lamp - 0.003, 0, lamp + 0.003, 0.12, (96, 78, 70))
        disc(image, lamp, 0.14, 0.04, (255, 226, 160))
    band(image, ground, 1, (178, 140, 112))
    box(image, 0.72, ground - 0.1, 0.98, ground - 0.08, (128, 94, 74))
    box(image, 0.84, ground - 0.08, 0.86, ground + 0.1, (128, 94, 74))


def _bedroom(image: Image, rng: np.random.Generator, ground: float) -> None:
    x = float(rng.uniform(0.5, 0.62))
    box(image, 0.06, 0.12, 0.36, 0.46, (250, 248, 244))
    box(image, 0.08, 0.14, 0.34, 0.44, (190, 220, 240))
    band(image, ground, 1, (214, 186, 160))
    box(image, x, ground - 0.2, 1, ground + 0.06, (236, 196, 204))
    box(image, x + 0.02, ground - 0.25, x + 0.16, ground - 0.16, (252, 250, 248))
    box(image, x - 0.02, ground - 0.32, x, ground + 0.1, (170, 130, 104))


def _train(image: Image, rng: np.random.Generator, ground: float) -> None:
    for x in np.arange(float(rng.uniform(-0.2, 0.0)), 1.0, 0.36):
        box(image, x, 0.14, x + 0.3, 0.48, (150, 160, 166))
        box(image, x + 0.015, 0.155, x + 0.285, 0.465, (184, 218, 238))
        box(image, x + 0.015, 0.37, x + 0.285, 0.465, (168, 200, 152))
        disc(image, x + 0.33, 0.1, 0.028, (246, 246, 246))
    box(image, 0, 0.56, 1, ground, (104, 142, 116))
    band(image, ground, 1, (190, 186, 184))


_SKIES: dict[str, tuple[Rgb, Rgb]] = {
    "street": ((170, 208, 238), (228, 240, 246)), "forest": ((206, 226, 206), (226, 238, 216)),
    "shrine": ((176, 212, 236), (236, 242, 236)), "blossoms": ((190, 220, 244), (246, 236, 242)),
    "rooftop": ((142, 196, 240), (226, 242, 252)), "stage": ((52, 40, 76), (84, 62, 112)),
    "library": ((214, 196, 170), (214, 196, 170)), "cafe": ((232, 212, 188), (222, 200, 174)),
    "bedroom": ((246, 230, 224), (240, 222, 214)), "train": ((232, 234, 232), (222, 224, 222)),
}  # fmt: skip
_PAINTERS: dict[str, tuple[Painter, tuple[float, float]]] = {
    "street": (_street, (0.66, 0.74)), "forest": (_forest, (0.66, 0.76)),
    "shrine": (_shrine, (0.68, 0.76)), "blossoms": (_blossoms, (0.68, 0.78)),
    "rooftop": (_rooftop, (0.66, 0.74)), "stage": (_stage, (0.72, 0.8)),
    "library": (_library, (0.72, 0.8)), "cafe": (_cafe, (0.72, 0.8)),
    "bedroom": (_bedroom, (0.72, 0.8)), "train": (_train, (0.74, 0.82)),
}  # fmt: skip
_NIGHT = np.array([0.36, 0.4, 0.62], np.float32)


def _night_table() -> NDArray[np.uint8]:
    """Each channel darker, blue least; the curve keeps lights light."""
    tone = np.arange(256, dtype=np.float32)[:, None] / 255
    return (255 * (tone**1.15 * _NIGHT + 0.04)).astype(np.uint8)[None]


_NIGHT_TABLE = _night_table()


def scene_words(name: str, night: bool) -> tuple[str, ...]:
    words = SCENES[name]
    return (*words, "night") if night and "night" not in words else words


def paint_background(name: str, night: bool, seed: int, width: int, height: int) -> Image:
    """Background picture (height, width, 3) uint8."""
    if name in FIRST_SCENES:
        image = paint_scene(name, seed, width, height)
    else:
        rng = np.random.default_rng(seed)
        paint, ground = _PAINTERS[name]
        image = vertical(width, height, *_SKIES[name])
        paint(image, rng, float(rng.uniform(*ground)))
    if not night or name in PLAIN or name == "night":
        return image
    image = np.asarray(cv2.LUT(image, _NIGHT_TABLE), np.uint8)
    if "outdoors" in SCENES[name]:
        rng = np.random.default_rng(seed + 1)
        for x, y in rng.uniform((0, 0), (1, 0.3), (14, 2)).tolist():
            disc(image, x, y, 0.004, (236, 236, 214))
        disc(image, float(rng.uniform(0.1, 0.9)), 0.12, 0.05, (246, 240, 206))
    return image
