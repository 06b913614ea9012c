"""Draw the panels of one BatchKey, as many at once as memory allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.engine.decoding import decode_pictures
from core.engine.delivery import Delivery, HashedRequest
from core.engine.denoise import Denoiser, OnStep
from core.engine.device import placed
from core.engine.failures import as_engine_error, is_out_of_memory
from core.engine.finishing import finished_picture, word_class
from core.engine.memory import free_memory
from core.engine.model_shelf import ShelvedModel
from core.engine.noise_schedule import NoiseSchedule
from core.engine.panel_batches import BatchKey
from core.engine.panel_inputs import PanelInputs, PanelPreparation
from core.engine.preview import clean_estimate
from core.engine.region_composite import composite
from core.engine.requests import (
    CancelToken,
    ProgressCallback,
    RenderProgress,
    RenderResult,
)
from core.engine.stopwatch import Stopwatch
from core.errors import KomaError

SMALLER_BATCH_NOTE = "Memory was short: {count} panels were drawn at once."


class BatchRun:
    """The stages and the memory ladder of one kind of batch.

    Where memory runs out before decoding: caches are dropped and the batch is halved, down to one
    panel; one panel that fails with empty caches is OutOfMemory. Decoding has a ladder of its own
    (`decoding`). Only the panels under way are drawn again, never the finished ones.
    """

    def __init__(
        self,
        model: ShelvedModel,
        preparation: PanelPreparation,
        key: BatchKey,
        at_once: int,
        previews: bool,
        drop_caches: Callable[[], None],
        delivery: Delivery,
        on_progress: ProgressCallback,
        token: CancelToken,
    ) -> None:
        self._model = model
        self._preparation = preparation
        self._key = key
        self._at_once = at_once
        self._previews = previews
        self._drop_caches = drop_caches
        self._delivery = delivery
        self._on_progress = on_progress
        self._token = token
        self._caches_dropped = False
        self._notes: tuple[str, ...] = ()

    def run(self, panels: Sequence[HashedRequest]) -> None:
        """Finish or fail every panel. Raises Cancelled."""
        waiting = list(panels)
        while waiting:
            self._token.raise_if_cancelled()
            chunk, waiting = waiting[: self._at_once], waiting[self._at_once :]
            self._delivery.attempt(chunk, lambda chunk=chunk: self._draw_with_room(chunk))

    def _draw_with_room(self, chunk: list[HashedRequest]) -> None:
        try:
            with torch.inference_mode():
                results = self._draw(chunk)
        except Exception as error:
            on_last_rung = len(chunk) == 1 and self._caches_dropped
            if on_last_rung or not is_out_of_memory(error):
                raise
            results = None
        if results is None:  # outside the handler: the error's traceback held the tensors
            self._step_down(len(chunk))
            self.run(self._delivery.pending(chunk))
            return
        for result in results:
            self._delivery.finish(result)

    def _step_down(self, panels: int) -> None:
        self._drop_caches()
        free_memory()
        self._caches_dropped = True
        if panels > 1:
            self._at_once = panels // 2
            self._notes = (SMALLER_BATCH_NOTE.format(count=self._at_once),)

    def _draw(self, chunk: Sequence[HashedRequest]) -> list[RenderResult]:
        watch = Stopwatch()
        networks = self._model.networks
        device, _ = placed(networks.unet)
        with watch.stage("prepare"):
            panels = self._prepared(chunk)
            if not panels:
                return []
            inputs = self._preparation.batch(panels)
            schedule = NoiseSchedule(
                self._model.scheduler_config(self._key.quality),
                self._key.steps,
                self._key.first_step,
                device,
            )
            denoiser = Denoiser(networks.unet, schedule, inputs, self._key.guidance_scale)
            reporter = self._reporter(denoiser, schedule, panels)
        with watch.stage("denoise"):
            latents = denoiser.run(self._token, reporter)
        with watch.stage("decode"):
            self._token.raise_if_cancelled()
            pictures, notes = decode_pictures(networks.vae, latents, self._token)
        return [
            RenderResult(
                panel.request_hash,
                _over_original(panel, self._finished(panel, picture)),
                watch.share(len(panels)),
                (*panel.notes, *self._notes, *notes),
            )
            for panel, picture in zip(panels, pictures, strict=True)
        ]

    def _finished(self, panel: PanelInputs, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        network, puppet = self._model.networks.finisher, panel.request.puppet_image
        if network is None:
            return picture
        pixels = None if puppet is None else puppet.array
        word = word_class(panel.request.prompt, self._model.networks.info.finisher_words)
        return finished_picture(network, picture, pixels, panel.request.puppet_scale, word)

    def _prepared(self, chunk: Sequence[HashedRequest]) -> list[PanelInputs]:
        """The panels whose inputs can be used; the others are reported and left out."""
        panels: list[PanelInputs] = []
        for request_hash, request in chunk:
            self._token.raise_if_cancelled()
            try:
                panels.append(self._preparation.panel(request_hash, request))
            except KomaError as error:
                self._delivery.fail([(request_hash, request)], as_engine_error(error))
        return panels

    def _reporter(
        self, denoiser: Denoiser, schedule: NoiseSchedule, panels: Sequence[PanelInputs]
    ) -> OnStep:
        preview = self._model.preview() if self._previews else None

        def report(step: int, output: Any) -> None:
            pictures: Sequence[NDArray[np.uint8] | None] = [None] * len(panels)
            if preview is not None:
                estimate = clean_estimate(schedule.scheduler, output)
                pictures = list(preview(estimate))
            for panel, picture in zip(panels, pictures, strict=True):
                self._on_progress(RenderProgress(panel.request_hash, step, len(schedule), picture))

        return report


def _over_original(panel: PanelInputs, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    edit = panel.request.region_edit
    if edit is None:
        return picture
    return composite(edit.image.array, picture, edit.mask.array, edit.feather_px)
