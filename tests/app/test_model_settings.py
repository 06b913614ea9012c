"""What a change of model does to settings that the artist did, or did not, choose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.model_settings import recommended, with_model
from core.adapters.kinds import AdapterKind
from core.checkpoints.adapter_options import AdapterOption
from core.checkpoints.catalogue import ModelInfo
from core.document import Document, RenderSettings
from core.document.edits import update_settings
from core.errors import BadInput


def model(model_id: str, steps: int, guidance_scale: float, native_px: int) -> ModelInfo:
    return ModelInfo(
        model_id,
        Path(model_id),
        "base_folder",
        model_id,
        native_px=native_px,
        default_steps=steps,
        default_guidance_scale=guidance_scale,
    )


SMALL, LARGE = model("small", 12, 2.0, 256), model("large", 30, 7.5, 512)
MODELS = {"small": SMALL, "large": LARGE}


def drawn_with(info: ModelInfo, **fields: object) -> Document:
    return update_settings(Document(), model_id=info.id, **{**recommended(info), **fields})


def numbers(document: Document) -> tuple[int, float, int]:
    settings = document.settings
    return settings.steps, settings.guidance_scale, settings.base_px


def test_what_was_as_recommended_follows_the_model() -> None:
    before = drawn_with(SMALL, style="ink", puppet_strength_img2img=0.5)
    after = with_model(before, "large", MODELS)
    assert numbers(after) == (30, 7.5, 512) and after.settings.model_id == "large"
    assert (after.settings.style, after.settings.puppet_strength_img2img) == ("ink", 0.5)
    assert with_model(after, "small", MODELS) == before


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"steps": 13}, (13, 7.5, 512)),
        ({"guidance_scale": 0.0}, (30, 0.0, 512)),
        ({"base_px": 320}, (30, 7.5, 320)),
        ({"steps": 1, "guidance_scale": 2.5, "base_px": 64}, (1, 2.5, 64)),
    ],
)
def test_what_the_artist_chose_stays(typed: dict[str, object], kept: tuple) -> None:
    after = with_model(drawn_with(SMALL, **typed), "large", MODELS)
    assert numbers(after) == kept
    assert numbers(with_model(after, "small", MODELS)) == numbers(drawn_with(SMALL, **typed))


@pytest.mark.parametrize("known", ["small", "large"])
def test_everything_stays_where_a_model_is_not_known(known: str) -> None:
    before = drawn_with(SMALL)
    after = with_model(before, "large", {known: MODELS[known]})
    assert numbers(after) == numbers(before) and after.settings.model_id == "large"


def with_adapters(*kinds: AdapterKind, default: str = "anime") -> ModelInfo:
    options = tuple(AdapterOption(kind, Path(kind)) for kind in kinds)
    missing = AdapterOption("character", gap="weights")
    return replace(SMALL, id="other", adapters=(*options, missing), default_adapter=default)


@pytest.mark.parametrize(
    ("chosen", "adapter"),
    [
        (with_adapters("anime", "reference", default="anime+reference"), "anime+reference"),
        (with_adapters("anime", default="anime+reference"), "anime"),
        (with_adapters("ip", "ip-plus"), "ip-plus"),
        (with_adapters(), "anime"),
    ],
)
def test_the_adapter_follows_the_model(chosen: ModelInfo, adapter: str) -> None:
    before = drawn_with(SMALL)
    after = with_model(before, "other", {**MODELS, "other": chosen})
    assert (before.settings.adapter, after.settings.adapter) == ("anime", adapter)


def test_an_adapter_that_the_artist_chose_stays_where_it_can() -> None:
    before = drawn_with(SMALL, adapter="ip")
    models = {"ip": with_adapters("anime", "ip"), "anime": with_adapters("anime")}
    kept = with_model(before, "ip", {**MODELS, "ip": models["ip"]})
    lost = with_model(before, "anime", {**MODELS, "anime": models["anime"]})
    assert (kept.settings.adapter, lost.settings.adapter) == ("ip", "anime")


def test_the_same_model_again_changes_nothing() -> None:
    before = drawn_with(SMALL, steps=40)
    assert with_model(before, "small", MODELS) is before


def test_an_empty_id_is_refused() -> None:
    with pytest.raises(BadInput):
        with_model(drawn_with(SMALL), " ", MODELS)


def test_recommended_fields_are_fields_of_the_settings() -> None:
    assert set(recommended(SMALL)) <= set(RenderSettings.__dataclass_fields__)
