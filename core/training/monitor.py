"""What a training shows: a progress bar, lines of figures, TensorBoard scalars, sample sheets."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import cv2
import numpy as np
import torch
from accelerate import Accelerator
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from core.errors import BadInput
from core.training.config import Monitoring

log = logging.getLogger(__name__)
Sheet = NDArray[np.uint8]  # (H, W, 3)
Figures = Mapping[str, Tensor]  # each (2,): a sum and how many it is of
_BAR_SECONDS = 0.25


def figure(values: Tensor, chosen: Tensor | None = None) -> Tensor:
    """(2,): sum of `values` (B,) over the rows where `chosen` (B,) is 1, and how many these are.

    Nothing is read from the device: only `Monitor` does, now and then.
    """
    values = values.detach().float().reshape(-1)
    weights = torch.ones_like(values) if chosen is None else chosen.to(values)
    return torch.stack([(values * weights).sum(), weights.sum()])


class Monitor:
    """Of one run, on the main process; on the others all of it does nothing.

    Use it in a `with` statement: TensorBoard's thread and the bar end with it.
    """

    def __init__(
        self, name: str, steps: int, first: int, out: Path, seen: Monitoring, at: Accelerator
    ) -> None:
        self._name, self._steps, self._out, self._seen, self._at = name, steps, out, seen, at
        self._sums: dict[str, Tensor] = {}
        self._count, self._step = 0, first
        self._logged = self._sheeted = time.monotonic()
        self._drawn = 0.0
        self._bar = Progress(
            TextColumn("[bold]{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeRemainingColumn(), TextColumn("{task.fields[loss]}"),
            console=Console(stderr=True), auto_refresh=False,
            disable=not (at.is_main_process and Console(stderr=True).is_terminal),
        )  # fmt: skip
        self._task = self._bar.add_task(name, total=steps, completed=first, loss="")

    def __enter__(self) -> Monitor:
        # What a killed run wrote beyond its checkpoint is taken out of the curves.
        extra: dict[str, Any] = {"purge_step": self._step + 1, "flush_secs": 30}
        self._at.init_trackers(self._name, init_kwargs={"tensorboard": extra})
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()
        for tracker in self._at.trackers:  # not end_training: it would end the process group too
            tracker.finish()
        self._at.trackers = []

    def add(self, step: int, figures: Figures) -> None:
        """After each step; `step`: how many are done. Raises BadInput where the loss overflowed."""
        self._step, self._count = step, self._count + 1
        for key, value in figures.items():
            self._sums[key] = self._sums[key] + value if key in self._sums else value
        now = time.monotonic()
        if now - self._drawn > _BAR_SECONDS:
            self._drawn = now
            self._bar.update(self._task, completed=step, refresh=True)
        if now - self._logged >= self._seen.log_seconds or step == self._steps:
            self._write(now)

    def check(self) -> None:
        """Raises BadInput where the loss is not a number; called before weights are kept."""
        loss = self._sums.get("loss")
        if loss is not None and not math.isfinite(float(loss[0])):
            raise BadInput(
                f"The loss of {self._name} is not a number any more near step {self._step}. The "
                "last checkpoint is from before; lower learning_rate and run it again."
            )

    def _write(self, now: float) -> None:
        self.check()
        means = {key: _mean(value) for key, value in self._sums.items()}
        means = {key: mean for key, mean in means.items() if mean is not None}
        pace = (now - self._logged) / max(1, self._count)
        text = "  ".join(f"{key} {mean:.4g}" for key, mean in means.items())
        log.info("step %d/%d  %.2f s/step  %s", self._step, self._steps, pace, text)
        self._bar.update(self._task, loss=f"loss {means.get('loss', 0):.4f}", refresh=True)
        self._at.log({**means, "seconds per step": pace}, step=self._step)
        self._logged, self._count, self._sums = now, 0, {}

    def sheet(self, draw: Callable[[], Sheet], last: bool = False) -> None:
        """Draw and keep a sheet of samples where it is time: OUT/sheets/NAME-STEP.png."""
        begun = time.monotonic()
        due = last or begun - self._sheeted >= 60 * self._seen.sheet_minutes
        if not (due and self._at.is_main_process and self._seen.sheet_pictures):
            return
        picture = draw()
        folder = self._out / "sheets"
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{self._name}-{self._step:06d}.png"), picture[:, :, ::-1])
        for tracker in self._at.trackers:
            images = {"samples": picture[None]}
            tracker.log_images(images, step=self._step, dataformats="NHWC")
        self._sheeted = time.monotonic()
        self._logged += self._sheeted - begun  # drawing samples is no training


def _mean(value: Tensor) -> float | None:
    total, count = value.tolist()
    return total / count if count else None
