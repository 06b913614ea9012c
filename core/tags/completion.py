"""Tags that begin as the artist writes: by name, by other spellings, by their Japanese names."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from heapq import nsmallest

from core.dataset.taxonomy import Place, Taxonomy, prompt_text

SHORTEST = 2  # letters before anything is offered; one kanji says as much
MOST = 40
_LAST = "\U0010ffff"
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@dataclass(frozen=True)
class Candidate:
    """A tag that is offered.

    text: as prompts write it. also: the other spelling or Japanese name that was met, "" for none.
    name: its usual Japanese name, "" for none.
    """

    tag: str
    text: str
    cluster: int
    also: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Key:
    """A spelling of a tag. weight: what is offered first among equals."""

    place: Place
    written: str
    is_own: bool
    weight: tuple[int, int, int]


class TagIndex:
    """All spellings of all tags, sorted by each of their words' beginnings.

    Looking up takes a search by halves and a look at what begins so: no list is gone through.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._names = {tag: names[0] for tag, names in taxonomy.parts.names.items()}
        starts: list[tuple[str, int, _Key]] = []
        for key in _keys(taxonomy):
            folded = folded_text(key.written)
            for at in _word_starts(folded):
                starts.append((folded[at:], at, key))
        starts.sort(key=lambda start: start[0])
        self._texts = [text for text, _, _ in starts]
        self._starts = starts

    def find(self, typed: str, most: int = MOST) -> list[Candidate]:
        """The best first: the whole name, its beginning, that of another spelling, then a word."""
        query = folded_text(typed)
        if not is_enough(query):
            return []
        if typed[-1].isspace():  # the word is at its end, and another begins
            query += " "
        first = bisect_left(self._texts, query)
        last = bisect_left(self._texts, query + _LAST, first)
        best: dict[str, tuple[tuple[object, ...], _Key]] = {}
        for text, at, key in self._starts[first:last]:
            rank = (_rank(text == query, at == 0, key.is_own), key.weight)
            held = best.get(key.place.tag)
            if held is None or rank < held[0]:
                best[key.place.tag] = (rank, key)
        chosen = nsmallest(most, best.values(), key=lambda found: found[0])
        return [self._candidate(key) for _, key in chosen]

    def name_of(self, tag: str) -> str:
        """The usual Japanese name of a canonical tag, "" where it has none."""
        return self._names.get(tag, "")

    def _candidate(self, key: _Key) -> Candidate:
        place = key.place
        also = "" if key.is_own else key.written
        return Candidate(place.tag, place.text, place.cluster, also, self.name_of(place.tag))


def folded_text(text: str) -> str:
    """Small letters of one width, spaces for underscores, katakana for hiragana."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("_", " ")
    return " ".join(plain.split()).translate(_HIRAGANA_TO_KATAKANA)


def is_enough(query: str) -> bool:
    """Whether something may be offered for these letters, folded."""
    return len(query) >= SHORTEST or (len(query) == 1 and is_kanji(query))


def is_kanji(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf"


def _rank(is_whole: bool, is_beginning: bool, is_own: bool) -> int:
    if is_beginning:
        return (0 if is_whole else 2) + (0 if is_own else 1)
    return 4 if is_own else 5


def _keys(taxonomy: Taxonomy) -> list[_Key]:
    keys: list[_Key] = []
    names, spellings = taxonomy.parts.names, _spellings(taxonomy)
    for group in taxonomy.groups:
        for tag in group.tags:
            place = taxonomy.place(tag)
            if place is None:
                continue
            # Frequencies are not known here; what editors chose and named is what is used most.
            usual = 2 - (tag in group.choices) - (tag in names)
            weight = (usual, len(place.text), place.order)
            keys.append(_Key(place, place.text, True, weight))
            others = (*spellings.get(tag, ()), *names.get(tag, ()))
            keys += [_Key(place, other, False, weight) for other in others]
    return keys


def _spellings(taxonomy: Taxonomy) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for alias, tag in taxonomy.parts.aliases.items():
        found.setdefault(tag, []).append(prompt_text(alias))
    return found


def _word_starts(text: str) -> list[int]:
    """Where words begin; in Japanese, which has no spaces, at every letter."""
    return [
        at
        for at, letter in enumerate(text)
        if not letter.isspace()
        and (at == 0 or not letter.isascii() or not (text[at - 1].isalnum() and letter.isalnum()))
    ]
