"""The taxonomy of Danbooru's general tags: where a tag belongs and what it contradicts.

AnimeAdapter, section 4.3: clusters 0 to 5; cluster 4 by region of the body or wearable, each group
of attribute type (how something looks) or motion type (what it does at the moment).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, NamedTuple

Kind = Literal["attribute", "motion"]
_EMOTICON_LENGTH = 3  # ^_^ keeps its underscore, long_hair does not
_MOST_REMEMBERED = 300_000  # spellings; Danbooru has some 60,000 general tags in use


class Cluster(IntEnum):
    """The six clusters, with the paper's numbers."""

    IDENTITY = 0
    VIEW = 1
    STYLE = 2
    POSTURE = 3
    BODY = 4
    PATTERN = 5


@dataclass(frozen=True)
class Group:
    """Tags of one meaning. `name` is `region.part`.

    kind: for cluster 4 only, else None. pick_one: one tag of it a prompt. choices: what an edit may
    bring in. endings, beginnings: place a tag that no group lists, such as `*_skirt`.
    """

    name: str
    cluster: Cluster
    kind: Kind | None = None
    pick_one: bool = False
    tags: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()

    @property
    def region(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Exclusion:
    """Tags of different sides contradict each other. `unless`: tags that make it harmless.

    Each side is a set of tags and a set of groups' names.
    """

    name: str
    sides: tuple[tuple[frozenset[str], frozenset[str]], ...]
    unless: frozenset[str] = frozenset()


class Addition(NamedTuple):
    """One tag of these groups' choices, in `share` of the prompts."""

    groups: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class EditTask:
    """One of the five editing tasks (section 4.5).

    yields: groups whose tags may give way to what comes in; everything else stays as it is.
    """

    name: str
    title: str
    references: tuple[str, ...]
    replaces: frozenset[str]
    adds: tuple[Addition, ...]
    yields: frozenset[str] = frozenset()
    from_donor: bool = False


@dataclass(frozen=True)
class ReferenceKind:
    """One of the four reference pictures. framing: None keeps the picture's own."""

    name: str
    framing: str | None = None


class Place(NamedTuple):
    """A tag in its place. text: as prompts write it.

    sides, opposed: bit masks over all sides of all exclusions, and one bit for each pick-one group.
    Two different tags contradict each other where one's `opposed` meets the other's `sides`.
    """

    tag: str
    text: str
    group: int
    cluster: int
    order: int
    sides: int
    opposed: int


class Contradiction(NamedTuple):
    first: str
    second: str
    name: str


@dataclass(frozen=True)
class TaxonomyParts:
    """What a file of a taxonomy says, checked."""

    groups: tuple[Group, ...]
    exclusions: tuple[Exclusion, ...] = ()
    tasks: tuple[EditTask, ...] = ()
    references: tuple[ReferenceKind, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    region_framing: Mapping[str, str] = field(default_factory=dict[str, str])
    never: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()


class Taxonomy:
    """Looks tags up. Everything is decided when it is made; looking up only remembers."""

    def __init__(self, parts: TaxonomyParts) -> None:
        self.parts = parts
        self.groups = parts.groups
        self._by_name = {group.name: index for index, group in enumerate(parts.groups)}
        self._masks = _Masks(parts)
        self._places: dict[str, Place | None] = {}
        order = 0
        for index, group in enumerate(parts.groups):
            for tag in group.tags:
                self._places[tag] = self._make(tag, index, order)
                order += 1
        self._last = order
        self._fixes = _fixes(parts.groups)
        for alias, tag in parts.aliases.items():
            self._places[alias] = self._places[tag]

    @property
    def tag_count(self) -> int:
        """Listed tags, aliases not counted."""
        return sum(len(group.tags) for group in self.groups)

    def group(self, name: str) -> Group:
        """Raises KeyError for an unknown name."""
        return self.groups[self._by_name[name]]

    def group_indices(self, names: Iterable[str]) -> frozenset[int]:
        return frozenset(self._by_name[name] for name in names)

    def place(self, tag: str) -> Place | None:
        """Where this tag belongs, under any of its spellings; None where the taxonomy has none."""
        try:
            return self._places[tag]
        except KeyError:
            found = self._by_rule(tag)
            if len(self._places) < _MOST_REMEMBERED:
                self._places[tag] = found
            return found

    def is_left_out(self, tag: str) -> bool:
        """Whether the taxonomy keeps this tag out on purpose."""
        return tag in self.parts.left_out or not self.parts.never.isdisjoint(words_of(tag))

    def places(self, tags: Iterable[str]) -> list[Place]:
        """The tags that have a place, each once, in the taxonomy's order."""
        found = {self.place(tag) for tag in tags}
        found.discard(None)
        return sorted((p for p in found if p is not None), key=_order)

    def contradictions(self, tags: Sequence[str]) -> list[Contradiction]:
        """Pairs that one picture cannot show, by canonical names, in the order of `tags`.

        Unknown tags contradict nothing. A pair that another tag excuses is not named.
        """
        kept: list[Place] = []
        found: list[Contradiction] = []
        sides = 0
        given = {place.tag for place in map(self.place, tags) if place is not None}
        for tag in tags:
            place = self.place(tag)
            if place is None or place in kept:
                continue
            if place.opposed & sides:
                found += self._against(place, kept, given)
            sides |= place.sides
            kept.append(place)
        return found

    def _against(self, place: Place, kept: Sequence[Place], given: set[str]) -> list[Contradiction]:
        found: list[Contradiction] = []
        for other in kept:
            meeting = place.opposed & other.sides
            if meeting:
                name, unless = self._masks.reason(meeting)
                if not (unless and unless & given):
                    found.append(Contradiction(other.tag, place.tag, name))
        return found

    def _make(self, tag: str, group: int, order: int) -> Place:
        sides, opposed = self._masks.of(tag, group)
        return Place(
            tag, prompt_text(tag), group, self.groups[group].cluster, order, sides, opposed
        )

    def _by_rule(self, tag: str) -> Place | None:
        """By the longest ending or beginning that fits, unless the tag is left out."""
        folded = tag.strip().lower().replace(" ", "_")
        if folded != tag:
            return self.place(folded)
        if self.is_left_out(tag):
            return None
        for text, is_ending, group in self._fixes:
            if len(tag) > len(text) and (tag.endswith(text) if is_ending else tag.startswith(text)):
                return self._make(tag, group, self._last + group)
        return None


def merged(*candidates: Iterable[Place]) -> list[Place]:
    """The places in order, without those that contradict one before them. Greedy."""
    kept: list[Place] = []
    seen: set[str] = set()
    sides = 0
    for places in candidates:
        for place in places:
            if place.opposed & sides or place.tag in seen:
                continue
            seen.add(place.tag)
            sides |= place.sides
            kept.append(place)
    return kept


def prompt_text(tag: str) -> str:
    """`long_hair` as "long hair"; emoticons stay."""
    return tag if len(tag) <= _EMOTICON_LENGTH else tag.replace("_", " ")


def words_of(tag: str) -> list[str]:
    """The words of a tag: `off-shoulder_dress` has three."""
    for mark in "-()'":
        tag = tag.replace(mark, "_")
    return tag.split("_")


def _order(place: Place) -> tuple[int, int, str]:
    return place.cluster, place.order, place.tag


def _fixes(groups: Sequence[Group]) -> list[tuple[str, bool, int]]:
    """(text, is an ending, group), longest first, so that the most special rule decides."""
    fixes = [(text, True, i) for i, group in enumerate(groups) for text in group.endings]
    fixes += [(text, False, i) for i, group in enumerate(groups) for text in group.beginnings]
    return sorted(fixes, key=lambda fix: (-len(fix[0]), fix[1]))


class _Masks:
    """A bit for each side of each exclusion and for each pick-one group."""

    def __init__(self, parts: TaxonomyParts) -> None:
        self._by_tag: dict[str, list[tuple[int, int]]] = {}
        self._by_group: dict[str, list[tuple[int, int]]] = {}
        self._reasons: list[tuple[str, frozenset[str]]] = []
        for exclusion in parts.exclusions:
            self._add(exclusion)
        self._groups = [self._group_bits(group) for group in parts.groups]

    def _add(self, exclusion: Exclusion) -> None:
        first = len(self._reasons)
        count = len(exclusion.sides)
        every = ((1 << count) - 1) << first
        for number, (tags, groups) in enumerate(exclusion.sides):
            bit = 1 << (first + number)
            self._reasons.append((exclusion.name, exclusion.unless))
            for tag in tags:
                self._by_tag.setdefault(tag, []).append((bit, every & ~bit))
            for group in groups:
                self._by_group.setdefault(group, []).append((bit, every & ~bit))

    def _group_bits(self, group: Group) -> list[tuple[int, int]]:
        bits = list(self._by_group.get(group.name, ()))
        if group.pick_one:
            bit = 1 << len(self._reasons)
            self._reasons.append((f"one of {group.name}", frozenset()))
            bits.append((bit, bit))
        return bits

    def of(self, tag: str, group: int) -> tuple[int, int]:
        """(sides, opposed) of a tag in this group.

        A tag named in one side while its group is named in another stands where it is named.
        """
        sides = opposed = 0
        named = self._by_tag.get(tag, [])
        for bit, others in named:
            sides |= bit
            opposed |= others
        for bit, others in self._groups[group]:
            if not any(bit & other for _, other in named):
                sides |= bit
                opposed |= others
        return sides, opposed

    def reason(self, meeting: int) -> tuple[str, frozenset[str]]:
        """Name and excuses of the exclusion that this bit belongs to.

        Of several the one without an excuse counts, which is the stricter.
        """
        reasons = [r for i, r in enumerate(self._reasons) if meeting >> i & 1]
        return min(reasons, key=lambda reason: len(reason[1]))
