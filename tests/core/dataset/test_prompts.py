"""Prompts: what is in them, what decides them, and that none contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

from core.dataset.draws import Draws, id_order
from core.dataset.metadata import words as tags_in
from core.dataset.plan import make_samples
from core.dataset.prompts import (
    NEGATIVE_PROMPT,
    QUALITY_TAIL,
    Entry,
    PromptMaker,
    PromptStyle,
    Row,
)
from core.dataset.taxonomy import Cluster, Taxonomy

POST = Row(
    41,
    "g",
    tags_in(
        "1girl solo long_hair blue_eyes smile waving standing white_shirt plaid_skirt loafers "
        "outdoors park day looking_at_viewer signature"
    ),
    ("saber_(fate)",),
    ("fate/stay_night",),
)
ROWS = 10_000  # ten prompts each
KNOWN = [756, 366, 532, 697, 169, 327, 804, 680, 33, 39, 184, 67, 83, 731, 562, 490, 959, 540]
KNOWN_ORDER = [12575237177726700014, 6969651558516219218, 3191750077648340648]


def rows(taxonomy: Taxonomy, count: int) -> Iterator[Row]:
    """Random posts, contradictions and unknown tags included."""
    rng = np.random.default_rng(3)
    tags = [tag for group in taxonomy.groups for tag in (*group.tags, *group.choices * 4)]
    tags += [*taxonomy.parts.aliases, "signature", "unknown_tag", "holding_pizza"]
    for number in range(count):
        chosen = rng.integers(0, len(tags), rng.integers(3, 40))
        yield Row(number, "g", ("1girl", "solo", *(tags[i] for i in chosen)))


def enemies_of(taxonomy: Taxonomy) -> tuple[dict[str, int], dict[str, int]]:
    """By prompt text: its own bit, and the bits of the texts it must not stand beside.

    Spelled out tag by tag from the file's lists, on purpose not with what prompts are built with.
    """
    groups = {group.name: set(group.tags) for group in taxonomy.groups}
    enemies: dict[str, set[str]] = {}

    def oppose(first: set[str], second: set[str]) -> None:
        for tag in first:
            enemies.setdefault(tag, set()).update(second - {tag})

    for group in taxonomy.groups:
        if group.pick_one:
            oppose(set(group.tags), set(group.tags))
    for exclusion in taxonomy.parts.exclusions:
        named = [set(tags) for tags, _ in exclusion.sides]
        sides: list[set[str]] = []
        for index, (tags, names) in enumerate(exclusion.sides):
            elsewhere = set().union(*(n for i, n in enumerate(named) if i != index))
            side = set(tags).union(*(groups[name] - elsewhere for name in names))
            sides.append(side)
        for first, second in combinations(sides, 2):
            oppose(first, second)
            oppose(second, first)
    tags = [tag for group in taxonomy.groups for tag in group.tags]
    bits = {tag: 1 << number for number, tag in enumerate(tags)}
    against = {tag: sum(bits[other] for other in others) for tag, others in enemies.items()}
    plain = {tag: tag.replace("_", " ") if len(tag) > 3 else tag for tag in tags}
    return {plain[t]: b for t, b in bits.items()}, {plain[t]: a for t, a in against.items()}


@pytest.fixture(scope="module")
def maker(taxonomy: Taxonomy) -> PromptMaker:
    return PromptMaker(taxonomy)


def texts(prompt: str) -> list[str]:
    return prompt.split(", ")


def test_no_prompt_contradicts_itself(taxonomy: Taxonomy, maker: PromptMaker) -> None:
    bits, enemies = enemies_of(taxonomy)
    entries = [maker.entry(row) for row in rows(taxonomy, ROWS)]
    count = 0
    for sample in make_samples(maker, entries, "evaluation"):
        prompts = [sample.training, *sample.references.values(), *(e.prompt for e in sample.edits)]
        for prompt in prompts:
            words = texts(prompt)
            given = 0
            for word in words:
                assert not given & enemies.get(word, 0), f"{word} in: {prompt}"
                given |= bits.get(word, 0)
            assert len(set(words)) == len(words), prompt
        count += len(prompts)
    assert count >= 0.99 * 10 * ROWS


def test_the_raw_tags_do_contradict_each_other(taxonomy: Taxonomy) -> None:
    """Or else the test above would show nothing."""
    found = [taxonomy.contradictions(row.tags) for row in rows(taxonomy, 200)]
    assert sum(bool(f) for f in found) > 100


def test_references(maker: PromptMaker) -> None:
    entry = maker.entry(POST)
    kinds = {kind: texts(maker.reference(entry, kind)) for kind in maker.references}
    assert list(kinds) == ["original", "full_body", "upper_body", "portrait"]
    for words in kinds.values():
        assert words[:3] == ["1girl", "solo", "saber (fate)"]
        assert {"long hair", "blue eyes"} <= set(words)
        assert "signature" not in words
    assert {"smile", "waving", "park", "standing", "looking at viewer"} <= set(kinds["original"])
    for kind in ("full_body", "upper_body", "portrait"):
        assert not {"smile", "waving", "park", "standing", "day"} & set(kinds[kind])
        assert kind.replace("_", " ") in kinds[kind]
    assert {"white shirt", "plaid skirt", "loafers"} <= set(kinds["full_body"])
    assert "white shirt" in kinds["upper_body"] and "loafers" not in kinds["upper_body"]
    assert not {"white shirt", "plaid skirt", "loafers"} & set(kinds["portrait"])


def test_the_figure_comes_before_what_surrounds_it(maker: PromptMaker) -> None:
    words = texts(maker.reference(maker.entry(POST), "original"))
    expected = ["looking at viewer", "standing", "long hair", "smile", "waving", "loafers", "park"]
    assert [word for word in words if word in expected] == expected


def test_training_prompt_has_neither_count_nor_name_nor_rating(maker: PromptMaker) -> None:
    words = set(texts(maker.training(maker.entry(POST))))
    assert not {"1girl", "solo", "saber (fate)", "safe", "general"} & words
    assert {"long hair", "smile", "waving", "standing", "plaid skirt", "park"} <= words


@pytest.mark.parametrize(
    ("task", "gone", "stays"),
    [
        ("motion", {"waving"}, {"smile", "standing", "park", "plaid skirt", "long hair"}),
        ("posture", {"standing", "looking at viewer"}, {"park", "long hair", "blue eyes"}),
        ("expression", {"smile"}, {"waving", "standing", "park", "plaid skirt"}),
        ("scene", {"park", "day", "outdoors"}, {"smile", "waving", "plaid skirt", "long hair"}),
    ],
)
def test_an_edit_changes_its_part_only(
    maker: PromptMaker, task: str, gone: set[str], stays: set[str]
) -> None:
    for number in range(40):
        entry = maker.entry(Row(number, "g", POST.tags, POST.characters))
        edit = maker.edit(entry, task)
        assert edit is not None
        words = set(texts(edit.prompt))
        assert not gone & words
        hidden = {"blue eyes"} if task == "posture" else set()
        assert stays - hidden <= words, edit
        assert edit.added and texts(edit.prompt)[2 : 2 + len(edit.added)] == list(edit.added)
        assert not {"saber (fate)", "safe"} & words


def test_edits_bring_in_what_their_task_is_about(taxonomy: Taxonomy, maker: PromptMaker) -> None:
    allowed = {
        "motion": {Cluster.BODY}, "posture": {Cluster.POSTURE, Cluster.VIEW},
        "expression": {Cluster.BODY}, "scene": {Cluster.STYLE},
    }  # fmt: skip
    by_text = {p.replace("_", " "): p for g in taxonomy.groups for p in g.tags}
    seen: dict[str, set[str]] = {task: set() for task in allowed}
    for number in range(300):
        entry = maker.entry(Row(number, "g", POST.tags))
        for task, clusters in allowed.items():
            edit = maker.edit(entry, task)
            assert edit is not None
            seen[task] |= set(edit.added)
            places = [taxonomy.place(by_text[text]) for text in edit.added]
            assert {p.cluster for p in places if p is not None} <= clusters
    assert all(len(words) > 25 for words in seen.values()), {k: len(v) for k, v in seen.items()}


def test_the_pose_task_takes_posture_and_view_of_another_post(maker: PromptMaker) -> None:
    entry = maker.entry(POST)
    donor = maker.entry(Row(9, "g", ("1girl", "red_hair", "sitting", "crossed_legs", "from_side")))
    assert maker.edit(entry, "pose") is None
    edit = maker.edit(entry, "pose", donor)
    assert edit is not None and edit.donor == 9
    words = set(texts(edit.prompt))
    assert {"sitting", "crossed legs", "from side", "long hair"} <= words
    assert not {"standing", "red hair", "waving"} & words


def test_donors_are_other_posts_that_say_how_they_stand(maker: PromptMaker) -> None:
    tags = [("1girl", "smile"), ("1girl", "running"), ("1girl", "hat"), ("1girl", "lying")]
    entries = [maker.entry(Row(number, "g", each)) for number, each in enumerate(tags)]
    samples = list(make_samples(maker, entries, "evaluation"))
    donors = [next((e.donor for e in s.edits if e.task == "pose"), None) for s in samples]
    assert donors == [1, 3, 3, 1]
    alone = list(make_samples(maker, entries[1:2], "evaluation"))
    assert [edit.task for edit in alone[0].edits].count("pose") == 0


def test_the_seed_and_the_post_decide_and_nothing_else(taxonomy: Taxonomy) -> None:
    def edits(seed: int, style: PromptStyle, numbers: list[int]) -> dict[int, list[str]]:
        maker = PromptMaker(taxonomy, style, seed)
        made = {}
        for number in numbers:
            entry = maker.entry(Row(number, "g", POST.tags))
            found = [maker.edit(entry, task) for task in ("motion", "posture", "scene")]
            made[number] = [edit.prompt for edit in found if edit is not None]
        return made

    numbers = list(range(20))
    first = edits(5, PromptStyle(), numbers)
    # another order, and reference prompts written in another way
    assert first == edits(5, PromptStyle(animagine=True, plain_ground=True), numbers[::-1])
    assert first != edits(6, PromptStyle(), numbers)
    assert len({tuple(made) for made in first.values()}) > 15
    shuffled = Row(3, "g", POST.tags[::-1])
    maker = PromptMaker(taxonomy, PromptStyle(), 5)
    assert maker.training(maker.entry(shuffled)) == maker.training(maker.entry(POST))


def test_a_known_draw() -> None:
    """Prompts of published sets must come out again on every machine and Python."""
    draws = Draws(7, 41, "posture")
    assert [draws.below(1000) for _ in KNOWN] == KNOWN
    assert id_order(np.array([1, 2, 3]), 9).tolist() == KNOWN_ORDER


def test_animagine(taxonomy: Taxonomy) -> None:
    maker = PromptMaker(taxonomy, PromptStyle(animagine=True, escape_parentheses=True))
    words = texts(maker.reference(maker.entry(POST), "portrait"))
    assert words[:5] == ["1girl", "solo", r"saber \(fate\)", "fate/stay night", "safe"]
    assert tuple(words[-4:]) == QUALITY_TAIL
    sensitive = Row(1, "s", POST.tags)
    assert "sensitive" in texts(maker.reference(maker.entry(sensitive), "original"))
    assert maker.style.negative_prompt == NEGATIVE_PROMPT
    assert PromptStyle().negative_prompt == ""


def test_plain_ground_replaces_the_scene(taxonomy: Taxonomy) -> None:
    maker = PromptMaker(taxonomy, PromptStyle(plain_ground=True))
    words = set(texts(maker.reference(maker.entry(POST), "original")))
    assert {"simple background", "white background", "smile"} <= words
    assert not {"park", "outdoors", "day"} & words


def test_a_post_without_known_tags(maker: PromptMaker) -> None:
    entry: Entry = maker.entry(Row(1, "g", ("signature", "no_such_tag")))
    assert entry.places == () and maker.training(entry) == ""
    assert maker.reference(entry, "full_body") == "full body"
