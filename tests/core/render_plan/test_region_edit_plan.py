from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.document import Drawing, RegionEdit
from core.engine import CancelToken, InvalidRequest
from core.engine.fake import FakeEngine
from core.errors import BadInput
from core.geometry import Raster
from core.render_plan import edit_layer, picture_below, plan_region_edit
from core.storage import put_image


def request_for(desk, index=0, quality="final"):
    edit = desk.panel.region_edits[index]
    return plan_region_edit(desk.document, desk.panel, edit, desk.load, desk.model, quality)


def drawing(desk, pixels) -> Drawing:
    return Drawing(put_image(desk.assets, Raster.from_array(pixels)), "hash")


@pytest.fixture
def edited(desk, drawn):
    """The left fifth redrawn as the blue character, above it an edit of the right fifth."""
    edits = (
        RegionEdit("edit-1", desk.mask(0.1, 0.4), "coat", "character-blue", seed=5, feather_px=3),
        RegionEdit("edit-2", desk.mask(0.3, 0.9), prompt="rain"),
    )
    return desk.with_panel(region_edits=edits, drawing=drawing(desk, drawn(desk, 1)))


def test_the_request_redraws_the_mask_on_the_panels_drawing(edited, drawn):
    request = request_for(edited)
    assert request.region_edit is not None
    assert np.array_equal(request.region_edit.image.array, drawn(edited, 1))
    row = request.region_edit.mask.array[48]
    assert row[8 + 10] == 0 and row[8 + 36] == 255 and row[8 + 70] == 0
    assert (request.seed, request.region_edit.feather_px) == (5, 3)
    assert request.pose_image is not None


def test_the_edits_character_takes_the_place_of_the_covered_figure(edited):
    request = request_for(edited)
    (reference,) = request.references
    blue = edited.document.character("character-blue").references[0]
    assert reference.image == edited.load(blue.image)
    assert request.puppet_image is not None
    assert request.puppet_image.array[45, 44].tolist() == [30, 30, 200, 255]  # red was here
    assert request.prompt == "1girl, blue hair, park, smile, line art"


def test_a_prompt_of_its_own_says_everything(edited):
    edits = (replace(edited.panel.region_edits[0], prompt="red coat"),)
    request = request_for(edited.with_panel(region_edits=edits))
    assert request.prompt == "red coat, park, smile, line art"


def test_without_a_character_the_panels_figures_are_drawn_again(edited, drawn):
    first = replace(edited.panel.region_edits[0], visible=False)
    desk = edited.with_panel(region_edits=(first, edited.panel.region_edits[1]))
    request = request_for(desk, 1)
    assert len(request.references) == 2
    assert all(r.region is not None for r in request.references)
    assert request.prompt.startswith("rain, park")


def test_an_edit_above_needs_the_one_below(edited, drawn):
    with pytest.raises(BadInput, match="coat is not drawn yet"):
        request_for(edited, 1)
    layer = np.dstack([drawn(edited, 2), np.zeros((96, 160), np.uint8)])
    layer[:, 32:72, 3] = 255
    lower = replace(edited.panel.region_edits[0], drawing=drawing(edited, layer))
    desk = edited.with_panel(region_edits=(lower, edited.panel.region_edits[1]))
    below = picture_below(desk.panel, "edit-2", desk.load).array
    assert np.array_equal(below[:, 32:72], drawn(desk, 2)[:, 32:72])
    assert np.array_equal(below[:, 72:], drawn(desk, 1)[:, 72:])
    hidden = replace(lower, visible=False)
    desk = desk.with_panel(region_edits=(hidden, edited.panel.region_edits[1]))
    assert np.array_equal(picture_below(desk.panel, "edit-2", desk.load).array, drawn(desk, 1))


def test_a_panel_that_is_not_drawn_is_refused(edited):
    with pytest.raises(BadInput, match="The panel is not drawn yet"):
        request_for(edited.with_panel(drawing=None))


def test_an_empty_region_is_refused(edited):
    empty = put_image(edited.assets, Raster.from_array(np.zeros((40, 60), np.uint8)))
    edits = (replace(edited.panel.region_edits[0], mask=empty),)
    with pytest.raises(InvalidRequest, match="region to redraw is empty"):
        request_for(edited.with_panel(region_edits=edits))


def test_outside_the_mask_the_layer_hides_nothing_and_below_it_stays_identical(edited, drawn):
    request = request_for(edited)
    (result,) = FakeEngine().render((request,), lambda progress: None, CancelToken())
    layer = edit_layer(request, result.image).array
    outside = request.region_edit.mask.array == 0
    assert outside.any() and not outside.all()
    assert np.array_equal(layer[..., 3] == 0, outside)
    shown = np.where(layer[..., 3:] > 0, layer[..., :3], drawn(edited, 1))
    assert np.array_equal(shown[outside], drawn(edited, 1)[outside])
    assert not np.array_equal(shown, drawn(edited, 1))
