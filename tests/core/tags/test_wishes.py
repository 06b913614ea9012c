"""Words that ask for other looks than the character's, and words that do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.dataset.taxonomy import Taxonomy
from core.document import Character, Document, Drawing, Figure, Page, Panel, RegionEdit
from core.geometry import Polygon, Rect
from core.pose import STANDING
from core.tags.wishes import PARTS_OF_GROUPS, wished_parts

FIGURE = Figure("f", "c", STANDING)
OWN = ("1girl", "red hair", "school uniform", "white socks")


def asked(taxonomy: Taxonomy, panel: Panel, tags: tuple[str, ...] = OWN) -> set[str]:
    document = Document(
        pages=(Page("p", panels=(panel,)),), characters=(Character("c", "Aoi", tags),)
    )
    return set(wished_parts(document, panel, FIGURE, taxonomy))


def panel(prompt: str, *edits: RegionEdit) -> Panel:
    outline = Polygon.from_rect(Rect(0, 0, 40, 60))
    return Panel("panel", outline, prompt=prompt, figures=(FIGURE,), region_edits=edits)


@pytest.mark.parametrize(
    ("prompt", "parts"),
    [
        ("upper body, smile, classroom, night", set()),
        ("red hair, school_uniform, running", set()),
        ("swimsuit, beach", {"top", "bottom", "legwear"}),
        ("(blue hair:1.2), sitting", {"hair"}),
        ("white shirt, BLUE_SKIRT", {"top", "bottom"}),
        ("straw hat, barefoot", {"hair", "legwear"}),
        ("a word that nobody listed", set()),
        ("", set()),
    ],
)
def test_parts_that_are_to_look_otherwise(taxonomy: Taxonomy, prompt: str, parts: set[str]) -> None:
    assert asked(taxonomy, panel(prompt)) == parts


def test_a_character_without_tags_is_whatever_the_words_say(taxonomy: Taxonomy) -> None:
    assert asked(taxonomy, panel("red hair"), ()) == {"hair"}


def test_words_of_its_region_edits_count_once_they_are_drawn(taxonomy: Taxonomy) -> None:
    edit = RegionEdit("e", "0" * 64, character_id="c", prompt="kimono")
    assert asked(taxonomy, panel("", edit)) == set()
    drawn = replace(edit, drawing=Drawing("1" * 64, "2" * 64))
    assert asked(taxonomy, panel("", drawn)) == {"top", "bottom", "legwear"}
    assert asked(taxonomy, panel("", replace(drawn, visible=False))) == set()
    assert asked(taxonomy, panel("", replace(drawn, character_id=None))) == set()


def test_the_groups_are_those_of_the_taxonomy(taxonomy: Taxonomy) -> None:
    for name in PARTS_OF_GROUPS:
        assert taxonomy.group(name).tags
