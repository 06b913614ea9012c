"""Real processes: killed without warning, and two that train together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from core.training.checkpoint import read_checkpoint

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("line_run.py")
ROOT = Path(__file__).parents[3]
STEPS = 40


def started(out: Path, launcher: tuple[str, ...] = (), pause: float = 0.0) -> subprocess.Popen[str]:
    out.mkdir(exist_ok=True)
    command = [sys.executable, *launcher, str(SCRIPT), str(out), str(STEPS), str(pause)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE)


def result(out: Path) -> list[torch.Tensor]:
    state = read_checkpoint(out / "line.pt")
    assert state["step"] == STEPS
    return [*state["module"].values(), *state["ema"].values()]


def test_a_process_that_was_killed_goes_on(tmp_path: Path) -> None:
    with started(tmp_path / "whole") as whole:
        assert whole.wait(120) == 0
    with started(tmp_path / "killed", pause=0.1) as process:
        file = tmp_path / "killed" / "line.pt"
        end = time.monotonic() + 120
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.5)
        process.kill()
        assert process.wait(30) == -9
    assert 0 < read_checkpoint(file)["step"] < STEPS
    with started(tmp_path / "killed") as again:
        assert again.wait(120) == 0
    pairs = zip(result(tmp_path / "whole"), result(tmp_path / "killed"), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_two_processes_learn_what_one_does(tmp_path: Path) -> None:
    with started(tmp_path / "one") as one:
        assert one.wait(120) == 0
    launcher = ("-m", "torch.distributed.run", "--nproc_per_node", "2", "--standalone")
    with started(tmp_path / "two", launcher) as two:
        printed, _ = two.communicate(timeout=120)
    assert two.returncode == 0 and printed.split() == ["processes", "2"] * 2
    pairs = zip(result(tmp_path / "one"), result(tmp_path / "two"), strict=True)
    for alone, together in pairs:
        torch.testing.assert_close(together, alone, atol=1e-5, rtol=1e-5)
