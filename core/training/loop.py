"""The training loop that all stages share: AdamW, decay, clipping, EMA, checkpoints, resume."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from core.training.config import Optimisation, StageArguments, load_config

log = logging.getLogger(__name__)
DEFAULT_CONFIG = Path(__file__).parent / "configs" / "koma_toon.toml"


def stage_arguments(description: str) -> StageArguments:
    """Command line of a stage: --config, --out, --threads."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    parser.add_argument("--out", type=Path, default=Path("checkpoints"))
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    return StageArguments(load_config(given.config), given.out, given.threads)


def schedule(step: int, settings: Optimisation) -> float:
    """Learning-rate factor: linear warm-up, then square-root decay that reaches 0 at the end."""
    if step < settings.warmup_steps:
        return (step + 1) / settings.warmup_steps
    left = (settings.steps - step) / max(1, settings.steps - settings.warmup_steps)
    return max(left, 0.0) ** 0.5


class Trainer:
    """Trains `module` until `settings.steps`, resuming from `out/NAME.pt` where it is there.

    A stop at any moment loses at most `checkpoint_seconds` of work. `ema` holds the weights that
    ship. rates: factors of the learning rate by the beginning of a parameter's name.
    """

    def __init__(
        self,
        name: str,
        module: nn.Module,
        settings: Optimisation,
        out: Path,
        rates: Mapping[str, float] | None = None,
    ) -> None:
        self.settings = settings
        self.module = module
        self.path = out / f"{name}.pt"
        self.step = 0
        self._trained = [p for p in module.parameters() if p.requires_grad]
        self._optimiser = torch.optim.AdamW(
            _groups(module, rates or {}),
            lr=settings.learning_rate,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
        )
        self.ema = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(settings.ema_decay))
        if self.path.exists():
            self._resume()

    def _resume(self) -> None:
        state = torch.load(self.path, weights_only=True)
        self.module.load_state_dict(state["module"])
        self.ema.load_state_dict(state["ema"])
        if "optimiser" in state:  # not where core.training.restart wrote it
            self._optimiser.load_state_dict(state["optimiser"])
        self.step = int(state["step"])
        log.info("resumed %s at step %d", self.path.name, self.step)

    def save(self) -> None:
        """Write the checkpoint beside itself first, so that a kill never leaves half a file."""
        state = {
            "module": self.module.state_dict(),
            "ema": self.ema.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "step": self.step,
        }
        part = self.path.with_suffix(".part")
        torch.save(state, part)
        part.replace(self.path)

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.settings.bf16)

    def run(
        self,
        loss_of: Callable[[int], tuple[Tensor, dict[str, float]]],
        on_checkpoint: Callable[[int], None] | None = None,
    ) -> None:
        """`loss_of(step)` gives the loss to minimise and figures to log."""
        saved = logged = time.monotonic()
        since = self.step
        sums: dict[str, float] = {}
        while self.step < self.settings.steps:
            for group in self._optimiser.param_groups:
                base = self.settings.learning_rate * group["rate"]
                group["lr"] = base * schedule(self.step, self.settings)
            loss, figures = loss_of(self.step)
            loss.backward()
            nn.utils.clip_grad_norm_(self._trained, self.settings.clip_norm)
            self._optimiser.step()
            self._optimiser.zero_grad(set_to_none=True)
            self.ema.update_parameters(self.module)
            self.step += 1
            for key, value in {"loss": loss.item(), **figures}.items():
                sums[key] = sums.get(key, 0.0) + value
            now = time.monotonic()
            if now - logged > 20 or self.step == self.settings.steps:
                count = self.step - since
                text = "  ".join(f"{key} {value / count:.4f}" for key, value in sums.items())
                log.info(
                    "step %d/%d  %.2f s/step  %s",
                    self.step,
                    self.settings.steps,
                    (now - logged) / count,
                    text,
                )
                logged, since, sums = now, self.step, {}
            if now - saved > self.settings.checkpoint_seconds:
                self.save()
                saved = now
                if on_checkpoint is not None:
                    on_checkpoint(self.step)
        self.save()
        if on_checkpoint is not None:
            on_checkpoint(self.step)


def _groups(module: nn.Module, rates: Mapping[str, float]) -> list[dict[str, Any]]:
    """The parameters that are trained, by the factor of their learning rate."""
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            rate = next((r for prefix, r in rates.items() if name.startswith(prefix)), 1.0)
            groups.setdefault(rate, []).append(parameter)
    return [{"params": parameters, "rate": rate} for rate, parameters in groups.items()]


def ema_weights(name: str, module: nn.Module, out: Path) -> None:
    """Load the EMA weights of a finished (or running) stage into `module`."""
    state = torch.load(out / f"{name}.pt", weights_only=True)["ema"]
    prefix = "module."
    module.load_state_dict({k[len(prefix) :]: v for k, v in state.items() if k.startswith(prefix)})
    module.eval().requires_grad_(False)
