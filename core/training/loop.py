"""The training loop that all stages share: AdamW, decay, clipping, EMA, checkpoints, resume.

It runs on Hugging Face Accelerate: alone, or under `accelerate launch` on many GPUs and machines.
A stage gives a module whose parameters are trained, an *objective* (a module that holds it and
turns a batch into a loss; this is what is spread over processes), and examples
(core.training.turns).
"""

from __future__ import annotations

import contextlib
import logging
import signal
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs
from accelerate.utils import send_to_device
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from core.training.checkpoint import load_into, read_checkpoint, write_checkpoint
from core.training.command import StageArguments
from core.training.config import Monitoring, Optimisation
from core.training.monitor import Monitor, Sheet, figure
from core.training.turns import Batch, Examples, Share, loader

log = logging.getLogger(__name__)
# What decides which examples come when: a run that goes on with others is another run.
_SAME_DATA = ("batch", "seed")


@dataclass(frozen=True)
class Run:
    """Where and with what a stage runs: output folder, seed, Accelerate, what is shown."""

    out: Path
    seed: int
    accelerator: Accelerator
    monitoring: Monitoring

    @classmethod
    def start(
        cls, arguments: StageArguments, settings: Optimisation, place: int, unused: bool = False
    ) -> Run:
        """place: of the stage, so that stages differ in their random numbers. unused: whether
        there may be parameters that a step does not touch.
        """
        accelerator = Accelerator(
            cpu=arguments.cpu,
            mixed_precision="bf16" if settings.bf16 else "no",
            log_with="tensorboard",
            project_dir=arguments.out / "tensorboard",
            kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=unused)],
        )
        seed = arguments.config.seed + place
        torch.manual_seed(seed)
        return cls(arguments.out, seed, accelerator, arguments.config.monitoring)

    @property
    def device(self) -> torch.device:
        return self.accelerator.device

    @contextlib.contextmanager
    def first_alone(self) -> Generator[bool]:
        """True on the main process; the others wait until it is done, for files made once."""
        main = self.accelerator.is_main_process
        try:
            yield main
        finally:
            self.accelerator.wait_for_everyone()


def schedule(step: int, settings: Optimisation) -> float:
    """Factor of the learning rate: linear warm-up, then as `settings.schedule` says."""
    if step < settings.warmup_steps:
        return (step + 1) / settings.warmup_steps
    left = (settings.steps - step) / max(1, settings.steps - settings.warmup_steps)
    left = min(max(left, 0.0), 1.0)
    if settings.schedule == "constant":
        return 1.0
    if settings.schedule == "cosine":
        return float(0.5 - 0.5 * torch.cos(torch.tensor(torch.pi * left)))
    return left**0.5


class Trainer:
    """Trains `module` until `settings.steps`, resuming from `OUT/NAME.pt` where it is there.

    A kill at any moment loses at most `checkpoint_seconds` of work, and the result is that of a run
    that was never stopped: weights, EMA and optimiser are kept, and examples and random numbers
    follow from the step (core.training.turns). SIGTERM and Ctrl-C keep the step under way.
    `ema` holds the weights that ship. rates: factors of the learning rate by the beginning of a
    parameter's name. Make the trainer before `module` is joined to other networks: the EMA is a
    copy of all that hangs on it.
    """

    def __init__(
        self,
        name: str,
        module: nn.Module,
        settings: Optimisation,
        run: Run,
        rates: Mapping[str, float] | None = None,
    ) -> None:
        self.settings = settings
        self.module = module.to(run.device)
        self.path = run.out / f"{name}.pt"
        self.step = 0
        self._name, self._run = name, run
        self._trained = [p for p in module.parameters() if p.requires_grad]
        optimiser = torch.optim.AdamW(
            _groups(module, rates or {}),
            lr=settings.learning_rate,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
        )
        self._optimiser = run.accelerator.prepare_optimizer(optimiser)
        self.ema = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(settings.ema_decay))
        if self.path.exists():
            self._resume()

    def _resume(self) -> None:
        state = read_checkpoint(self.path)
        load_into(self.module, state["module"], self.path)
        load_into(self.ema, state["ema"], self.path)
        if "optimiser" in state:  # not where core.training.restart wrote it
            self._optimiser.load_state_dict(state["optimiser"])
        self.step = int(state["step"])
        was, now = state.get("settings", {}), self._about()
        changed = [key for key in _SAME_DATA if key in was and was[key] != now[key]]
        if changed and self.step:
            log.warning(
                "%s: %s changed, so other examples follow", self._name, " and ".join(changed)
            )
        log.info("resumed %s at step %d", self.path.name, self.step)

    def _about(self) -> dict[str, Any]:
        return {"seed": self._run.seed, **asdict(self.settings)}

    def save(self) -> None:
        """Write the checkpoint, on the main process."""
        if not self._run.accelerator.is_main_process:
            return
        write_checkpoint(
            self.path,
            {
                "module": self.module.state_dict(),
                "ema": self.ema.state_dict(),
                "optimiser": self._optimiser.state_dict(),
                "step": self.step,
                "settings": self._about(),
            },
        )

    @contextlib.contextmanager
    def showing_ema(self) -> Generator[None]:
        """`module` with the EMA weights inside; the tensors change places, nothing is copied."""
        pairs = list(zip(self.module.parameters(), self.ema.module.parameters(), strict=True))
        _swap(pairs)
        try:
            yield
        finally:
            _swap(pairs)

    def run(
        self,
        objective: nn.Module,
        examples: Examples,
        sheet: Callable[[], Sheet] | None = None,
    ) -> None:
        """objective(batch) gives the loss to minimise, and figures (`monitor.figure`) to show.

        sheet: draws samples with the networks as they are then, which have the EMA weights.
        Raises BadInput where the loss is not a number, SystemExit after a signal to stop.
        """
        run, settings = self._run, self.settings
        objective.to(run.device)
        if self.step >= settings.steps:
            return
        share = Share(
            settings.batch, run.accelerator.process_index, run.accelerator.num_processes,
            settings.micro_batch,
        )  # fmt: skip
        network = run.accelerator.prepare_model(objective)
        steps = range(self.step, settings.steps)
        batches = loader(examples, share, run.seed, steps, settings.workers, run.device)
        watch = Monitor(
            self._name, settings.steps, self.step, run.out, run.monitoring, run.accelerator
        )
        with watch, _Stop(run.accelerator) as stop:
            keep = _Keep(settings.checkpoint_seconds)
            while self.step < settings.steps and not stop.asked():
                watch.add(self.step + 1, self._one_step(network, batches, share.passes))
                self.step += 1
                if keep.due():
                    watch.check()
                    self.save()
                    keep.done()
                if sheet is not None:
                    watch.sheet(lambda: self._drawn(sheet))
            watch.check()
            self.save()
            run.accelerator.wait_for_everyone()
            stop.leave()
            if sheet is not None:
                watch.sheet(lambda: self._drawn(sheet), last=True)

    def _one_step(
        self, network: nn.Module, batches: Iterator[Batch], passes: int
    ) -> dict[str, Tensor]:
        accelerator, settings = self._run.accelerator, self.settings
        for group in self._optimiser.param_groups:
            group["lr"] = settings.learning_rate * group["rate"] * schedule(self.step, settings)
        # For what a network itself draws, as dropout does; examples have generators of their own.
        torch.manual_seed(hash((self._run.seed, self.step, accelerator.process_index)))
        sums: dict[str, Tensor] = {}
        for index in range(passes):
            batch = send_to_device(next(batches), self._run.device, non_blocking=True)
            last = index == passes - 1
            with contextlib.nullcontext() if last else accelerator.no_sync(network):
                loss, figures = network(batch)
                accelerator.backward(loss / passes)
            for key, value in {"loss": figure(loss), **figures}.items():
                sums[key] = sums[key] + value if key in sums else value
        norm = accelerator.clip_grad_norm_(self._trained, settings.clip_norm)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self.ema.update_parameters(self.module)
        return sums if norm is None else {**sums, "gradient": figure(norm)}

    def _drawn(self, sheet: Callable[[], Sheet]) -> Sheet:
        with self.showing_ema(), torch.no_grad(), self._run.accelerator.autocast():
            return sheet()


class _Keep:
    """When to write a checkpoint: before a kill in the next step could cost more than allowed."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._saved = self._before = time.monotonic()

    def due(self) -> bool:
        """Asked after each step: what was not kept, and the step that comes."""
        now = time.monotonic()
        step, self._before = now - self._before, now
        return now - self._saved + step > self._seconds

    def done(self) -> None:
        self._saved = self._before = time.monotonic()


class _Stop:
    """SIGTERM and SIGINT end the training after the step under way, on all processes alike."""

    def __init__(self, accelerator: Accelerator) -> None:
        self._accelerator = accelerator
        self._signal = 0
        self._former: dict[int, Any] = {}

    def __enter__(self) -> _Stop:
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(ValueError):  # not in the main thread: nothing to catch
                self._former[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._signal:  # asked twice: at once
            raise KeyboardInterrupt
        self._signal = number

    def asked(self) -> bool:
        if self._accelerator.num_processes > 1:
            mine = torch.tensor([self._signal], device=self._accelerator.device)
            self._signal = int(torch.as_tensor(self._accelerator.gather(mine)).max())
        return self._signal != 0

    def leave(self) -> None:
        """Raises SystemExit with the shell's number for the signal, where there was one."""
        if self._signal:
            log.info("stopped by a signal; the checkpoint holds every step")
            raise SystemExit(128 + self._signal)


def _swap(pairs: list[tuple[nn.Parameter, nn.Parameter]]) -> None:
    for one, other in pairs:
        one.data, other.data = other.data, one.data


def _groups(module: nn.Module, rates: Mapping[str, float]) -> list[dict[str, Any]]:
    """The parameters that are trained, by the factor of their learning rate."""
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            rate = next((r for prefix, r in rates.items() if name.startswith(prefix)), 1.0)
            groups.setdefault(rate, []).append(parameter)
    return [{"params": parameters, "rate": rate} for rate, parameters in groups.items()]
