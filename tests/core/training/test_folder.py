"""A folder of pictures: checked before training, cut alike, and what is asked of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from core.errors import BadInput
from core.pose import Pose
from core.pose.openpose_json import write_openpose
from core.training.choices import Choice
from core.training.folder import FolderSource, Window, open_folder
from core.training.sources import Pictures, Reading
from core.training.turns import Turn
from core.training.world import World
from tests.core.training.folders import make_folder
from tests.core.training.tiny import tiny_networks


class Letters:
    """A tokenizer whose ids are the letters, so that a test can read them back."""

    model_max_length = 77

    def __call__(self, text: str, **options: object) -> dict[str, Tensor]:
        return {"input_ids": torch.tensor([[*text.encode().ljust(77)]])}


def read_back(ids: Tensor) -> str:
    return bytes(ids.tolist()).decode().strip()


@pytest.fixture
def folder(tmp_path: Path, world: World) -> Path:
    return make_folder(tmp_path / "pictures", world)


@pytest.fixture
def reading() -> Reading:
    return replace(tiny_networks().reading, tokenizer=Letters())


@pytest.fixture
def source(folder: Path, reading: Reading) -> FolderSource:
    return FolderSource(open_folder(folder), 64, reading)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no images": (lambda at: (at / "images").rename(at / "pictures"), "no folder “images”"),
    "no tags": (lambda at: (at / "tags/p1.txt").unlink(), r"1 of 4 .* tags/p1\.txt is missing"),
    "no mask": (lambda at: (at / "masks/p2.png").unlink(), r"masks/p2\.png is missing"),
    "no pose": (lambda at: (at / "poses/p3.json").unlink(), r"poses/p3\.json is missing"),
    "small mask": (
        lambda at: Image.new("L", (32, 64)).save(at / "masks/p0.png"),
        r"masks/p0\.png is 32 x 64 px, its picture 96 x 64",
    ),
    "no picture": (
        lambda at: (at / "images/p0.png").write_bytes(b"nothing"), r"p0\.png cannot be read",
    ),
    "no JSON": (lambda at: (at / "poses/p0.json").write_text("{"), r"poses/p0\.json: .*OpenPose"),
    "one name twice": (
        lambda at: (at / "images/p0.jpg").write_bytes((at / "images/p0.png").read_bytes()),
        "share one name",
    ),
    "no such picture": (
        lambda at: (at / "characters.json").write_text(json.dumps({"a": ["p9"]})), "“p9”",
    ),
    "no list": (lambda at: (at / "characters.json").write_text("[]"), r"characters\.json is not"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_found_before_training(fault: str, folder: Path) -> None:
    assert len(open_folder(folder).pictures) == 4
    break_it, sentence = FAULTS[fault]
    break_it(folder)
    with pytest.raises(BadInput, match=sentence):
        open_folder(folder)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    with pytest.raises(BadInput, match="no pictures"):
        open_folder(tmp_path)


def test_pixels_damaged_behind_the_header_are_named(folder: Path, source: FolderSource) -> None:
    file = folder / "images" / "p0.png"
    file.write_bytes(file.read_bytes()[:400])
    with pytest.raises(BadInput, match=r"p0\.png or its mask is damaged"):
        source.example(0, Choice(), rng())


def test_picture_mask_and_pose_are_cut_alike(folder: Path, reading: Reading) -> None:
    """A white bar with a limb along it, in a wide picture: the same place in all three."""
    image = np.zeros((60, 150, 3), np.uint8)
    image[10:50, 100:110] = 255
    Image.fromarray(image).save(folder / "images" / "p0.png")
    Image.fromarray(image[..., 0]).save(folder / "masks" / "p0.png")
    keypoints = np.zeros((18, 3), np.float32)
    keypoints[2], keypoints[3] = (105, 12, 1), (105, 48, 1)
    (folder / "poses" / "p0.json").write_text(
        write_openpose([Pose.from_array(keypoints).mapped(2, 2)], 300, 120)
    )
    made = FolderSource(open_folder(folder), 64, reading).example(0, Choice(), rng())
    bright = made["pixels"].mean(0) > 0
    centre = bright.any(0).nonzero().float().mean()
    assert 30 <= centre <= 34, "centred on the subject"
    drawn = made["control"].sum(0) > 0.5
    assert drawn.any() and (bright & drawn).sum() / drawn.sum() > 0.7
    shares = torch.nn.functional.adaptive_avg_pool2d(bright.float()[None], (8, 8))
    torch.testing.assert_close(made["subject"], shares, atol=0.15, rtol=0)


def test_windows_stay_in_the_picture() -> None:
    for height, width in ((40, 100), (100, 40), (64, 64), (10, 11)):
        for column in (0, width - 1):
            mask = np.zeros((height, width), np.uint8)
            mask[:, column] = 255
            assert Window.around(mask, 64).cut(mask).shape == (64, 64)
    assert Window.around(np.zeros((64, 100), np.uint8), 64).left == 18, "no subject: the middle"


def test_references_and_pairs(folder: Path, source: FolderSource) -> None:
    own = source.example(0, Choice(reference=True), rng())["reference"]
    other = source.example(0, Choice(reference=True, pair=True), rng())["reference"]
    assert torch.equal(other, source.example(1, Choice(reference=True), rng())["reference"])
    assert not torch.equal(own, other)
    assert not source.example(0, Choice(), rng())["reference"].any()
    assert source.sample_choice.pair


def test_words(source: FolderSource) -> None:
    def words(choice: Choice) -> str:
        return read_back(source.example(0, choice, rng())["ids"])

    assert words(Choice()) == "1girl, red hair, smile, from side"
    assert words(Choice(drop_identity_tags=1.0)) == "1girl, smile, from side"
    assert words(Choice(text=False)) == ""


def test_what_the_folder_does_not_say_is_asked_for(folder: Path, reading: Reading) -> None:
    (folder / "characters.json").unlink()
    (folder / "identity_tags.txt").unlink()
    source = FolderSource(open_folder(folder), 64, reading)
    with pytest.raises(BadInput, match="pair_share"):
        source.example(0, Choice(reference=True, pair=True), rng())
    with pytest.raises(BadInput, match="drop_identity_tags"):
        source.example(0, Choice(drop_identity_tags=0.5), rng())
    with pytest.raises(BadInput, match="puppet_share"):
        source.example(0, Choice(puppet=True), rng())
    assert source.sample_choice == Choice(reference=True)


def test_forms_of_references(world: World, reading: Reading) -> None:
    image, mask = world.target[0], world.target_mask[0]
    tokens, background = reading.reference(image, mask), ~torch.from_numpy(mask > 127)
    assert tokens[0].shape == (3, 32, 32) and 0 < tokens[1].float().mean() < 1
    white, everything = replace(reading, form="subject on white").reference(image, mask)
    assert everything.all()
    shown = replace(reading, form="subject on white").picture(white[None])[0]
    corner = torch.nn.functional.max_pool2d((~background).float()[None], 2)[0] == 0
    assert shown[:, corner].mean() > 0.95, "no background is left"
    latent, cover = replace(reading, form="latent").reference(image, mask)
    expected = torch.from_numpy(image.copy()).permute(2, 0, 1).float() / 127.5 - 1
    torch.testing.assert_close(latent, expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(cover, torch.from_numpy(mask.astype(np.float32)) / 255)
    for form in ("masked tokens", "subject on white", "latent"):
        changed = replace(reading, form=form)
        there, nothing = changed.reference(image, mask), changed.no_reference()
        for one, other in zip(there, nothing, strict=True):
            assert one.shape == other.shape and one.dtype == other.dtype
        unmasked = replace(changed, masks=False).reference(image, mask)
        assert torch.equal(unmasked[1], torch.ones_like(unmasked[1]))


def test_examples_depend_on_their_turn_alone(source: FolderSource) -> None:
    def choose(generator: np.random.Generator) -> Choice:
        return Choice(reference=bool(generator.random() < 0.5))

    pictures = Pictures(source, choose)
    whole = pictures.batch(Turn(1, 3, 0, 4, 4))
    for first in range(4):
        part = pictures.batch(Turn(1, 3, first, 1, 4))
        assert all(torch.equal(part[key][0], whole[key][first]) for key in whole)
    assert {"pixels", "control", "reference", "noise", "u", "has_reference"} <= whole.keys()
    assert cast(Any, SimpleNamespace(**whole)).noise.shape == (4, 4, 8, 8)
