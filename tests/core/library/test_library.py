from __future__ import annotations

import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.document import Character, CountingIds, Document, Reference
from core.document.checks import check_document
from core.errors import BadInput, StorageFailed
from core.geometry import Raster
from core.library import CharacterLibrary
from core.pose import Pose
from core.storage import MemoryAssets, Project, load_project, put_image, put_mask, save_project


@pytest.fixture
def assets() -> MemoryAssets:
    return MemoryAssets()


@pytest.fixture
def aiko(assets: MemoryAssets) -> Character:
    image = put_image(assets, Raster.from_array(np.full((6, 4, 3), 200, np.uint8)))
    mask = put_mask(assets, Raster.from_array(np.full((6, 4), 255, np.uint8)))
    pose = Pose.from_array(np.arange(54).reshape(18, 3) / 60)
    reference = Reference("reference-1", image, mask, pose, "face", 0.5)
    return Character("character-1", "愛子", ("1girl",), 5, (reference,))


@pytest.fixture
def library(tmp_path: Path) -> CharacterLibrary:
    return CharacterLibrary(tmp_path / "library")


def test_an_empty_library(library: CharacterLibrary) -> None:
    assert library.list().characters == ()
    with pytest.raises(BadInput, match="no character character-1"):
        library.get("character-1")
    with pytest.raises(BadInput, match="no character character-1"):
        library.remove("character-1")


def test_a_character_comes_back_with_its_pictures(
    library: CharacterLibrary, aiko: Character, assets: MemoryAssets
) -> None:
    library.add(aiko, assets)
    found, pictures = library.get(aiko.id)
    assert found == aiko
    assert set(pictures) == set(assets)
    assert all(pictures.get(digest) == assets.get(digest) for digest in assets)


def test_listing_is_sorted_and_adding_again_replaces(
    library: CharacterLibrary, aiko: Character, assets: MemoryAssets, tmp_path: Path
) -> None:
    library.add(aiko, assets)
    library.add(Character("character-2", "Ren"), assets)
    library.add(replace(aiko, tags=("1girl", "smile")), assets)
    assert [c.name for c in library.list().characters] == ["Ren", "愛子"]
    assert library.get(aiko.id)[0].tags == ("1girl", "smile")
    library.remove(aiko.id)
    assert [c.name for c in library.list().characters] == ["Ren"]


def test_import_gives_new_ids_and_a_project_that_stands_alone(
    library: CharacterLibrary, aiko: Character, assets: MemoryAssets, tmp_path: Path
) -> None:
    library.add(aiko, assets)
    project = Project(Document())
    ids = CountingIds()
    once = library.import_into(project, aiko.id, ids)
    twice = library.import_into(Project(once, project.assets), aiko.id, ids)
    check_document(twice)
    assert [c.id for c in twice.characters] == ["character-1", "character-3"]
    assert [c.colour for c in twice.characters] == [0, 1]
    assert twice.characters[1].references[0].pose == aiko.references[0].pose
    library.remove(aiko.id)
    save_project(Project(twice, project.assets), tmp_path / "p.koma")
    assert load_project(tmp_path / "p.koma").document == twice


def test_a_missing_picture(library: CharacterLibrary, aiko: Character) -> None:
    with pytest.raises(BadInput, match="a reference of 愛子"):
        library.add(aiko, MemoryAssets())
    assert library.list().characters == ()


@pytest.mark.parametrize("character_id", ["../up", "a/b", "", ".hidden", "x" * 65, "a\0b"])
def test_ids_that_are_paths(library: CharacterLibrary, character_id: str) -> None:
    with pytest.raises(BadInput):
        library.add(Character(character_id, "x"), MemoryAssets())
    with pytest.raises(BadInput):
        library.get(character_id)


def test_a_damaged_file_hides_no_other(
    library: CharacterLibrary, aiko: Character, assets: MemoryAssets, tmp_path: Path
) -> None:
    library.add(aiko, assets)
    folder = tmp_path / "library"
    (folder / "broken.komachar").write_bytes(b"PK")
    for name, payload in {
        "newer": {"library_version": 2, "character": {}},
        "other": {"schema_version": 1},
        "nobody": {"library_version": 1, "character": None},
        "renamed": {"library_version": 1, "character": {"id": "x", "name": "x"}},
        "nameless": {"library_version": 1, "character": {"id": "nameless", "name": ""}},
    }.items():
        with zipfile.ZipFile(folder / f"{name}.komachar", "w") as archive:
            archive.writestr("character.json", json.dumps(payload))
    listing = library.list()
    assert listing.characters == (aiko,)
    assert len(listing.problems) == 6
    assert all(str(problem).endswith(".") for problem in listing.problems)
    assert any("newer Koma" in str(problem) for problem in listing.problems)


def test_a_read_only_folder(
    library: CharacterLibrary,
    aiko: Character,
    assets: MemoryAssets,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library.add(aiko, assets)

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StorageFailed, match="not allowed"):
        library.add(aiko, assets)
    with pytest.raises(StorageFailed, match="read-only"):
        library.remove(aiko.id)
    assert library.get(aiko.id)[0] == aiko
