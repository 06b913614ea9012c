"""A world of a few pairs, and Accelerate as a new process finds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from accelerate.state import AcceleratorState, GradientState

from core.training import world as world_module
from core.training.command import StageArguments
from core.training.config import Monitoring, Optimisation, TrainingConfig
from core.training.loop import Run
from core.training.world import World
from tests.core.training.tiny import QUIET, optimisation, pairs_here


def forget_accelerate() -> None:
    AcceleratorState._reset_state(reset_partial_state=True)
    GradientState._reset_state()


@pytest.fixture(autouse=True)
def as_a_new_process() -> Iterator[None]:
    """Accelerate keeps what it found in the process; a stage has a process of its own."""
    threads = torch.get_num_threads()
    yield
    forget_accelerate()
    torch.set_num_threads(threads)


@pytest.fixture
def run_in() -> Callable[..., Run]:
    """A run of a new process in a folder."""

    def make(
        folder: Path,
        settings: Optimisation | None = None,
        monitoring: Monitoring = QUIET,
        seed: int = 5,
    ) -> Run:
        forget_accelerate()
        config = TrainingConfig(seed=seed, size_px=64, monitoring=monitoring)
        folder.mkdir(parents=True, exist_ok=True)
        return Run.start(StageArguments(config, folder, 1, cpu=True), settings or optimisation(), 0)

    return make


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Six pairs of 64 px, drawn in this process."""
    folder = tmp_path_factory.mktemp("out") / "world"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world_module, "_pairs", pairs_here)
        world_module.build(folder, 6, 64, 0.0, 1)
    return World(folder)
