"""The engine for tests of the application keeps the engine's contract, without torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from core.engine.fake import FakeEngine, FakeScript
from core.engine.requests import (
    Cancelled,
    Engine,
    InvalidRequest,
    OutOfMemory,
    RegionEditInput,
)
from tests.core.engine.tiny import Recorder, picture, rectangle, request


def test_the_picture_is_that_of_the_request() -> None:
    engine: Engine = FakeEngine()
    recorder = Recorder()
    asked = (request(), request(seed=1), request(width=96), request())
    results = engine.render(asked, recorder.on_progress, recorder.token, recorder.on_result)
    again = FakeEngine().render(asked[:1], recorder.on_progress, recorder.token)
    assert [r.request_hash for r in results] == [r.content_hash() for r in asked]
    assert results[0].image.tobytes() == again[0].image.tobytes() != results[1].image.tobytes()
    assert results[2].image.shape == (64, 96, 3)
    assert len(recorder.results) == 3  # equal requests are drawn once
    steps = [p.step for p in recorder.progress if p.request_hash == results[1].request_hash]
    assert steps == [1, 2, 3]
    preview = recorder.progress[0].preview
    assert preview is not None and preview.shape == (8, 8, 3)


def test_scripted_failures_hit_the_panel_they_name() -> None:
    engine = FakeEngine(FakeScript(failures={1: OutOfMemory("There is not enough memory.")}))
    recorder = Recorder()
    with pytest.raises(OutOfMemory):
        engine.render(
            tuple(request(seed=seed) for seed in range(3)),
            recorder.on_progress, recorder.token, recorder.on_result, recorder.on_failure,
        )  # fmt: skip
    assert len(recorder.results) == 2
    assert [name for name, _ in recorder.failures] == [request(seed=1).content_hash()]
    assert engine.rendered == [request(seed=seed).content_hash() for seed in (0, 2)]


def test_cancel_by_token_and_by_script() -> None:
    recorder = Recorder(cancel_at=2)
    with pytest.raises(Cancelled):
        FakeEngine().render((request(),), recorder.on_progress, recorder.token)
    assert [p.step for p in recorder.progress] == [1, 2]
    recorder = Recorder()
    engine = FakeEngine(FakeScript(cancel_at=(1, 3)))
    with pytest.raises(Cancelled):
        engine.render((request(), request(seed=1)), recorder.on_progress, recorder.token)
    assert len(recorder.progress) == 3 + 2 and len(engine.rendered) == 1


def test_requests_are_checked_and_regions_composited_as_by_the_real_one() -> None:
    recorder = Recorder()
    with pytest.raises(InvalidRequest):
        FakeEngine().render((request(steps=0),), recorder.on_progress, recorder.token)
    edit = RegionEditInput(picture(1), rectangle(10, 10, 40, 40))
    panel = request(region_edit=edit)
    image = FakeEngine().render((panel,), recorder.on_progress, recorder.token)[0].image
    outside = edit.mask.array == 0
    assert np.array_equal(image[outside], edit.image.array[outside])
    assert not np.array_equal(image, edit.image.array)


def test_neither_requests_nor_the_fake_engine_load_torch() -> None:
    code = "import sys, core.engine, core.engine.fake; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
