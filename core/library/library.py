"""A folder of *.komachar files, each one character with its references."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.document import Character, Document, IdFactory, random_id
from core.document.assets import character_assets
from core.document.checks import character_ids, check_character, check_ids
from core.document.edits import add_character, free_colour
from core.errors import BadInput, StorageFailed
from core.storage import AssetStore, Project
from core.storage.archive import check_assets, read_archive, write_archive
from core.storage.schema import from_json, to_json

JSON_NAME = "character.json"
SUFFIX = ".komachar"
LIBRARY_VERSION = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a library: its characters by name, and one sentence for each unusable file."""

    characters: tuple[Character, ...]
    problems: tuple[BadInput, ...]


class CharacterLibrary:
    """Characters on disk. The folder is made when the first one is added.

    Each file is complete: it can be given to a colleague, or dropped into the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def list(self) -> Listing:
        """All characters, sorted by name; a damaged file is a problem and hides no other."""
        characters: list[Character] = []
        problems: list[BadInput] = []
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            try:
                characters.append(_read(path)[0])
            except BadInput as error:
                problems.append(error)
        return Listing(tuple(sorted(characters, key=lambda c: (c.name, c.id))), tuple(problems))

    def add(self, character: Character, assets: AssetStore) -> None:
        """Keep a character with its pictures; one with the same id is replaced (and kept as .bak).

        Raises BadInput for a character with a picture missing, StorageFailed for a full disk.
        """
        check_character(character)
        check_ids(character_ids(character))
        needed = dict(character_assets(character))
        check_assets(needed, assets)
        payload: dict[str, Any] = {
            "library_version": LIBRARY_VERSION,
            "character": to_json(character),
        }
        write_archive(self._path(character.id), JSON_NAME, payload, assets, needed)

    def get(self, character_id: str) -> tuple[Character, AssetStore]:
        """Raises BadInput where the library has no such character or its file is damaged."""
        return _read(self._existing(character_id))

    def remove(self, character_id: str) -> None:
        """Raises BadInput for an unknown character, StorageFailed for a read-only folder."""
        path = self._existing(character_id)
        try:
            path.unlink()
        except OSError as error:
            raise StorageFailed(
                f"{path.name} cannot be removed: the folder is read-only.", details=repr(error)
            ) from error

    def import_into(
        self, project: Project, character_id: str, ids: IdFactory = random_id
    ) -> Document:
        """The project's document with a copy of the character, under new ids and a free colour.

        The character's pictures are put into the project's assets. The library keeps its own.
        """
        character, pictures = self.get(character_id)
        for digest, _ in character_assets(character):
            project.assets.put(pictures.get(digest))
        copy = replace(
            character,
            id=ids("character"),
            colour=free_colour(project.document),
            references=tuple(replace(r, id=ids("reference")) for r in character.references),
        )
        return add_character(project.document, copy)

    def _path(self, character_id: str) -> Path:
        check_ids((character_id,))  # an id has no slashes or dots: it is safe in a file name
        return self._folder / f"{character_id}{SUFFIX}"

    def _existing(self, character_id: str) -> Path:
        path = self._path(character_id)
        if not path.is_file():
            raise BadInput(f"The library has no character {character_id}.", code="unknown_id")
        return path


def _read(path: Path) -> tuple[Character, AssetStore]:
    payload, assets = read_archive(path, JSON_NAME)
    version = payload.get("library_version")
    if type(version) is not int or version < 1:
        raise BadInput(f"{path.name} is not a Koma character.", code="damaged_file")
    if version > LIBRARY_VERSION:
        raise BadInput(
            f"{path.name} was saved by a newer Koma. Update Koma to use it.", code="newer_file"
        )
    character = from_json(Character, payload.get("character"), path.name)
    check_character(character)
    check_ids(character_ids(character))
    if path.stem != character.id:
        raise BadInput(f"{path.name} holds another character: {character.id}.", code="renamed_file")
    check_assets(dict(character_assets(character)), assets)
    return character, assets
