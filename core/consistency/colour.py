"""Colours of a part as few dominant ones, and how far two such sets are apart."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]

MERGE = 9.0  # CIE76: nearer colours are one colour in light and shade
FEWEST_SHARE = 0.06  # a colour with less of a part is a line, a highlight, a seam
MAIN_SHARE = 0.25  # of a part from which on a colour is one that it is known by
MOST_COLOURS = 6
LIGHTNESS_WEIGHT = 2.0  # k_L: lightness counts half, for night and shade are no other hair
GREY_CHROMA = 6.0  # of Lab: a picture with less has no colours to judge
_BIN = 5.0  # of Lab, in which pixels are counted
_EDGE = 40  # a pixel whose neighbours differ by more (of 255) lies on a drawn line


@dataclass(frozen=True, eq=False)
class Palette:
    """Dominant colours of a part: `lab` (n, 3), CIE L*a*b* of D65; `share` (n,), sum 1."""

    lab: Floats
    share: Floats


def palette(picture: Image, mask: Mask) -> Palette | None:
    """Of the pixels of an RGB picture within the mask; None where there are none.

    Pixels on outlines are left out, for these are as dark in every part. The rest is counted in a
    coarse grid of Lab; the fullest cell takes the cells around it, and so on.
    """
    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    picture, mask = picture[y : y + height, x : x + width], mask[y : y + height, x : x + width]
    if not mask.any():
        return None
    inside = mask & ~_edges(picture)
    if inside.sum() < 0.25 * mask.sum():  # fine patterns are all edges
        inside = mask
    pixels = picture[inside]
    lab = cv2.cvtColor((pixels[None] / 255).astype(np.float32), cv2.COLOR_RGB2LAB)[0]
    cells = np.floor(lab / _BIN).astype(np.int64) + 64  # Lab lies within -128 and 128
    _, inverse, counts = np.unique(
        (cells[:, 0] * 128 + cells[:, 1]) * 128 + cells[:, 2],
        return_inverse=True,
        return_counts=True,
    )
    sums = [np.bincount(inverse, lab[:, axis]) for axis in range(3)]
    return _merged(np.stack(sums, axis=1) / counts[:, None], counts.astype(np.float64))


def palette_distance(wanted: Palette, got: Palette) -> float:
    """How far the wanted colours are from what is there, in CIEDE2000: each to its nearest colour
    of `got`, then the mean over shares or the farthest of the main colours, whichever is more.

    The farthest, because a patterned top whose ground is another colour still has its dots.
    One-sided, so that a background behind a strand of hair, or a scarf that hides half a jacket,
    is no fault: what matters is whether the character's own colours are there.
    """
    nearest = ciede2000(wanted.lab[:, None], got.lab[None]).min(axis=1)
    mean = float((nearest * wanted.share).sum())
    return max(mean, float(nearest[wanted.share >= MAIN_SHARE].max(initial=0.0)))


def ciede2000(first: Floats, second: Floats, k_l: float = LIGHTNESS_WEIGHT) -> Floats:
    """CIEDE2000 of Lab colours (..., 3), broadcast; Sharma, Wu and Dalal 2005, equations 2 to 22.

    k_l: the parametric factor of lightness; 1 is the plain formula.
    """
    l1, a1, b1 = np.moveaxis(np.asarray(first, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(second, np.float64), -1, 0)
    chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(chroma7 / (chroma7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.arctan2(b1, a1), np.arctan2(b2, a2)
    grey = c1 * c2 == 0
    turn = np.where(grey, 0.0, (h2 - h1 + np.pi) % (2 * np.pi) - np.pi)
    hue = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    middle = np.where(grey, h1 + h2, h1 + turn / 2)
    t = (
        1
        - 0.17 * np.cos(middle - np.pi / 6)
        + 0.24 * np.cos(2 * middle)
        + 0.32 * np.cos(3 * middle + np.pi / 30)
        - 0.20 * np.cos(4 * middle - 63 * np.pi / 180)
    )
    s_l = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    degrees = np.degrees(middle) % 360
    cone = np.radians(60) * np.exp(-(((degrees - 275) / 25) ** 2))
    chroma7 = chroma**7
    r_t = -2 * np.sqrt(chroma7 / (chroma7 + 25.0**7)) * np.sin(cone)
    d_l, d_c, d_h = (l2 - l1) / (k_l * s_l), (c2 - c1) / s_c, hue / s_h
    return np.sqrt(np.maximum(d_l**2 + d_c**2 + d_h**2 + r_t * d_c * d_h, 0.0))


def _edges(picture: Image) -> Mask:
    kernel = np.ones((3, 3), np.uint8)
    spread = cv2.subtract(cv2.dilate(picture, kernel), cv2.erode(picture, kernel))
    red, green, blue = cv2.split(spread)
    return np.asarray(cv2.max(cv2.max(red, green), blue) > _EDGE)


def _merged(lab: Floats, counts: Floats) -> Palette:
    colours: list[Floats] = []
    shares: list[float] = []
    left = counts.copy()
    total = float(counts.sum())
    while len(colours) < MOST_COLOURS and left.max() > 0:
        near = np.linalg.norm(lab - lab[int(left.argmax())], axis=1) < MERGE
        taken = np.where(near, left, 0.0)
        colours.append((lab * taken[:, None]).sum(axis=0) / taken.sum())
        shares.append(float(taken.sum()) / total)
        left = np.where(near, 0.0, left)
    kept = [i for i, share in enumerate(shares) if share >= FEWEST_SHARE] or [0]
    share = np.array([shares[i] for i in kept])
    return Palette(np.stack([colours[i] for i in kept]), share / share.sum())


def is_monochrome(picture: Image) -> bool:
    """Whether an RGB picture is drawn in greys, or in tones of nearly no colour."""
    lab = cv2.cvtColor((picture[::4, ::4] / 255).astype(np.float32), cv2.COLOR_RGB2LAB)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    return bool(np.percentile(chroma, 95) < GREY_CHROMA)
