"""The engine that draws, on a model whose UNet was cut short: one sentence, and work goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

import resources
from app.workplace import SHIPPED_MODEL, diffusers_engine
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.page_view import PanelState

TORCH_MS = 80_000  # to import it on a busy machine


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_damaged_unet_is_one_sentence_and_the_window_stays_usable(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    models = studio.folder / "damaged"
    shutil.copytree(resources.path("models", SHIPPED_MODEL), models / SHIPPED_MODEL)
    (weights,) = (models / SHIPPED_MODEL / "unet").glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:100_000])
    studio.workplace.shipped_models = models
    studio.workplace.make_engine = diffusers_engine
    artist = window_on(studio.small())
    artist.do("render_page")
    artist.qtbot.waitUntil(
        lambda: artist.is_idle() and artist.state_of("panel-1") is PanelState.FAILED,
        timeout=TORCH_MS,
    )
    message = artist.session.renders.statuses["panel-1"].message
    assert message.endswith(".") and "\n" not in message and "Error" not in message
    assert "damaged" in message and "UNet" in message, message
    assert artist.document.panel("panel-1").drawing is None

    artist.session.pages.next_seed(("panel-1",))
    artist.do("undo")
    good = resources.path("models", SHIPPED_MODEL, "unet", weights.name)
    shutil.copyfile(good, weights)  # the artist puts the right file there
    artist.session.render_actions.retry("panel-1")
    artist.qtbot.waitUntil(
        lambda: artist.is_idle() and artist.state_of("panel-1") is PanelState.FRESH,
        timeout=TORCH_MS,
    )
