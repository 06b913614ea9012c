"""What a draft costs and what it loses: seconds and likeness against a final picture in 20 steps.

Cases are those of `core.evaluation.identity`: held-out characters in a new pose. `both` draws with
AnimeAdapter and puppet, as the window does; `anime` with AnimeAdapter alone. Likeness is PSNR and
SSIM to the true drawing on the character's pixels. PSNR forgives blur, and even rewards it where a
model can only guess; SSIM (Wang et al. 2004) does not, so both are told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from core.checkpoints.catalogue import ModelInfo
from core.engine.requests import CancelToken, Engine, Quality, RenderProgress, RenderRequest
from core.evaluation.identity import Case, Drawn, Image, make_cases, render_all, request_for
from core.evaluation.metrics import masked_psnr

SETTINGS = ("both", "adapter")
BASELINE_STEPS = 20
DRAFT_STEPS = (1, 2, 3, 4, 6)
GOAL_SHARE, GOAL_LOSS_DB = 1 / 6, 1.5
SHEET_ROWS = 6
STAGES = ("prepare", "denoise", "decode")


@dataclass(frozen=True)
class Way:
    """One way to draw; `quality` decides whether the model's few-step LoRA takes part."""

    steps: int
    guidance_scale: float
    quality: Quality

    @property
    def name(self) -> str:
        return f"{self.steps} steps, guidance {self.guidance_scale:g}"


@dataclass(frozen=True)
class Cost:
    """Seconds of one picture drawn alone: medians. share: of the baseline's, by rounds.

    rest: finishing network, bookkeeping.
    """

    seconds: float
    share: float
    prepare: float
    denoise: float
    decode: float
    rest: float


@dataclass(frozen=True)
class Likeness:
    """psnr, ssim: means on the character's pixels. loss: dB below the baseline."""

    psnr: float
    loss: float
    ssim: float


def ways_of(info: ModelInfo, plain: bool) -> list[Way]:
    """The baseline, the model's own final picture, and drafts with and without guidance.

    plain: draw drafts without the model's few-step LoRA.
    """
    scale, quality = info.default_guidance_scale, "final" if plain else "draft"
    drafts = [
        Way(steps, guidance, quality)
        for steps in DRAFT_STEPS
        for guidance in dict.fromkeys((1.0, scale))
    ]
    finals = [Way(steps, scale, "final") for steps in (BASELINE_STEPS, info.default_steps)]
    return list(dict.fromkeys([*finals, *drafts, recommended(info, plain)]))


def recommended(info: ModelInfo, plain: bool = False) -> Way:
    """As the window draws this model's drafts."""
    scale = info.draft_guidance_scale
    guidance = info.default_guidance_scale if scale is None else scale
    return Way(info.draft_steps, guidance, "final" if plain else "draft")


def asked(case: Case, setting: str, way: Way, info: ModelInfo) -> RenderRequest:
    how = Drawn.best(info, way.steps, way.guidance_scale)
    return replace(request_for(case, case, setting, how), quality=way.quality)


def measure_costs(
    engine: Engine,
    case: Case,
    info: ModelInfo,
    ways: Sequence[Way],
    rounds: int,
) -> dict[Way, Cost]:
    """`both`, one panel at a time, every way once a round, so that a busy minute meets all alike.

    Seeds differ, so nothing but what the window keeps between drafts is kept: prompts, references.
    """
    ask = [asked(case, "both", way, info) for way in ways]
    render_all(engine, ask, _silent)  # load and warm up
    seconds: dict[Way, list[dict[str, float]]] = {way: [] for way in ways}
    for seed in range(rounds):
        for way, request in zip(ways, ask, strict=True):
            started = time.perf_counter()
            result = engine.render((replace(request, seed=seed),), _silent, CancelToken())[0]
            total = time.perf_counter() - started
            stages = {stage: result.timings.get(stage, 0.0) for stage in STAGES}
            seconds[way].append({**stages, "seconds": total, "rest": total - sum(stages.values())})
    baseline = np.array([one["seconds"] for one in seconds[ways[0]]])

    def cost(stages: list[dict[str, float]]) -> Cost:
        share = np.median(np.array([one["seconds"] for one in stages]) / baseline)
        middle = {key: float(np.median([one[key] for one in stages])) for key in stages[0]}
        return Cost(share=float(share), **middle)

    return {way: cost(stages) for way, stages in seconds.items()}


def measure_likeness(
    engine: Engine,
    cases: Sequence[Case],
    info: ModelInfo,
    ways: Sequence[Way],
    on_picture: Callable[[], None],
) -> Iterator[tuple[str, Way, Likeness, list[Image]]]:
    """By setting and way, the baseline first; the pictures stand in the order of the cases."""

    def on_step(progress: RenderProgress) -> None:
        if progress.step == progress.steps:
            on_picture()

    for setting in SETTINGS:
        best: float | None = None
        for way in ways:
            requests = [asked(case, setting, way, info) for case in cases]
            images = render_all(engine, requests, on_step)
            drawn = [images[request.content_hash()] for request in requests]
            pairs = list(zip(drawn, cases, strict=True))
            psnr = float(np.mean([masked_psnr(p, c.truth.image, c.subject) for p, c in pairs]))
            best = psnr if best is None else best
            ssim = float(np.mean([masked_ssim(p, c.truth.image, c.subject) for p, c in pairs]))
            yield setting, way, Likeness(psnr, best - psnr, ssim), drawn


def masked_ssim(got: Image, truth: Image, mask: NDArray[np.bool_]) -> float:
    """Mean structural similarity (Wang et al. 2004, windows of 7 px) over the pixels of `mask`."""
    from skimage.metrics import structural_similarity

    both: Any = structural_similarity(got, truth, channel_axis=-1, full=True)
    return float(both[1][mask].mean())


def run_drafts(
    engine: Engine,
    info: ModelInfo,
    count: int,
    seed: int,
    rounds: int,
    plain: bool,
    on_picture: Callable[[], None],
    out: Path | None = None,
) -> dict[str, object]:
    """The report: a row a way with its cost and, by setting, its likeness; and the goals."""
    cases, ways = make_cases(count, seed, info.native_px), ways_of(info, plain)
    costs = measure_costs(engine, cases[0], info, ways, rounds)
    found: dict[Way, dict[str, object]] = {way: {} for way in ways}
    best, losses = recommended(info, plain), dict[str, float]()
    sheets: dict[str, list[list[Image]]] = {setting: [] for setting in SETTINGS}
    for setting, way, likeness, drawn in measure_likeness(engine, cases, info, ways, on_picture):
        found[way][setting] = asdict(likeness)
        if way == best:
            losses[setting] = likeness.loss
        if way in (ways[0], best):
            sheets[setting].append(drawn)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for setting, columns in sheets.items():
            write_sheet(out / f"draft_{setting}.png", cases, columns)
    share = costs[best].share
    return {
        "model": info.id,
        "cases": count,
        "seed": seed,
        "rounds": rounds,
        "few_step_lora": not plain and _has_lora(info),
        "ways": [{**asdict(way), **asdict(costs[way]), **found[way]} for way in ways],
        "draft": {**asdict(best), "share": share, "loss": losses},
        "holds": share <= GOAL_SHARE and max(losses.values()) <= GOAL_LOSS_DB,
    }


def write_sheet(path: Path, cases: Sequence[Case], columns: Sequence[Sequence[Image]]) -> None:
    """Rows of reference | truth | 20 steps | draft."""
    rows = [
        np.hstack([case.reference.image, case.truth.image, *(drawn[row] for drawn in columns)])
        for row, case in enumerate(cases[:SHEET_ROWS])
    ]
    PillowImage.fromarray(np.vstack(rows)).save(path)


def _has_lora(info: ModelInfo) -> bool:
    from core.checkpoints.fewstep_config import read_fewstep_config

    return read_fewstep_config(info.path) is not None


def _silent(progress: RenderProgress) -> None:
    pass
