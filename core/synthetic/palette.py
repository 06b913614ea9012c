"""The colours of both editions and their names in Danbooru's words."""

from __future__ import annotations

import colorsys

import numpy as np

from core.synthetic.brush import Rgb

HAIR_COLOURS: dict[str, Rgb] = {
    "black": (62, 58, 72), "brown": (128, 84, 58), "blonde": (246, 214, 120),
    "red": (214, 70, 66), "orange": (240, 146, 66), "pink": (250, 160, 190),
    "purple": (150, 104, 200), "blue": (84, 128, 220), "aqua": (110, 208, 216),
    "green": (104, 178, 104), "white": (236, 236, 242), "grey": (158, 160, 172),
}  # fmt: skip
CLOTH_COLOURS: dict[str, Rgb] = {
    "black": (70, 68, 80), "brown": (140, 98, 70), "yellow": (248, 216, 96),
    "red": (218, 74, 74), "orange": (242, 150, 76), "pink": (248, 172, 196),
    "purple": (156, 116, 204), "blue": (80, 122, 204), "aqua": (126, 212, 214),
    "green": (98, 170, 110), "white": (244, 244, 246), "grey": (166, 168, 178),
}  # fmt: skip
EYE_COLOURS: dict[str, Rgb] = {
    "red": (206, 52, 64), "orange": (226, 128, 40), "yellow": (226, 184, 40),
    "green": (60, 160, 90), "aqua": (40, 180, 190), "blue": (54, 104, 214),
    "purple": (140, 76, 200), "pink": (232, 96, 150), "brown": (140, 84, 50),
    "grey": (120, 124, 140),
}  # fmt: skip
SKINS: tuple[Rgb, ...] = (
    (255, 228, 210), (252, 216, 190), (240, 196, 162), (208, 156, 120), (162, 112, 82),
)  # fmt: skip


def jitter(rng: np.random.Generator, colour: Rgb) -> Rgb:
    hue, light, saturation = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    hue += rng.uniform(-0.018, 0.018)
    light = min(max(light + rng.uniform(-0.05, 0.05), 0.05), 0.97)
    saturation = min(max(saturation * rng.uniform(0.85, 1.12), 0), 1)
    red, green, blue = (round(c * 255) for c in colorsys.hls_to_rgb(hue % 1, light, saturation))
    return red, green, blue


def pick(rng: np.random.Generator, table: dict[str, Rgb]) -> tuple[str, Rgb]:
    names = list(table)
    name = names[int(rng.integers(len(names)))]
    return name, jitter(rng, table[name])
