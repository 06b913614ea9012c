from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from core.document import Drawing, RegionEdit
from core.document.edits import set_drawing, set_region_edit_drawing
from core.engine import CancelToken, InvalidRequest
from core.engine.fake import FakeEngine
from core.geometry import Raster
from core.render_plan import PlanContext, edit_layer, plan_document, plan_page, stale
from core.storage import put_image


def planned(desk, quality="final"):
    return plan_document(desk.document, desk.load, desk.model, quality)


def draw_all(desk, plan):
    """Draw what is ready and put it into the document, as the application does."""
    document = desk.document
    requests = tuple(p.request for p in plan.ready)
    results = FakeEngine().render(requests, lambda progress: None, CancelToken())
    for item, result in zip(plan.ready, results, strict=True):
        target = item.target
        if target.region_edit_id is None:
            image = put_image(desk.assets, Raster.from_array(result.image))
            document = set_drawing(document, target.panel_id, Drawing(image, result.request_hash))
        else:
            image = put_image(desk.assets, edit_layer(item.request, result.image))
            document = set_region_edit_drawing(
                document,
                target.panel_id,
                target.region_edit_id,
                Drawing(image, result.request_hash),
            )
    return replace(desk, document=document)


@pytest.fixture
def edited(desk):
    edits = (
        RegionEdit("edit-1", desk.mask(0.1, 0.4), prompt="coat"),
        RegionEdit("edit-hidden", desk.mask(0.1, 0.4), prompt="hat", visible=False),
        RegionEdit("edit-2", desk.mask(0.3, 0.9), prompt="rain"),
    )
    return desk.with_panel(region_edits=edits)


def test_panels_first_then_edits_one_above_the_other_then_nothing(edited):
    plan = planned(edited)
    assert [p.target.panel_id for p in plan.ready] == ["panel-1", "panel-2"]  # panel-3 is empty
    assert [t.region_edit_id for t in plan.waiting] == ["edit-1", "edit-2"]
    edited = draw_all(edited, plan)
    plan = planned(edited)
    assert [p.target.region_edit_id for p in plan.ready] == ["edit-1"]
    assert [t.region_edit_id for t in plan.waiting] == ["edit-2"]
    edited = draw_all(edited, plan)
    plan = planned(edited)
    assert [p.target.region_edit_id for p in plan.ready] == ["edit-2"]
    edited = draw_all(edited, plan)
    assert planned(edited).targets == ()


def test_a_new_drawing_of_the_panel_makes_its_edits_stale(edited):
    for _ in range(3):
        edited = draw_all(edited, planned(edited))
    changed = edited.with_panel(seed=8)
    plan = planned(changed)
    assert [p.target.panel_id for p in plan.ready] == ["panel-1"]
    assert len(plan.waiting) == 2
    changed = draw_all(changed, plan)
    assert [p.target.region_edit_id for p in planned(changed).ready] == ["edit-1"]


def test_a_final_drawing_satisfies_a_draft_and_not_the_reverse(edited):
    final = edited
    for _ in range(3):
        final = draw_all(final, planned(final))
    assert planned(final, "draft").targets == ()
    draft = edited
    for _ in range(3):
        draft = draw_all(draft, planned(draft, "draft"))
    assert planned(draft, "draft").targets == ()
    assert len(planned(draft).targets) == 4


def test_stale_means_another_hash(desk):
    request = planned(desk).ready[0].request
    assert stale(None, request)
    assert stale(Drawing("0" * 64, "other"), request)
    assert not stale(Drawing("0" * 64, request.content_hash()), request)


def test_an_empty_region_is_found_before_anything_is_drawn(edited):
    empty = put_image(edited.assets, Raster.from_array(np.zeros((40, 60), np.uint8)))
    edits = (*edited.panel.region_edits[:2], replace(edited.panel.region_edits[2], mask=empty))
    with pytest.raises(InvalidRequest, match=r"^Page 1, panel 1: The region to redraw is empty"):
        planned(edited.with_panel(region_edits=edits))


def test_some_panels_of_a_page_alone(desk):
    context = PlanContext(desk.document, desk.load, desk.model)
    everything = plan_page(context, desk.page).ready
    wanted = everything[-1].target.panel_id
    (alone,) = plan_page(context, desk.page, {wanted}).ready
    assert alone == everything[-1]
    assert not plan_page(context, desk.page, ()).ready


def test_planning_loads_no_torch():
    code = "import sys, core.render_plan; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
