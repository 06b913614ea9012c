"""The parts that need no network: validation, masks, caches, memory, devices, failures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.errors import DamagedWeights
from core.checkpoints.errors import ModelNotFound
from core.engine import device, memory
from core.engine.byte_cache import ByteCache
from core.engine.device import choose_device, choose_dtype, cpu_computes_bf16
from core.engine.failures import as_engine_error, is_out_of_memory
from core.engine.noise_schedule import first_step
from core.engine.rasters import latent_mask, puppet_over_picture, to_picture, to_tensor
from core.engine.region_composite import composite, seam
from core.engine.requests import (
    EngineError,
    InvalidRequest,
    LoraInput,
    ModelDamaged,
    ModelMissing,
    OutOfMemory,
    ReferenceInput,
    RegionEditInput,
    Unexpected,
)
from core.engine.validation import check_request, check_size_for_model
from core.errors import BadInput
from tests.core.engine.tiny import picture, rectangle, reference, request, six_panels, tiny_unet

NAN = math.nan


# Validation


def edit(**changes: Any) -> RegionEditInput:
    values: dict[str, Any] = {"image": picture(1), "mask": rectangle(8, 8, 40, 40)}
    return RegionEditInput(**{**values, **changes})


def test_good_requests_pass() -> None:
    for panel in (*six_panels(), request(region_edit=edit()), request(steps=150, seed=2**63 - 1)):
        check_request(panel)
        check_size_for_model(panel, 16)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"width": 0}, "16 to 4096 px"),
        ({"height": 8192}, "16 to 4096 px"),
        ({"steps": 0}, "1 to 150 steps"),
        ({"steps": 151}, "1 to 150 steps"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"guidance_scale": NAN}, "guidance scale"),
        ({"guidance_scale": math.inf}, "guidance scale"),
        ({"guidance_scale": -1.0}, "guidance scale"),
        ({"pose_conditioning_scale": NAN}, "pose strength"),
        ({"puppet_scale": -0.5}, "puppet strength"),
        ({"puppet_strength_img2img": 1.5}, "drawing over the puppet"),
        ({"loras": (LoraInput("a", "1", NAN),)}, "LoRA strength"),
        ({"references": (reference(1, scale=NAN),)}, "strength of reference 1"),
        ({"references": (reference(1), ReferenceInput(rectangle(0, 0, 9, 9)))}, "Reference 2"),
        ({"references": (reference(1, mask=rectangle(0, 0, 9, 9)),)}, "mask of reference 1"),
        ({"references": (reference(1, region=picture(2)),)}, "region of reference 1"),
        ({"pose_image": picture(1, width=32)}, "pose picture is 32 x 64 px"),
        ({"pose_image": picture(1, channels=4)}, "pose picture has 4 channels"),
        ({"puppet_image": picture(1)}, "puppet picture has 3 channels"),
        ({"region_edit": edit(mask=rectangle(0, 0, 0, 0))}, "is empty"),
        ({"region_edit": edit(mask=rectangle(0, 0, 7, 9))}, "63 px and needs at least 64"),
        ({"region_edit": edit(image=picture(1, width=32))}, "redraw a region of"),
        ({"region_edit": edit(feather_px=-1)}, "soft edge"),
        ({"region_edit": edit(strength=0.0)}, "strength of a region edit"),
        ({"region_edit": edit(strength=NAN)}, "strength of a region edit"),
    ],
)
def test_each_wrong_value_is_one_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        check_request(request(**change))
    sentence = str(caught.value)
    assert sentence.endswith(".") and sentence.count(". ") == 0 and "\n" not in sentence


def test_sizes_are_multiples_of_the_models() -> None:
    with pytest.raises(InvalidRequest, match="multiple of 64 px, not 96 x 64 px"):
        check_size_for_model(request(width=96), 64)


# Region edits

MASKS = st.integers(0, 2**32 - 1).map(
    lambda seed: np.where(
        np.random.default_rng(seed).random((24, 20)) < 0.4,
        np.random.default_rng(seed + 1).integers(1, 256, (24, 20)),
        0,
    ).astype(np.uint8)
)


@settings(max_examples=60, deadline=None)
@given(mask=MASKS, feather=st.integers(0, 30))
def test_no_byte_outside_the_mask_changes(mask: np.ndarray, feather: int) -> None:
    rng = np.random.default_rng(0)
    original, redrawn = rng.integers(0, 256, (2, 24, 20, 3), dtype=np.uint8)
    result = composite(original, redrawn, mask, feather)
    assert np.array_equal(result[mask == 0], original[mask == 0])
    low, high = np.minimum(original, redrawn), np.maximum(original, redrawn)
    assert ((result >= low) & (result <= high)).all()
    if feather == 0:
        assert np.array_equal(result[mask == 255], redrawn[mask == 255])


def test_the_seam_rises_inside_the_mask() -> None:
    weight = seam(rectangle(10, 10, 50, 50).array, 8)
    middle = weight[30, 10:30]
    assert (np.diff(middle) >= 0).all() and middle[0] == pytest.approx(1 / 8)
    assert weight[30, 17:43].min() == 1.0
    assert weight[:, :10].max() == 0.0


def test_a_thin_region_still_reaches_the_new_picture() -> None:
    assert seam(rectangle(10, 10, 14, 60).array, 40).max() == 1.0


def test_the_border_of_the_picture_is_no_seam() -> None:
    weight = seam(rectangle(0, 0, 32, 64).array, 8)
    assert (weight[:, 0] == 1.0).all()
    assert seam(rectangle(0, 0, 64, 64).array, 8).min() == 1.0


def test_one_masked_pixel_opens_its_whole_latent_cell() -> None:
    mask = latent_mask(rectangle(15, 16, 17, 17, value=1), 8)
    assert mask.shape == (1, 8, 8)
    assert mask[0].nonzero().tolist() == [[2, 1], [2, 2]]


# Pixels


def test_pixels_survive_the_way_to_a_tensor_and_back() -> None:
    raster = picture(3)
    assert np.array_equal(to_picture(to_tensor(raster) * 2 - 1), raster.array)


def test_the_puppet_lies_over_a_ground_of_its_own_colours() -> None:
    puppet, under = picture(4, channels=4), picture(5)
    alpha = puppet.array[..., 3] > 0
    over = puppet_over_picture(puppet, under).permute(1, 2, 0).numpy()
    assert np.allclose(over[alpha] * 255, puppet.array[..., :3][alpha], atol=1e-3)
    assert np.allclose(over[~alpha] * 255, under.array[~alpha], atol=1e-3)
    free = puppet_over_picture(puppet, None).permute(1, 2, 0).numpy()
    assert np.allclose(free[alpha] * 255, puppet.array[..., :3][alpha], atol=1e-3)
    assert np.allclose(free[0, 0], 0.5, atol=1e-3)  # far from the figure: grey
    steps = np.abs(np.diff(free, axis=1))[~alpha[:, 1:] & ~alpha[:, :-1]]
    assert steps.max() < 0.1  # no edge in the ground itself


# Steps


@pytest.mark.parametrize(
    ("steps", "strength", "first"),
    [(20, 1.0, 0), (20, 0.85, 3), (20, 0.5, 10), (20, 0.0, 19), (1, 0.1, 0), (10, 0.7, 3)],
)
def test_strength_is_the_share_of_steps_that_run(steps: int, strength: float, first: int) -> None:
    assert first_step(steps, strength) == first


# Caches and memory


def test_the_least_recently_used_leaves_when_bytes_run_out() -> None:
    cache = ByteCache[str](10, len)
    made: list[str] = []

    def make(value: str) -> str:
        made.append(value)
        return value

    for value in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):
        assert cache.get_or_make(value, lambda value=value: make(value)) == value
    assert made == ["aaaa", "bbbb", "cccc", "bbbb"]
    assert (cache.hits, cache.misses, cache.bytes_held, len(cache)) == (2, 4, 8, 2)
    assert cache.get_or_make("big", lambda: "x" * 11) == "x" * 11
    assert "big" not in cache and len(cache) == 2
    with pytest.raises(ZeroDivisionError):
        cache.get_or_make("bad", lambda: str(1 // 0))
    assert "bad" not in cache
    cache.clear()
    assert (len(cache), cache.bytes_held) == (0, 0)


def test_more_panels_fit_into_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    unet = tiny_unet()
    cpu = torch.device("cpu")
    fits: list[int] = []
    for free in (1, 10**8, 10**9):
        monkeypatch.setattr(memory, "_free_bytes", lambda _, free=free: free)
        fits.append(memory.panels_that_fit(unet, 256, 2, cpu))
    assert fits[0] == 1 and fits[0] < fits[1] < fits[2]
    assert memory.panels_that_fit(unet, 256, 1, cpu) >= 2 * fits[2]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), True),
        (MemoryError(), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("shapes do not match"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_out_of_memory_is_recognised(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_torchs_own_cpu_error_is_recognised() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    assert is_out_of_memory(caught.value)


# Devices


def test_devices_and_number_formats_by_name() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_dtype("float16", choose_device("cpu")) == torch.float16


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        ({"avx512_bf16": True}, True),
        ({"amx_bf16": True}, True),
        ({"avx2": True}, False),
        ({}, False),
    ],
)
def test_bf16_needs_instructions_for_it(
    monkeypatch: pytest.MonkeyPatch, instructions: dict[str, bool], expected: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: instructions, raising=False)
    cpu_computes_bf16.cache_clear()
    dtype = choose_dtype("auto", torch.device("cpu"))
    cpu_computes_bf16.cache_clear()
    assert dtype == (torch.bfloat16 if expected else torch.float32)


def test_bf16_is_not_used_where_it_comes_out_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True}, raising=False)
    exact = torch.nn.functional.conv2d

    def wrong(pixels: torch.Tensor, *rest: Any, **more: Any) -> torch.Tensor:
        factor = 1.1 if pixels.dtype == torch.bfloat16 else 1.0
        return exact(pixels, *rest, **more) * factor

    monkeypatch.setattr(device.torch.nn.functional, "conv2d", wrong)
    cpu_computes_bf16.cache_clear()
    dtype = choose_dtype("auto", torch.device("cpu"))
    cpu_computes_bf16.cache_clear()
    assert dtype == torch.float32


# Failures


@pytest.mark.parametrize(
    ("error", "family"),
    [
        (ModelNotFound("There is no such model."), ModelMissing),
        (DamagedWeights("The file is damaged."), ModelDamaged),
        (BadInput("This picture cannot be read."), InvalidRequest),
        (MemoryError(), OutOfMemory),
        (KeyError("x"), Unexpected),
    ],
)
def test_every_exception_becomes_an_engine_error(
    error: Exception, family: type[EngineError]
) -> None:
    failure = as_engine_error(error)
    assert type(failure) is family
    assert failure.__cause__ is error
    if isinstance(error, BadInput):
        assert str(failure) == str(error) and failure.code == error.code
    else:
        assert type(error).__name__ in failure.details
        assert type(error).__name__ not in str(failure)
