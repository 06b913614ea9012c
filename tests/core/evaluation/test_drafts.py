"""The command that says what drafts cost and lose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.checkpoints.catalogue import ModelInfo
from core.engine.fake import FakeEngine
from core.evaluation.draft_command import print_drafts
from core.evaluation.drafts import Way, masked_ssim, recommended, run_drafts, ways_of


@pytest.fixture
def info(tmp_path: Path) -> ModelInfo:
    (tmp_path / "m").mkdir()
    return ModelInfo(
        "tiny", tmp_path / "m", "base_folder", "Tiny", native_px=64, default_guidance_scale=2.0,
        default_steps=12, draft_steps=2, draft_guidance_scale=1.0,
    )  # fmt: skip


def test_drafts_are_compared_with_twenty_steps_first(info: ModelInfo) -> None:
    ways = ways_of(info, plain=False)
    assert ways[:2] == [Way(20, 2.0, "final"), Way(12, 2.0, "final")]
    assert {way.quality for way in ways[2:]} == {"draft"}
    assert {way.steps for way in ways[2:]} == {1, 2, 3, 4, 6}
    assert {way.quality for way in ways_of(info, plain=True)} == {"final"}
    assert recommended(info) == Way(2, 1.0, "draft")


def test_report_has_a_row_a_way_and_the_models_own_draft(
    info: ModelInfo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn: list[int] = []
    report: dict[str, Any] = run_drafts(
        FakeEngine(), info, 2, 1, 1, False, lambda: drawn.append(1), tmp_path / "out"
    )
    assert len(report["ways"]) == len(ways_of(info, False))
    assert len(drawn) == 2 * 2 * len(report["ways"])
    first = report["ways"][0]
    assert first["share"] == 1.0 and first["both"]["loss"] == 0.0
    own = next(way for way in report["ways"] if (way["steps"], way["guidance_scale"]) == (2, 1.0))
    assert report["draft"]["share"] == own["share"]
    assert report["draft"]["loss"]["adapter"] == pytest.approx(own["adapter"]["loss"])
    expected = report["draft"]["share"] <= 1 / 6 and max(report["draft"]["loss"].values()) <= 1.5
    assert report["holds"] == expected
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"draft_both.png", "draft_adapter.png"}
    json.dumps(report)
    print_drafts({**report, "threads": 1})
    assert "The model's draft: 2 steps, guidance 1" in capsys.readouterr().out


def test_ssim_punishes_blur_and_looks_at_the_mask_alone() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    mask = np.zeros((32, 32), bool)
    mask[4:12, 4:28] = True
    assert masked_ssim(truth, truth, mask) == pytest.approx(1.0)
    elsewhere = truth.copy()
    elsewhere[20:] = 0
    assert masked_ssim(elsewhere, truth, mask) == pytest.approx(1.0)
    assert masked_ssim(np.full_like(truth, 127), truth, mask) < 0.2
