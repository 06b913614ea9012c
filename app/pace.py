"""How fast panels are drawn, and so how long the rest takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

WINDOW_S = 8.0  # older steps do not count: another program may have come or gone
SAME_STEP_S = 0.005  # panels of one batch report the same step at once
IDLE_S = 5.0  # a pause this long was no drawing (loading, or nothing to do)


class Pace:
    """Learns the seconds of one denoising step of one panel from steps as they are reported.

    Panels of one batch advance together, so steps are counted over all panels.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._steps: dict[Hashable, int] = {}
        self._last_s: float | None = None
        self._spent_s = 0.0
        self._done = 0.0

    @property
    def step_s(self) -> float | None:
        """Seconds a step; None before anything could be measured."""
        return self._spent_s / self._done if self._done else None

    def begin(self) -> None:
        """A job begins: the time until its first step is no drawing."""
        self._steps.clear()
        self._last_s = None

    def advance(self, panel: Hashable, step: int) -> None:
        """Step `step` (from 1) of this panel is done."""
        now, before = self._clock(), self._steps.get(panel, 0)
        self._steps[panel] = step
        gap_s = IDLE_S if self._last_s is None else now - self._last_s
        is_first_batch = not self._spent_s and gap_s < SAME_STEP_S
        if gap_s < IDLE_S and not is_first_batch:
            self._spent_s += gap_s
            self._done += max(0, step - before)
            self._forget()
        self._last_s = now

    def seconds(self, steps: int) -> float | None:
        return None if self.step_s is None else steps * self.step_s

    def _forget(self) -> None:
        if self._spent_s > WINDOW_S:
            kept = WINDOW_S / self._spent_s
            self._spent_s *= kept
            self._done *= kept
