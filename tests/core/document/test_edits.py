from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.document import (
    Border,
    Character,
    CountingIds,
    Document,
    Drawing,
    Figure,
    Page,
    PageFormat,
    Panel,
    Reference,
    RegionEdit,
    RegionMask,
    edits,
)
from core.document.checks import check_document
from core.document.layouts import LayoutTemplate
from core.errors import BadInput
from core.geometry import Point, Polygon, Rect
from core.pose import COCO_18, Keypoint, Pose

DIGEST, OTHER = "ab" * 32, "cd" * 32
SQUARE = Polygon.from_rect(Rect(0, 0, 10, 10))
TWO_COLUMNS = LayoutTemplate(
    "two", "Two", tuple(Polygon.from_rect(Rect(x, 0, 0.5, 1)) for x in (0.0, 0.5))
)


def nan_pose(document: Document) -> Pose:
    pose = document.panel("panel-1").figures[0].pose
    return replace(pose, body=(Keypoint(math.nan, 0), *pose.body[1:]))


BAD_EDITS: dict[str, Callable[[Document], Document]] = {
    "unknown page": lambda d: edits.remove_page(d, "page-9"),
    "unknown panel": lambda d: edits.update_panel(d, "panel-9", prompt="x"),
    "unknown figure": lambda d: edits.move_figure(d, "panel-1", "figure-9", 1, 1),
    "figure of another panel": lambda d: edits.move_figure(d, "panel-2", "figure-1", 1, 1),
    "unknown character": lambda d: edits.rename_character(d, "nobody", "x"),
    "unknown reference": lambda d: edits.remove_reference(d, "ren", "aiko-1"),
    "unknown region edit": lambda d: edits.update_region_edit(d, "panel-1", "edit-9", seed=1),
    "unknown joint": lambda d: edits.move_joint(d, "panel-1", "figure-1", "tail", Point(1, 1)),
    "joint number": lambda d: edits.move_joint(d, "panel-1", "figure-1", 18, Point(1, 1)),
    "joint at NaN": lambda d: edits.move_joint(d, "panel-1", "figure-1", 4, Point(math.nan, 1)),
    "joint at infinity": lambda d: edits.move_joint(
        d, "panel-1", "figure-1", 4, Point(1, math.inf)
    ),
    "NaN pose": lambda d: edits.set_pose(d, "panel-1", "figure-1", nan_pose(d)),
    "negative scale": lambda d: edits.set_figure_scale(d, "panel-1", "figure-1", -0.1),
    "negative size": lambda d: edits.scale_figure(d, "panel-1", "figure-1", -1),
    "no size": lambda d: edits.scale_figure(d, "panel-1", "figure-1", 0),
    "NaN size": lambda d: edits.scale_figure(d, "panel-1", "figure-1", math.nan),
    "zero area": lambda d: edits.set_polygon(
        d, "panel-1", Polygon.from_pairs([(0, 0), (5, 5), (9, 9)])
    ),
    "bow tie": lambda d: edits.set_polygon(
        d, "panel-1", Polygon.from_pairs([(0, 0), (9, 9), (9, 0), (0, 20)])
    ),
    "two corners": lambda d: edits.set_polygon(d, "panel-1", Polygon.from_pairs([(0, 0), (9, 9)])),
    "NaN corner": lambda d: edits.set_polygon(
        d, "panel-1", Polygon.from_pairs([(0, 0), (math.nan, 9), (9, 0)])
    ),
    "panel moved away": lambda d: edits.move_panel(d, "panel-1", math.inf, 0),
    "new panel of no area": lambda d: edits.add_panel(
        d, "page-1", Panel("new", Polygon.from_rect(Rect(0, 0, 5, 0)))
    ),
    "taken id": lambda d: edits.add_panel(d, "page-1", Panel("aiko-2", SQUARE)),
    "id twice": lambda d: edits.add_page(
        d, Page("new", (Panel("twice", SQUARE), Panel("twice", SQUARE)))
    ),
    "id with a slash": lambda d: edits.add_panel(d, "page-1", Panel("../up", SQUARE)),
    "page place": lambda d: edits.move_page(d, "page-1", 2),
    "page index": lambda d: edits.add_page(d, Page("new"), -1),
    "seed": lambda d: edits.update_panel(d, "panel-1", seed=-1),
    "steps": lambda d: edits.update_panel(d, "panel-1", steps=0),
    "guidance": lambda d: edits.update_panel(d, "panel-1", guidance_scale=math.nan),
    "long prompt": lambda d: edits.update_panel(d, "panel-1", prompt="x" * 10_001),
    "unsavable prompt": lambda d: edits.update_panel(d, "panel-1", prompt="\ud800"),
    "border": lambda d: edits.update_panel(d, "panel-1", border=Border(-1)),
    "border colour": lambda d: edits.update_panel(d, "panel-1", border=Border(1, "red")),
    "no name": lambda d: edits.rename_character(d, "ren", "  "),
    "colour": lambda d: edits.update_character(d, "ren", colour=8),
    "reference scale": lambda d: edits.update_reference(d, "ren", "ren-1", scale=-1),
    "reference without picture": lambda d: edits.add_reference(d, "ren", Reference("new", "")),
    "empty region": lambda d: edits.add_region_mask(
        d, "panel-1", RegionMask("new", "", "figure-1")
    ),
    "region of nobody": lambda d: edits.add_region_mask(
        d, "panel-2", RegionMask("new", DIGEST, "figure-1")
    ),
    "region of a foreign reference": lambda d: edits.add_region_mask(
        d, "panel-1", RegionMask("new", DIGEST, "figure-2", "aiko-1")
    ),
    "region edit of nobody": lambda d: edits.add_region_edit(
        d, "panel-2", RegionEdit("new", DIGEST, character_id="nobody")
    ),
    "references without character": lambda d: edits.add_region_edit(
        d, "panel-2", RegionEdit("new", DIGEST, reference_ids=("ren-1",))
    ),
    "strength": lambda d: edits.update_region_edit(d, "panel-1", "edit-1", strength=1.5),
    "empty region edit": lambda d: edits.update_region_edit(d, "panel-1", "edit-1", mask="0"),
    "figure of nobody": lambda d: edits.add_figure(
        d, "panel-2", Figure("new", "nobody", d.panel("panel-1").figures[0].pose)
    ),
    "figure with foreign reference": lambda d: edits.set_figure_references(
        d, "panel-1", "figure-1", ("ren-1",)
    ),
    "figure recast as nobody": lambda d: edits.set_figure_character(
        d, "panel-1", "figure-1", "nobody"
    ),
    "drawing": lambda d: edits.set_drawing(d, "panel-1", Drawing("?", "hash")),
    "drawings, one unknown": lambda d: edits.set_drawings(
        d, {"panel-1": Drawing(DIGEST, "h"), "panel-9": None}
    ),
    "cut beside the panel": lambda d: edits.split_panel(d, "panel-1", Point(0, 0), Point(0, 9)),
    "cut by a point": lambda d: edits.split_panel(d, "panel-1", Point(9, 9), Point(9, 9)),
    "cut by NaN": lambda d: edits.split_panel(d, "panel-1", Point(9, 9), Point(math.nan, 9)),
    "cut wider than the panel": lambda d: edits.split_panel(
        d, "panel-1", Point(50, 0), Point(50, 9), 70
    ),
    "gutter too far": lambda d: edits.move_gutter(d, "panel-1", 1, 60),
    "gutter too far back": lambda d: edits.move_gutter(d, "panel-1", 1, -60),
    "no such edge": lambda d: edits.move_gutter(d, "panel-1", 4, 1),
    "page format": lambda d: edits.set_page_format(d, PageFormat(margin_mm=100)),
    "settings": lambda d: edits.update_settings(d, guidance_scale=-1.0),
    "half a seed": lambda d: edits.update_panel(d, "panel-1", seed=1.5),
    "half a step": lambda d: edits.update_settings(d, steps=7.5),
    "half a colour": lambda d: edits.update_character(d, "ren", colour=0.5),
    "feather": lambda d: edits.update_region_edit(d, "panel-1", "edit-1", feather_px=2.5),
    "role": lambda d: edits.update_reference(d, "ren", "ren-1", role="shoes"),
    "quality": lambda d: edits.update_settings(d, quality="best"),
    "unknown adapter": lambda d: edits.update_settings(d, adapter="ip-adapter"),
    "adapter twice": lambda d: edits.update_settings(d, adapter="anime+ip+anime"),
    "no adapter": lambda d: edits.update_settings(d, adapter=""),
    "pose style": lambda d: edits.update_settings(d, pose_style="modern"),
    "direction": lambda d: edits.set_reading_direction(d, "up"),
    "model": lambda d: edits.update_settings(d, model_id=" "),
}


@pytest.mark.parametrize("case", BAD_EDITS)
def test_bad_edits_say_one_sentence_and_change_nothing(document: Document, case: str) -> None:
    before = repr(document)
    with pytest.raises(BadInput) as caught:
        BAD_EDITS[case](document)
    message = str(caught.value)
    assert message.endswith(".") and message[0].isprintable()
    assert "Error" not in message and "\n" not in message
    assert repr(document) == before


def test_the_fixture_is_sound(document: Document) -> None:
    check_document(document)


def test_move_joint_shares_everything_else(document: Document) -> None:
    after = edits.move_joint(document, "panel-1", "figure-1", "right_wrist", Point(7, 8))
    old, new = document.panel("panel-1"), after.panel("panel-1")
    wrist = COCO_18.index("right_wrist")
    assert new.figures[0].pose.body[wrist].point == Point(7, 8)
    assert new.figures[1] is old.figures[1]
    assert new.region_edits is old.region_edits
    assert after.pages[0].panels[1] is document.pages[0].panels[1]
    assert after.pages[1] is document.pages[1]
    assert after.characters is document.characters


def test_a_wrist_takes_its_hand_along(document: Document) -> None:
    figure = document.panel("panel-1").figures[0]
    hand = tuple(Keypoint(float(i), 1.0) for i in range(21))
    document = edits.set_pose(
        document, "panel-1", "figure-1", replace(figure.pose, left_hand=hand, right_hand=hand)
    )
    old = figure.pose.body[COCO_18.index("left_wrist")].point
    after = edits.move_joint(document, "panel-1", "figure-1", "left_wrist", old + Point(2.0, -1.0))
    pose = after.panel("panel-1").figures[0].pose
    assert [(k.x, k.y) for k in pose.left_hand] == [(i + 2.0, 0.0) for i in range(21)]
    assert pose.right_hand == hand


def test_edits_without_effect_return_the_document(document: Document) -> None:
    panel = document.panel("panel-1")
    joint = panel.figures[0].pose.body[3].point
    assert edits.move_joint(document, "panel-1", "figure-1", 3, joint) is document
    assert edits.update_panel(document, "panel-1", prompt=panel.prompt) is document
    assert edits.set_polygon(document, "panel-1", panel.polygon) is document
    assert edits.move_page(document, "page-2", 1) is document
    assert edits.reorder_figure(document, "panel-1", "figure-2", 1) is document
    assert edits.set_drawing(document, "panel-1", None) is document
    assert edits.set_title(document, "") is document
    assert edits.update_settings(document, steps=document.settings.steps) is document
    assert edits.move_gutter(document, "panel-1", 1, 0.0) is document
    assert edits.set_figure_character(document, "panel-1", "figure-1", "aiko") is document


def test_mirror_exchanges_left_and_right_and_twice_is_once(document: Document) -> None:
    once = edits.mirror_figure(document, "panel-1", "figure-1")
    before = document.panel("panel-1").figures[0].pose
    after = once.panel("panel-1").figures[0].pose
    assert after.body[4].x == pytest.approx(2 * before.bounds.center.x - before.body[7].x)
    twice = edits.mirror_figure(once, "panel-1", "figure-1").panel("panel-1").figures[0].pose
    assert twice.to_array() == pytest.approx(before.to_array())


def test_scale_and_rotate_keep_the_middle(document: Document) -> None:
    before = document.panel("panel-1").figures[0].pose.bounds
    bigger = edits.scale_figure(document, "panel-1", "figure-1", 1.5)
    box = bigger.panel("panel-1").figures[0].pose.bounds
    assert box.width == pytest.approx(1.5 * before.width)
    assert (box.center.x, box.center.y) == pytest.approx((before.center.x, before.center.y))
    turned = edits.rotate_figure(document, "panel-1", "figure-1", 90)
    box = turned.panel("panel-1").figures[0].pose.bounds
    assert (box.width, box.height) == pytest.approx((before.height, before.width))
    assert (box.center.x, box.center.y) == pytest.approx((before.center.x, before.center.y))
    # Clockwise on the page: what was at the top is on the right.
    nose = turned.panel("panel-1").figures[0].pose.body[0]
    assert nose.x == pytest.approx(box.right)


def test_removing_a_figure_takes_its_regions_along(document: Document) -> None:
    after = edits.remove_figure(document, "panel-1", "figure-1")
    check_document(after)
    assert after.panel("panel-1").region_masks == ()
    other = edits.remove_figure(document, "panel-1", "figure-2")
    assert other.panel("panel-1").region_masks is document.panel("panel-1").region_masks


def test_removing_a_character_leaves_no_trace(document: Document) -> None:
    after = edits.remove_character(document, "aiko")
    check_document(after)
    panel = after.panel("panel-1")
    assert [f.id for f in panel.figures] == ["figure-2"]
    assert panel.region_masks == ()
    assert panel.region_edits is document.panel("panel-1").region_edits
    after = edits.remove_character(after, "ren")
    check_document(after)
    assert after.panel("panel-1").region_edits[0].character_id is None
    assert after.pages[1] is document.pages[1]


def test_removing_a_reference_leaves_no_trace(document: Document) -> None:
    after = edits.remove_reference(document, "aiko", "aiko-1")
    check_document(after)
    panel = after.panel("panel-1")
    assert panel.figures[0].reference_ids == ()
    assert panel.figures[1] is document.panel("panel-1").figures[1]
    assert panel.region_masks == ()
    assert [r.id for r in after.figure_references(panel.figures[0])] == ["aiko-2"]


def test_recasting_a_figure_frees_its_regions(document: Document) -> None:
    after = edits.set_figure_character(document, "panel-1", "figure-1", "ren")
    check_document(after)
    panel = after.panel("panel-1")
    assert panel.figures[0].reference_ids == ()
    assert panel.region_masks[0].reference_id is None


def test_another_character_for_a_region_edit_drops_the_references(document: Document) -> None:
    after = edits.update_region_edit(document, "panel-1", "edit-1", character_id="aiko")
    check_document(after)
    assert after.panel("panel-1").region_edits[0].reference_ids == ()


def test_reshaping_keeps_figures_on_the_page(document: Document) -> None:
    wider = Polygon.from_rect(Rect(10, 15, 70, 85))
    after = edits.set_polygon(document, "panel-1", wider)
    old = document.panel("panel-1").figures[0].pose.body[0]
    new = after.panel("panel-1").figures[0].pose.body[0]
    assert (new.x + 10, new.y + 15) == pytest.approx((old.x + 20, old.y + 20))


def test_moving_a_panel_takes_its_figures_along(document: Document) -> None:
    after = edits.move_panel(document, "panel-1", 5, -3)
    assert after.panel("panel-1").polygon.bounds == Rect(25, 17, 60, 80)
    assert after.panel("panel-1").figures is document.panel("panel-1").figures


def test_gutter_moves_both_sides(document: Document) -> None:
    after = edits.move_gutter(document, "panel-1", 1, 10)
    assert after.panel("panel-1").polygon.bounds == Rect(20, 20, 70, 80)
    assert after.panel("panel-2").polygon.bounds == Rect(93, 20, 50, 80)
    assert after.panel("panel-3") is document.panel("panel-3")


@pytest.mark.parametrize(("aligned", "moved_panels"), [(True, 4), (False, 2)])
def test_gutter_of_a_tier(document: Document, aligned: bool, moved_panels: int) -> None:
    """2 x 2 panels: the gutter between the tiers goes on behind the crossing, if aligned."""
    grid = tuple(
        Panel(f"grid-{x}{y}", Polygon.from_rect(Rect(10 + 53 * x, 10 + 56 * y, 50, 50)))
        for y in (0, 1)
        for x in (0, 1)
    )
    document = edits.add_page(document, Page("grid", grid))
    bottom = 2
    after = edits.move_gutter(document, "grid-00", bottom, 5, aligned=aligned)
    changed = [p.id for p, q in zip(grid, after.page("grid").panels, strict=True) if p is not q]
    assert len(changed) == moved_panels
    assert after.panel("grid-00").polygon.bounds == Rect(10, 10, 50, 55)
    assert after.panel("grid-01").polygon.bounds == Rect(10, 71, 50, 45)


def test_gutter_keeps_slanted_neighbours(document: Document) -> None:
    """Corners slide along the edges beside the one that moves."""
    slanted = Panel("slant", Polygon.from_pairs([(0, 0), (40, 0), (30, 50), (0, 50)]))
    document = edits.add_page(document, Page("p", (slanted,)))
    after = edits.move_gutter(document, "slant", 2, 10)
    corners = [(p.x, p.y) for p in after.panel("slant").polygon.points]
    assert corners == [pytest.approx(c) for c in [(0, 0), (40, 0), (28, 60), (0, 60)]]


def test_split_gives_each_part_its_figures(document: Document) -> None:
    cut = (Point(53, 0), Point(53, 200), 2.0)
    after = edits.split_panel(document, "panel-1", *cut, CountingIds(100))
    check_document(after)
    kept, new, neighbour = after.pages[0].panels
    assert (kept.id, new.id) == ("panel-1", "panel-100")
    assert kept.polygon.bounds == Rect(20, 20, 32, 80)
    assert new.polygon.bounds == Rect(54, 20, 26, 80)
    assert [f.id for f in kept.figures] == ["figure-1"]
    assert [f.id for f in new.figures] == ["figure-2"]
    assert (len(kept.region_masks), len(kept.region_edits)) == (1, 1)
    assert (new.region_masks, new.region_edits, new.prompt) == ((), (), "rooftop, evening")
    # Both figures stand where they stood on the page.
    assert kept.figures[0] is document.panel("panel-1").figures[0]
    assert new.figures[0].pose.bounds.x + 54 == pytest.approx(38 + 20)
    assert neighbour is document.pages[0].panels[1]


def test_split_takes_the_gutter_of_its_direction(document: Document) -> None:
    across = edits.split_panel(document, "panel-2", Point(0, 60), Point(9, 60))
    top, bottom = sorted(
        (p.polygon.bounds for p in across.pages[0].panels if p.id != "panel-1"), key=lambda b: b.y
    )
    assert bottom.y - top.bottom == pytest.approx(document.page_format.tier_gutter_mm)


def test_split_of_an_l_shape(document: Document) -> None:
    shape = Panel("l", Polygon.from_pairs([(0, 0), (60, 0), (60, 30), (30, 30), (30, 80), (0, 80)]))
    document = edits.add_page(document, Page("p", (shape,)))
    after = edits.split_panel(document, "l", Point(0, 50), Point(1, 50), 4)
    areas = sorted(p.polygon.area for p in after.page("p").panels)
    assert areas == pytest.approx([28 * 30, 60 * 30 + 30 * 18])
    with pytest.raises(BadInput, match="exactly once"):
        edits.split_panel(document, "l", Point(60, 20), Point(20, 60), 4)


def test_layout_fills_a_page_in_reading_order(document: Document) -> None:
    after = edits.apply_layout(document, "page-1", TWO_COLUMNS, CountingIds(100))
    # A right-to-left page: panel-2 stands on the right and comes first.
    assert [p.id for p in edits.panels_in_order(after, "page-1")] == ["panel-2", "panel-1"]
    live = document.page_format.live_area
    assert after.panel("panel-2").polygon.bounds.right == pytest.approx(live.right)
    check_document(after)
    again = edits.apply_layout(after, "page-1", TWO_COLUMNS, CountingIds(200))
    assert again is after


def test_layout_fits_figures_into_their_panel(document: Document) -> None:
    after = edits.apply_layout(document, "page-1", TWO_COLUMNS)
    old, new = document.panel("panel-1"), after.panel("panel-1")
    scale = min(
        new.polygon.bounds.width / old.polygon.bounds.width,
        new.polygon.bounds.height / old.polygon.bounds.height,
    )
    before, box = old.figures[0].pose.bounds, new.figures[0].pose.bounds
    assert (box.width, box.height) == pytest.approx((before.width * scale, before.height * scale))


def test_layout_makes_and_drops_empty_panels(document: Document) -> None:
    splash = LayoutTemplate("splash", "Splash", (Polygon.from_rect(Rect(0, 0, 1, 1)),))
    after = edits.apply_layout(document, "page-1", splash)
    assert [p.id for p in after.page("page-1").panels] == ["panel-1"]
    more = edits.apply_layout(after, "page-2", TWO_COLUMNS, CountingIds(100))
    assert [p.id for p in more.page("page-2").panels] == ["panel-3", "panel-100"]
    check_document(more)


def test_layout_never_drops_a_panel_with_something_in_it(document: Document) -> None:
    splash = LayoutTemplate("splash", "Splash", (Polygon.from_rect(Rect(0, 0, 1, 1)),))
    filled = edits.update_panel(document, "panel-2", prompt="close-up")
    with pytest.raises(BadInput, match="2 panels with something in them"):
        edits.apply_layout(filled, "page-1", splash)


def test_drawings_are_set_together(document: Document) -> None:
    drawings = {"panel-1": Drawing(DIGEST, "one"), "panel-3": Drawing(OTHER, "three")}
    after = edits.set_drawings(document, drawings)
    assert after.panel("panel-1").drawing == drawings["panel-1"]
    assert after.panel("panel-3").drawing == drawings["panel-3"]
    assert after.panel("panel-2") is document.panel("panel-2")


def test_fields_with_edits_of_their_own_are_refused(document: Document) -> None:
    with pytest.raises(TypeError, match="figures"):
        edits.update_panel(document, "panel-1", figures=())
    with pytest.raises(TypeError, match="references"):
        edits.update_character(document, "ren", references=())


def test_free_colour_is_one_that_fewest_have(document: Document) -> None:
    assert edits.free_colour(document) == 1
    for colour in range(1, 8):
        document = edits.add_character(document, Character(f"c{colour}", "x", colour=colour))
    assert edits.free_colour(document) == 1  # colour 0 has two, aiko and ren
