"""“Change only ...”: another expression, gesture, view or scene, and the rest as it is.

The slots are those of the taxonomy's editing tasks (AnimeAdapter, section 4.5), so that what an
artist swaps is what the sets for training and evaluation swap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.dataset.taxonomy import Cluster, Place, Taxonomy
from core.tags.exclusive import without
from core.tags.spans import Span, spans

# What is changed -> the editing task whose slots it takes; a view is half of a task.
CHANGES = {"expression": "expression", "gesture": "motion", "view": "posture", "scene": "scene"}


@dataclass(frozen=True)
class Slot:
    """Groups of which a prompt has one tag as a rule. key: the first group's name."""

    key: str
    groups: frozenset[int]
    choices: tuple[Place, ...]


@dataclass(frozen=True)
class Change:
    """kind: one of CHANGES. groups: all groups that this change is about."""

    kind: str
    groups: frozenset[int]
    slots: tuple[Slot, ...]


def changes_of(taxonomy: Taxonomy) -> tuple[Change, ...]:
    """Those that the taxonomy has an editing task for."""
    tasks = {task.name: task for task in taxonomy.parts.tasks}
    made: list[Change] = []
    for kind, name in CHANGES.items():
        if (task := tasks.get(name)) is None:
            continue
        slots = [_slot(taxonomy, add.groups) for add in task.adds]
        groups = taxonomy.group_indices(task.replaces)
        if kind == "view":
            slots = [slot for slot in slots if _is_view(taxonomy, slot.groups)]
            groups = frozenset(i for i in groups if _is_view(taxonomy, (i,)))
        made.append(Change(kind, groups, tuple(slots)))
    return tuple(change for change in made if change.slots)


def swapped(prompt: str, tag: str, slot: Slot, change: Change, taxonomy: Taxonomy) -> str:
    """The prompt with this tag in the place of what the slot had.

    What else of the change contradicts the new tag goes too; everything else stays, letter by
    letter. Where nothing gave way the tag comes last. A tag that is there already changes nothing.
    """
    new = taxonomy.place(tag)
    if new is None:
        return prompt
    old = [(span, place) for span in spans(prompt) if (place := taxonomy.place(span.text))]
    if any(place.tag == new.tag for _, place in old):
        old = [(span, place) for span, place in old if place.tag != new.tag]
        return _without_all(prompt, [s for s, p in old if _gives_way(p, new, slot, change)])
    leaving = [span for span, place in old if _gives_way(place, new, slot, change)]
    if not leaving:
        return _appended(prompt, new.text)
    first, *others = leaving
    prompt = _without_all(prompt, others)
    return prompt[: first.start] + new.text + prompt[first.end :]


def present(prompt: str, taxonomy: Taxonomy) -> frozenset[str]:
    """The canonical tags of a prompt."""
    places = (taxonomy.place(span.text) for span in spans(prompt))
    return frozenset(place.tag for place in places if place is not None)


def _slot(taxonomy: Taxonomy, names: Iterable[str]) -> Slot:
    names = tuple(names)
    tags = [tag for name in names for tag in taxonomy.group(name).choices]
    places = tuple(place for place in map(taxonomy.place, tags) if place is not None)
    return Slot(names[0], taxonomy.group_indices(names), places)


def _is_view(taxonomy: Taxonomy, groups: Iterable[int]) -> bool:
    return all(taxonomy.groups[index].cluster is Cluster.VIEW for index in groups)


def _gives_way(place: Place, new: Place, slot: Slot, change: Change) -> bool:
    if place.group in slot.groups:
        return True
    return place.group in change.groups and bool(place.opposed & new.sides)


def _without_all(prompt: str, leaving: list[Span]) -> str:
    """From the last to the first, so that the places of those before stay right."""
    for span in sorted(leaving, key=lambda span: -span.start):
        prompt = without(prompt, span)
    return prompt


def _appended(prompt: str, text: str) -> str:
    kept = prompt.rstrip(" ,，、\n")
    return f"{kept}, {text}" if kept else text
