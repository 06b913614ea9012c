"""Contradictions in a prompt, and “Change only ...”."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.dataset.taxonomy import Taxonomy
from core.tags import changes_of, clashes, present, small_vocabulary, spans, without

Swap = Callable[[str, str, str], str]


@pytest.mark.parametrize(
    ("prompt", "pairs"),
    [
        ("standing, 1girl, (sitting:1.2)", [("standing", "sitting")]),
        ("from behind, looking at camera", [("from behind", "looking at camera")]),
        ("standing, standing, smile", []),
        ("a fine day, qqzz", []),
    ],
)
def test_contradictions_are_named_as_they_are_written(
    taxonomy: Taxonomy, prompt: str, pairs: list[tuple[str, str]]
) -> None:
    found = clashes(prompt, taxonomy)
    assert [(clash.first.text, clash.second.text) for clash in found] == pairs
    for clash in found:
        assert prompt[clash.second.start : clash.second.end] == clash.second.text


@pytest.mark.parametrize(
    ("prompt", "tag", "rest"),
    [
        ("standing, sitting, smile", "standing", "sitting, smile"),
        ("standing, sitting, smile", "sitting", "standing, smile"),
        ("standing, smile", "smile", "standing"),
        ("smile", "smile", ""),
        ("standing, (sitting:1.2), smile", "sitting", "standing, smile"),
        ("(standing, sitting:1.2)", "sitting", "(standing:1.2)"),
        ("(standing, sitting:1.2)", "standing", "(sitting:1.2)"),
        ("hat、smile、bow", "smile", "hat、bow"),
    ],
)
def test_a_tag_is_removed_with_its_comma_and_weight(prompt: str, tag: str, rest: str) -> None:
    span = next(span for span in spans(prompt) if span.text == tag)
    assert without(prompt, span) == rest


@pytest.mark.parametrize(
    ("prompt", "kind", "tag", "after"),
    [
        ("1girl, crying, classroom", "expression", "smile", "1girl, smile, classroom"),
        ("1girl, (crying:1.2), frown, hat", "expression", "smile", "1girl, (smile:1.2), hat"),
        ("1girl, classroom, sunset", "scene", "beach", "1girl, beach, sunset"),
        ("1girl, hat", "scene", "beach", "1girl, hat, beach"),
        ("1girl, hat,\n", "view", "from_behind", "1girl, hat, from behind"),
        ("", "expression", "smile", "smile"),
        ("from above, hat", "view", "from_behind", "from behind, hat"),
        ("smile, hat", "expression", "smile", "smile, hat"),
        ("portrait, a dog I saw, hat", "view", "full_body", "full body, a dog I saw, hat"),
    ],
)
def test_one_thing_is_swapped_and_the_rest_stays(
    swap: Swap, prompt: str, kind: str, tag: str, after: str
) -> None:
    assert swap(prompt, kind, tag) == after


def test_no_choice_leaves_a_contradiction_of_its_own_kind(taxonomy: Taxonomy, swap: Swap) -> None:
    """Every choice after every other one of the same menu, and the tag is always there."""
    for change in changes_of(taxonomy):
        choices = [place for slot in change.slots for place in slot.choices]
        for before in choices[::5]:
            for after in choices:
                prompt = swap(f"hat, {before.text}", change.kind, after.tag)
                assert clashes(prompt, taxonomy) == [], (before.text, after.text, prompt)
                assert {after.tag, "hat"} <= present(prompt, taxonomy)


def test_the_four_changes_have_their_choices(taxonomy: Taxonomy) -> None:
    changes = {change.kind: change for change in changes_of(taxonomy)}
    assert list(changes) == ["expression", "gesture", "view", "scene"]
    for change in changes.values():
        assert sum(len(slot.choices) for slot in change.slots) >= 15
        for slot in change.slots:
            assert slot.groups <= change.groups, slot.key
    assert {taxonomy.groups[i].cluster for i in changes["view"].groups} == {1}


def write_tokenizer(folder: Path, tokens: list[str]) -> Path:
    (folder / "tokenizer").mkdir(parents=True)
    vocabulary = {token: number for number, token in enumerate(tokens)}
    text = json.dumps({"model": {"vocab": vocabulary}})
    (folder / "tokenizer" / "tokenizer.json").write_text(text, encoding="utf-8")
    return folder


def test_a_small_models_words_are_the_whole_words_of_its_tokenizer(tmp_path: Path) -> None:
    words = small_vocabulary(write_tokenizer(tmp_path / "m", ["a", "hair</w>", "red</w>", "gir"]))
    assert words is not None
    assert words.knows("Red hair") and words.knows("2, red-hair!")
    assert not words.knows("red girl") and not words.knows("gir") and not words.knows("笑顔")


def test_a_large_or_unreadable_vocabulary_says_nothing(tmp_path: Path) -> None:
    large = write_tokenizer(tmp_path / "large", [f"w{number}</w>" for number in range(9000)])
    assert small_vocabulary(large) is None
    broken = write_tokenizer(tmp_path / "broken", ["a</w>"])
    (broken / "tokenizer" / "tokenizer.json").write_text("{", encoding="utf-8")
    assert small_vocabulary(broken) is None
    assert small_vocabulary(tmp_path / "nothing") is None
    assert small_vocabulary(write_tokenizer(tmp_path / "wordless", ["a", "b"])) is None
