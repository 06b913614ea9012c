"""Tags of one prompt that no picture shows together, and the prompt without one of them."""

from __future__ import annotations

from dataclasses import dataclass

from core.dataset.taxonomy import Taxonomy
from core.tags.spans import SEPARATORS, Span, spans


@dataclass(frozen=True)
class Clash:
    """Two tags of a prompt, in its order."""

    first: Span
    second: Span


def clashes(prompt: str, taxonomy: Taxonomy) -> list[Clash]:
    """The pairs that contradict each other, in the order of the prompt."""
    by_tag: dict[str, Span] = {}
    for span in spans(prompt):
        place = taxonomy.place(span.text)
        if place is not None:
            by_tag.setdefault(place.tag, span)
    pairs = taxonomy.contradictions(list(by_tag))
    return [Clash(by_tag[pair.first], by_tag[pair.second]) for pair in pairs]


def without(prompt: str, span: Span) -> str:
    """The prompt without this tag and one of the separators beside it.

    Its brackets and weight go with it; those that reach over several tags stay.
    """
    start, end = span.outer_start, span.outer_end
    if _is_balanced(prompt[start:end]):
        return _joined(prompt, start, end)
    return _joined(prompt, span.start, span.end)


def _is_balanced(text: str) -> bool:
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))


def _joined(prompt: str, start: int, end: int) -> str:
    before, after = prompt[:start], prompt[end:]
    rest = after.lstrip(" ")
    if rest[:1] and rest[0] in SEPARATORS and rest[0] != "\n":
        return before + rest[1:].lstrip(" ")
    trimmed = before.rstrip(" ")
    if trimmed[-1:] and trimmed[-1] in SEPARATORS and trimmed[-1] != "\n":
        return trimmed[:-1] + after
    return before + after
