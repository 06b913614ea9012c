"""The taxonomy that ships, and what the reader refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.dataset.taxonomy import Cluster, Taxonomy, merged, prompt_text, words_of
from core.dataset.taxonomy_file import load_taxonomy
from core.errors import BadInput

SMALL = """
schema_version = 1
colours = "red blue"
never = "nude"
left_out = "signature"

[[group]]
name = "identity.gender"
cluster = 0
pick = "one"
tags = "1girl 1boy"

[[group]]
name = "view.framing"
cluster = 1
pick = "one"
tags = "portrait full_body"

[[group]]
name = "scene.place"
cluster = 2
tags = "park room"
choices = "park"

[[group]]
name = "posture.base"
cluster = 3
tags = "standing sitting"
choices = "standing sitting"

[[group]]
name = "legs.skirt"
cluster = 4
kind = "attribute"
tags = "skirt"
colours_of = "skirt"
endings = "_skirt"

[[group]]
name = "pattern.any"
cluster = 5
tags = "plaid"
beginnings = "plaid_"

[[exclusion]]
name = "posture"
sides = ["standing", "sitting"]
unless = "room"

[aliases]
standing = "stand upright"
[coloured_aliases]
kilt = "skirt"
[names]
skirt = "スカート 腰巻"
[regions]
legs = "full_body"

[[task]]
name = "posture"
title = "Posture"
reference = "full"
replaces = "@posture"
adds = [{ from = "@posture", share = 1.0 }]

[[reference]]
name = "full"
framing = "full_body"
"""

Load = Callable[[str], Taxonomy]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load(text: str) -> Taxonomy:
        path = tmp_path / "taxonomy.toml"
        path.write_text(text, encoding="utf-8")
        return load_taxonomy(path)

    return load


def test_what_ships_is_large_and_has_every_cluster(taxonomy: Taxonomy) -> None:
    assert taxonomy.tag_count >= 2500
    listed = sum(len(g.tags) for g in taxonomy.groups if g.cluster is Cluster.BODY)
    assert listed >= 1500
    for cluster in Cluster:
        assert any(group.cluster is cluster for group in taxonomy.groups)
    for kind in ("attribute", "motion"):
        regions = {g.region for g in taxonomy.groups if g.kind == kind}
        assert {"hair", "face", "hands", "legs"} <= regions
    assert len(taxonomy.parts.names) >= 1000
    assert {task.name for task in taxonomy.parts.tasks} == {
        "motion", "posture", "expression", "scene", "pose",
    }  # fmt: skip


def test_what_ships_places_every_tag_once_and_nothing_indecent(taxonomy: Taxonomy) -> None:
    tags = [tag for group in taxonomy.groups for tag in group.tags]
    assert len(tags) == len(set(tags))
    assert not [tag for tag in tags if not taxonomy.parts.never.isdisjoint(words_of(tag))]


@pytest.mark.parametrize(
    ("tag", "group"),
    [
        ("solo", "identity.solo"),
        ("from_behind", "view.side"),
        ("watercolor_(medium)", "style.medium"),
        ("classroom", "scene.indoors"),
        ("sitting", "posture.sitting"),
        ("twintails", "hair.style"),
        ("closed_eyes", "face.eyes_open"),
        ("hand_on_own_hip", "hands.one"),
        ("white_shirt", "torso.top"),
        ("black_thighhighs", "legs.legwear"),
        ("floral_print", "pattern.prints"),
        ("holding_banjo", "hands.holding"),
        ("tartan_skirt", "legs.skirt"),
        ("pinwheel_hair_ornament", "hair.ornament"),
        ("plaid_cravat", "pattern.checks"),
    ],
)
def test_tags_stand_where_an_artist_expects_them(taxonomy: Taxonomy, tag: str, group: str) -> None:
    place = taxonomy.place(tag)
    assert place is not None
    assert taxonomy.groups[place.group].name == group


@pytest.mark.parametrize("tag", ["signature", "striped_panties", "nude", "not_a_tag", ""])
def test_what_is_left_out_has_no_place(taxonomy: Taxonomy, tag: str) -> None:
    assert taxonomy.place(tag) is None


@pytest.mark.parametrize(
    ("spelling", "tag"),
    [
        ("gray_hair", "grey_hair"), ("Long Hair", "long_hair"), ("wink", "one_eye_closed"),
        ("black_boots", "black_footwear"), ("hand_on_hip", "hand_on_own_hip"),
    ],
)  # fmt: skip
def test_spellings_are_folded(taxonomy: Taxonomy, spelling: str, tag: str) -> None:
    place = taxonomy.place(spelling)
    assert place is not None and place.tag == tag


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("standing", "sitting"), ("closed_eyes", "wide-eyed"), ("from_behind", "looking_at_viewer"),
        ("portrait", "full_body"), ("portrait", "crossed_legs"), ("indoors", "beach"),
        ("simple_background", "classroom"), ("day", "starry_sky"), ("short_hair", "long_hair"),
        ("crossed_arms", "holding_cup"), ("crossed_arms", "holding_banjo"), ("smile", "frown"),
        ("open_mouth", "closed_mouth"), ("barefoot", "boots"), ("1girl", "1boy"),
        ("kneeling", "walking"), ("hands_on_own_hips", "waving"), ("sleeping", "looking_back"),
        ("long_sleeves", "sleeveless"), ("spring_(season)", "snowing"), ("solo", "2girls"),
    ],
)  # fmt: skip
def test_contradictions_are_found_both_ways(taxonomy: Taxonomy, first: str, second: str) -> None:
    for tags in ((first, second), (second, first)):
        found = taxonomy.contradictions([*tags, "park", "not_a_tag"])
        assert (tags[0], tags[1]) in {(c.first, c.second) for c in found}


@pytest.mark.parametrize(
    "tags",
    [
        "1girl solo long_hair smile open_mouth blush looking_at_viewer standing outdoors day park",
        "sitting on_chair crossed_legs classroom indoors holding_book closed_mouth serious",
        "upper_body from_side profile looking_away wind floating_hair night starry_sky",
        "from_behind looking_back looking_at_viewer smile",
        "blue_eyes one_eye_closed v smile :d",
        "barefoot no_shoes shoes_removed boots",
        "running outdoors rain holding_umbrella",
    ],
)
def test_ordinary_prompts_are_left_alone(taxonomy: Taxonomy, tags: str) -> None:
    assert taxonomy.contradictions(tags.split()) == []


def test_choices_of_every_task_can_be_taken(taxonomy: Taxonomy) -> None:
    for task in taxonomy.parts.tasks:
        for add in task.adds:
            for name in add.groups:
                for tag in taxonomy.group(name).choices:
                    assert taxonomy.place(tag) is not None


def test_small_file(load: Load) -> None:
    small = load(SMALL)
    place = small.place("green_skirt")
    assert place is not None and small.groups[place.group].name == "legs.skirt"
    assert small.place("plaid_skirt") == small.place("Plaid Skirt")
    assert small.place("plaid_skirt").group == small.place("plaid").group  # type: ignore[union-attr]
    assert small.place("upright") == small.place("standing")
    assert small.place("red_kilt") == small.place("red_skirt")
    assert small.place("nude_skirt") is None and small.place("signature") is None
    assert small.is_left_out("signature") and not small.is_left_out("other")
    assert small.parts.names["skirt"] == ("スカート", "腰巻")
    assert [c.name for c in small.contradictions(["standing", "stand", "sitting"])] == ["posture"]
    assert small.contradictions(["standing", "sitting", "room"]) == []


def test_merging_keeps_what_came_first(load: Load) -> None:
    small = load(SMALL)
    tags = ("sitting", "room", "standing", "sitting", "1boy", "1girl")
    places = [small.place(tag) for tag in tags]
    kept = merged([p for p in places if p is not None])
    assert [place.tag for place in kept] == ["sitting", "room", "1boy"]


def test_text_for_prompts() -> None:
    assert prompt_text("long_hair") == "long hair"
    assert prompt_text("^_^") == "^_^"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"standing sitting"', '"standing sitting park"', "'park' stands twice .* 'scene.place'"),
        ('"skirt"\ncolours', '"skirt red_skirt"\ncolours', "'red_skirt' stands twice"),
        ('cluster = 5', 'cluster = 2', "no tags in cluster 5"),
        ('cluster = 5', 'cluster = 6', "clusters are 0 to 5"),
        ('kind = "attribute"', '', "needs kind"),
        ('cluster = 3', 'cluster = 3\nkind = "motion"', "only cluster 4"),
        ('"park room"', '"park room Bad"', "'Bad' .* not spelled"),
        ('choices = "park"', 'choices = "moon"', "offers 'moon'"),
        ('"park room"', '"park room nude_beach"', "placed and left out"),
        ('"park room"', '"park room signature"', "placed and left out"),
        ('sides = ["standing"', 'sides = ["flying"', "unknown tag 'flying'"),
        ('sides = ["standing", "sitting"]', 'sides = ["@posture", "@posture"]', "on two sides"),
        ('sides = ["standing", "sitting"]', 'sides = ["standing"]', "two sides"),
        ('replaces = "@posture"', 'replaces = "@limbs"', "unknown group '@limbs'"),
        ('reference = "full"', 'reference = "half"', "no reference 'half'"),
        ('framing = "full_body"', 'framing = "knee"', "unknown framing"),
        ('legs = "full_body"', 'feet = "full_body"', "which framing shows 'legs'"),
        ('standing = "stand upright"', 'flying = "fly"', "unknown tag 'flying'"),
        ('standing = "stand upright"', 'standing = "sitting"', "'sitting' is a tag"),
        ('skirt = "ス', 'dress = "ス', "Japanese name of 'dress'"),
        ('pick = "one"', 'pick = "two"', "pick = 'two'"),
        ('endings = "_skirt"', 'endings = "_skirt _skirt"', "Two rules .* '_skirt'"),
        ('name = "scene.place"', 'name = "posture.base"', "group 'posture.base' twice"),
        ('schema_version = 1', 'schema_version = 2', "version 2"),
        ('schema_version = 1', 'schema_version = 1\nmood = 3', "wrong at 'mood'"),
        ('cluster = 3', 'cluster = "three"', "wrong at 'group.3.cluster'"),
        ('cluster = 3', 'cluster =', "valid TOML"),
        ('share = 1.0', 'share = 0.0', "without choices"),
    ],
)  # fmt: skip
def test_mistakes_are_one_sentence(load: Load, old: str, new: str, sentence: str) -> None:
    assert old in SMALL
    with pytest.raises(BadInput, match=sentence) as caught:
        load(SMALL.replace(old, new, 1))
    assert "\n" not in str(caught.value)


def test_a_folder_without_files(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no taxonomy"):
        load_taxonomy(tmp_path)
    with pytest.raises(BadInput, match="cannot be read"):
        load_taxonomy(tmp_path / "none.toml")
