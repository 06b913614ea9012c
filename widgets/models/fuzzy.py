"""Finding commands by a few of their letters."""

from __future__ import annotations

from dataclasses import dataclass

_HIT = 1.0
_NEXT_TO_LAST_HIT = 3.5  # more than a jump to the start of another word
_START_OF_WORD = 2.0
_START_OF_TEXT = 1.0
_IN_QUERY_CASE = 0.1
_LENGTH_COST = 0.01
_NONE = float("-inf")


@dataclass(frozen=True)
class Match:
    """`score` is higher for a better match; `places` are the letters of the text that matched."""

    score: float
    places: tuple[int, ...]


def fuzzy_match(query: str, text: str) -> Match | None:
    """How well the text answers the query, None where it does not.

    Every word of the query must appear in the text, its letters in order but perhaps with others
    in between: "exp pg" finds "Export pages". Starts of words and letters in a row count more.
    """
    score, places = 0.0, set[int]()
    for word in query.split():
        match = _match_word(word, text)
        if match is None:
            return None
        score += match.score
        places.update(match.places)
    return Match(score - _LENGTH_COST * len(text), tuple(sorted(places)))


def _match_word(word: str, text: str) -> Match | None:
    """The best of all ways to find the letters in order: dynamic programming over both."""
    scores = [_NONE] * len(text)
    came_from: list[list[int]] = []
    for order, letter in enumerate(word):
        scores, sources = _next_letter(letter, text, scores, is_first=order == 0)
        came_from.append(sources)
    best = max(range(len(text)), key=scores.__getitem__, default=-1)
    if best < 0 or scores[best] == _NONE:
        return None
    places = [best]
    for sources in reversed(came_from[1:]):
        places.append(sources[places[-1]])
    return Match(scores[best], tuple(reversed(places)))


def _next_letter(
    letter: str, text: str, before: list[float], *, is_first: bool
) -> tuple[list[float], list[int]]:
    """For each place: the best score with this letter there, and where the letter before lay."""
    scores, sources = [_NONE] * len(text), [-1] * len(text)
    reached, reached_at = _NONE, -1  # the best of all places before the last one
    for place, candidate in enumerate(text):
        if place >= 2 and before[place - 2] > reached:
            reached, reached_at = before[place - 2], place - 2
        if candidate.lower() != letter.lower():
            continue
        own = _value(letter, text, place)
        if is_first:
            scores[place] = own
            continue
        ways = [(reached, reached_at)]
        if place >= 1:
            ways.append((before[place - 1] + _NEXT_TO_LAST_HIT, place - 1))
        best, source = max(ways)
        scores[place], sources[place] = best + own, source
    return scores, sources


def _value(letter: str, text: str, place: int) -> float:
    value = _HIT + (_IN_QUERY_CASE if text[place] == letter else 0.0)
    if place == 0:
        return value + _START_OF_WORD + _START_OF_TEXT
    return value + (_START_OF_WORD if not text[place - 1].isalnum() else 0.0)
