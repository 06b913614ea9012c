"""Tags within commas, brackets and weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.tags import span_at, spans


@pytest.mark.parametrize(
    ("prompt", "tags"),
    [
        ("smile, long hair", ["smile", "long hair"]),
        ("smile,,  ,\nlong hair ,", ["smile", "long hair"]),
        ("笑顔、smile，hat", ["笑顔", "smile", "hat"]),
        ("(long hair:1.2), smile", ["long hair", "smile"]),
        ("((long hair)), [hat:0.8]", ["long hair", "hat"]),
        ("(long hair, smile:1.3)", ["long hair", "smile"]),
        ("(long hair:", ["long hair"]),
        ("autumn (season), (autumn (season):1.1)", ["autumn (season)", "autumn (season)"]),
        (r"a \(b\), (a \(b\):0.9)", [r"a \(b\)", r"a \(b\)"]),
        (":3, :), ^_^, (:3:1.1)", [":3", ":)", "^_^", ":3"]),
        ("", []),
        ("(()), ", []),
    ],
)
def test_tags_are_found_without_what_stands_around_them(prompt: str, tags: list[str]) -> None:
    assert [span.text for span in spans(prompt)] == tags


def test_the_span_at_the_cursor_is_the_piece_it_stands_in() -> None:
    prompt = "smile, (long ha:1.2), "
    span = span_at(prompt, prompt.index("ha") + 2)
    assert (span.text, prompt[span.outer_start : span.outer_end]) == ("long ha", "(long ha:1.2)")
    assert not span.is_bare
    assert span_at(prompt, 3).text == "smile" and span_at(prompt, 3).is_bare
    assert span_at(prompt, 5).text == "smile"
    assert span_at(prompt, len(prompt)).text == ""


@given(st.text("ab ,()[]{}:1.2_\\\n、", max_size=40), st.integers(0, 40))
def test_spans_are_pieces_of_the_prompt_in_its_order(prompt: str, cursor: int) -> None:
    end = 0
    for span in spans(prompt):
        assert end <= span.outer_start <= span.start < span.end <= span.outer_end
        assert prompt[span.start : span.end] == span.text == span.text.strip()
        end = span.outer_end
    at = span_at(prompt, min(cursor, len(prompt)))
    assert at.outer_start <= at.start <= at.end <= at.outer_end
