"""Whatever an artist can give: one sentence, exit code 2, the project as it was byte for byte."""

from __future__ import annotations

import errno
import io
import json
import os
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from core import files
from core.pose import STANDING, write_openpose
from core.storage import images, load_project


@pytest.fixture
def book(studio, portrait):
    """A project with a character, and a check that a refused command left it alone."""
    path = studio.small()
    before = path.read_bytes()
    names = {p.name for p in studio.folder.iterdir()}
    yield path
    assert path.read_bytes() == before
    left = {p.name for p in studio.folder.iterdir()} - names
    assert not [name for name in left if name.endswith((".tmp", ".part", ".bak", "-mask.png"))]


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is that large and holds a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


def bad_pictures(portrait):
    whole = portrait().read_bytes()
    return {
        "cut.png": (whole[: len(whole) // 2], "damaged or cut short"),
        "zeros.png": (whole[:60] + b"\0" * 200, "damaged or cut short"),
        "huge.png": (png_header(40_000, 40_000), "too large"),
        "text.png": (b"this is no picture", "not a picture"),
        "nothing.png": (b"", "not a picture"),
    }


@pytest.mark.parametrize("name", ["cut.png", "zeros.png", "huge.png", "text.png", "nothing.png"])
def test_a_bad_picture(studio, book, portrait, name):
    data, expected = bad_pictures(portrait)[name]
    (studio.folder / name).write_bytes(data)
    line = studio.refused("character", studio.folder / name, "--name", "x", "--project", book)
    assert name in line and expected in line


def test_a_picture_that_is_not_there(studio, book):
    line = studio.refused("character", studio.folder / "no.png", "--name", "x", "-p", book)
    assert line == "There is no file no.png."


def test_a_picture_without_a_figure(studio, book):
    Image.new("RGB", (90, 90), "white").save(studio.folder / "blank.png")
    line = studio.refused("character", studio.folder / "blank.png", "--name", "x", "-p", book)
    assert "No figure was found" in line


def test_a_character_without_a_name(studio, book, portrait):
    assert "name" in studio.refused("character", portrait(), "--name", " ", "-p", book)


def test_an_empty_mask_and_one_of_another_size(studio, book, portrait):
    mask = studio.folder / "mask.png"
    Image.new("L", (120, 160), 0).save(mask)
    command = ("character", portrait(), "--name", "x", "-p", book, "--mask", mask)
    assert "The mask mask.png is empty" in studio.refused(*command)
    Image.new("L", (10, 10), 255).save(mask)
    assert "Give a mask of the picture's size" in studio.refused(*command)


def keypoints(count, value=1.0):
    return {"people": [{"pose_keypoints_2d": [value] * 3 * count}]}


BAD_POSES = {
    "three keypoints": (json.dumps(keypoints(3)), "3 keypoints"),
    "NaN": (json.dumps(keypoints(18, float("nan"))), "NaN"),
    "text": ("not json", "not readable as OpenPose JSON"),
    "a number": ("3", 'no list "people"'),
    "words": (json.dumps({"people": [{"pose_keypoints_2d": ["a"] * 54}]}), "text where a number"),
    "nobody": (json.dumps({"people": []}), "shows no figure"),
    "deep": ("[" * 100_000, "not readable"),
}


@pytest.mark.parametrize("kind", BAD_POSES)
def test_a_bad_pose_file(studio, book, kind):
    text, expected = BAD_POSES[kind]
    (studio.folder / "pose.json").write_text(text)
    line = studio.refused("panel", book, "--page", 1, "--panel", 1, "--figure", "葵",
                          "--pose", studio.folder / "pose.json")  # fmt: skip
    assert expected in line


def test_poses_and_figures_that_do_not_match(studio, book):
    panel = ("panel", book, "--page", 1, "--panel", 1)
    assert "1 figures and poses for 0" in studio.refused(*panel, "--figure", "葵")
    assert "0 figures and poses for 1" in studio.refused(*panel, "--pose", "standing")
    assert "named twice" in studio.refused(
        *panel, *("--figure", "葵") * 2, *("--pose", "waving") * 2
    )
    assert "no character 蓮" in studio.refused(*panel, "--figure", "蓮", "--pose", "waving")
    assert "The presets are" in studio.refused(*panel, "--figure", "葵", "--pose", "flying")
    both = studio.folder / "two.json"
    both.write_text(write_openpose([STANDING.mapped(50, 50)] * 2, 100, 100))
    assert "poses for 2" in studio.refused(*panel, "--figure", "葵", "--pose", both)
    line = studio.refused("character", both.with_name("aiko.png"), "--name", "x", "-p", book)
    assert "no file" in line


def test_pages_and_panels_that_are_not_there(studio, book):
    out = studio.folder / "out"
    assert "pages 1 to 1" in studio.refused("panel", book, "--page", 2, "--panel", 1)
    assert "panels 1 to 2" in studio.refused("panel", book, "--page", 1, "--panel", 0)
    for pages in ("0", "2", "1-9", "2-1", "a", "", "1,,1", "99999999999"):
        assert "page" in studio.refused("render", book, "--out", out, "--pages", pages)
    assert "not as “gif”" in studio.refused("export", book, "--out", out, "--formats", "png,gif")
    assert not out.exists()


@pytest.mark.parametrize("dpi", ["0", "-5", "nan", "inf", "1e9"])
def test_an_impossible_resolution(studio, book, dpi):
    line = studio.refused("export", book, "--out", studio.folder / "out", "--dpi", dpi)
    assert "resolution" in line.lower()


def test_values_out_of_range(studio, book):
    panel = ("panel", book, "--page", 1, "--panel", 1)
    for option, value in (
        ("--seed", -1), ("--steps", 0), ("--guidance-scale", "nan"), ("--puppet-scale", 99),
        ("--pose-conditioning-scale", -1), ("--steps", "many"), ("--prompt", "x" * 20_000),
    ):  # fmt: skip
        assert studio.refused(*panel, option, value)


def repacked(path, change):
    """The project's zip with other members: `change` takes and gives {name: bytes}."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in change(members).items():
            archive.writestr(name, data)
    return buffer.getvalue()


def edited_json(members, edit):
    payload = json.loads(members["project.json"])
    edit(payload["document"])
    return {**members, "project.json": json.dumps(payload).encode()}


def flat(document):
    panel = document["pages"][0]["panels"][0]
    for point in panel["polygon"]["points"]:
        point["y"] = 10.0


def wrong_type(document):
    document["pages"][0]["panels"][0]["seed"] = "seven"


def unknown_character(document):
    document["pages"][0]["panels"][0]["figures"][0]["character_id"] = "nobody"


BAD_PROJECTS = {
    "missing asset": lambda m: {n: d for n, d in m.items() if not n.endswith(".png")},
    "changed asset": lambda m: {n: b"x" if n.endswith(".png") else d for n, d in m.items()},
    "path traversal": lambda m: {**m, "../evil.png": b"x"},
    "absolute path": lambda m: {**m, "/tmp/evil.png": b"x"},
    "no json": lambda m: {n: d for n, d in m.items() if n.endswith(".png")},
    "broken json": lambda m: {**m, "project.json": b"{"},
    "json of another kind": lambda m: {**m, "project.json": b"[1, 2]"},
    "wrong type": lambda m: edited_json(m, wrong_type),
    "panel of zero area": lambda m: edited_json(m, flat),
    "unknown character": lambda m: edited_json(m, unknown_character),
}


@pytest.mark.parametrize("kind", [*BAD_PROJECTS, "cut short", "text", "not there"])
def test_a_bad_project_file(studio, kind):
    path = studio.small()
    if kind == "not there":
        path.unlink()
    elif kind == "text":
        path.write_text("no project")
    elif kind == "cut short":
        path.write_bytes(path.read_bytes()[:-300])
    else:
        path.write_bytes(repacked(path, BAD_PROJECTS[kind]))
    before = path.read_bytes() if path.exists() else None
    line = studio.refused("render", path, "--out", studio.folder / "out")
    assert path.name in line or "missing from the project" in line
    assert (path.read_bytes() if path.exists() else None) == before
    assert not (studio.folder / "out").exists()
    assert not (studio.folder.parent / "evil.png").exists()


def test_an_empty_region_is_refused_before_anything_is_drawn(studio):
    path = studio.small()
    digest = load_project(path).document.panel("panel-2").region_edits[0].mask
    empty = images.encode_png(images.Raster(4, 4, 1, bytes(16)))

    def change(members):
        import hashlib

        new = hashlib.sha256(empty).hexdigest()
        text = members.pop("project.json").decode().replace(digest, new)
        kept = {n: d for n, d in members.items() if digest not in n}
        return {**kept, f"assets/{new}.png": empty, "project.json": text.encode()}

    path.write_bytes(repacked(path, change))
    before = path.read_bytes()
    line = studio.refused("render", path, "--out", studio.folder / "out")
    assert line.startswith("Page 1, panel 2: The region to redraw is empty")
    assert path.read_bytes() == before
    assert studio.engines == []


def test_no_such_model_and_one_that_cannot_draw(studio, book):
    command = ("render", book, "--out", studio.folder / "out", "--model")
    assert "There is no model “x”" in studio.refused(*command, "x")
    weights = studio.folder / "weights.safetensors"
    weights.write_bytes(b"\x10\0\0\0\0\0\0\0{}")
    assert "damaged" in studio.refused(*command, weights)
    line = studio.refused("render", book, "--out", "out", "--models", studio.folder / "nowhere")
    assert "There is no folder" in line


def test_export_onto_a_full_disk_leaves_no_file(studio, book, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    out = studio.folder / "out"
    monkeypatch.setattr(files.os, "fsync", full)
    assert "page-001.png was not saved: the disk is full" in studio.refused(
        "export", book, "--out", out
    )
    assert list(out.iterdir()) == []


def test_a_full_disk_while_a_character_is_added(studio, book, portrait, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    picture = portrait()
    monkeypatch.setattr("core.files.os.fsync", full)
    line = studio.refused("character", picture, "--name", "x", "--project", book)
    assert "was not saved: the disk is full" in line


def test_damaged_settings(studio, book):
    studio.workplace.settings_file.parent.mkdir(parents=True)
    studio.workplace.settings_file.write_text('{"schema_version": 1, "model_folders": 5}')
    assert "settings.json cannot be read" in studio.refused("render", book, "--out", "out")


def test_something_unexpected_goes_to_the_log(studio, book, monkeypatch):
    def broken(folders):
        raise ZeroDivisionError("the inner workings")

    studio.workplace.make_engine = broken
    result = studio.run("render", book, "--out", studio.folder / "out")
    assert result.exit_code == 1
    log = studio.workplace.log_file
    assert result.stderr == f"Something unexpected went wrong; details are in {log}\n"
    assert "ZeroDivisionError: the inner workings" in log.read_text()


def test_pixels_survive(studio, book):
    """The fixture compares bytes; this one looks: the reference is still the picture it was."""
    studio.refused("panel", book, "--page", 9, "--panel", 9)
    project = load_project(book)
    pixels = images.decode_png(
        project.assets.get(project.document.characters[0].references[0].image)
    )
    assert np.array_equal(pixels.array[40, 30], [200, 30, 30, 255])
