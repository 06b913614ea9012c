"""What the engine's benchmarks share keeps step with the engine."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from core.engine.device import EngineOptions
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.model_source import ModelSource
from core.engine.requests import CancelToken, RenderRequest


@pytest.fixture(scope="module")
def tiny() -> ModuleType:
    path = Path(__file__).with_name("_tiny.py")
    spec = importlib.util.spec_from_file_location("benchmark_tiny", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_memory_source_answers_all_that_the_engine_asks(tiny: ModuleType) -> None:
    asked = {name for name in vars(ModelSource) if not name.startswith("_")}
    assert asked == {name for name in vars(tiny.MemorySource) if not name.startswith("_")}


def test_the_small_model_draws(tiny: ModuleType) -> None:
    engine = DiffusersEngine(tiny.MemorySource(tiny.small_model()), EngineOptions(device="cpu"))
    request = RenderRequest("random", 64, 64, "a girl on a hill", seed=1, steps=2)
    (result,) = engine.render((request,), lambda progress: None, CancelToken())
    assert result.image.shape == (64, 64, 3)
