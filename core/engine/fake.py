"""An engine without networks for tests of the application: scripted delays, failures, pictures."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.engine.delivery import Delivery
from core.engine.region_composite import composite
from core.engine.requests import (
    Cancelled,
    CancelToken,
    EngineError,
    FailureCallback,
    ProgressCallback,
    RenderProgress,
    RenderRequest,
    RenderResult,
    ResultCallback,
)
from core.engine.validation import check_request


@dataclass(frozen=True)
class FakeScript:
    """What the fake engine does. Panels are counted from 0 over the engine's life.

    step_delay_s: pause at each step. failures: panel number -> error raised at its first step, for
    example `{2: OutOfMemory("...")}`. cancel_at: (panel, step) at which the engine behaves as if
    the artist had stopped it. notes: put into every result.
    """

    step_delay_s: float = 0.0
    failures: Mapping[int, EngineError] = field(default_factory=dict[int, EngineError])
    cancel_at: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()


class FakeEngine:
    """Implements `Engine`. The same request gives the same picture; another request another one."""

    def __init__(self, script: FakeScript | None = None) -> None:
        self._script = script or FakeScript()
        self._panels_begun = 0
        self.rendered: list[str] = []  # hashes of finished requests, in order
        self.closed = False

    def render(
        self,
        requests: tuple[RenderRequest, ...],
        on_progress: ProgressCallback,
        token: CancelToken,
        on_result: ResultCallback | None = None,
        on_failure: FailureCallback | None = None,
    ) -> tuple[RenderResult, ...]:
        """As `Engine.render` says."""
        delivery = Delivery(requests, on_result, on_failure)
        for request_hash, request in delivery.pending():
            token.raise_if_cancelled()
            panel = (request_hash, request)
            result = delivery.attempt(
                [panel], lambda panel=panel: self._draw(*panel, on_progress, token)
            )
            if result is not None:
                self.rendered.append(request_hash)
                delivery.finish(result)
        return delivery.results()

    def close(self) -> None:
        self.closed = True

    def _draw(
        self,
        request_hash: str,
        request: RenderRequest,
        on_progress: ProgressCallback,
        token: CancelToken,
    ) -> RenderResult:
        check_request(request)
        panel = self._panels_begun
        self._panels_begun += 1
        started = time.perf_counter()
        picture = _picture(request_hash, request.width, request.height)
        for step in range(1, request.steps + 1):
            time.sleep(self._script.step_delay_s)
            if self._script.cancel_at == (panel, step):
                raise Cancelled("The render was stopped.")
            token.raise_if_cancelled()
            if panel in self._script.failures:
                raise self._script.failures[panel]
            preview = np.ascontiguousarray(picture[::8, ::8])
            on_progress(RenderProgress(request_hash, step, request.steps, preview))
        token.raise_if_cancelled()
        if request.region_edit is not None:
            edit = request.region_edit
            picture = composite(edit.image.array, picture, edit.mask.array, edit.feather_px)
        timings = {"denoise": time.perf_counter() - started}
        return RenderResult(request_hash, picture, timings, self._script.notes)


def _picture(request_hash: str, width: int, height: int) -> NDArray[np.uint8]:
    """(H, W, 3): a mirrored 8 x 8 tile pattern in two colours, all taken from the hash."""
    digest = np.frombuffer(bytes.fromhex(request_hash), dtype=np.uint8)
    ink, ground = digest[0:3], digest[3:6] // 2 + 128
    half = np.unpackbits(digest[6:10]).reshape(8, 4)
    tiles = np.concatenate([half, half[:, ::-1]], axis=1)
    rows = np.arange(height) * 8 // height
    columns = np.arange(width) * 8 // width
    pattern = tiles[rows[:, None], columns[None, :], None]
    return np.where(pattern == 1, ink, ground).astype(np.uint8)
