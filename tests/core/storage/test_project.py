from __future__ import annotations

import json
import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.document import Document, edits
from core.document.assets import document_assets
from core.errors import BadInput
from core.geometry import Point, Rect
from core.storage import MemoryAssets, Project, get_image, load_project, save_project
from core.storage import archive as archive_module
from core.storage.migrations import MIGRATIONS, SCHEMA_VERSION

Json = dict[str, Any]


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def rewrite_json(path: Path, change: Callable[[Json], object]) -> None:
    files = members(path)
    payload = json.loads(files["project.json"])
    change(payload)
    files["project.json"] = json.dumps(payload).encode()
    write_members(path, files)


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        load_project(path)
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message
    assert "Error" not in message and "Traceback" not in message
    return message


def test_a_project_comes_back_equal(project: Project, saved: Path) -> None:
    loaded = load_project(saved)
    assert loaded.document == project.document
    assert set(loaded.assets) == set(document_assets(project.document))
    for digest in loaded.assets:
        assert loaded.assets.get(digest) == project.assets.get(digest)


def test_the_same_project_gives_the_same_bytes(project: Project, saved: Path) -> None:
    other = saved.with_name("other.koma")
    save_project(load_project(saved), other)
    assert other.read_bytes() == saved.read_bytes()


def test_saving_keeps_one_backup_and_drops_unused_pictures(project: Project, saved: Path) -> None:
    first = saved.read_bytes()
    document = edits.remove_panel(project.document, "panel-1")
    document = edits.remove_reference(document, "character-1", "r2")
    save_project(Project(document, project.assets), saved)
    assert len(members(saved)) == 1 + 2  # the JSON, one reference and its mask
    assert saved.with_name("p.koma.bak").read_bytes() == first
    save_project(project, saved)
    assert load_project(saved.with_name("p.koma.bak")).document == document
    assert sorted(p.name for p in saved.parent.iterdir()) == ["p.koma", "p.koma.bak"]


def test_a_document_with_a_missing_picture_is_not_saved(project: Project, saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(BadInput, match="a reference of 愛子"):
        save_project(Project(project.document, MemoryAssets()), saved)
    assert saved.read_bytes() == before


def test_an_unsound_document_is_not_saved(project: Project, tmp_path: Path) -> None:
    unsound = replace(project.document, characters=())
    with pytest.raises(BadInput, match="character-1"):
        save_project(Project(unsound, project.assets), tmp_path / "new.koma")
    assert list(tmp_path.iterdir()) == []


# Old versions


def test_every_old_version_has_a_migration() -> None:
    assert sorted(MIGRATIONS) == list(range(SCHEMA_VERSION))


def test_a_file_of_version_0_is_brought_up_to_date(golden: Path) -> None:
    project = load_project(golden / "project_v0.koma")
    document = project.document
    assert (document.title, document.reading_direction) == ("はじめての話", "rtl")
    assert document.characters[0].tags == ("1girl", "red hair", "school uniform")
    panel = document.panel("panel-1")
    assert panel.polygon.bounds == Rect(16, 16, 150, 110)
    assert panel.polygon.points[2] == Point(166, 126)
    assert panel.figures[0].pose.body[0].point == Point(70.0, 20.0)
    picture = get_image(project.assets, document.characters[0].references[0].image)
    assert (picture.width, picture.height, picture.channels) == (4, 6, 3)


def test_a_migrated_file_is_saved_in_the_present_version(golden: Path, tmp_path: Path) -> None:
    old = load_project(golden / "project_v0.koma")
    save_project(old, tmp_path / "new.koma")
    payload = json.loads(members(tmp_path / "new.koma")["project.json"])
    assert payload["schema_version"] == SCHEMA_VERSION
    assert load_project(tmp_path / "new.koma").document == old.document


def test_a_file_of_version_1_is_brought_up_to_date(golden: Path, project: Project) -> None:
    """It has no choice of adapters: AnimeAdapter was the only one."""
    opened = load_project(golden / "project_v1.koma").document
    assert opened.settings.adapter == "anime"
    assert opened == replace(
        project.document, settings=replace(project.document.settings, adapter="anime")
    )


def test_the_present_version_stays_readable(golden: Path, project: Project) -> None:
    """project_v2.koma was written once: if this fails, raise SCHEMA_VERSION and add a migration."""
    assert load_project(golden / "project_v2.koma").document == project.document


def test_a_newer_file_says_so(saved: Path) -> None:
    rewrite_json(saved, lambda p: p.update(schema_version=SCHEMA_VERSION + 1))
    assert "newer Koma" in refusal(saved)


@pytest.mark.parametrize("version", [None, "1", -1, 1.0, True, [1]])
def test_a_file_without_a_version(saved: Path, version: object) -> None:
    rewrite_json(saved, lambda p: p.update(schema_version=version))
    assert "is not a Koma project" in refusal(saved)


def test_a_damaged_old_file(saved: Path) -> None:
    rewrite_json(saved, lambda p: p.update(schema_version=0))  # it has no right_to_left
    assert "cannot be brought up to date" in refusal(saved)


# Wrong values


def panel_of(payload: Json) -> Json:
    return payload["document"]["pages"][0]["panels"][0]


WRONG: dict[str, tuple[Callable[[Json], object], str]] = {
    "seed is text": (lambda p: panel_of(p).update(seed="7"), "pages[0].panels[0].seed"),
    "seed is a float": (lambda p: panel_of(p).update(seed=7.5), "panels[0].seed"),
    "seed is true": (lambda p: panel_of(p).update(seed=True), "panels[0].seed"),
    "seed too large": (lambda p: panel_of(p).update(seed=2**32), "seed"),
    "prompt is null": (lambda p: panel_of(p).update(prompt=None), "panels[0].prompt"),
    "prompt too long": (lambda p: panel_of(p).update(prompt="x" * 10_001), "prompt"),
    "figures is an object": (lambda p: panel_of(p).update(figures={}), "panels[0].figures"),
    "unknown field": (lambda p: panel_of(p).update(frame=1), "pages[0].panels[0].frame"),
    "unknown field in a list": (
        lambda p: p["document"]["characters"][0]["references"][1].update(size=3),
        "characters[0].references[1].size",
    ),
    "direction": (lambda p: p["document"].update(reading_direction="up"), "reading_direction"),
    "pages is text": (lambda p: p["document"].update(pages="two"), "pages"),
    "document is a list": (lambda p: p.update(document=[]), "not a Koma project"),
    "panel without id": (lambda p: panel_of(p).pop("id"), "panels[0].id"),
    "id twice": (lambda p: panel_of(p).update(id="page-1"), "page-1 is there twice"),
    "id with a path": (lambda p: panel_of(p).update(id="../../x"), "not an id"),
    "nobody's figure": (
        lambda p: panel_of(p)["figures"][0].update(character_id="character-9"),
        "character-9",
    ),
    "17 keypoints": (
        lambda p: panel_of(p)["figures"][0]["pose"]["body"].pop(),
        "panels[0].figures[0].pose",
    ),
    "20 keypoints in a hand": (
        lambda p: panel_of(p)["figures"][0]["pose"]["left_hand"].pop(),
        "21 keypoints a hand",
    ),
    "coordinate out of range": (
        lambda p: panel_of(p)["figures"][0]["pose"]["body"][0].update(x=1e300),
        "keypoint",
    ),
    "zero area": (
        lambda p: panel_of(p)["polygon"].update(points=[{"x": i, "y": i} for i in range(3)]),
        "no area",
    ),
    "one corner": (
        lambda p: panel_of(p)["polygon"].update(points=[{"x": 1, "y": 1}]),
        "corners",
    ),
    "digest with a path": (
        lambda p: panel_of(p)["drawing"].update(image="../../etc/passwd"),
        "no picture",
    ),
    "too many pages": (
        lambda p: p["document"].update(
            pages=[{"id": f"p{i}", "panels": [], "name": ""} for i in range(2001)]
        ),
        "at most 2000 pages",
    ),
    "colour": (lambda p: p["document"]["characters"][0].update(colour=8), "colour"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_values_are_refused(saved: Path, case: str) -> None:
    change, part_of_message = WRONG[case]
    rewrite_json(saved, change)
    assert part_of_message in refusal(saved)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_numbers_that_are_none(saved: Path, number: bytes) -> None:
    files = members(saved)
    assert b'"puppet_scale":0.5' in files["project.json"]
    files["project.json"] = files["project.json"].replace(
        b'"puppet_scale":0.5', b'"puppet_scale":' + number
    )
    write_members(saved, files)
    refusal(saved)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"[" * 200_000, b'{"a":"\\ud800"}']
)
def test_json_that_is_none(saved: Path, text: bytes) -> None:
    files = members(saved)
    write_members(saved, {**files, "project.json": text})
    refusal(saved)


# Archives


def test_no_file_and_no_archive(tmp_path: Path) -> None:
    assert "no file gone.koma" in refusal(tmp_path / "gone.koma")
    assert "no file" in refusal(tmp_path)
    text = tmp_path / "text.koma"
    text.write_text("not a zip")
    assert "text.koma is damaged" in refusal(text)
    write_members(text, {"other.txt": b"x"})
    assert "no project.json" in refusal(text)


def test_every_truncation_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for share in range(0, 100, 7):
        saved.write_bytes(whole[: len(whole) * share // 100])
        refusal(saved)


def test_flipped_bytes_never_give_another_project(project: Project, saved: Path) -> None:
    """Each single damaged byte is either noticed or harmless."""
    whole = saved.read_bytes()
    for place in range(0, len(whole), 23):
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :])
        with suppress(BadInput):
            assert load_project(saved).document == project.document


def test_a_missing_picture_is_named(project: Project, saved: Path) -> None:
    digest = project.document.characters[0].references[0].image
    files = members(saved)
    del files[f"assets/{digest}.png"]
    write_members(saved, files)
    message = refusal(saved)
    assert f"{digest}.png" in message and "a reference of 愛子" in message


def test_a_changed_picture_is_named(project: Project, saved: Path) -> None:
    name = f"assets/{project.document.characters[0].references[0].image}.png"
    files = members(saved)
    files[name] += b"\0"
    write_members(saved, files)
    assert name in refusal(saved)


@pytest.mark.parametrize(
    "name",
    ["../evil.png", "assets/../../evil.png", "/etc/evil", "C:/evil", "..\\evil", "assets/..\\x"],
)
def test_paths_out_of_the_archive(saved: Path, name: str) -> None:
    before = set(saved.parent.parent.rglob("*"))
    with zipfile.ZipFile(saved, "a") as archive:
        entry = zipfile.ZipInfo("x")
        entry.filename = name
        archive.writestr(entry, b"evil")
    assert "not safe" in refusal(saved)
    assert set(saved.parent.parent.rglob("*")) == before


def test_links_in_the_archive(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a") as archive:
        entry = zipfile.ZipInfo("assets/link.png")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, b"/etc/passwd")
    assert "is a link" in refusal(saved)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("project.json", b"{}")
    assert "twice" in refusal(saved)


def test_a_zip_bomb(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/zeros.png", bytes(20 * 1024**2))
    assert saved.stat().st_size < 100_000
    assert "too large" in refusal(saved)


def test_a_bomb_of_json(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_JSON_BYTES", 100_000)
    rewrite_json(saved, lambda p: p.update(x=" " * 100_000))
    assert "too large" in refusal(saved)


def test_a_document_too_large_to_read_is_not_saved(
    project: Project, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()
    monkeypatch.setattr(archive_module, "MAX_JSON_BYTES", 1_000)
    with pytest.raises(BadInput, match="too large"):
        save_project(project, saved)
    assert saved.read_bytes() == before


def test_a_member_larger_than_it_says(saved: Path) -> None:
    """The directory says 10 bytes, the data hold 20 MB: no more than 10 are unpacked."""
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/" + "0" * 64 + ".png", bytes(20 * 1024**2))
    data = bytearray(saved.read_bytes())
    size = struct.pack("<I", 20 * 1024**2)
    for _ in range(2):  # in the local header and in the directory
        place = data.index(size)
        data[place : place + 4] = struct.pack("<I", 10)
    saved.write_bytes(data)
    refusal(saved)


def test_too_many_members(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_MEMBERS", 3)
    assert "more than 3 files" in refusal(saved)


def test_too_much_in_total(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MAX_TOTAL_BYTES", 1000)
    assert "unpack to more" in refusal(saved)


def test_other_packings(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("assets/x.png", b"x" * 100)
    assert "does not read" in refusal(saved)


def test_harmless_strangers_are_ignored(project: Project, saved: Path) -> None:
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("assets/", b"")
        archive.writestr("__MACOSX/._project.json", b"x")
        archive.writestr("note.txt", b"x")
    assert load_project(saved).document == project.document


def test_an_empty_project(tmp_path: Path) -> None:
    save_project(Project(Document()), tmp_path / "empty.koma")
    assert load_project(tmp_path / "empty.koma").document == Document()
