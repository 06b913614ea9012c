"""GrabCut (Rother et al. 2004, as in OpenCV) from whatever is known about a picture."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.geometry import Rect
from core.segmentation.ground import to_lab
from core.segmentation.segmenter import Cancellation, SegmentPrompt, raise_if_cancelled

Seeds = NDArray[np.uint8]  # (H, W) of the four values below
GROUND, SUBJECT = np.uint8(cv2.GC_BGD), np.uint8(cv2.GC_FGD)
MAYBE_GROUND, MAYBE_SUBJECT = np.uint8(cv2.GC_PR_BGD), np.uint8(cv2.GC_PR_FGD)

_COARSE_PX = 320  # longest side at which the figure is found
_FINE_PX = 1024  # longest side at which its outline is
_ROUNDS = 5
_PALETTE = 10


def grab_cut(
    image: NDArray[np.uint8], seeds: Seeds, token: Cancellation | None = None
) -> NDArray[np.bool_] | None:
    """The subject in the RGB picture; None where the seeds leave nothing to tell apart.

    Found small, then only the outline is looked at again at a larger size: GrabCut's time grows
    faster than the number of pixels.
    """
    height, width = seeds.shape
    found = _run(image, seeds, _COARSE_PX, _ROUNDS)
    if found is None or max(height, width) <= _COARSE_PX:
        return found
    raise_if_cancelled(token)
    sure = (seeds == GROUND) | (seeds == SUBJECT)
    return refined_outline(image, found, np.where(sure, seeds, MAYBE_GROUND))


def refined_outline(
    image: NDArray[np.uint8], figure: NDArray[np.bool_], known: Seeds | None = None
) -> NDArray[np.bool_]:
    """`figure` (H, W) with its outline moved by a few pixels to where the colours part.

    known: GROUND and SUBJECT where certain.
    """
    height, width = figure.shape
    band_px = max(2, round(2.5 * max(height, width) / _COARSE_PX))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band_px + 1, 2 * band_px + 1))
    solid = figure.astype(np.uint8)
    seeds = np.where(figure, MAYBE_SUBJECT, MAYBE_GROUND)
    seeds[cv2.erode(solid, kernel, borderValue=1) > 0] = SUBJECT
    seeds[cv2.dilate(solid, kernel) == 0] = GROUND
    if known is not None:
        sure = (known == GROUND) | (known == SUBJECT)
        seeds[sure] = known[sure]
    finer = _run(image, seeds, _FINE_PX, 1)
    return figure if finer is None else finer


def _run(
    image: NDArray[np.uint8], seeds: Seeds, longest_px: int, rounds: int
) -> NDArray[np.bool_] | None:
    height, width = seeds.shape
    scale = min(1.0, longest_px / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    labels = np.asarray(cv2.resize(seeds, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    _keep_thin_marks(labels, seeds, size)
    grounds = (labels == GROUND) | (labels == MAYBE_GROUND)
    if grounds.all() or not grounds.any():
        return None
    cv2.setRNGSeed(0)  # its k-means draws at random: the same picture shall give the same mask
    bgr = np.ascontiguousarray(small[..., ::-1])
    unused_box = (0, 0, 1, 1)  # the mask says it all
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(bgr, labels, unused_box, *models, rounds, cv2.GC_INIT_WITH_MASK)
    subject = ((labels == SUBJECT) | (labels == MAYBE_SUBJECT)).astype(np.float32)
    return cv2.resize(subject, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5


def _keep_thin_marks(labels: Seeds, seeds: Seeds, size: tuple[int, int]) -> None:
    """A small mark of the artist shall survive the scaling that skips pixels."""
    for value in (GROUND, SUBJECT):
        marked = cv2.resize((seeds == value).astype(np.float32), size, interpolation=cv2.INTER_AREA)
        unsure = (labels == MAYBE_GROUND) | (labels == MAYBE_SUBJECT)
        labels[(marked > 0.25) & unsure] = value


def box_pixels(flags: NDArray[np.bool_], box: Rect) -> NDArray[np.bool_]:
    """A view of the part of (H, W) `flags` in the box; at least a pixel where the box is inside."""
    top, left = math.floor(box.y), math.floor(box.x)
    return flags[top : math.ceil(box.bottom), left : math.ceil(box.right)]


def seeds_from_prompt(
    prompt: SegmentPrompt,
    box: Rect | None,
    maybe_subject: NDArray[np.bool_],
    shape: tuple[int, int],
) -> Seeds:
    """Everything outside `box` is ground, the artist's points and strokes are certain."""
    height, width = shape
    seeds = np.where(maybe_subject, MAYBE_SUBJECT, MAYBE_GROUND)
    if box is not None:
        inside = np.zeros(shape, dtype=np.bool_)
        box_pixels(inside, box)[:] = True
        seeds[~inside] = GROUND
    point_px = max(1, round(0.006 * max(height, width)))
    for x, y, is_foreground in prompt.points:
        value = int(SUBJECT if is_foreground else GROUND)
        cv2.circle(seeds, (int(x), int(y)), point_px, value, -1)
    for stroke in prompt.strokes:
        value = int(SUBJECT if stroke.is_foreground else GROUND)
        line = np.array([(p.x, p.y) for p in stroke.points]).round().astype(np.int32)
        thickness = max(1, round(2 * stroke.radius_px))
        cv2.polylines(seeds, [line], False, value, thickness)
        cv2.circle(seeds, tuple(line[0].tolist()), thickness // 2, value, -1)
    return seeds


def seeds_from_ground(maybe_subject: NDArray[np.bool_], ground: NDArray[np.bool_]) -> Seeds:
    """(H, W) both; where neither, it is rather ground."""
    return np.where(maybe_subject, MAYBE_SUBJECT, np.where(ground, GROUND, MAYBE_GROUND))


def seeds_from_picture(image: NDArray[np.uint8], ground: NDArray[np.bool_]) -> Seeds:
    """Where nobody said anything: what differs from the border's colours, near the middle.

    ground: (H, W), pixels already known to be ground.
    """
    height, width = ground.shape
    scale = min(1.0, _COARSE_PX / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    resized = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    small = to_lab(np.asarray(resized, dtype=np.uint8))
    known = cv2.resize(ground.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    standing_out = _unlike_border(small) * _middle(size)
    standing_out[known] = 0
    levels = np.clip(standing_out * 255, 0, 255).astype(np.uint8)
    candidates = levels[levels > 0]
    if not len(candidates):
        return np.full((height, width), GROUND)
    threshold, _ = cv2.threshold(candidates[None], 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    likely = cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR) > threshold * 0.8
    seeds = np.where(likely, MAYBE_SUBJECT, MAYBE_GROUND)
    seeds[ground] = GROUND
    rim = max(1, round(0.01 * max(height, width)))
    # Not the lower rim: half-length pictures are cut there.
    seeds[:rim] = seeds[:, :rim] = seeds[:, -rim:] = GROUND
    return seeds


def _unlike_border(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """(H, W), 0 = a colour of the border near this place, 1 = unlike all of them."""
    height, width = lab.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    places = np.stack([columns / width, rows / height], axis=2) * 30  # 30: the picture in Lab units
    features = np.concatenate([lab, places], axis=2).astype(np.float32)
    depth = max(1, round(0.02 * max(height, width)))
    rim = np.ones((height, width), dtype=np.bool_)
    rim[depth:, depth:-depth] = False  # top, left and right
    samples = features[rim]
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    clusters = min(_PALETTE, len(samples))
    labels = np.zeros((len(samples), 1), dtype=np.int32)
    _, _, palette = cv2.kmeans(samples, clusters, labels, stop, 2, cv2.KMEANS_PP_CENTERS)
    nearest = np.full((height, width), np.inf, dtype=np.float32)
    for centre in palette:
        nearest = np.minimum(nearest, np.linalg.norm(features - centre, axis=2))
    return np.clip((nearest - 8) / 30, 0, 1).astype(np.float32)


def _middle(size: tuple[int, int]) -> NDArray[np.float32]:
    """(H, W) Gaussian that is 1 in the middle and wide enough for a standing figure."""
    x, y = np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1])
    return np.exp(-(y[:, None] ** 2) / 1.6 - x[None, :] ** 2 / 0.7).astype(np.float32)
