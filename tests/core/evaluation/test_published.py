"""Scorers with published weights, on tiny random networks in the published layouts."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from click.testing import CliRunner
from PIL import Image as PillowImage
from safetensors.torch import save_file

from core.adapters.errors import DamagedWeights
from core.dataset.pictures import Picture
from core.dataset.plan import Sample
from core.dataset.prompts import Edit
from core.dataset.reader import INDEX, SHARDS
from core.dataset.shards import ShardSample, shard_name, write_shard
from core.errors import BadInput
from core.evaluation.__main__ import main
from core.evaluation.identity import Drawn
from core.evaluation.rows import Row, request_of
from core.evaluation.scorers.lpips import Lpips, has_lpips
from core.evaluation.scorers.published import ClipScorer, PublishedScorers
from core.evaluation.set_cases import SetCases, fitted
from core.evaluation.worlds import world_of
from core.pose import STANDING
from core.segmentation.embedded import EmbeddedSegmenter
from core.segmentation.sam3 import Sam3Segmenter

DRAWING = world_of("first").case("scene", 5, 128).truth


@pytest.fixture(scope="session")
def lpips_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """AlexNet and channel weights in the two published files."""
    folder = tmp_path_factory.mktemp("lpips")
    torch.manual_seed(2)
    features = torchvision.models.alexnet(weights=None).features.state_dict()
    torch.save({f"features.{k}": t for k, t in features.items()}, folder / "alexnet-owt-tiny.pth")
    counts = enumerate((64, 192, 384, 256, 256))
    lins = {f"lin{i}.model.1.weight": torch.rand(1, n, 1, 1) for i, n in counts}
    torch.save(lins, folder / "alex.pth")
    return folder


def picture(seed: int, width: int = 40, height: int = 56) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 255, (height, width, 3)).astype(np.uint8)


def test_clip_scores_are_those_of_transformers(clip_folder: Path) -> None:
    from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer

    model = CLIPModel.from_pretrained(clip_folder).eval()
    pixels = CLIPImageProcessor.from_pretrained(clip_folder)(picture(1), return_tensors="pt")
    words = CLIPTokenizer.from_pretrained(clip_folder)("ab, c", return_tensors="pt")
    with torch.no_grad():
        expected = model(**words, **pixels)
    scorer = ClipScorer(clip_folder)
    cosine = float((scorer.picture(picture(1)) * scorer.text("ab, c")).sum())
    theirs = float((expected.image_embeds * expected.text_embeds).sum())
    assert cosine == pytest.approx(theirs, abs=0.01)  # they resize in floats, Pillow in bytes
    assert float(scorer.picture(picture(2)) @ scorer.picture(picture(1)).T) < 0.999
    assert scorer.name.startswith("CLIP clip-tiny ")
    long = "a b c " * 60
    assert scorer.text(long).shape == (1, 8)


def test_folders_that_hold_no_clip_are_told(clip_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no CLIP"):
        ClipScorer(tmp_path)
    (tmp_path / "config.json").write_bytes((clip_folder / "config.json").read_bytes())
    with pytest.raises(DamagedWeights):
        ClipScorer(tmp_path).picture(picture(1))


def test_sam3_finds_the_figures(clip_folder: Path, sam3_folder: Path) -> None:
    sam = Sam3Segmenter(sam3_folder, threshold=0.0)
    scorers = PublishedScorers(ClipScorer(clip_folder), sam, "SAM 3", None, "LPIPS")
    figure = scorers.figure(DRAWING.image)
    expected = scorers.known(DRAWING.image, sam.segment(DRAWING.image)[0].mask, None)
    assert figure.crop is not None and figure.crop.shape == (16, 16, 3)
    assert np.array_equal(figure.crop, expected.crop)
    assert scorers.clip_i(figure, figure) == pytest.approx(1)
    assert scorers.distance(DRAWING.image, DRAWING.image) is None
    nothing = scorers.figure(np.full((64, 64, 3), 255, np.uint8))
    blind = PublishedScorers(
        ClipScorer(clip_folder), EmbeddedSegmenter(), "built-in", None, "LPIPS"
    ).figure(np.full((64, 64, 3), 255, np.uint8))
    assert blind.crop is None and scorers.clip_i(nothing, blind) is None


def test_lpips_follows_its_formula(lpips_folder: Path) -> None:
    distance = Lpips(lpips_folder)
    first, second = picture(3, 64, 64), picture(4, 64, 64)
    assert distance(first, first) == 0
    assert distance(first, second) == pytest.approx(distance(second, first))
    tensors = torch.load(lpips_folder / "alexnet-owt-tiny.pth", weights_only=True)
    net = torchvision.models.alexnet(weights=None).features
    net.load_state_dict({k.removeprefix("features."): t for k, t in tensors.items()})
    lins = torch.load(lpips_folder / "alex.pth", weights_only=True)
    shift = torch.tensor([-0.030, -0.088, -0.188])[:, None, None]
    scale = torch.tensor([0.458, 0.448, 0.450])[:, None, None]
    inputs = [
        (torch.from_numpy(p).permute(2, 0, 1).float() / 127.5 - 1 - shift) / scale
        for p in (first, second)
    ]
    expected = 0.0
    with torch.no_grad():
        for level, end in enumerate((2, 5, 8, 10, 12)):
            units = [torch.nn.functional.normalize(net[:end](x[None]), dim=1) for x in inputs]
            weights = lins[f"lin{level}.model.1.weight"]
            expected += float(((units[0] - units[1]) ** 2 * weights).sum(1).mean())
    assert distance(first, second) == pytest.approx(expected, rel=1e-4)
    half = np.zeros((64, 64), np.uint8)
    half[:, :32] = 255
    mixed = second.copy()
    mixed[:, :32] = first[:, :32]
    assert distance(first, mixed, half) < distance(first, mixed, 255 - half)


def test_incomplete_lpips_is_told(lpips_folder: Path, tmp_path: Path) -> None:
    assert has_lpips(lpips_folder) and not has_lpips(tmp_path)
    save_file(
        torch.load(lpips_folder / "alex.pth", weights_only=True), tmp_path / "alex.safetensors"
    )
    assert has_lpips(tmp_path)
    with pytest.raises(BadInput, match="not complete"):
        Lpips(tmp_path)


@pytest.fixture
def set_folder(tmp_path: Path) -> Path:
    """Two posts as `core.dataset` stores them; the second has no skeleton to give."""
    folder = tmp_path / "eval"
    case = world_of("first").case("pose", 5, 96)
    assert case.truth is not None

    def png(array: np.ndarray) -> bytes:
        stream = io.BytesIO()
        PillowImage.fromarray(array).save(stream, "PNG")
        return stream.getvalue()

    points = STANDING.mapped(96, 96).to_array().tolist()
    keypoints = tuple((x, y, c) for x, y, c in points)
    files = png(case.truth.image), png((case.truth.mask > 127).astype(np.uint8) * 255)
    token_mask = ("1" * 16,) * 16
    shown = Picture(*files, token_mask, keypoints, 96, 96)
    blind = Picture(*files, token_mask, None, 96, 96)
    stored = []
    for number, reference in ((11, shown), (12, blind)):
        edits = (
            Edit("scene", "full_body", "ab, c", ("c",)),
            Edit("pose", "full_body", "a, b", ("b",), 99),
        )
        sample = Sample(number, "g", {"full_body": "a"}, "a", edits)
        stored.append(ShardSample(sample, {"full_body": reference}, {"pose": shown}))
    write_shard(folder / SHARDS / shard_name(0), stored)
    index = {"shards": [{"name": shard_name(0)}]}
    (folder / INDEX).write_text(json.dumps(index), encoding="utf-8")
    return folder


def test_cases_of_a_set_ask_for_what_it_says(set_folder: Path) -> None:
    cases = SetCases(set_folder)
    assert not cases.has_truth
    assert [cases.has("scene", index) for index in range(3)] == [True, True, False]
    # without the reference's skeleton there is no puppet, so no row draws this case
    assert [cases.has("pose", index) for index in range(2)] == [True, False]
    pose = cases.case("pose", 100_000, 64)
    assert (pose.prompt, pose.width, pose.height) == ("a, b", 64, 64)
    assert pose.target is not None
    assert np.allclose(pose.target[:, :2], STANDING.mapped(64, 64).to_array()[:, :2], atol=0.1)
    how = Drawn("toon", 64, 2, 2.0)
    request = request_of(Row("both", "anime+puppet"), pose, 0, how)
    assert request.puppet_image is not None and request.puppet_image.array[..., 3].any()
    assert request.pose_image is not None and request.references
    assert cases.case("scene", 100_001, 64).target is None
    with pytest.raises(BadInput, match="no case 2"):
        cases.case("scene", 100_002, 64)


def test_sizes_keep_area_and_proportions() -> None:
    assert fitted(832, 1216, 512) == (448, 640)
    assert fitted(512, 512, 256) == (256, 256)
    assert fitted(2000, 50, 64) == (384, 64)


def test_the_whole_command_with_published_scorers(
    toon: Path, clip_folder: Path, sam3_folder: Path, lpips_folder: Path, set_folder: Path,
    tmp_path: Path,
) -> None:  # fmt: skip
    out = tmp_path / "out"
    command = [
        "run", "--adapter", "anime,puppet", "--task", "all", "--data", str(set_folder),
        "--cases", "2", "--samples", "2", "--steps", "1", "--model", str(toon), "--out", str(out),
        "--scorers", "published", "--clip", str(clip_folder), "--sam", str(sam3_folder),
        "--lpips", str(lpips_folder),
    ]  # fmt: skip
    done = CliRunner().invoke(main, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    for told in ("CLIP clip-tiny", "SAM 3", "LPIPS AlexNet", "keypoints:", "set eval", "a minute"):
        assert told in done.output
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert set(report["tables"]) == {"scene", "pose", "mean"}
    assert set(report["tables"]["pose"]) == {"anime", "puppet"}  # nobody knows the true drawing
    cells = report["tables"]["scene"]["anime"]
    assert cells["clip_t"]["cases"] == 2 and cells["div"]["mean"] > 0
    assert not {"psnr_truth", "de_parts", "attributes"} & set(cells)
    assert "mkr_strict" in report["tables"]["pose"]["puppet"]
    lines = (out / "tables.md").read_text("utf-8").splitlines()
    header, row = lines[2].split(" | "), lines[4].split(" | ")
    assert row[header.index("PSNR to truth dB ↑")] == "-"
    assert "LPIPS (masked) ↓" in header
    assert (out / "sheet_pose.png").is_file()
    assert CliRunner().invoke(main, command).exit_code == 0  # nothing is left to draw
    other = CliRunner().invoke(main, [*command, "--references", "task"])
    assert other.exit_code == 2 and "references of its own" in other.output
    alone = CliRunner().invoke(main, [*command[:-6]])
    assert alone.exit_code == 2 and "--clip" in alone.output
