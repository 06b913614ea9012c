from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.document import Framing, Lora, RegionMask
from core.engine import InvalidRequest, RenderRequest
from core.errors import BadInput
from core.geometry import Polygon, Raster, Rect
from core.pose import Pose, draw_control_image
from core.render_plan import PlanContext, as_draft, plan_panel
from core.render_plan.panel_plan import as_detected, panel_request
from core.storage import put_image


def request_for(desk, quality="final") -> RenderRequest:
    return plan_panel(desk.document, desk.panel, desk.load, desk.model, quality)


def colour_at(raster: Raster, x: float, y: float) -> tuple[int, ...]:
    return tuple(raster.array[int(y), int(x)].tolist())


def test_size_and_numbers_come_from_panel_document_and_model(desk):
    request = request_for(desk)
    assert (request.width, request.height) == (160, 96)  # 3:2 in multiples of 32, about 128²
    assert (request.model_id, request.model_digest) == ("tiny", "d1")
    assert (request.seed, request.steps, request.guidance_scale) == (7, 12, 3.0)
    own = request_for(desk.with_panel(steps=4, guidance_scale=5.5))
    assert (own.steps, own.guidance_scale) == (4, 5.5)


def test_never_smaller_than_the_model_was_trained(desk):
    larger = replace(desk, model=replace(desk.model, native_px=256))
    request = request_for(larger)
    assert request.width * request.height == pytest.approx(256**2, rel=0.25)


def test_draft_takes_fewer_steps_and_never_more(desk):
    draft = request_for(desk, "draft")
    assert (draft.steps, draft.quality) == (desk.model.draft_steps, "draft")
    assert request_for(desk.with_panel(steps=3), "draft").steps == 3


def test_draft_is_guided_as_its_model_recommends_and_never_more(desk):
    assert request_for(desk, "draft").guidance_scale == 3.0  # the document's: none recommended
    recommends = replace(desk, model=replace(desk.model, draft_steps=2, draft_guidance_scale=1.5))
    draft = request_for(recommends, "draft")
    assert (draft.steps, draft.guidance_scale) == (2, 1.5)
    assert request_for(recommends.with_panel(guidance_scale=0.5), "draft").guidance_scale == 0.5
    assert request_for(recommends).guidance_scale == 3.0
    assert as_draft(request_for(recommends), recommends.model) == draft


def test_prompt_is_the_panel_then_the_cast_then_the_style(desk):
    assert request_for(desk).prompt == "park, smile, 1girl, blue hair, red hair, line art"
    alone = desk.with_panel(figures=desk.panel.figures[:1], prompt=" park,smile、sky ")
    assert request_for(alone).prompt == "park, smile, sky, 1girl, solo, red hair, line art"


def test_negative_prompts_are_joined(desk):
    desk = desk.with_panel(negative_prompt="text, blur").with_settings(negative_prompt="blur, bad")
    assert request_for(desk).negative_prompt == "text, blur, bad"


def test_control_image_shows_all_figures_at_generation_size(desk):
    request = request_for(desk)
    scale = 96 / 40  # the height fits, the picture is 8 px wider than the panel on each side
    poses = [f.pose.mapped(scale, scale, (160 - 60 * scale) / 2, 0) for f in desk.panel.figures]
    assert request.pose_image is not None
    assert np.array_equal(request.pose_image.array, draw_control_image(poses, 160, 96))
    thick = request_for(desk.with_settings(pose_style="xinsir", base_px=512))
    assert thick.pose_image is not None
    assert thick.pose_image.array.any()


def test_no_pose_and_no_puppet_without_figures_or_scales(desk):
    bare = request_for(desk.with_panel(figures=()))
    assert bare.pose_image is None
    assert bare.puppet_image is None
    assert bare.references == ()
    off = request_for(desk.with_panel(pose_conditioning_scale=0.0, puppet_scale=0.0))
    assert off.pose_image is None
    assert off.puppet_image is None
    assert len(off.references) == 2


def test_keypoints_beyond_the_picture_are_hidden_in_the_control_image_only(desk):
    pose = Pose.from_array(
        np.column_stack([np.linspace(-20, 130, 18), np.full(18, 25.0), np.ones(18)])
    )
    seen = as_detected(pose, Framing(Rect(0, 0, 10, 5), 100, 50))
    inside = [0 <= k.x < 100 for k in pose.body]
    assert [k.visible for k in seen.body] == inside
    assert 0 < sum(inside) < 18


def test_puppet_shows_each_figure_in_its_place(desk):
    puppet = request_for(desk).puppet_image
    assert puppet is not None
    assert (puppet.width, puppet.height, puppet.channels) == (160, 96, 4)
    assert colour_at(puppet, 8 + 15 * 2.4, 45) == (200, 30, 30, 255)
    assert colour_at(puppet, 8 + 45 * 2.4, 45) == (30, 30, 200, 255)
    assert colour_at(puppet, 80, 5)[3] == 0


def test_the_front_figure_hides_the_one_behind(desk):
    red, blue = desk.panel.figures
    same_place = replace(blue, pose=red.pose)
    front_blue = request_for(desk.with_panel(figures=(red, same_place))).puppet_image
    front_red = request_for(desk.with_panel(figures=(same_place, red))).puppet_image
    assert front_blue is not None and front_red is not None
    assert colour_at(front_blue, 44, 45)[:3] == (30, 30, 200)
    assert colour_at(front_red, 44, 45)[:3] == (200, 30, 30)


def test_a_reference_without_skeleton_or_mask_makes_no_puppet(desk):
    def without(field):
        cast = tuple(
            replace(c, references=(replace(c.references[0], **{field: None}),))
            for c in desk.document.characters
        )
        return replace(desk, document=replace(desk.document, characters=cast))

    for field in ("pose", "mask"):
        request = request_for(without(field))
        assert request.puppet_image is None
        assert len(request.references) == 2


def test_an_empty_reference_mask_is_one_sentence_with_the_name(desk):
    empty = put_image(desk.assets, Raster.from_array(np.zeros((160, 120), np.uint8)))
    red = desk.document.characters[0]
    red = replace(red, references=(replace(red.references[0], mask=empty),))
    document = replace(desk.document, characters=(red, desk.document.characters[1]))
    with pytest.raises(BadInput, match=r"^red: The subject mask is empty"):
        request_for(replace(desk, document=document))


def test_several_figures_have_regions_that_do_not_overlap(desk):
    red, blue = request_for(desk).references
    assert red.region is not None and blue.region is not None
    left, right = (r.region.array.astype(int) for r in (red, blue))
    assert left.shape == (96, 160)
    assert left[45, 44] == 255 and right[45, 44] == 0
    assert right[45, 116] == 255 and left[45, 116] == 0
    assert (left + right).max() <= 256
    soft = (left > 0) & (left < 255)
    assert soft.sum() > 100


def test_one_figure_may_paint_everywhere(desk):
    (only,) = request_for(desk.with_panel(figures=desk.panel.figures[:1])).references
    assert only.region is None


def test_a_region_mask_overrides_the_skeletons_region(desk):
    masks = (
        RegionMask("mask-1", desk.mask(0.0, 0.2), "figure-red"),
        RegionMask("mask-2", desk.mask(0.6, 0.8), "figure-red"),
        RegionMask("mask-3", desk.mask(0.0, 1.0), "figure-blue", "reference-blue"),
    )
    red, blue = request_for(desk.with_panel(region_masks=masks)).references
    assert red.region is not None and blue.region is not None
    row = red.region.array[48]
    assert row[0] == 255  # the mask goes on where the picture is wider than the panel
    assert row[8 + 14] == 255 and row[8 + 60] == 0 and row[8 + 100] == 255
    assert blue.region.array.min() == 255


def test_scales_multiply_and_zero_leaves_a_reference_out(desk):
    red, blue = desk.panel.figures
    request = request_for(
        desk.with_panel(figures=(replace(red, scale=0.5), replace(blue, scale=0)))
    )
    assert [r.scale for r in request.references] == [0.5]


def test_a_missing_lora_is_bad_input_and_an_edited_one_changes_the_hash(desk, tmp_path):
    lora = tmp_path / "style.safetensors"
    with_lora = desk.with_settings(loras=(Lora(str(lora), 0.8), Lora("unused", 0.0)))
    with pytest.raises(BadInput, match=r"style\.safetensors is not there"):
        request_for(with_lora)
    lora.write_bytes(b"one")
    first = request_for(with_lora)
    assert [(x.path, x.scale) for x in first.loras] == [(str(lora), 0.8)]
    lora.write_bytes(b"two")
    assert request_for(with_lora).content_hash() != first.content_hash()


def test_the_same_panel_gives_the_same_hash_and_a_moved_joint_another(desk):
    first, again = request_for(desk), request_for(desk)
    assert first.content_hash() == again.content_hash()
    red, blue = desk.panel.figures
    moved = desk.with_panel(figures=(replace(red, pose=red.pose.mapped(1, 1, 0.5, 0)), blue))
    assert request_for(moved).content_hash() != first.content_hash()
    other_model = replace(desk, model=replace(desk.model, digest="d2"))
    assert request_for(other_model).content_hash() != first.content_hash()


def test_where_the_panel_lies_on_the_page_changes_nothing(desk):
    moved = desk.with_panel(polygon=Polygon.from_rect(Rect(90, 120, 60, 40)))
    assert request_for(moved).content_hash() == request_for(desk).content_hash()


def test_values_no_model_can_draw_are_refused(desk):
    with pytest.raises(InvalidRequest, match="steps"):
        request_for(desk.with_panel(steps=0))
    with pytest.raises(BadInput, match="area"):
        request_for(desk.with_panel(polygon=Polygon.from_rect(Rect(0, 0, 60, 0))))


def test_the_adapter_counts_where_there_are_references(desk):
    """A panel without anyone in it does not change with what would carry the cast."""
    usual, other = (desk.with_settings(adapter=name) for name in ("anime", "ip-plus+reference"))
    shown, nobody = desk.panel, desk.page.panels[1]

    def hashes(where, panel) -> str:
        return plan_panel(where.document, panel, where.load, where.model).content_hash()

    assert hashes(usual, shown) != hashes(other, shown)
    assert hashes(usual, nobody) == hashes(other, nobody)
    request = plan_panel(other.document, shown, other.load, other.model)
    assert request.adapter == "ip-plus+reference"
    assert request.adapter_digest == "files of ip-plus+files of reference"
    context = PlanContext(other.document, other.load, other.model, adapter="anime")
    assert panel_request(context, shown).content_hash() == hashes(usual, shown)


def test_what_has_no_puppet_takes_at_least_two_steps_of_a_draft(desk):
    one = replace(desk, model=replace(desk.model, draft_steps=1))
    request = request_for(one, "draft")
    assert (request.steps, request.puppet_image is None) == (1, False)
    assert request_for(one.with_panel(puppet_scale=0.0), "draft").steps == 2
    assert request_for(one.with_panel(figures=()), "draft").steps == 2
    assert request_for(one.with_panel(figures=(), steps=1), "draft").steps == 1
