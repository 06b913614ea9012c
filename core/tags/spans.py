"""Where the tags of a prompt stand, within commas, line ends, brackets and weights."""

from __future__ import annotations

import re
from dataclasses import dataclass

SEPARATORS = ",，、\n"
_PIECE = re.compile(f"[^{SEPARATORS}]+")
_OPENING, _CLOSING = "([{", ")]}"
_WEIGHT = re.compile(r":\s*[+-]?\d*\.?\d*$")
_SHORTEST_BRACKETED = 4  # shorter ones are faces: :) (: ^_^


@dataclass(frozen=True)
class Span:
    """A tag of a prompt.

    start, end: the tag's own letters, without brackets and weight. outer_start, outer_end: all that
    stands between the separators. text: the letters.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    text: str

    @property
    def is_bare(self) -> bool:
        """Whether no bracket and no weight stands around it, so that a comma may follow."""
        return (self.start, self.end) == (self.outer_start, self.outer_end)


def spans(prompt: str) -> list[Span]:
    """The tags in their order; pieces without letters are none."""
    found = [_span(prompt, m.start(), m.end()) for m in _PIECE.finditer(prompt)]
    return [span for span in found if span.text]


def span_at(prompt: str, cursor: int) -> Span:
    """The piece that the cursor stands in; its text may be empty."""
    start = cursor
    while start > 0 and prompt[start - 1] not in SEPARATORS:
        start -= 1
    end = cursor
    while end < len(prompt) and prompt[end] not in SEPARATORS:
        end += 1
    return _span(prompt, start, end)


def _span(prompt: str, outer_start: int, outer_end: int) -> Span:
    piece = prompt[outer_start:outer_end]
    start = outer_start + len(piece) - len(piece.lstrip())
    end = outer_start + len(piece.rstrip())
    end = max(start, end)
    outer_start, outer_end = start, end
    if end - start >= _SHORTEST_BRACKETED:
        start, end = _within_brackets(prompt, start, end)
    return Span(start, end, outer_start, outer_end, prompt[start:end])


def _within_brackets(prompt: str, start: int, end: int) -> tuple[int, int]:
    """Without the brackets that stand around the tag, of which one may be in another piece.

    Brackets of the tag itself, as in `autumn (season)`, are closed after they were opened.
    """
    first = start
    while start < end and prompt[start] in _OPENING:
        start += 1
    last = end
    while end > start and prompt[end - 1] in _CLOSING and _is_unmatched(prompt[start:end]):
        end -= 1
    if first < start or end < last:
        weight = _WEIGHT.search(prompt, start, end)
        if weight is not None and weight.start() > start:
            end = weight.start()
    while end > start and prompt[end - 1].isspace():
        end -= 1
    while start < end and prompt[start].isspace():
        start += 1
    return start, end


def _is_unmatched(text: str) -> bool:
    """Whether the last letter closes a bracket that was not opened before it. `\\(` is none."""
    if len(text) > 1 and text[-2] == "\\":
        return False
    depth = 0
    for place, letter in enumerate(text[:-1]):
        if place and text[place - 1] == "\\":
            continue
        depth += (letter in _OPENING) - (letter in _CLOSING)
    return depth <= 0
