"""What a run is made with, as plain values that another process can be given, and the making."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from core.checkpoints.catalogue import ModelInfo, scan
from core.detection.detector import KeypointDetector, PoseDetector
from core.errors import BadInput
from core.evaluation.bench import Finished, Instruments, Plan, Work, finish_unit
from core.evaluation.cases import CaseSource
from core.evaluation.identity import Drawn
from core.evaluation.scorers.figures import Measures
from core.evaluation.worlds import References

PUBLISHED = "published"
CONFIGS = Path("resources")  # for models in a single file
_SHIPPED_DETECTOR = Path("resources/models/koma-toon/keypoint_detector")
_MAX_BATCH = 10  # what a unit has of a row in five tasks; larger is hardly faster on a CPU


@dataclass(frozen=True)
class ScorerChoice:
    """scorers: folder of trained ones, or `PUBLISHED`; the other folders are for the latter only.

    sam: SAM 3, else the built-in segmenter. openpose: annotators of controlnet_aux, else the
    shipped detector. lpips: weights of LPIPS, or trained scorers whose features stand in.
    """

    scorers: str
    clip: Path | None = None
    sam: Path | None = None
    openpose: Path | None = None
    lpips: Path | None = None

    def check(self) -> None:
        """Raises BadInput where options contradict each other."""
        if self.scorers == PUBLISHED and self.clip is None:
            raise BadInput("Name the folder of a CLIP model: “--scorers published --clip FOLDER”.")
        given = [n for n in ("clip", "sam", "openpose", "lpips") if getattr(self, n) is not None]
        if self.scorers != PUBLISHED and given:
            raise BadInput(f"“--{given[0]}” goes with “--scorers published” only.")


@dataclass(frozen=True)
class Setup:
    """model: a base model. data: an evaluation set, else cases are of `world`, with `references`.

    steps, guidance_scale: None = the model's own. threads: of torch; None = its own choice.
    """

    model: Path
    world: str
    scorers: ScorerChoice
    data: Path | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    threads: int | None = None
    references: References = "sheet"


def threads_for(jobs: int) -> int | None:
    """Of torch, for each process; a single one takes torch's own choice."""
    if jobs == 1:
        return None
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS and Windows
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, cores // jobs)


def model_info(model: Path) -> ModelInfo:
    """Raises BadInput where there is no base model at this path."""
    for info in scan([model.parent]).models:
        if info.path.resolve() == model.resolve() and info.is_base:
            return info
    return scan([model.parent]).find(str(model))


def instruments(setup: Setup) -> Instruments:
    """Ready to draw; networks are loaded when they are first needed. Raises BadInput."""
    import cv2

    from core.engine.device import EngineOptions
    from core.engine.diffusers_engine import DiffusersEngine
    from core.engine.model_source import CheckpointSource

    if setup.threads is not None:
        cv2.setNumThreads(setup.threads)
    info = model_info(setup.model)
    options = EngineOptions(max_batch=_MAX_BATCH, previews=False, threads=setup.threads)
    configs = CONFIGS if CONFIGS.is_dir() else None
    engine = DiffusersEngine(CheckpointSource([setup.model.parent], configs), options)
    how = Drawn.best(info, setup.steps, setup.guidance_scale)
    device = str(engine.device)
    detector, detector_name = _detector(setup.scorers, device)
    scorers = _scorers(setup.scorers, device)
    return Instruments(engine, how, _source(setup), scorers, detector, detector_name)


def _source(setup: Setup) -> CaseSource:
    from core.evaluation.set_cases import SetCases
    from core.evaluation.worlds import world_of

    if setup.data is not None:
        return SetCases(setup.data)
    return world_of(setup.world, setup.references)


def _scorers(choice: ScorerChoice, device: str) -> Measures:
    choice.check()
    if choice.scorers != PUBLISHED:
        return trained_scorers(Path(choice.scorers))
    from core.checkpoints.files import model_digest
    from core.evaluation.scorers.published import ClipScorer, PublishedScorers
    from core.segmentation import choose_segmenter
    from core.segmentation.sam3 import has_weights

    assert choice.clip is not None
    segmenter_name = "Koma's built-in segmenter"
    if choice.sam is not None:
        if not has_weights(choice.sam):
            raise BadInput(f"There is no SAM 3 in {choice.sam}. Check the folder.")
        segmenter_name = f"SAM 3 {model_digest(choice.sam)[:12]}"
    distance, distance_name = _distance(choice.lpips, device)
    return PublishedScorers(
        ClipScorer(choice.clip, device),
        choose_segmenter(choice.sam, device),
        segmenter_name,
        distance,
        distance_name,
    )


def trained_scorers(folder: Path) -> Measures:
    """Raises BadInput where they are missing or damaged."""
    from core.evaluation.scorers.files import load_scorer
    from core.evaluation.scorers.measuring import Scorers, legible

    net, accuracy, name = load_scorer(folder)
    return Scorers(net, name, legible(accuracy))


def _distance(folder: Path | None, device: str) -> tuple[Any, str]:
    """LPIPS, or what stands in for it, and the name of it."""
    from core.checkpoints.files import model_digest
    from core.evaluation.scorers.lpips import Lpips, has_lpips

    if folder is None:
        return None, "LPIPS"
    if has_lpips(folder):
        return Lpips(folder, device), f"LPIPS AlexNet {model_digest(folder)[:12]}"
    stand_in = trained_scorers(folder)
    return stand_in.distance, f"lpips-koma of {stand_in.name}"


def _detector(choice: ScorerChoice, device: str) -> tuple[PoseDetector, str]:
    if choice.openpose is not None:
        from core.detection.openpose import OpenposeDetector

        return OpenposeDetector(choice.openpose, device), "OpenPose of controlnet_aux"
    name = "koma-toon's shipped detector (draws nothing; trained on the first edition)"
    return KeypointDetector.load(_SHIPPED_DETECTOR), name


def in_processes(jobs: int, setup: Setup, plan: Plan, out: Path) -> Work:
    """Draws units in this many processes, whichever is free next; see `run_benchmark`."""
    return partial(_in_processes, jobs, setup, plan, out)


def _in_processes(
    jobs: int, setup: Setup, plan: Plan, out: Path, units: Sequence[range]
) -> Iterator[Finished]:
    # Spawned: a forked process would inherit locks of torch's threads.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_finish_unit, unit, plan, setup, out) for unit in units]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BrokenProcessPool as error:
            raise BadInput(
                "One of the processes was ended, perhaps for want of memory: go on with fewer "
                "“--jobs”.",
                details=str(error),
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _finish_unit(unit: range, plan: Plan, setup: Setup, out: Path) -> Finished:
    return finish_unit(unit, plan, _kept_instruments(setup), out)


@cache
def _kept_instruments(setup: Setup) -> Instruments:
    """A process draws many units with the same networks."""
    return instruments(setup)
