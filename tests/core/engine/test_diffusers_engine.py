"""The engine as the application sees it, on tiny random networks."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
import torch

from core.engine import batch_run
from core.engine.panel_inputs import CUT_NOTE, NO_ADAPTER_NOTE, NO_CONTROLLER_NOTE
from core.engine.references import EMPTY_MASK_NOTE
from core.engine.requests import (
    LoraInput,
    RegionEditInput,
)
from core.geometry import Raster
from tests.core.engine.tiny import (
    CallCounter,
    Recorder,
    TinySource,
    draw,
    engine_on,
    make_engine,
    picture,
    rectangle,
    reference,
    request,
    six_panels,
    tiny_controlnet,
    tiny_model,
)

# numpy 2.x warns about how diffusers' own DPM-Solver turns a tensor into an array.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def finished_latents(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """The latents that each decode was given, one tensor a panel, in order."""
    seen: list[torch.Tensor] = []
    decode = batch_run.decode_pictures

    def recording(vae: Any, latents: torch.Tensor, token: Any) -> Any:
        seen.extend(latents.clone())
        return decode(vae, latents, token)

    monkeypatch.setattr(batch_run, "decode_pictures", recording)
    return seen


def largest(difference: torch.Tensor) -> float:
    return float(difference.abs().max())


# Batching


def test_a_batch_of_panels_equals_single_runs(finished_latents: list[torch.Tensor]) -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    together = draw(make_engine(model), *six_panels())
    assert unet.batches == [12, 12, 12]  # one batch with guidance, three steps
    alone = [draw(make_engine(tiny_model()), panel)[0] for panel in six_panels()]
    assert len(finished_latents) == 12
    for batched, single in zip(finished_latents[:6], finished_latents[6:], strict=True):
        assert largest(batched - single) <= 1e-5
    for batched, single in zip(together, alone, strict=True):
        assert np.abs(batched.image.astype(int) - single.image).max() <= 1
    distinct = {result.image.tobytes() for result in together}
    assert len(distinct) == 6


def test_results_stand_in_the_order_of_the_requests_and_equal_requests_are_drawn_once() -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    wide = request(width=96, seed=2)
    asked = (request(seed=1), wide, request(seed=3), request(seed=1))
    results = draw(make_engine(model), *asked)
    assert [result.request_hash for result in results] == [r.content_hash() for r in asked]
    assert results[0] is results[3]
    assert [result.image.shape[1] for result in results] == [64, 96, 64, 64]
    assert unet.batches == [4] * 3 + [2] * 3
    for result in results:
        assert result.image.flags["C_CONTIGUOUS"] and result.image.dtype == np.uint8
        assert set(result.timings) == {"prepare", "denoise", "decode"}


@pytest.mark.parametrize(
    "change",
    [{"steps": 4}, {"guidance_scale": 2.0}, {"quality": "draft"}, {"width": 96}],
)
def test_requests_that_differ_in_these_are_not_batched(change: dict[str, Any]) -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    draw(make_engine(model), request(), request(seed=1, **change))
    assert set(unet.batches) == {2}


def test_max_batch_bounds_the_batch() -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    draw(make_engine(model, max_batch=4), *six_panels())
    assert unet.batches == [8] * 3 + [4] * 3


# Guidance, seeds, conditions


def test_guidance_of_one_runs_only_the_conditioned_half() -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    draw(make_engine(model), request(guidance_scale=1.0))
    assert unet.batches == [1, 1, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"prompt": "other"},
        {"negative_prompt": "bad"},
        {"references": (reference(1),)},
        {"references": (reference(1, scale=0.5),)},
        {"references": (reference(1, region=rectangle(0, 0, 32, 64)),)},
        {"pose_image": picture(5)},
        {"guidance_scale": 5.0},
        {"puppet_image": picture(6, channels=4)},
    ],
)
def test_each_condition_reaches_the_latents(
    change: dict[str, Any], finished_latents: list[torch.Tensor]
) -> None:
    engine = make_engine(tiny_model())
    draw(engine, request())
    draw(engine, request(**change))
    assert largest(finished_latents[0] - finished_latents[1]) > 1e-4


def test_scale_zero_is_the_same_as_not_there(finished_latents: list[torch.Tensor]) -> None:
    for puppet in (False, True):
        engine = make_engine(tiny_model(puppet=puppet))
        draw(engine, request())
        draw(
            engine,
            request(
                references=(reference(1, scale=0.0),),
                pose_image=picture(5),
                pose_conditioning_scale=0.0,
                puppet_image=picture(6, channels=4),
                puppet_scale=0.0,
            ),
        )
    plain, silent, plain_puppet, silent_puppet = finished_latents
    assert torch.equal(plain, silent)
    assert torch.equal(plain_puppet, silent_puppet)


def test_puppet_channels_are_part_of_the_unet_input(finished_latents: list[torch.Tensor]) -> None:
    model = tiny_model(puppet=True)
    unet = CallCounter(model.unet)
    engine = make_engine(model)
    puppet = picture(6, channels=4)
    draw(
        engine,
        request(),
        request(puppet_image=puppet),
        request(puppet_image=puppet, puppet_scale=0.5),
    )
    assert unet.batches == [6] * 3  # with and without puppet in one batch, from pure noise
    none, full, half = finished_latents
    assert largest(none - full) > largest(none - half) > 1e-4


def test_without_puppet_channels_the_puppet_is_the_starting_image() -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    recorder = Recorder()
    panel = request(steps=10, puppet_image=picture(6, channels=4), puppet_strength_img2img=0.4)
    make_engine(model).render((panel,), recorder.on_progress, recorder.token)
    assert unet.calls == 4
    assert [(p.step, p.steps) for p in recorder.progress] == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_low_strength_keeps_the_puppet_and_a_high_one_does_not(
    finished_latents: list[torch.Tensor],
) -> None:
    engine = make_engine(tiny_model())
    puppets = [picture(seed, channels=4) for seed in (6, 7)]
    for strength in (0.1, 0.9):
        for puppet in puppets:
            draw(engine, request(steps=10, puppet_image=puppet, puppet_strength_img2img=strength))
    faithful = largest(finished_latents[0] - finished_latents[1])
    free = largest(finished_latents[2] - finished_latents[3])
    assert faithful > 2 * free


def test_notes_say_what_was_not_used() -> None:
    bare = make_engine(tiny_model(with_adapter=False, controller="none"))
    panel = request(references=(reference(1),), pose_image=picture(5), prompt="x " * 40)
    assert draw(bare, panel)[0].notes == (CUT_NOTE, NO_CONTROLLER_NOTE, NO_ADAPTER_NOTE)
    nothing = Raster.from_array(np.zeros((60, 40), dtype=np.uint8))
    masked = request(references=(reference(1), reference(2, mask=nothing)))
    notes = draw(make_engine(tiny_model()), masked)[0].notes
    assert notes == (EMPTY_MASK_NOTE.format(number=2),)


def test_a_pose_controller_from_a_path_is_loaded_once() -> None:
    source = TinySource(tiny=tiny_model(controller="none"))
    source.controllers["some/controlnet"] = tiny_controlnet()
    counter = CallCounter(source.controllers["some/controlnet"])
    engine = engine_on(source)
    panel = request(pose_image=picture(5), pose_controller="some/controlnet")
    first = draw(engine, panel)[0]
    del source.controllers["some/controlnet"]
    assert draw(engine, panel)[0].image.tobytes() == first.image.tobytes()
    assert counter.batches == [2] * 6
    assert first.image.tobytes() != draw(engine, request())[0].image.tobytes()


# Region edits


def test_outside_the_mask_every_pixel_stays_identical() -> None:
    original, mask = picture(9), rectangle(11, 17, 45, 50)
    edit = RegionEditInput(original, mask, feather_px=5)
    engine = make_engine(tiny_model())
    image = draw(engine, request(region_edit=edit, references=(reference(1),)))[0].image
    inside = mask.array > 0
    assert np.array_equal(image[~inside], original.array[~inside])
    changed = (image != original.array).any(axis=-1)
    assert changed[inside].mean() > 0.9


def test_a_region_edit_sees_the_picture_around_it_and_ends_on_it(
    finished_latents: list[torch.Tensor],
) -> None:
    edit = RegionEditInput(picture(9), rectangle(16, 16, 40, 40))
    engine = make_engine(tiny_model())
    # Beside a panel that is drawn whole: that one must not be touched by the blending.
    draw(engine, request(region_edit=edit), request(seed=4))
    draw(engine, request(seed=4))
    whole_edit = RegionEditInput(picture(9), rectangle(0, 0, 64, 64))
    draw(engine, request(region_edit=whole_edit))
    draw(engine, request())
    edited, beside, alone, everything, free = finished_latents
    assert largest(beside - alone) <= 1e-5
    assert torch.equal(everything, free)  # a mask of everything is a plain render
    assert largest(edited[:, 2:5, 2:5] - free[:, 2:5, 2:5]) > 1e-3  # the surroundings have a say


def test_the_strength_of_a_region_edit_shortens_the_schedule() -> None:
    model = tiny_model()
    unet = CallCounter(model.unet)
    edit = RegionEditInput(picture(9), rectangle(16, 16, 40, 40), strength=0.5)
    draw(make_engine(model), request(steps=8, region_edit=edit))
    assert unet.calls == 4


# Caches


def test_each_reference_is_encoded_once_a_page() -> None:
    model = tiny_model()
    assert model.anime_adapter is not None
    encoder = CallCounter(model.image_encoder)
    keys = CallCounter(*(p.to_k_ip for p in model.anime_adapter.projections))
    values = CallCounter(*(p.to_v_ip for p in model.anime_adapter.projections))
    layers = len(model.anime_adapter.projections)
    engine = make_engine(model)
    draw(engine, *six_panels())  # references 1, 2, 3 and 4; two of them twice
    assert encoder.batches == [1] * 4
    assert keys.calls == values.calls == 4 * layers  # and not times the steps
    draw(engine, *(request(seed=90 + n, references=(reference(n),)) for n in (1, 2, 3, 4)))
    assert encoder.calls == 4 and keys.calls == 4 * layers


def test_the_same_picture_with_another_mask_is_another_reference() -> None:
    model = tiny_model()
    encoder = CallCounter(model.image_encoder)
    mask = np.zeros((60, 40), dtype=np.uint8)
    mask[:30] = 255
    masked = reference(1, mask=Raster.from_array(mask))
    draw(make_engine(model), request(references=(reference(1),)), request(references=(masked,)))
    assert encoder.calls == 2


def test_each_prompt_is_encoded_once_but_again_for_other_loras() -> None:
    model = tiny_model()
    text = CallCounter(model.text_encoder)
    engine = make_engine(model)
    draw(engine, *(request(prompt="same", seed=seed) for seed in range(3)))
    assert text.calls == 2  # the prompt and the empty negative prompt
    draw(engine, request(prompt="same", seed=9))
    assert text.calls == 2
    draw(engine, request(prompt="same", loras=(LoraInput("a.safetensors", "1"),)))
    assert text.calls == 4


def test_one_model_is_resident_and_takes_its_caches_along() -> None:
    source = TinySource(tiny=tiny_model(), other=tiny_model())
    encoder = CallCounter(source.models["tiny"].image_encoder)
    engine = engine_on(source)
    for model_id in ("tiny", "tiny", "other", "tiny"):
        draw(engine, request(model_id=model_id, references=(reference(1),)))
    assert source.loads == ["tiny", "other", "tiny"]
    assert encoder.calls == 2


def test_close_lets_go_of_the_networks() -> None:
    source = TinySource(tiny=tiny_model())
    gone = weakref.ref(source.models["tiny"].unet)
    engine = engine_on(source)
    draw(engine, request(references=(reference(1),)))
    source.models.clear()
    engine.close()
    gc.collect()
    assert gone() is None
