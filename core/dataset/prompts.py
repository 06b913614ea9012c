"""Prompts from a post's tags: references, training, editing tasks (AnimeAdapter, 4.4 and 4.5).

An editing prompt is made from the tags, never from a reference prompt, and depends on the seed, the
post and the task only: the order of posts and what else is made from them change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.dataset.draws import Draws
from core.dataset.taxonomy import Cluster, EditTask, Place, ReferenceKind, Taxonomy, merged
from core.dataset.taxonomy_file import FRAMINGS

QUALITY_TAIL = ("masterpiece", "high score", "great score", "absurdres")
NEGATIVE_PROMPT = (
    "lowres, bad anatomy, bad hands, text, error, missing finger, extra digits, fewer digits, "
    "cropped, worst quality, low quality, low score, bad score, average score, signature, "
    "watermark, username, blurry"
)
RATING_WORDS = {"g": "safe", "s": "sensitive"}
_GROUND = ("simple_background", "white_background")
_NOWHERE = len(FRAMINGS)
# The text encoder of SD1.5 reads 77 tokens: what makes the figure comes before what surrounds it.
_ORDER = (
    Cluster.IDENTITY,
    Cluster.VIEW,
    Cluster.POSTURE,
    Cluster.BODY,
    Cluster.PATTERN,
    Cluster.STYLE,
)
_RANK = tuple(_ORDER.index(cluster) for cluster in Cluster)


@dataclass(frozen=True)
class PromptStyle:
    """How a reference prompt is written.

    animagine: the order, rating word and quality tail that Animagine XL 4.0 was trained with.
    escape_parentheses: for programs that read `(...)` as a weight; Koma does not.
    plain_ground: put the figure before a white ground, which masks are cut from more exactly.
    """

    animagine: bool = False
    escape_parentheses: bool = False
    plain_ground: bool = False

    @property
    def negative_prompt(self) -> str:
        return NEGATIVE_PROMPT if self.animagine else ""


@dataclass(frozen=True)
class Row:
    """One post of the metadata. rating: one of g, s, q, e. Names as on Danbooru."""

    id: int
    rating: str
    tags: tuple[str, ...]
    characters: tuple[str, ...] = ()
    series: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A row and the places of its tags, in the taxonomy's order."""

    row: Row
    places: tuple[Place, ...]

    @cached_property
    def own(self) -> frozenset[str]:
        return frozenset(place.tag for place in self.places)


@dataclass(frozen=True)
class Edit:
    """One editing task for one post: the prompt and the kind of reference it goes with.

    added: the tags that came in, as prompts write them. donor: post whose skeleton conditions it.
    """

    task: str
    reference: str
    prompt: str
    added: tuple[str, ...]
    donor: int | None = None


class PromptMaker:
    """Makes all prompts of a post; the same seed, taxonomy and tags give the same text."""

    def __init__(self, taxonomy: Taxonomy, style: PromptStyle | None = None, seed: int = 0) -> None:
        self.taxonomy = taxonomy
        self.style = style or PromptStyle()
        self.seed = seed
        self.references = {kind.name: kind for kind in taxonomy.parts.references}
        self._levels = [_level(taxonomy, index) for index in range(len(taxonomy.groups))]
        self._ground = [self._known(tag) for tag in _GROUND] if self.style.plain_ground else []
        self._framings = {
            kind.name: [self._known(kind.framing)] if kind.framing else []
            for kind in taxonomy.parts.references
        }
        self._tasks = {task.name: _Task(taxonomy, task) for task in taxonomy.parts.tasks}

    @property
    def tasks(self) -> tuple[str, ...]:
        return tuple(self._tasks)

    def entry(self, row: Row) -> Entry:
        return Entry(row, tuple(self.taxonomy.places(row.tags)))

    def reference(self, entry: Entry, kind: str) -> str:
        """Section 4.4 and 4.5: identity and name, framing, and the appearance the framing shows.

        The original keeps the tags of all clusters.
        """
        framing = self._framings[kind]
        if framing:
            shown = self._shown(entry.places, self.references[kind])
            places = merged(framing, self._ground, shown)
        else:
            places = merged(self._ground, entry.places)
        return self._written(entry.row, _sorted(places))

    def training(self, entry: Entry) -> str:
        """Clusters 1 to 5 (section 4.4): neither count, name nor rating."""
        shown = (p for p in entry.places if p.cluster is not Cluster.IDENTITY)
        return ", ".join(place.text for place in _sorted(merged(shown)))

    def edit(self, entry: Entry, task: str, donor: Entry | None = None) -> Edit | None:
        """The editing prompt of this task (section 4.5), None where it needs a donor and has none.

        What comes in agrees with everything that stays, but for the groups that the task lets give
        way: a portrait hides the shoes, shut eyes hide their colour.
        """
        plan = self._tasks[task]
        draws = Draws(self.seed, entry.row.id, task)
        if plan.task.from_donor:
            if donor is None:
                return None
            added = merged(p for p in donor.places if p.group in plan.replaced)
        else:
            added = plan.additions(entry, draws)
        if not added:
            return None
        kept = (p for p in entry.places if p.group not in plan.replaced)
        places = _sorted(merged(added, kept))
        new = tuple(place.text for place in added)
        old = [place for place in places if place.text not in new]
        return Edit(
            task,
            draws.choice(plan.task.references),
            ", ".join(_after_identity(old, new)),
            new,
            donor.row.id if donor is not None and plan.task.from_donor else None,
        )

    def can_give_a_pose(self, entry: Entry) -> bool:
        """Whether this post says how its figure stands: only then can another take its pose."""
        return any(place.cluster is Cluster.POSTURE for place in entry.places)

    def _known(self, tag: str) -> Place:
        place = self.taxonomy.place(tag)
        if place is None:
            raise KeyError(tag)
        return place

    def _shown(self, places: Iterable[Place], kind: ReferenceKind) -> list[Place]:
        limit = FRAMINGS.index(kind.framing) if kind.framing else _NOWHERE
        return [place for place in places if self._levels[place.group] <= limit]

    def _written(self, row: Row, places: Sequence[Place]) -> str:
        names = [*map(self._name, row.characters)]
        if not self.style.animagine:
            return ", ".join(_after_identity(places, names))
        names += map(self._name, row.series)
        names.append(RATING_WORDS.get(row.rating, RATING_WORDS["g"]))
        return ", ".join([*_after_identity(places, names), *QUALITY_TAIL])

    def _name(self, tag: str) -> str:
        name = tag.replace("_", " ")
        if self.style.escape_parentheses:
            name = name.replace("(", r"\(").replace(")", r"\)")
        return name


class _Task:
    """A task with everything looked up that does not depend on the post."""

    def __init__(self, taxonomy: Taxonomy, task: EditTask) -> None:
        self.task = task
        self.replaced = taxonomy.group_indices(task.replaces)
        self._giving_way = self.replaced | taxonomy.group_indices(task.yields)
        self._pools = [(add.share, _choices(taxonomy, add.groups)) for add in task.adds]

    def additions(self, entry: Entry, draws: Draws) -> list[Place]:
        """New tags that agree with each other and with what stays; none the post has already.

        Empty where the post leaves no room for any.
        """
        fixed = 0
        for place in merged(p for p in entry.places if p.group not in self._giving_way):
            fixed |= place.sides
        added = self._drawn(entry.own, fixed, draws, certain=False)
        return added or self._drawn(entry.own, fixed, draws, certain=True)

    def _drawn(self, own: frozenset[str], sides: int, draws: Draws, certain: bool) -> list[Place]:
        added: list[Place] = []
        for share, pool in self._pools:
            if not (certain or draws.chance(share)):
                continue
            start = draws.below(len(pool))
            for place in (*pool[start:], *pool[:start]):
                if not place.opposed & sides and place.tag not in own:
                    added.append(place)
                    sides |= place.sides
                    break
        return added


def _choices(taxonomy: Taxonomy, groups: Iterable[str]) -> list[Place]:
    tags = [tag for name in groups for tag in taxonomy.group(name).choices]
    return [place for place in map(taxonomy.place, tags) if place is not None]


def _level(taxonomy: Taxonomy, index: int) -> int:
    """The least framing that shows this group: 0 portrait, 1 upper body, 2 full body, 3 none.

    Identity shows in each; of the body only what does not move is appearance.
    """
    group = taxonomy.groups[index]
    if group.cluster is Cluster.IDENTITY:
        return 0
    if group.cluster is Cluster.PATTERN:
        return 1
    if group.cluster is Cluster.BODY and group.kind == "attribute":
        return FRAMINGS.index(taxonomy.parts.region_framing[group.region])
    return _NOWHERE


def _after_identity(places: Sequence[Place], names: Sequence[str]) -> list[str]:
    """The texts with `names` behind the tags of cluster 0, which stand first."""
    first = [place.text for place in places if place.cluster is Cluster.IDENTITY]
    return [*first, *names, *(place.text for place in places[len(first) :])]


def _sorted(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: (_RANK[place.cluster], place.order))
