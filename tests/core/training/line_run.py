"""A training as a process of its own: `python line_run.py OUT STEPS SECONDS_A_STEP`."""

import sys
import time
from pathlib import Path

import torch

from core.training.command import StageArguments
from core.training.config import TrainingConfig
from core.training.loop import Run, Trainer
from tests.core.training.tiny import QUIET, Line, Points, optimisation


class Slow(Points):
    def batch(self, turn):
        time.sleep(float(sys.argv[3]))
        return super().batch(turn)


def main() -> None:
    out = Path(sys.argv[1])
    settings = optimisation(steps=int(sys.argv[2]), checkpoint_seconds=0)
    config = TrainingConfig(seed=5, size_px=64, monitoring=QUIET)
    run = Run.start(StageArguments(config, out, 1, cpu=True), settings, 0)
    torch.manual_seed(0)
    layer = torch.nn.Linear(2, 1)
    Trainer("line", layer, settings, run).run(Line(layer, dropout=0.0), Slow())
    print("processes", run.accelerator.num_processes)


if __name__ == "__main__":
    main()
