"""new, character, panel, export, models, sample: a page made by commands alone."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from PIL import Image

import resources
from app.posing import preset_names, read_pose
from core.document import reading_order
from core.pose import STANDING, Pose, write_openpose
from core.storage import get_image, load_project
from core.storage.schema import to_json


def pose_file(folder, poses, size=(300, 300), name="pose.json"):
    path = folder / name
    path.write_text(write_openpose(poses, *size))
    return path


def test_the_whole_road_from_a_picture_to_a_page(studio, portrait):
    path, out = studio.folder / "本.koma", studio.folder / "out"
    studio.ok("new", path, "--title", "夏", "--pages", 2, "--layout", "three-tiers")
    character = ("character", portrait(), "--name", "葵", "--project", path)
    shown = studio.ok(*character, "--tags", "red, 1girl")
    assert [line.split("/")[-1] for line in shown.split()] == ["葵-mask.png", "葵-skeleton.png"]
    pose = pose_file(studio.folder, [STANDING.mapped(200, 300)], (600, 300))
    studio.ok("panel", path, "--page", 1, "--panel", 1, "--prompt", "park", "--seed", 3,
              "--figure", "葵", "--pose", pose)  # fmt: skip
    studio.ok("panel", path, "--page", 2, "--panel", 3, "--figure", "葵", "--pose", "waving")
    summary = json.loads(studio.ok("render", path, "--out", out, "--formats", "png,psd", "--json"))
    assert (summary["rendered"], summary["empty"]) == (2, 4)
    for page in (1, 2):
        (out / f"page-{page:03d}.png").unlink()
    studio.ok("export", path, "--out", out, "--pages", "2", "--dpi", 40, "--area", "bleed")
    with Image.open(out / "page-002.png") as picture:
        assert picture.size == (296, 414)
    assert not (out / "page-001.png").exists()
    assert json.loads(studio.ok("render", path, "--out", out, "--json"))["rendered"] == 0


def test_new_takes_what_the_model_is_drawn_with(studio):
    path = studio.folder / "book"
    assert (
        studio.ok("new", path, "--reading-direction", "ltr", "--format", "a5").strip()
        == f"{path}.koma"
    )
    document = load_project(path.with_suffix(".koma")).document
    settings = document.settings
    assert (settings.steps, settings.guidance_scale, settings.base_px) == (5, 2.0, 64)
    assert document.reading_direction == "ltr"
    assert document.page_format.trim_width_mm == 148
    assert len(document.pages) == 1 and len(document.pages[0].panels) == 4
    assert "is there already" in studio.refused("new", path)
    assert "There is no layout “nine”" in studio.refused(
        "new", studio.folder / "x", "--layout", "nine"
    )


def test_character_keeps_mask_and_skeleton_of_the_picture(studio, portrait):
    path = studio.folder / "book.koma"
    studio.ok("new", path)
    studio.ok("character", portrait(), "--name", "a/b", "--project", path)
    project = load_project(path)
    (character,) = project.document.characters
    (reference,) = character.references
    mask = get_image(project.assets, reference.mask).array
    assert mask[60, 60] == 255 and mask[60, 10] == 0
    assert reference.pose is not None and reference.pose.visible_count == 18
    assert np.array_equal(np.asarray(Image.open(studio.folder / "a_b-mask.png")), mask)
    skeleton = np.asarray(Image.open(studio.folder / "a_b-skeleton.png"))
    assert skeleton.shape == (160, 120, 3)
    assert len(np.unique(skeleton.reshape(-1, 3), axis=0)) > 10


def test_a_second_picture_of_the_same_name_is_another_reference(studio, portrait):
    path = studio.folder / "book.koma"
    studio.ok("new", path)
    studio.ok("character", portrait(), "--name", "葵", "-p", path, "--tags", "red hair")
    shown = studio.ok("character", portrait("b.png"), "--name", "葵", "-p", path, "--tags", "hat")
    assert "葵-2-mask.png" in shown
    (character,) = load_project(path).document.characters
    assert len(character.references) == 2
    assert character.tags == ("red hair", "hat")


def test_a_given_mask_and_pose_are_taken_as_they_are(studio, portrait):
    path = studio.folder / "book.koma"
    studio.ok("new", path)
    mask = np.zeros((160, 120), np.uint8)
    mask[30:90, 40:80] = 200
    Image.fromarray(mask).save(studio.folder / "mask.png")
    pose = pose_file(studio.folder, [STANDING.mapped(60, 80)], (60, 80))
    studio.ok("character", portrait(), "--name", "葵", "-p", path,
              "--mask", studio.folder / "mask.png", "--pose", pose)  # fmt: skip
    project = load_project(path)
    (reference,) = project.document.characters[0].references
    assert np.array_equal(
        get_image(project.assets, reference.mask).array, (mask > 0) * np.uint8(255)
    )
    assert reference.pose is not None
    assert reference.pose.body[1].x == pytest.approx(60)  # the canvas is half the picture
    assert reference.pose.body[1].y == pytest.approx(0.285 * 160)


def two_figures(studio, portrait, *poses):
    path = studio.folder / "book.koma"
    studio.ok("new", path, "--layout", "splash")
    for name in ("葵", "蓮"):
        studio.ok("character", portrait(), "--name", name, "-p", path)
    studio.ok("panel", path, "--page", 1, "--panel", 1, "--figure", "葵", "--figure", "蓮", *poses)
    document = load_project(path).document
    panel = document.pages[0].panels[0]
    names = {c.id: c.name for c in document.characters}
    return {names[f.character_id]: f.pose for f in panel.figures}, panel.polygon.bounds


def test_figures_stand_side_by_side_from_where_reading_begins(studio, portrait):
    poses, bounds = two_figures(studio, portrait, "--pose", "waving", "--pose", "standing")
    first, second = poses["葵"].bounds.center, poses["蓮"].bounds.center
    assert first.x > bounds.width / 2 > second.x  # right to left
    for pose in poses.values():
        assert all(0 < k.x < bounds.width and 0 < k.y < bounds.height for k in pose.body)


def test_one_file_with_all_figures_keeps_its_composition(studio, portrait):
    people = [STANDING.mapped(40, 100, 10, 0), STANDING.mapped(40, 100, 45, 0)]
    both = pose_file(studio.folder, people, (100, 100))
    poses, bounds = two_figures(studio, portrait, "--pose", both)
    scale = bounds.width / 100
    top = (bounds.height - bounds.width) / 2
    for pose, person in zip(poses.values(), people, strict=True):
        assert pose.body[1].x == pytest.approx(person.body[1].x * scale, abs=1e-6)
        assert pose.body[1].y == pytest.approx(person.body[1].y * scale + top, abs=1e-6)


def test_a_figure_that_is_there_takes_the_new_pose_and_clearing_takes_it_out(studio):
    path = studio.small()
    command = ("panel", path, "--page", 1, "--panel", 1)
    studio.ok(*command, "--figure", "葵", "--pose", "jumping", "--steps", 7, "--puppet-scale", 0.5)
    panel = load_project(path).document.panel("panel-1")
    assert [f.id for f in panel.figures] == ["f1"]
    assert (panel.steps, panel.puppet_scale, panel.prompt) == (7, 0.5, "park")
    studio.ok(*command, "--clear-figures", "--prompt", "")
    panel = load_project(path).document.panel("panel-1")
    assert (panel.figures, panel.prompt) == ((), "")


def test_every_preset_shows_one_whole_figure_in_its_canvas():
    assert len(preset_names()) >= 8
    for name in preset_names():
        file = read_pose(name)
        assert file.canvas == (512, 512)
        (pose,) = file.poses
        assert isinstance(pose, Pose) and pose.visible_count == 18
        assert all(0 < k.x < 512 and 0 < k.y < 512 for k in pose.body), name


def rough(value):
    """Without what another machine rounds or compresses differently: pictures and last digits."""
    if isinstance(value, dict):
        return {key: rough(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [rough(item) for item in value]
    if isinstance(value, float):
        return round(value, 2)
    return "a picture" if isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) else value


def test_the_sample_is_as_the_builder_makes_it(studio):
    from core.synthetic.sample_project import build

    project = load_project(studio.sample())
    built = build(resources.path("layouts"))
    assert rough(to_json(project.document)) == rough(to_json(built.document))
    document = project.document
    assert [c.name for c in document.characters] == ["ひなた", "蓮"]
    assert [len(page.panels) for page in document.pages] == [5, 6]
    assert sum(len(p.region_edits) for p in document.panels()) == 1
    first = reading_order(document.pages[1], document.reading_direction)[0]
    assert first.polygon.bounds.x > 90  # right to left
    assert "is there already" in studio.refused("sample", studio.folder)


def test_models_lists_what_is_found_and_remembers_folders(studio):
    elsewhere = studio.folder / "elsewhere"
    studio.add_model(elsewhere, "other")
    (elsewhere / "broken.safetensors").write_bytes(b"no model")
    assert "other" not in studio.ok("models")
    shown = studio.ok("models", "--remember", elsewhere)
    assert "koma-toon  (model, 64 px)" in shown and "other" in shown
    assert "broken.safetensors: " in shown
    listed = json.loads(studio.ok("models", "--json"))
    assert [m["id"] for m in listed["models"]] == ["koma-toon", "other"]
    assert len(listed["problems"]) == 1


def test_help_and_usage(studio):
    shown = studio.ok("--help")
    commands = ("sample", "new", "character", "panel", "render", "export", "models", "doctor")
    for command in ("window", *commands):
        assert f"  {command} " in shown
        assert "Usage: " in studio.ok(command, "--help")
    assert "No such command 'draw'" in studio.refused("draw")
    assert "--out" in studio.refused("render", "x.koma")
