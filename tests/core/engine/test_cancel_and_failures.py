"""Cancel, failures, memory and progress of the engine, on tiny random networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.engine.batch_run import SMALLER_BATCH_NOTE
from core.engine.decoding import SLICED_NOTE, TILED_NOTE
from core.engine.requests import (
    Cancelled,
    InvalidRequest,
    LoraInput,
    ModelMissing,
    OutOfMemory,
    Unexpected,
)
from tests.core.engine.tiny import (
    CallCounter,
    Recorder,
    TinySource,
    draw,
    engine_on,
    make_engine,
    reference,
    request,
    six_panels,
    tiny_model,
)

# numpy 2.x warns about how diffusers' own DPM-Solver turns a tensor into an array.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


# Cancel


@pytest.mark.parametrize("step", [1, 2])
def test_cancel_takes_effect_within_one_step(step: int) -> None:
    model = tiny_model()
    unet, decoder = CallCounter(model.unet), CallCounter(model.vae.decoder)  # type: ignore[union-attr]
    recorder = Recorder(cancel_at=step)
    with pytest.raises(Cancelled):
        make_engine(model).render((request(),), recorder.on_progress, recorder.token)
    assert unet.calls == step
    assert decoder.calls == 0


def test_cancel_after_the_last_step_comes_before_the_decode() -> None:
    model = tiny_model()
    decoder = CallCounter(model.vae.decoder)  # type: ignore[union-attr]
    recorder = Recorder(cancel_at=3)
    with pytest.raises(Cancelled):
        make_engine(model).render(
            (request(),), recorder.on_progress, recorder.token, recorder.on_result
        )
    assert decoder.calls == 0 and recorder.results == [] and recorder.failures == []


def test_a_token_cancelled_before_loads_nothing() -> None:
    source = TinySource(tiny=tiny_model())
    recorder = Recorder()
    recorder.token.cancel()
    with pytest.raises(Cancelled):
        engine_on(source).render((request(),), recorder.on_progress, recorder.token)
    assert source.loads == []


def test_cancel_keeps_what_was_delivered() -> None:
    recorder = Recorder()

    def cancel_after_first(result: Any) -> None:
        recorder.on_result(result)
        recorder.token.cancel()

    with pytest.raises(Cancelled):
        make_engine(tiny_model(), max_batch=1).render(
            six_panels(), recorder.on_progress, recorder.token, cancel_after_first
        )
    assert len(recorder.results) == 1


# Failures


def test_after_any_exception_the_networks_are_as_before() -> None:
    model = tiny_model()
    source = TinySource(tiny=model)
    engine = engine_on(source)
    panel = request(references=(reference(1),), loras=(LoraInput("a.safetensors", "1"),))
    clean = draw(engine, panel)[0]
    processors = dict(model.unet.attn_processors)
    weights = {name: tensor.clone() for name, tensor in model.unet.state_dict().items()}

    def explode(progress: Any) -> None:
        assert source.active_loras == panel.loras
        assert dict(model.unet.attn_processors) != processors
        raise RuntimeError("the callback is broken")

    with pytest.raises(Unexpected) as caught:
        engine.render((panel,), explode, Recorder().token)
    assert "the callback is broken" in caught.value.details
    recorder = Recorder(cancel_at=1)
    with pytest.raises(Cancelled):
        engine.render((panel,), recorder.on_progress, recorder.token)
    assert dict(model.unet.attn_processors) == processors
    assert source.active_loras == ()
    for name, tensor in model.unet.state_dict().items():
        assert torch.equal(tensor, weights[name])
    assert draw(engine, panel)[0].image.tobytes() == clean.image.tobytes()


def test_one_failed_panel_does_not_lose_the_others() -> None:
    recorder = Recorder()
    missing = request(model_id="gone", seed=1)
    odd = request(width=72, seed=2)
    good = (request(seed=3), request(seed=4, width=96))
    with pytest.raises(InvalidRequest, match="multiple of 16"):
        make_engine(tiny_model()).render(
            (odd, good[0], missing, good[1]),
            recorder.on_progress,
            recorder.token,
            recorder.on_result,
            recorder.on_failure,
        )
    assert [r.request_hash for r in recorder.results] == [r.content_hash() for r in good]
    failed = dict(recorder.failures)
    assert isinstance(failed[odd.content_hash()], InvalidRequest)
    assert isinstance(failed[missing.content_hash()], ModelMissing)
    assert len(recorder.failures) == 2


def test_without_on_result_the_first_failure_ends_the_call() -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    recorder = Recorder()
    with pytest.raises(InvalidRequest):
        make_engine(model).render(
            (request(width=72), request()), recorder.on_progress, recorder.token
        )
    assert unet.calls == 0


def test_numbers_that_overflow_are_reported_in_plain_words() -> None:
    model = tiny_model()
    torch.nn.init.constant_(model.unet.conv_out.bias, float("nan"))  # type: ignore[arg-type]
    with pytest.raises(Unexpected, match="overflowed"):
        draw(make_engine(model), request())


# Memory


def limit_unet(model: Any, panels: int, error: type[Exception] = torch.OutOfMemoryError) -> None:
    """The UNet runs out of memory above this many panels with guidance."""

    def check(module: Any, args: Any) -> None:
        if len(args[0]) > 2 * panels:
            raise error("CUDA out of memory. Tried to allocate 2.00 GiB")

    model.unet.register_forward_pre_hook(check)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError, RuntimeError, MemoryError])
def test_short_of_memory_the_batch_is_halved(error: type[Exception]) -> None:
    free = draw(make_engine(tiny_model()), *six_panels())
    model = tiny_model()
    limit_unet(model, 2, error)
    unet = CallCounter(model.unet)
    results = draw(make_engine(model), *six_panels())
    assert unet.batches == [2] * 18  # six panels fail, then three, then one by one
    for result, expected in zip(results, free, strict=True):
        assert np.abs(result.image.astype(int) - expected.image).max() <= 1
        assert result.notes == (SMALLER_BATCH_NOTE.format(count=1),)


def test_one_panel_that_does_not_fit_is_out_of_memory_and_the_next_is_tried() -> None:
    model = tiny_model()

    def check(module: Any, args: Any) -> None:
        if args[0].shape[-1] > 8:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    model.unet.register_forward_pre_hook(check)
    recorder = Recorder()
    with pytest.raises(OutOfMemory, match="smaller generation size"):
        make_engine(model).render(
            (request(width=96), request(seed=2)),
            recorder.on_progress, recorder.token, recorder.on_result, recorder.on_failure,
        )  # fmt: skip
    assert len(recorder.results) == len(recorder.failures) == 1


@pytest.mark.parametrize(("decodes", "note"), [(1, SLICED_NOTE), (2, TILED_NOTE)])
def test_short_of_memory_in_the_decode_no_step_is_lost(decodes: int, note: str) -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    failures = iter(range(decodes))

    def check(module: Any, args: Any) -> None:
        if next(failures, None) is not None:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    model.vae.decoder.register_forward_pre_hook(check)  # type: ignore[union-attr]
    results = draw(make_engine(model), request(seed=1), request(seed=2))
    assert unet.calls == 3
    assert [result.notes for result in results] == [(note,), (note,)]
    assert not model.vae.use_tiling


def test_a_decode_that_never_fits_is_out_of_memory() -> None:
    model = tiny_model()

    def check(module: Any, args: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    model.vae.decoder.register_forward_pre_hook(check)  # type: ignore[union-attr]
    with pytest.raises(OutOfMemory, match="not enough memory to finish"):
        draw(make_engine(model), request())
    assert not model.vae.use_tiling


# Progress


def test_progress_of_every_panel_at_every_step_with_a_small_preview() -> None:
    recorder = Recorder()
    panels = six_panels()
    make_engine(tiny_model()).render(panels, recorder.on_progress, recorder.token)
    steps: dict[str, list[int]] = {}
    for progress in recorder.progress:
        steps.setdefault(progress.request_hash, []).append(progress.step)
        assert progress.steps == 3
        preview: NDArray[np.uint8] | None = progress.preview
        assert preview is not None and preview.shape == (8, 8, 3) and preview.dtype == np.uint8
    assert steps == {panel.content_hash(): [1, 2, 3] for panel in panels}


def test_previews_can_be_left_out() -> None:
    recorder = Recorder()
    engine = make_engine(tiny_model(), previews=False)
    engine.render((request(),), recorder.on_progress, recorder.token)
    assert [progress.preview for progress in recorder.progress] == [None] * 3
