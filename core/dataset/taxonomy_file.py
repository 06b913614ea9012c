"""Reading and checking a taxonomy: a folder of TOML files, or one file (see docs/dataset.md)."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.dataset.taxonomy import (
    Addition,
    Cluster,
    EditTask,
    Exclusion,
    Group,
    Kind,
    ReferenceKind,
    Taxonomy,
    TaxonomyParts,
    words_of,
)
from core.errors import BadInput

SCHEMA_VERSION = 1
MAX_BYTES = 8 * 2**20
FRAMINGS = ("portrait", "upper_body", "full_body")
_TAG = re.compile(r"[!-~]+")  # printable ASCII without spaces, as on Danbooru


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class _Group(_Strict):
    name: str
    cluster: int
    kind: str | None = None
    pick: str = "any"
    tags: str = ""
    colours_of: str = ""
    choices: str = ""
    endings: str = ""
    beginnings: str = ""


class _Exclusion(_Strict):
    name: str
    sides: list[str]
    unless: str = ""


class _Addition(_Strict):
    groups: str = Field(alias="from")
    share: float


class _Task(_Strict):
    name: str
    title: str
    reference: str
    replaces: str
    adds: list[_Addition]
    yields: str = ""
    from_donor: bool = False


class _Reference(_Strict):
    name: str
    framing: str | None = None


class _File(_Strict):
    schema_version: int = SCHEMA_VERSION
    colours: str = ""
    never: str = ""
    left_out: str = ""
    regions: dict[str, str] = {}
    group: list[_Group] = []
    exclusion: list[_Exclusion] = []
    task: list[_Task] = []
    reference: list[_Reference] = []
    aliases: dict[str, str] = {}
    coloured_aliases: dict[str, str] = {}
    names: dict[str, str] = {}


def load_taxonomy(path: Path) -> Taxonomy:
    """Read every *.toml of the folder, or the one file.

    Raises BadInput, one sentence: what is wrong, in which file or with which tag.
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise BadInput(f"There is no taxonomy in {path}: the folder holds no .toml file.")
    return Taxonomy(_Reader([_read(file) for file in files]).parts())


def _read(path: Path) -> _File:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"The taxonomy file {path.name} is too large to be one.")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        file = _File.model_validate(values)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(
            f"The taxonomy file {path.name} cannot be read. Check that it is valid TOML.",
            details=str(error),
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(
            f"The taxonomy file {path.name} is wrong at '{place}': {first['msg']}.",
            details=str(error),
        ) from error
    if file.schema_version != SCHEMA_VERSION:
        raise BadInput(
            f"The taxonomy file {path.name} has version {file.schema_version}; this Koma reads "
            f"version {SCHEMA_VERSION}."
        )
    return file


class _Reader:
    """Puts the files together and checks what only the whole can show."""

    def __init__(self, files: list[_File]) -> None:
        self._files = files
        self._colours = tuple(c for file in files for c in file.colours.split())
        self._groups = [self._group(g) for file in files for g in file.group]
        self._names = {group.name for group in self._groups}

    def parts(self) -> TaxonomyParts:
        groups = tuple(sorted(self._groups, key=lambda group: group.cluster))
        self._check_groups()
        tags = {tag for group in groups for tag in group.tags}
        never = frozenset(w for file in self._files for w in file.never.split())
        left_out = frozenset(w for file in self._files for w in file.left_out.split())
        self._check_decency(tags, never, left_out)
        parts = TaxonomyParts(
            groups,
            tuple(self._exclusion(e, tags) for file in self._files for e in file.exclusion),
            tuple(self._task(t) for file in self._files for t in file.task),
            tuple(self._reference(r, tags) for file in self._files for r in file.reference),
            self._aliases(tags),
            self._translations(tags),
            self._regions(),
            never,
            left_out,
        )
        self._check_references(parts)
        return parts

    def _group(self, raw: _Group) -> Group:
        tags = (*raw.tags.split(), *self._coloured(raw.colours_of.split()))
        where = f"The group '{raw.name}' of the taxonomy"
        if raw.cluster not in list(Cluster):
            raise BadInput(f"{where} is in cluster {raw.cluster}; clusters are 0 to 5.")
        if raw.pick not in ("any", "one"):
            raise BadInput(f"{where} has pick = '{raw.pick}'; write 'one' or 'any'.")
        return Group(
            raw.name,
            Cluster(raw.cluster),
            _kind(raw, where),
            raw.pick == "one",
            tags,
            _choices(raw, tags, where),
            tuple(raw.endings.split()),
            tuple(raw.beginnings.split()),
        )

    def _coloured(self, nouns: Iterable[str]) -> list[str]:
        return [f"{colour}_{noun}" for noun in nouns for colour in self._colours]

    def _check_groups(self) -> None:
        if len(self._names) < len(self._groups):
            twice = _first_twice(group.name for group in self._groups)
            raise BadInput(f"The taxonomy has the group '{twice}' twice. Give one another name.")
        for cluster in Cluster:
            if not any(group.cluster is cluster and group.tags for group in self._groups):
                raise BadInput(
                    f"The taxonomy has no tags in cluster {cluster.value}. Add a group to it."
                )
        places = [(tag, group.name) for group in self._groups for tag in group.tags]
        for tag, name in places:
            if not _TAG.fullmatch(tag) or tag != tag.lower():
                raise BadInput(f"'{tag}' in the group '{name}' is not spelled as a Danbooru tag.")
        if (twice := _first_twice(tag for tag, _ in places)) is not None:
            where = " and ".join(dict.fromkeys(f"'{name}'" for tag, name in places if tag == twice))
            raise BadInput(
                f"The tag '{twice}' stands twice in the taxonomy, in {where}. Leave one of them."
            )
        rules = [rule for g in self._groups for rule in (*g.endings, "", *g.beginnings) if rule]
        if (twice := _first_twice(rules)) is not None:
            raise BadInput(f"Two rules of the taxonomy are for '{twice}'. Leave one of them.")

    def _check_decency(
        self, tags: set[str], never: frozenset[str], left_out: frozenset[str]
    ) -> None:
        for tag in sorted(tags):
            if tag in left_out or not never.isdisjoint(words_of(tag)):
                raise BadInput(
                    f"The tag '{tag}' is placed and left out at once. Remove it from its group."
                )

    def _names_of(self, text: str, where: str) -> tuple[frozenset[str], frozenset[str]]:
        """(tags, groups) of words such as `smile @face.mouth @legs`."""
        tags: set[str] = set()
        groups: set[str] = set()
        for word in text.split():
            if not word.startswith("@") or word == "@_@":
                tags.add(word)
                continue
            found = {n for n in self._names if n == word[1:] or n.startswith(word[1:] + ".")}
            if not found:
                raise BadInput(f"{where} of the taxonomy names an unknown group '{word}'.")
            groups |= found
        return frozenset(tags), frozenset(groups)

    def _exclusion(self, raw: _Exclusion, known: set[str]) -> Exclusion:
        where = f"The exclusion '{raw.name}'"
        sides = tuple(self._names_of(side, where) for side in raw.sides)
        if len(sides) < 2:
            raise BadInput(f"{where} of the taxonomy needs two sides or more.")
        unless = frozenset(raw.unless.split())
        for tag in sorted({tag for tags, _ in sides for tag in tags} | unless):
            if tag not in known:
                raise BadInput(f"{where} of the taxonomy names an unknown tag '{tag}'.")
        named = [name for tags, groups in sides for name in (*tags, *groups)]
        if (twice := _first_twice(named)) is not None:
            raise BadInput(f"{where} of the taxonomy has '{twice}' on two sides.")
        return Exclusion(raw.name, sides, unless)

    def _task(self, raw: _Task) -> EditTask:
        where = f"The task '{raw.name}'"
        adds = tuple(
            Addition(tuple(sorted(self._names_of(add.groups, where)[1])), add.share)
            for add in raw.adds
        )
        choices = {group.name: group.choices for group in self._groups}
        for add in adds:
            if not 0 < add.share <= 1 or not any(choices[name] for name in add.groups):
                raise BadInput(f"{where} of the taxonomy adds from groups without choices.")
        return EditTask(
            raw.name,
            raw.title,
            tuple(raw.reference.split()),
            self._names_of(raw.replaces, where)[1],
            adds,
            self._names_of(raw.yields, where)[1],
            raw.from_donor,
        )

    def _reference(self, raw: _Reference, tags: set[str]) -> ReferenceKind:
        if raw.framing is not None and raw.framing not in FRAMINGS:
            raise BadInput(
                f"The reference '{raw.name}' of the taxonomy has an unknown framing "
                f"'{raw.framing}'. Choose one of {', '.join(FRAMINGS)}."
            )
        if raw.framing is not None and raw.framing not in tags:
            raise BadInput(f"The framing '{raw.framing}' is no tag of the taxonomy.")
        return ReferenceKind(raw.name, raw.framing)

    def _check_references(self, parts: TaxonomyParts) -> None:
        known = {kind.name for kind in parts.references}
        for task in parts.tasks:
            for name in task.references:
                if name not in known:
                    raise BadInput(
                        f"The task '{task.name}' of the taxonomy has no reference '{name}'."
                    )
        regions = {g.region for g in parts.groups if g.cluster is Cluster.BODY}
        if parts.references and (missing := sorted(regions - set(parts.region_framing))):
            raise BadInput(f"The taxonomy does not say which framing shows '{missing[0]}'.")

    def _aliases(self, tags: set[str]) -> dict[str, str]:
        aliases: dict[str, str] = {}
        for file in self._files:
            aliases.update(_folded(file.aliases))
            for noun, canonical in file.coloured_aliases.items():
                for colour in self._colours:
                    aliases[f"{colour}_{noun}"] = f"{colour}_{canonical}"
        for alias, tag in aliases.items():
            if alias in tags:
                raise BadInput(f"The alias '{alias}' is a tag of the taxonomy itself.")
            if tag not in tags:
                raise BadInput(f"The alias '{alias}' stands for an unknown tag '{tag}'.")
        return aliases

    def _translations(self, tags: set[str]) -> dict[str, tuple[str, ...]]:
        names = {tag: tuple(text.split()) for f in self._files for tag, text in f.names.items()}
        for tag in names:
            if tag not in tags:
                raise BadInput(f"The Japanese name of '{tag}' belongs to no tag of the taxonomy.")
        return names

    def _regions(self) -> dict[str, str]:
        regions = {name: framing for f in self._files for name, framing in f.regions.items()}
        for name, framing in regions.items():
            if framing not in FRAMINGS:
                raise BadInput(f"The region '{name}' of the taxonomy has no framing '{framing}'.")
        return regions


def _kind(raw: _Group, where: str) -> Kind | None:
    if raw.cluster != Cluster.BODY:
        if raw.kind is not None:
            raise BadInput(f"{where} has a kind, which only cluster 4 has.")
        return None
    if raw.kind == "attribute":
        return "attribute"
    if raw.kind == "motion":
        return "motion"
    raise BadInput(f"{where} needs kind = 'attribute' or 'motion'.")


def _choices(raw: _Group, tags: tuple[str, ...], where: str) -> tuple[str, ...]:
    choices = tuple(raw.choices.split())
    for tag in choices:
        if tag not in tags:
            raise BadInput(f"{where} offers '{tag}', which is not one of its tags.")
    return choices


def _folded(aliases: Mapping[str, str]) -> dict[str, str]:
    """`tag = "alias other_alias"` of the file, turned round."""
    return {alias: tag for tag, words in aliases.items() for alias in words.split()}


def _first_twice(values: Iterable[str]) -> str | None:
    return next((value for value, count in Counter(values).items() if count > 1), None)
