"""The loop: what a kill may cost, which examples come when, and what is shown."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch import Tensor, nn

from core.errors import BadInput
from core.training import loop
from core.training.checkpoint import ema_weights, first_checkpoint, read_checkpoint
from core.training.config import Monitoring, Optimisation
from core.training.loop import Run, Trainer, schedule
from core.training.turns import Batch, Share, Turn
from tests.core.training.tiny import Line, Points, optimisation

RunIn = Callable[..., Run]


class Killed(BaseException):
    """What `kill -9` looks like from inside: nothing is tidied."""


class Killing(Line):
    """Ends the process, so to say, in the call `at`."""

    def __init__(self, layer: nn.Linear, at: int | None) -> None:
        super().__init__(layer)
        self.at = at

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        if self.calls == self.at:
            raise Killed
        return super().forward(batch)


def layer() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(2, 1)


def train(run: Run, settings: Optimisation, kill_at: int | None = None) -> Trainer:
    module = layer()
    trainer = Trainer("line", module, settings, run)
    trainer.run(Killing(module, kill_at), Points())
    return trainer


def kept(folder: Path) -> list[Tensor]:
    """Every tensor of the checkpoint: weights, EMA, the optimiser's moments."""
    state = read_checkpoint(folder / "line.pt")
    moments = [value for one in state["optimiser"]["state"].values() for value in one.values()]
    return [*state["module"].values(), *state["ema"].values(), *moments]


@pytest.mark.parametrize("kill_at", [0, 1, 5, 11])
@pytest.mark.parametrize("bf16", [False, True])
def test_a_killed_training_ends_as_one_that_ran_through(
    tmp_path: Path, run_in: RunIn, kill_at: int, bf16: bool
) -> None:
    settings = optimisation(checkpoint_seconds=0, bf16=bf16)
    train(run_in(tmp_path / "whole", settings), settings)
    with pytest.raises(Killed):
        train(run_in(tmp_path / "killed", settings), settings, kill_at)
    resumed = train(run_in(tmp_path / "killed", settings), settings)
    assert resumed.step == settings.steps
    pairs = list(zip(kept(tmp_path / "whole"), kept(tmp_path / "killed"), strict=True))
    assert len(pairs) >= 8 and all(torch.equal(a, b) for a, b in pairs)


def test_a_finished_training_does_nothing_more(tmp_path: Path, run_in: RunIn) -> None:
    settings = optimisation()
    train(run_in(tmp_path), settings)
    before = (tmp_path / "line.pt").read_bytes()
    module = layer()
    objective = Line(module)
    Trainer("line", module, settings, run_in(tmp_path)).run(objective, Points())
    assert objective.calls == 0 and (tmp_path / "line.pt").read_bytes() == before


def test_passes_and_processes_change_nothing(tmp_path: Path, run_in: RunIn) -> None:
    """The same examples, however a batch is cut: all rows of all shares are the whole batch."""
    whole = Points().batch(Turn(3, 7, 0, 8, 8))
    for share in (Share(8, 0, 1, 2), Share(8, 0, 2), Share(8, 0, 2, 1)):
        parts = [
            Points().batch(turn)
            for process in range(share.processes)
            for turn in Share(8, process, share.processes, share.micro_batch).turns(3, 7)
        ]
        for key, value in whole.items():
            assert torch.equal(torch.cat([part[key] for part in parts]), value)
    results: list[Tensor] = []
    for micro in (None, 1, 2):
        settings = optimisation(micro_batch=micro)
        module = layer()
        folder = tmp_path / str(micro)
        trainer = Trainer("line", module, settings, run_in(folder, settings))
        trainer.run(Line(module, dropout=0.0), Points())
        results.append(module.weight.detach())
    torch.testing.assert_close(results[1], results[0], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(results[2], results[0], atol=1e-5, rtol=1e-5)


def test_a_batch_that_cannot_be_shared_is_refused() -> None:
    with pytest.raises(BadInput, match="batch of 9"):
        Share(9, 0, 2)
    with pytest.raises(BadInput, match="passes of 3"):
        Share(8, 0, 1, 3)


def test_every_example_comes_once_before_any_comes_again() -> None:
    rows = [tuple(Turn(1, step, 0, 4, 4).rows(9)) for step in range(4)]
    for first, second in pairwise(rows[:2]):
        assert len(set(first + second)) == 8, "a ninth that fills no batch waits"
    assert len(set(rows[2] + rows[3])) == 8 and rows[:2] != rows[2:]
    few = Turn(1, 0, 0, 4, 4).rows(3)
    assert set(few) == {0, 1, 2}, "fewer than a batch: all, and one again"
    with pytest.raises(BadInput, match="no picture"):
        Turn(1, 0, 0, 4, 4).rows(0)


def test_each_step_and_seed_has_random_numbers_of_its_own() -> None:
    def first(seed: int, step: int) -> float:
        return float(Turn(seed, step, 0, 2, 2).generators()[0].random())

    assert len({first(seed, step) for seed in (1, 2) for step in (0, 1, 2)}) == 6


def test_checkpoints_of_older_versions_are_read(tmp_path: Path, run_in: RunIn) -> None:
    """{module, ema, step} of `restart`, and the same with AdamW's state."""
    old = layer()
    first_checkpoint(old, tmp_path / "line.pt")
    again = Trainer("line", nn.Linear(2, 1), optimisation(), run_in(tmp_path))
    assert again.step == 0 and torch.equal(again.module.state_dict()["weight"], old.weight)

    adam = torch.optim.AdamW([{"params": list(old.parameters()), "rate": 1.0}], lr=0.05)
    old(torch.ones(1, 2)).sum().backward()
    adam.step()
    state = read_checkpoint(tmp_path / "line.pt")
    state |= {"module": old.state_dict(), "optimiser": adam.state_dict(), "step": 3}
    torch.save(state, tmp_path / "line.pt")
    module = nn.Linear(2, 1)
    resumed = Trainer("line", module, optimisation(), run_in(tmp_path))
    assert resumed.step == 3
    resumed.run(Line(module), Points())
    moments = read_checkpoint(tmp_path / "line.pt")["optimiser"]["state"][0]
    assert moments["step"] == 1 + 9, "the optimiser went on counting"


def test_a_checkpoint_that_does_not_fit_is_refused(tmp_path: Path, run_in: RunIn) -> None:
    first_checkpoint(nn.Linear(3, 1), tmp_path / "line.pt")
    with pytest.raises(BadInput, match="another network"):
        Trainer("line", layer(), optimisation(), run_in(tmp_path))
    (tmp_path / "line.pt").write_bytes(b"cut short")
    with pytest.raises(BadInput, match="cannot be read"):
        Trainer("line", layer(), optimisation(), run_in(tmp_path))
    with pytest.raises(BadInput, match=r"core\.training\.base first"):
        ema_weights("base", layer(), tmp_path)


class Overflowing(Line):
    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        loss, figures = super().forward(batch)
        return loss * (torch.inf if self.calls == 6 else 1), figures


def test_a_loss_that_overflows_stops_before_it_is_kept(tmp_path: Path, run_in: RunIn) -> None:
    settings = optimisation(checkpoint_seconds=0)
    module = layer()
    with pytest.raises(BadInput, match="not a number"):
        Trainer("line", module, settings, run_in(tmp_path)).run(Overflowing(module), Points())
    assert all(tensor.isfinite().all() for tensor in kept(tmp_path))
    assert read_checkpoint(tmp_path / "line.pt")["step"] == 5


class Interrupted(Line):
    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        if self.calls == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return super().forward(batch)


def test_a_signal_ends_after_the_step_and_keeps_it(tmp_path: Path, run_in: RunIn) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    module = layer()
    trainer = Trainer("line", module, optimisation(), run_in(tmp_path))
    with pytest.raises(SystemExit) as ended:
        trainer.run(Interrupted(module), Points())
    assert ended.value.code == 128 + signal.SIGTERM
    assert read_checkpoint(tmp_path / "line.pt")["step"] == 5
    assert handlers == [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]


def test_checkpoints_come_before_too_much_could_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps of 40 s, 100 s allowed: after every second step, as the third could be cut off."""
    now = 0.0
    monkeypatch.setattr(loop.time, "monotonic", lambda: now)
    keep = loop._Keep(100)
    saves: list[int] = []
    for step in range(1, 7):
        now += 40
        if keep.due():
            keep.done()
            saves.append(step)
    assert saves == [2, 4, 6]
    with pytest.raises(ValueError, match="110"):
        optimisation(checkpoint_seconds=120)


def test_scalars_and_sheets_are_written_and_go_on(tmp_path: Path, run_in: RunIn) -> None:
    settings = optimisation(checkpoint_seconds=0)
    shown = Monitoring(log_seconds=0, sheet_minutes=0, sheet_pictures=1)
    seen: list[Tensor] = []

    def run(objective: type[Line]) -> None:
        module = layer()
        trainer = Trainer("line", module, settings, run_in(tmp_path, settings, shown))

        def sheet() -> np.ndarray:
            seen.append(module.weight.detach().clone())
            hidden = trainer.ema.module.state_dict()["weight"]
            assert trainer.step == 1 or not torch.equal(hidden, module.weight)
            return np.full((4, 6, 3), 7, np.uint8)

        trainer.run(objective(module), Points(), sheet)

    with pytest.raises(SystemExit):
        run(Interrupted)
    assert len(seen) == 5
    run(Line)
    read = EventAccumulator(str(tmp_path / "tensorboard" / "line")).Reload()
    steps = [event.step for event in read.Scalars("loss")]
    assert steps == list(range(1, 13))
    assert {"error", "gradient", "seconds per step"} <= set(read.Tags()["scalars"])
    assert read.Tags()["images"] == ["samples"]
    sheets = sorted(file.name for file in (tmp_path / "sheets").iterdir())
    assert sheets[0] == "line-000001.png" and sheets[-1] == "line-000012.png"
    state = read_checkpoint(tmp_path / "line.pt")
    final = state["ema"]["module.weight"]
    assert not torch.equal(state["module"]["weight"], final)
    assert torch.equal(seen[-1], final), "samples show the averaged weights"


def test_schedules_warm_up_and_end_as_they_say() -> None:
    def factors(name: str) -> list[float]:
        chosen = optimisation(steps=100, warmup_steps=10, schedule=name)
        return [schedule(step, chosen) for step in range(101)]

    for name in ("square-root", "cosine", "constant"):
        curve = factors(name)
        assert curve[0] == pytest.approx(0.1) and max(curve) == pytest.approx(1.0)
        assert all(a >= b for a, b in pairwise(curve[10:]))
    assert factors("square-root")[-1] == 0 and factors("cosine")[-1] == pytest.approx(0)
    assert factors("square-root")[55] == pytest.approx(0.5**0.5)
    assert factors("cosine")[55] == pytest.approx(0.5)
    assert set(factors("constant")[10:]) == {1.0}


def test_parts_of_a_network_learn_at_rates_of_their_own(tmp_path: Path, run_in: RunIn) -> None:
    module = nn.ModuleDict(
        {"slow": nn.Linear(1, 1, bias=False), "fast": nn.Linear(1, 1, bias=False)}
    )
    before = {name: p.detach().clone() for name, p in module.named_parameters()}
    settings = optimisation(steps=1, learning_rate=0.1, warmup_steps=1)
    trainer = Trainer("two", module, settings, run_in(tmp_path), {"fast.": 3.0})

    class Sum(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = module

        def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
            return torch.stack([p.sum() for p in self.inner.parameters()]).sum(), {}

    trainer.run(Sum(), Points())
    moved = {name: float((before[name] - p).detach()) for name, p in module.named_parameters()}
    # AdamW's first step is the learning rate, whatever the gradient; weight decay adds a little.
    assert moved["slow.weight"] == pytest.approx(0.1, abs=0.005)
    assert moved["fast.weight"] == pytest.approx(0.3, abs=0.01)


def test_the_averaged_weights_ship(tmp_path: Path, run_in: RunIn) -> None:
    trainer = train(run_in(tmp_path), optimisation())
    shipped = nn.Linear(2, 1)
    ema_weights("line", shipped, tmp_path)
    assert torch.equal(shipped.weight, trainer.ema.module.state_dict()["weight"])
    assert not shipped.weight.requires_grad and not torch.equal(
        shipped.weight, trainer.module.state_dict()["weight"]
    )
