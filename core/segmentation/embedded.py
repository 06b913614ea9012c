"""The segmenter that needs no weights: transparency, plain ground, then GrabCut."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.geometry import Rect
from core.segmentation.cleanup import (
    as_mask,
    disc,
    fill_specks,
    flooded,
    main_parts,
    open_holes,
    thin_px,
    touched_parts,
    without_fringe,
)
from core.segmentation.grab_cut import (
    GROUND,
    MAYBE_SUBJECT,
    SUBJECT,
    box_pixels,
    grab_cut,
    refined_outline,
    seeds_from_ground,
    seeds_from_picture,
    seeds_from_prompt,
)
from core.segmentation.ground import Ground, denoised, fit_grounds
from core.segmentation.outlines import ground_without_lines
from core.segmentation.segmenter import (
    Cancellation,
    SegmentedMask,
    SegmentPrompt,
    checked_image,
    checked_prompt,
    no_figure,
    raise_if_cancelled,
)

Flags = NDArray[np.bool_]
SUBJECT_WORDS = frozenset(
    (
        "character", "figure", "person", "subject", "girl", "boy", "woman", "man",
        "1girl", "1boy", "1other", "solo",
    )
)  # fmt: skip
_MIN_SHARE = 0.002  # of the picture: less is no figure
_MAX_SHARE = 0.98
# How sure each way is, for choosing and for telling the artist; measured mask IoU, rounded down.
_SURE_ALPHA, _SURE_PLAIN, _SURE_INKED, _SURE_MARKED = 1.0, 0.95, 0.9, 0.9
_SURE_BANDS, _SURE_GUESSED = 0.7, 0.4
_MIN_BOX_SHARE = 0.02  # of a box that is not ground
_ALL_AROUND = 0.9  # of the border that one ground takes up where nothing else is there
_BORDER_SHARE = 0.5  # of the border that grounds must explain to be trusted


@dataclass(frozen=True)
class _Start:
    """What the picture itself tells: the main figure, if it is plain to see, and sure ground.

    Beside the figure there may be others: what is not ground is not all figure.
    trusted: whether the ground explains most of the border, so that what is left is the figure
    and things around it.
    """

    figure: Flags | None
    ground: Flags
    score: float
    trusted: bool = True


class EmbeddedSegmenter:
    """Finds the main figure, or what the artist's marks show. Deterministic, on the CPU.

    soft_edge: blend the outline over a pixel; else masks hold 0 and 255 only.
    """

    def __init__(self, soft_edge: bool = False) -> None:
        self._soft_edge = soft_edge

    def segment(
        self,
        image: NDArray[np.uint8],
        prompt: SegmentPrompt | None = None,
        token: Cancellation | None = None,
    ) -> list[SegmentedMask]:
        """As `Segmenter.segment`: one mask, or one for each box. Words other than those for a
        character (`SUBJECT_WORDS`) need SAM 3 and raise BadInput."""
        height, width = checked_image(image).shape[:2]
        prompt = checked_prompt(prompt or SegmentPrompt(), width, height)
        _refuse_words(prompt.text)
        raise_if_cancelled(token)
        start = _read_picture(image)
        raise_if_cancelled(token)
        if not prompt.has_marks:
            return [self._whole_picture(image, start, token)]
        boxes: list[Rect | None] = list(prompt.boxes) or [None]
        return [self._marked(image, start, prompt, box, token) for box in boxes]

    def _whole_picture(
        self, image: NDArray[np.uint8], start: _Start, token: Cancellation | None
    ) -> SegmentedMask:
        if start.figure is not None:
            return self._result(start.figure, start.score)
        rgb = np.ascontiguousarray(image[..., :3])
        if start.trusted:
            seeds = seeds_from_ground(main_parts(_tidied(~start.ground)), start.ground)
        else:
            seeds = seeds_from_picture(rgb, start.ground)
        figure = grab_cut(rgb, seeds, token)
        if figure is None:
            raise no_figure()
        return self._result(_tidied(figure), start.score)

    def _marked(
        self,
        image: NDArray[np.uint8],
        start: _Start,
        prompt: SegmentPrompt,
        box: Rect | None,
        token: Cancellation | None,
    ) -> SegmentedMask:
        raise_if_cancelled(token)
        rgb = np.ascontiguousarray(image[..., :3])
        seeds = seeds_from_prompt(prompt, box, _maybe_subject(rgb, start, box), start.ground.shape)
        shown = seeds == SUBJECT
        if box is None:
            seeds[(seeds == MAYBE_SUBJECT) & ~touched_parts(seeds == MAYBE_SUBJECT, shown)] = GROUND
        parted = start.figure is not None and not (shown & start.ground).any()
        if parted and not (prompt.points or prompt.strokes):
            figure = seeds == MAYBE_SUBJECT
        else:
            figure = grab_cut(rgb, seeds, token)
        if figure is None:
            raise no_figure()
        if parted:
            figure = figure & ~start.ground
        return self._result(_tidied(figure), _SURE_BANDS if box is None else _SURE_MARKED)

    def _result(self, figure: Flags, score: float) -> SegmentedMask:
        if not figure.sum() >= max(4, _MIN_SHARE * figure.size):
            raise no_figure()
        return SegmentedMask(as_mask(figure, self._soft_edge), score, "character")


def _maybe_subject(rgb: NDArray[np.uint8], start: _Start, box: Rect | None) -> Flags:
    if box is None and not start.trusted:
        return seeds_from_picture(rgb, start.ground) == MAYBE_SUBJECT
    rest = ~start.ground
    if box is not None and box_pixels(rest, box).mean() < _MIN_BOX_SHARE:
        return np.ones_like(rest)  # the artist sees something there that has the ground's colour
    return rest


def _refuse_words(text: str | None) -> None:
    words = (text or "").lower().replace(",", " ").split()
    if any(word not in SUBJECT_WORDS for word in words):
        raise BadInput(
            "Finding things by words needs the SAM 3 model. Draw a box around the figure or "
            "paint the mask instead.",
            code="words_need_sam3",
        )


def _read_picture(image: NDArray[np.uint8]) -> _Start:
    if image.shape[2] == 4:
        opaque = image[..., 3] > 127
        if not opaque.any():
            raise no_figure()
        if opaque.mean() < _MAX_SHARE:
            return _Start(opaque, ~opaque, _SURE_ALPHA)
    rgb = denoised(np.ascontiguousarray(image[..., :3]))
    grounds = fit_grounds(rgb)
    if _is_plain(grounds):
        return _on_plain_ground(rgb, grounds[0])
    known = np.zeros(rgb.shape[:2], dtype=np.bool_)
    for ground in grounds:
        known |= flooded(ground.matches(rgb))
    if (inked := _inked_figure(rgb, known)) is not None:
        return _Start(inked, ~inked, _SURE_INKED)
    trusted = sum(ground.share for ground in grounds) > _BORDER_SHARE
    return _Start(None, known, _SURE_BANDS if trusted else _SURE_GUESSED, trusted)


def _is_plain(grounds: list[Ground]) -> bool:
    """One ground all around, but for where the figure leaves the picture."""
    if len(grounds) != 1:
        return False
    corners = grounds[0].corners
    return sum(corners) >= 3 or (sum(corners) == 2 and grounds[0].share >= _BORDER_SHARE)


def _on_plain_ground(rgb: NDArray[np.uint8], ground: Ground) -> _Start:
    away = ground.distance(rgb)
    matches = away <= ground.tolerance
    outside = without_fringe(flooded(matches), away)
    # Something else at the border, too, may be the cut figure or a thing behind it.
    inked = _inked_figure(rgb, outside) if ground.share < _ALL_AROUND else None
    rest = ~outside if inked is None else inked
    rest = fill_specks(open_holes(rest, away, ground.exact_tolerance))
    figure = main_parts(rest)
    if not _MIN_SHARE < figure.mean() < _MAX_SHARE:
        return _Start(None, ~rest, _SURE_GUESSED)  # the artist's marks may still tell
    return _Start(figure, ~rest, _SURE_PLAIN)


def _inked_figure(rgb: NDArray[np.uint8], ground: Flags) -> Flags | None:
    if not ground.any():
        return None
    all_ground = ground_without_lines(rgb, ground)
    if all_ground is None:
        return None
    figure = refined_outline(rgb, _tidied(~all_ground), seeds_from_ground(~ground, ground))
    return _tidied(figure)


def _tidied(figure: Flags) -> Flags:
    """GrabCut leaves crumbs and ragged edges; a small opening and closing takes them away."""
    kernel = disc(thin_px(figure.shape[1], figure.shape[0]))
    solid = cv2.morphologyEx(figure.astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    solid = cv2.morphologyEx(solid, cv2.MORPH_OPEN, kernel)
    return fill_specks(main_parts(solid.astype(np.bool_)), share=0.01)
