"""koma-toon as it ships: whole, half precision, small, and it keeps a character it never saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from core.checkpoints.catalogue import ModelInfo, scan
from core.detection.detector import KeypointDetector
from core.engine.device import EngineOptions
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.model_source import CheckpointSource
from core.evaluation.benchmark_commands import DEFAULT_SCORERS
from core.evaluation.identity import (
    Drawn,
    make_cases,
    mean_of,
    part_colour_error,
    render_all,
    request_for,
    shuffled,
)
from core.evaluation.metrics import average_keypoint_distance, masked_psnr
from core.evaluation.scorers.files import load_scorer

MODELS = Path(__file__).parents[3] / "resources" / "models"
MODEL = MODELS / "koma-toon"


@pytest.fixture(scope="module")
def info() -> ModelInfo:
    return scan([MODELS]).find("koma-toon")


@pytest.fixture(scope="module")
def engine() -> Iterator[DiffusersEngine]:
    engine = DiffusersEngine(CheckpointSource([MODELS]), EngineOptions(previews=False))
    yield engine
    engine.close()


def test_is_small_and_in_half_precision() -> None:
    files = [file for file in MODEL.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 44 * 2**20
    weights = [file for file in files if file.suffix == ".safetensors"]
    assert len(weights) == 9  # one a network; anything else is left over
    for file in weights:
        with safe_open(file, "numpy") as tensors:
            kinds = {tensors.get_slice(key).get_dtype() for key in tensors.keys()}  # noqa: SIM118
        assert "F32" not in kinds, file


def test_keeps_an_unseen_character(engine: DiffusersEngine, info: ModelInfo) -> None:
    how = Drawn(info.id, info.native_px, 8, info.default_guidance_scale, info.digest)
    cases = make_cases(6, 77, info.native_px)
    right = [request_for(case, case, "both", how) for case in cases]
    wrong = [
        request_for(case, other, "both", how)
        for case, other in zip(cases, shuffled(cases), strict=True)
    ]
    images = render_all(engine, [*right, *wrong], lambda progress: None)
    mine = [images[request.content_hash()] for request in right]
    theirs = [images[request.content_hash()] for request in wrong]

    def psnr(pictures: list[np.ndarray]) -> float:
        pairs = zip(pictures, cases, strict=True)
        return mean_of([masked_psnr(p, case.truth.image, case.subject) for p, case in pairs])

    def colours(pictures: list[np.ndarray]) -> float:
        return mean_of([part_colour_error(p, c) for p, c in zip(pictures, cases, strict=True)])

    assert psnr(mine) > psnr(theirs) + 4
    assert colours(mine) < 0.5 * colours(theirs)


def test_detector_finds_the_skeleton_of_a_reference() -> None:
    detector = KeypointDetector.load(MODEL / "keypoint_detector")
    errors: list[float | None] = []
    for case in make_cases(12, 78, 256):
        found = detector.detect(case.reference.image, case.reference.mask).pose.to_array()
        errors.append(average_keypoint_distance(found, case.reference.keypoints, 256, 256))
    assert mean_of(errors) < 0.02


def test_the_kept_scorers_are_those_that_the_tables_name() -> None:
    _, accuracy, name = load_scorer(DEFAULT_SCORERS)
    text = Path("docs/benchmark.md").read_text("utf-8")
    assert f"`{name}`" in text, "draw the tables again, or put the scorers back that made them"
    assert f"| {accuracy['identity_top1']:.3f} (" in text, "the accuracy that is told is theirs"
