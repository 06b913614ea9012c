"""From the artist's Cancel to the engine's return, against the length of one denoising step.

A model of koma-toon's size with random weights draws six panels of 256 px in one batch; another
thread sets the token at a random moment. Run it as a script.
"""

from __future__ import annotations

import itertools
import random
import sys
import threading
import time
from pathlib import Path
from statistics import median

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from _tiny import MemorySource, machine, small_model

from core.engine.device import EngineOptions
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.requests import Cancelled, CancelToken, RenderProgress, RenderRequest

ROUNDS, STEPS, PANELS = 12, 20, 6


def page() -> tuple[RenderRequest, ...]:
    return tuple(
        RenderRequest("random", 256, 256, "a girl on a hill", seed=seed, steps=STEPS)
        for seed in range(PANELS)
    )


def step_seconds(engine: DiffusersEngine) -> list[float]:
    """Seconds between the reports of consecutive steps of an undisturbed render."""
    moments: dict[int, float] = {}

    def on_progress(progress: RenderProgress) -> None:
        moments.setdefault(progress.step, time.perf_counter())

    engine.render(page(), on_progress, CancelToken())
    times = [moments[step] for step in sorted(moments)]
    return [after - before for before, after in itertools.pairwise(times)]


def cancel_seconds(engine: DiffusersEngine, delay: float) -> float:
    """Seconds from the token to the return of `render`."""
    token, cancelled_at = CancelToken(), [0.0]

    def cancel() -> None:
        cancelled_at[0] = time.perf_counter()
        token.cancel()

    timer = threading.Timer(delay, cancel)
    timer.start()
    try:
        engine.render(page(), lambda progress: None, token)
    except Cancelled:
        return time.perf_counter() - cancelled_at[0]
    finally:
        timer.cancel()
        timer.join()
    raise RuntimeError("the render ended before it was cancelled")


def main(rounds: int = ROUNDS) -> None:
    torch.manual_seed(0)
    engine = DiffusersEngine(MemorySource(small_model()), EngineOptions(device="cpu"))
    step_seconds(engine)
    steps = step_seconds(engine)
    step = median(steps)
    random.seed(0)
    waits = [
        cancel_seconds(engine, random.uniform(2 * step, (STEPS - 4) * step)) for _ in range(rounds)
    ]
    print(f"Cancel, {PANELS} panels of 256 px in one batch ({machine(engine.dtype)})")
    for name, seconds in (("one step", steps), ("from Cancel to return", waits)):
        middle, longest = median(seconds) * 1e3, max(seconds) * 1e3
        print(f"  {name:22} median {middle:7.1f} ms   longest {longest:7.1f} ms")
    print(f"  longest wait in steps  {max(waits) / step:.2f}")


if __name__ == "__main__":
    main()
