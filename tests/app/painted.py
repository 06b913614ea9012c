"""An engine that paints each panel in one colour, chosen by its seed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.engine import RenderResult
from core.engine.fake import FakeEngine, FakeScript

RED, BLUE = (200, 30, 30), (30, 60, 200)


class PaintEngine(FakeEngine):
    """Seeds without a colour are painted in `ground`. `seeds`: of what was drawn, in order."""

    def __init__(
        self,
        colours: Mapping[int, tuple[int, int, int]],
        ground: tuple[int, int, int] = BLUE,
        script: FakeScript | None = None,
    ) -> None:
        super().__init__(script)
        self.colours, self.ground = colours, ground
        self.seeds: list[int] = []

    def _draw(self, request_hash, request, on_progress, token) -> RenderResult:
        result = super()._draw(request_hash, request, on_progress, token)
        self.seeds.append(request.seed)
        picture = np.empty_like(result.image)
        picture[...] = self.colours.get(request.seed, self.ground)
        return RenderResult(request_hash, picture, result.timings, result.notes)
