"""Backgrounds: simple, soft, lower in contrast than the figures."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import Rgb

Image = NDArray[np.uint8]
Painter = Callable[[Image, np.random.Generator, float], None]

SCENES: dict[str, tuple[str, ...]] = {
    "white": ("white background", "simple background"),
    "gradient": ("gradient background", "simple background"),
    "field": ("outdoors", "sky", "grass"),
    "beach": ("outdoors", "beach", "ocean"),
    "park": ("outdoors", "tree", "park"),
    "sunset": ("outdoors", "sunset"),
    "night": ("outdoors", "night", "city lights"),
    "room": ("indoors", "room", "window"),
    "classroom": ("indoors", "classroom", "chalkboard"),
    "snow": ("outdoors", "snow", "winter"),
}


def vertical(width: int, height: int, top: Rgb, bottom: Rgb) -> Image:
    share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    ramp = np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share
    column = ramp.astype(np.uint8)
    wide = cv2.resize(column, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.asarray(wide, np.uint8)


def band(image: Image, y0: float, y1: float, colour: Rgb) -> None:
    height = image.shape[0]
    image[int(y0 * height) : int(y1 * height)] = colour


def disc(image: Image, x: float, y: float, r: float, colour: Rgb) -> None:
    height, width = image.shape[:2]
    centre = (int(x * width * 16), int(y * height * 16))
    cv2.circle(image, centre, int(r * height * 16), colour, -1, cv2.LINE_AA, 4)


def box(image: Image, x0: float, y0: float, x1: float, y1: float, colour: Rgb) -> None:
    height, width = image.shape[:2]
    cv2.rectangle(
        image, (int(x0 * width), int(y0 * height)), (int(x1 * width), int(y1 * height)), colour, -1
    )


def _field(image: Image, rng: np.random.Generator, ground: float) -> None:
    for _ in range(3):
        x, y, r = (float(v) for v in rng.uniform((0, 0.05, 0.05), (1, 0.35, 0.12)))
        disc(image, x, y, r, (244, 249, 252))
    band(image, ground, 1, (172, 212, 142))


def _beach(image: Image, rng: np.random.Generator, ground: float) -> None:
    band(image, ground - 0.2, ground, (128, 194, 222))
    band(image, ground, 1, (240, 222, 180))


def _park(image: Image, rng: np.random.Generator, ground: float) -> None:
    for _ in range(4):
        x, y = float(rng.uniform(0, 1)), float(rng.uniform(0.3, 0.45))
        box(image, x - 0.02, y, x + 0.02, ground, (176, 148, 122))
        disc(image, x, y, float(rng.uniform(0.12, 0.2)), (160, 204, 152))
    band(image, ground, 1, (190, 218, 158))


def _sunset(image: Image, rng: np.random.Generator, ground: float) -> None:
    disc(image, float(rng.uniform(0.2, 0.8)), ground, 0.18, (255, 226, 168))
    band(image, ground, 1, (176, 128, 150))


def _night(image: Image, rng: np.random.Generator, ground: float) -> None:
    for _ in range(7):
        x, y = float(rng.uniform(0, 1)), float(rng.uniform(0.35, 0.6))
        box(image, x, y, x + 0.12, 1, (62, 66, 100))
        for wx, wy in rng.uniform((0.01, 0.02), (0.1, 0.3), (3, 2)).tolist():
            box(image, x + wx, y + wy, x + wx + 0.014, y + wy + 0.018, (222, 204, 146))


def _snow(image: Image, rng: np.random.Generator, ground: float) -> None:
    band(image, ground, 1, (244, 247, 252))
    for x, y in rng.uniform(0, 1, (26, 2)).tolist():
        disc(image, x, y, 0.008, (252, 253, 255))


def _room(image: Image, rng: np.random.Generator, ground: float) -> None:
    x = float(rng.uniform(0.05, 0.5))
    box(image, x, 0.1, x + 0.36, 0.5, (248, 246, 240))
    box(image, x + 0.02, 0.12, x + 0.34, 0.48, (196, 224, 242))
    box(image, x + 0.17, 0.12, x + 0.19, 0.48, (248, 246, 240))
    band(image, ground, 1, (206, 178, 150))


def _classroom(image: Image, rng: np.random.Generator, ground: float) -> None:
    box(image, 0.06, 0.14, 0.94, 0.55, (186, 164, 134))
    box(image, 0.08, 0.16, 0.92, 0.53, (104, 146, 126))
    band(image, ground, 1, (214, 194, 166))


_OUTDOORS = (0.68, 0.8)  # where the ground begins, share of the height
_INDOORS = (0.74, 0.84)
_PAINTERS: dict[str, tuple[Painter, tuple[float, float]]] = {
    "field": (_field, _OUTDOORS), "beach": (_beach, _OUTDOORS), "park": (_park, _OUTDOORS),
    "sunset": (_sunset, _OUTDOORS), "night": (_night, _OUTDOORS), "snow": (_snow, _OUTDOORS),
    "room": (_room, _INDOORS), "classroom": (_classroom, _INDOORS),
}  # fmt: skip

_SKIES: dict[str, tuple[Rgb, Rgb]] = {
    "field": ((156, 206, 242), (226, 242, 250)), "beach": ((150, 212, 240), (224, 244, 250)),
    "park": ((190, 226, 240), (232, 244, 238)), "sunset": ((236, 170, 150), (255, 216, 170)),
    "night": ((44, 48, 84), (88, 84, 128)), "room": ((236, 226, 212), (230, 218, 204)),
    "classroom": ((240, 234, 218), (234, 226, 208)), "snow": ((200, 214, 232), (228, 236, 246)),
}  # fmt: skip


def paint_scene(name: str, seed: int, width: int, height: int) -> Image:
    """Background picture (height, width, 3) uint8."""
    rng = np.random.default_rng(seed)
    if name == "white":
        return np.full((height, width, 3), 255, dtype=np.uint8)
    if name == "gradient":
        low, high = rng.uniform(110, 215, 3), rng.uniform(170, 250, 3)
        return vertical(width, height, tuple(low.astype(int)), tuple(high.astype(int)))
    image = vertical(width, height, *_SKIES[name])
    paint, ground = _PAINTERS[name]
    paint(image, rng, float(rng.uniform(*ground)))
    return image
