from __future__ import annotations

import json
from pathlib import Path

from core.storage import load_project

RESOURCES = Path("resources")


def test_the_sample_is_drawn_as_its_model_is_drawn_best() -> None:
    document = load_project(RESOURCES / "samples" / "sample.koma").document
    told = json.loads((RESOURCES / "models" / "koma-toon" / "koma.json").read_text())
    assert document.settings.model_id == told["id"]
    assert document.settings.steps == told["default_steps"]
    assert document.settings.guidance_scale == told["default_guidance_scale"]
    assert document.settings.base_px == told["native_px"]
    assert document.settings.adapter == told["default_adapter"]
