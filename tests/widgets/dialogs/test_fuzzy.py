"""Commands are found by a few of their letters, the most likely one first."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.models.fuzzy import fuzzy_match

LETTERS = st.text("abA ", max_size=8)


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("exp pg", "Export pages", (0, 1, 2, 7, 9)),
        ("fp", "Fit page", (0, 4)),
        ("page", "Fit page", (4, 5, 6, 7)),
        ("pages", "Page export, all pages", (17, 18, 19, 20, 21)),
        ("描画", "ページを描画", (4, 5)),
        ("", "Anything", ()),
    ],
)
def test_the_likeliest_letters_match(query, text, places):
    match = fuzzy_match(query, text)
    assert match is not None
    assert match.places == places


@pytest.mark.parametrize(
    ("query", "text"), [("xyz", "Export"), ("ep e", "Dump"), ("pp", "Page"), ("a", "")]
)
def test_what_is_not_there_does_not_match(query, text):
    assert fuzzy_match(query, text) is None


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("re", "Render page", "Delete page"),
        ("page", "Fit page", "Put all gutters even"),
        ("sp", "Split panel", "Desperado"),
        ("save", "Save", "Save a copy"),
    ],
)
def test_better_answers_score_higher(query, better, worse):
    first, second = fuzzy_match(query, better), fuzzy_match(query, worse)
    assert first is not None
    assert second is None or first.score > second.score


@given(LETTERS, LETTERS)
def test_a_word_matches_just_where_its_letters_come_in_order(word, text):
    word = word.replace(" ", "")
    match = fuzzy_match(word, text)
    assert (match is not None) == _is_subsequence(word.lower(), text.lower())
    if match is not None:
        assert "".join(text[p] for p in match.places).lower() == word.lower()


@given(st.text("ab ", min_size=1, max_size=3), st.text("ab ", max_size=7))
def test_no_other_choice_of_letters_scores_higher(query, text):
    """Against all choices there are, for one word."""
    word = query.replace(" ", "")
    match = fuzzy_match(word, text)
    scores = [
        _score(text, places)
        for places in itertools.combinations(range(len(text)), len(word))
        if all(text[p] == letter for p, letter in zip(places, word, strict=True))
    ]
    if match is None:
        assert not scores
    elif word:
        assert match.score + 0.01 * len(text) == pytest.approx(max(scores))


def _is_subsequence(word: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)


def _score(text: str, places: tuple[int, ...]) -> float:
    """The rule, written down once more without any cleverness."""
    score = 0.0
    for order, place in enumerate(places):
        score += 1.1
        if place == 0:
            score += 3.0
        elif not text[place - 1].isalnum():
            score += 2.0
        if order and places[order - 1] == place - 1:
            score += 3.5
    return score
