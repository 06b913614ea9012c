"""The figures of a drawn panel against their references: the bridge from the document."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.consistency.colour import Image, is_monochrome
from core.consistency.figure import (
    DrawnFigure,
    Encoder,
    KnownReference,
    ReferencePicture,
    know,
    part_differences,
    similarity,
)
from core.consistency.scores import FigureScore, PanelScore, PartName
from core.consistency.zones import Mask, Zones
from core.document import Digest, Document, Drawing, Figure, Framing, Panel, Reference
from core.geometry import Raster
from core.pose import Pose

LoadRaster = Callable[[Digest], Raster]  # raises a KomaError where an asset is missing or damaged

# The parts of a figure that the artist asked to look otherwise than the references do.
Wished = Callable[[Figure], frozenset[PartName]]

KEPT = 64  # references whose colours are kept


def nothing_wished(figure: Figure) -> frozenset[PartName]:
    """Every part is to look as the references do."""
    return frozenset()


class PanelScorer:
    """Scores drawn panels; keeps what it knows of references. Belongs to one thread.

    encoder: for the likeness; None = colours alone. measured_model: the base model for whose
    drawings the limit of likeness was measured; with others it only ranks drawings.
    """

    def __init__(self, encoder: Encoder | None = None, measured_model: str = "") -> None:
        self._encoder, self._measured_model = encoder, measured_model
        self._known: OrderedDict[tuple[Digest, Digest | None, Pose | None], KnownReference] = (
            OrderedDict()
        )

    def score(
        self, document: Document, panel: Panel, load: LoadRaster, wished: Wished = nothing_wished
    ) -> PanelScore:
        """Of a panel with a drawing; without one nothing is scored.

        A figure without references, or whose likeness is turned off, is not judged; nor is the
        colour of a drawing without colours, or of parts that are `wished` otherwise. Raises a
        KomaError where a picture cannot be loaded.
        """
        if panel.drawing is None or not panel.figures:
            return PanelScore()
        shown = _Shown.of(panel, panel.drawing, load)
        framing = Framing(panel.polygon.bounds, *shown.size)
        poses = [framing.pose_to_px(figure.pose) for figure in panel.figures]
        outside = _outside(panel, framing)
        scores: list[FigureScore] = []
        for index, figure in enumerate(panel.figures):
            meant = document.figure_references(figure)
            if shown.has_edit_of(figure):  # which may show another reference than the figure
                meant = document.character(figure.character_id).references
            references = [reference for reference in meant if reference.scale > 0]
            if figure.scale <= 0 or not references:
                continue
            hidden = outside | shown.covered_for(figure) | _before(poses[index + 1 :], shown)
            drawn = DrawnFigure(poses[index], hidden)
            known = [self._know(reference, load) for reference in references]
            counts = document.settings.model_id == self._measured_model
            score = self._score(shown.picture, figure, drawn, known, counts)
            scores.append(score.without(wished(figure)))
        return PanelScore(tuple(scores))

    def _score(
        self,
        picture: Image,
        figure: Figure,
        drawn: DrawnFigure,
        known: Sequence[KnownReference],
        counts: bool,
    ) -> FigureScore:
        parts = {} if is_monochrome(picture) else part_differences(picture, drawn, known)
        alike = None
        if self._encoder is not None:
            alike = similarity(picture, drawn, known, self._encoder)
        return FigureScore(figure.id, figure.character_id, parts, alike, counts)

    def _know(self, reference: Reference, load: LoadRaster) -> KnownReference:
        key = (reference.image, reference.mask, reference.pose)
        known = self._known.get(key)
        if known is None:
            image = load(reference.image).array
            mask = None if reference.mask is None else load(reference.mask).array
            picture = ReferencePicture(image, mask, reference.pose)
            known = self._known[key] = know(picture, self._encoder)
        self._known.move_to_end(key)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return known


@dataclass(frozen=True, eq=False)
class _Shown:
    """What is seen of a panel: its drawing with its region edits, and where each of these is."""

    picture: Image
    edits: tuple[tuple[str | None, Mask], ...]  # whom the edit shows, and where

    @classmethod
    def of(cls, panel: Panel, drawing: Drawing, load: LoadRaster) -> _Shown:
        picture = np.ascontiguousarray(load(drawing.image).array[..., :3])
        edits: list[tuple[str | None, Mask]] = []
        for edit in panel.region_edits:
            if not edit.visible or edit.drawing is None:
                continue
            layer = load(edit.drawing.image).array
            if layer.shape != (*picture.shape[:2], 4):
                continue  # of another size: stale, and drawn again before anybody trusts it
            there = layer[..., 3] > 127
            picture = np.where(there[..., None], layer[..., :3], picture)
            edits.append((edit.character_id, there))
        return cls(picture, tuple(edits))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.picture.shape[1], self.picture.shape[0]

    def has_edit_of(self, figure: Figure) -> bool:
        return any(character_id == figure.character_id for character_id, _ in self.edits)

    def covered_for(self, figure: Figure) -> Mask:
        """Where the artist asked for somebody or something else than this figure."""
        covered = np.zeros(self.picture.shape[:2], np.bool_)
        for character_id, there in self.edits:
            if character_id == figure.character_id:
                covered &= ~there
            else:
                covered |= there
        return covered


def _before(poses: Sequence[Pose], shown: _Shown) -> Mask:
    """What the figures that stand before this one hide."""
    covered = np.zeros(shown.picture.shape[:2], np.bool_)
    for pose in poses:
        if pose.visible_count:
            covered |= Zones(pose, shown.picture.shape[:2]).body()
    return covered


def _outside(panel: Panel, framing: Framing) -> Mask:
    """What the panel's outline cuts away."""
    bounds = panel.polygon.bounds
    corners = [
        framing.point_to_px(type(p)(p.x - bounds.x, p.y - bounds.y)) for p in panel.polygon.points
    ]
    inside = np.zeros((framing.height, framing.width), np.uint8)
    points = np.rint([[(p.x, p.y) for p in corners]]).astype(np.int32)
    cv2.fillPoly(inside, list(points), 1)
    return np.asarray(inside == 0)
