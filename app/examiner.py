"""Scores of drawn panels against their references, for the thread that draws."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.raster_shelf import RasterShelf
from core.consistency.scores import PanelScore, PartName
from core.document import Document, Figure, Panel
from core.errors import KomaError
from core.storage import Project

if TYPE_CHECKING:  # the window imports this module before it is shown, and OpenCV takes its time
    from core.consistency.panel import PanelScorer
    from core.dataset.taxonomy import Taxonomy

SHELF_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Question:
    """A panel of a snapshot to look at; `serial` is the asker's."""

    serial: int
    project: Project
    panel_id: str


@dataclass(frozen=True)
class Answer:
    """score None: the pictures could not be read; nothing is said of the panel."""

    question: Question
    score: PanelScore | None


def no_encoder() -> None:
    """For tests, and where the shipped model is missing: colours alone are judged."""


class Examiner:
    """Made in the window's thread, used in the engine's thread alone.

    make_encoder: a picture and its mask to a vector (`core.consistency.figure.Encoder`), or None;
    called once, when it is first wanted and torch is there. It may raise a KomaError: then colours
    alone are judged. measured_model: see `PanelScorer`. taxonomy: folder of the tags by which
    words are known that ask for other looks; None = words are not read.
    """

    def __init__(
        self,
        make_encoder: Callable[[], Any] = no_encoder,
        measured_model: str = "",
        taxonomy: Path | None = None,
    ) -> None:
        self._make_encoder, self._measured_model = make_encoder, measured_model
        self._taxonomy_folder = taxonomy
        self._taxonomy: Taxonomy | None = None
        self._rasters = RasterShelf(SHELF_BYTES)
        self._scorer: PanelScorer | None = None
        self._has_encoder = False

    def answer(self, question: Question, can_encode: bool) -> Answer:
        """Never raises: a warning lamp that cannot be lit is no reason to stop drawing."""
        try:
            score = self.score(question.project, question.panel_id, can_encode)
        except Exception:
            score = None
        return Answer(question, score)

    def score(self, project: Project, panel_id: str, can_encode: bool) -> PanelScore:
        """Raises a KomaError where the panel is gone or a picture cannot be read."""
        scorer = self._ready_scorer(can_encode)
        document = project.document
        panel = document.panel(panel_id)
        return scorer.score(
            document,
            panel,
            lambda digest: self._rasters.get(project.assets, digest),
            lambda figure: self._wished(document, panel, figure),
        )

    def _wished(self, document: Document, panel: Panel, figure: Figure) -> frozenset[PartName]:
        from core.tags.wishes import wished_parts

        taxonomy = self._known_tags()
        if taxonomy is None:
            return frozenset()
        return wished_parts(document, panel, figure, taxonomy)

    def _known_tags(self) -> Taxonomy | None:
        """Read when it is first wanted, and never again where it is damaged: the window tells."""
        from core.dataset.taxonomy_file import load_taxonomy

        folder, self._taxonomy_folder = self._taxonomy_folder, None
        if folder is not None:
            with contextlib.suppress(KomaError):
                self._taxonomy = load_taxonomy(folder)
        return self._taxonomy

    def _ready_scorer(self, can_encode: bool) -> PanelScorer:
        from core.consistency.panel import PanelScorer

        if self._scorer is None or (can_encode and not self._has_encoder):
            encoder = None
            if can_encode:
                self._has_encoder = True  # or never: it is not tried twice
                try:
                    encoder = self._make_encoder()
                except KomaError:
                    encoder = None
            self._scorer = PanelScorer(encoder, self._measured_model)
        return self._scorer
