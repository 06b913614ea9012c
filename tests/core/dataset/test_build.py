"""From a plan to shards and back, with a scripted engine; and once with koma-toon itself."""

from __future__ import annotations

import json
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from core.checkpoints.catalogue import ModelInfo
from core.dataset import build
from core.dataset.build import BuildOptions, BuildResult, Drawn, SetBuilder
from core.dataset.command_line import main
from core.dataset.pictures import PictureMaker, PictureStore
from core.dataset.plan import (
    ABOUT,
    PLAN,
    PlanAbout,
    Sample,
    make_samples,
    read_plan,
    write_plan,
)
from core.dataset.prompts import PromptMaker, Row
from core.dataset.reader import INDEX, DatasetReader
from core.dataset.taxonomy import Taxonomy
from core.dataset.unpack import unpack
from core.detection.detector import DetectedPose
from core.engine.device import EngineOptions
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.fake import FakeEngine, FakeScript
from core.engine.model_source import CheckpointSource
from core.engine.requests import EngineError, ModelMissing, OutOfMemory
from core.errors import BadInput
from core.pose import STANDING
from core.pose.openpose_json import read_openpose
from core.segmentation import SegmentedMask
from core.training.folder import open_folder
from tests.core.dataset.posts import WritePosts, post
from tests.core.tiny_xl import save_xl

MODEL = Path(__file__).parents[3] / "resources" / "models" / "koma-toon"
SIZE = 64


class HalfSegmenter:
    """The left half is the figure. fail_at: numbers of the calls that find none."""

    def __init__(self, fail_at: tuple[int, ...] = ()) -> None:
        self.calls = 0
        self._fail_at = fail_at

    def segment(self, image, prompt=None, token=None) -> list[SegmentedMask]:
        self.calls += 1
        if self.calls - 1 in self._fail_at:
            raise BadInput("No figure was found in this picture.")
        mask = np.zeros(image.shape[:2], np.uint8)
        mask[:, : image.shape[1] // 2] = 255
        return [SegmentedMask(mask, 1.0, "figure")]


class StandingDetector:
    """Always the same pose; none where the mask's picture is in `blind`."""

    def __init__(self, blind: tuple[int, ...] = ()) -> None:
        self.calls = 0
        self._blind = blind

    def detect(self, image: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None):
        self.calls += 1
        if self.calls - 1 in self._blind:
            raise BadInput("No figure was found.")
        height, width = image.shape[:2]
        return DetectedPose(STANDING.mapped(width, height), 1.0)


class Bench:
    """A folder, a plan of evaluation samples in it, and runs over it with fakes."""

    def __init__(self, folder: Path, taxonomy: Taxonomy, count: int = 5) -> None:
        self.folder = folder
        maker = PromptMaker(taxonomy)
        tags = "1girl solo long_hair blue_eyes smile hat shirt skirt boots park standing waving"
        rows = [Row(100 + n, "g", tuple(tags.split())) for n in range(count)]
        self.samples = list(make_samples(maker, [maker.entry(r) for r in rows], "evaluation"))
        self.engine = FakeEngine()
        self.segmenter = HalfSegmenter()
        self.detector = StandingDetector()

    def run(self, retry: bool = False, samples: list[Sample] | None = None) -> BuildResult:
        store = PictureStore(self.folder / "pictures", retry)
        maker = PictureMaker(self.engine, self.segmenter, self.detector, store, "fakes")
        info = ModelInfo("fake", self.folder, "base_folder", "Fake", native_px=SIZE)
        drawn = Drawn(info, "digest", defaultdict(lambda: (SIZE, SIZE)), 2, 3.0, "", 0)
        builder = SetBuilder(
            self.folder, maker, drawn, samples or self.samples, lambda *_: None, shard_samples=2
        )
        result = builder.run()
        index = {"shards": [{"name": name} for name in result.shards]}
        (self.folder / INDEX).write_text(json.dumps(index))
        return result

    def shard_bytes(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in sorted((self.folder / "shards").glob("*.tar"))}


@pytest.fixture
def bench(tmp_path: Path, taxonomy: Taxonomy) -> Bench:
    return Bench(tmp_path, taxonomy)


def test_a_set_is_read_back_as_it_was_made(bench: Bench) -> None:
    result = bench.run()
    assert (result.samples, result.drawn, result.failures) == (5, 20, [])
    assert result.shards == ["set-00000.tar", "set-00001.tar", "set-00002.tar"]
    with DatasetReader(bench.folder) as data:
        assert len(data) == 5
        for stored, sample in zip(data, bench.samples, strict=True):
            assert (stored.id, stored.training_prompt) == (sample.id, sample.training)
            assert list(stored.references) == list(sample.references)
            assert [e.prompt for e in stored.edits] == [e.prompt for e in sample.edits]
            reference = stored.references["portrait"]
            assert reference.prompt == sample.references["portrait"]
            assert reference.image.shape == (SIZE, SIZE, 3) and reference.image.dtype == np.uint8
            assert reference.mask.shape == (SIZE, SIZE)
            expected = np.zeros((16, 16), bool)
            expected[:, :8] = True
            assert np.array_equal(reference.token_mask, expected)
            pose = STANDING.mapped(SIZE, SIZE).to_array()
            assert reference.keypoints is not None
            assert np.allclose(reference.keypoints, pose, atol=0.01)
        last = data[4]
        edit = next(e for e in last.edits if e.task == "pose")
        assert edit.keypoints is not None and edit.pose_size == (SIZE, SIZE)
        assert all(e.keypoints is None for e in last.edits if e.task != "pose")


def test_shards_are_plain_webdataset(bench: Bench) -> None:
    bench.run()
    with tarfile.open(bench.folder / "shards" / "set-00000.tar") as tar:
        names = tar.getnames()
    assert names[:3] == [
        "0000000100.json", "0000000100.original.png", "0000000100.original.mask.png",
    ]  # fmt: skip
    keys = [name.split(".", 1)[0] for name in names]
    assert keys == sorted(keys) and len(set(keys)) == 2  # a sample's files lie together


def test_a_second_run_draws_nothing_and_changes_nothing(bench: Bench, taxonomy: Taxonomy) -> None:
    bench.run()
    before, calls = bench.shard_bytes(), bench.segmenter.calls
    times = {p: p.stat().st_mtime_ns for p in (bench.folder / "shards").iterdir()}
    result = bench.run()
    assert (result.drawn, result.reused, bench.segmenter.calls) == (0, 20, calls)
    assert times == {p: p.stat().st_mtime_ns for p in (bench.folder / "shards").iterdir()}
    assert len(bench.engine.rendered) == 20
    other = Bench(bench.folder / "other", taxonomy)
    other.folder.mkdir()
    other.run()
    assert other.shard_bytes() == before  # bytes depend on nothing but the samples


def test_a_stopped_run_draws_only_what_is_missing(bench: Bench) -> None:
    class Stopped(Exception):
        pass

    class StoppingSegmenter(HalfSegmenter):
        def segment(self, image, prompt=None, token=None) -> list[SegmentedMask]:
            if self.calls == 7:
                raise Stopped
            return super().segment(image, prompt, token)

    segmenter, bench.segmenter = bench.segmenter, StoppingSegmenter()
    with pytest.raises(Stopped):
        bench.run()
    bench.segmenter = segmenter
    result = bench.run()
    assert (result.drawn, result.reused) == (13, 7)
    assert result.samples == 5


def test_what_fails_is_told_and_left_out(bench: Bench) -> None:
    bench.engine = FakeEngine(FakeScript(failures={1: OutOfMemory("No memory is left.")}))
    bench.segmenter = HalfSegmenter(fail_at=(2,))
    bench.detector = StandingDetector(blind=(0,))
    result = bench.run()
    told = {(number, what): why for number, what, why in result.failures}
    assert told[(100, "full_body")] == "No memory is left."
    assert told[(100, "portrait")].startswith("No mask: No figure")
    # post 104 was to take the pose of post 100, whose skeleton was not found
    assert told[(104, "pose")] == "The other post gives no skeleton."
    assert result.without_skeleton == 1 and result.samples == 5
    with DatasetReader(bench.folder) as data:
        first = data[0]
        assert set(first.references) == {"original", "upper_body"}
        assert first.references["original"].keypoints is None
        assert {e.reference for e in first.edits} <= {"original", "upper_body"}
        assert "pose" not in {e.task for e in data[4].edits}


def test_what_the_engine_notes_is_counted(bench: Bench) -> None:
    bench.engine = FakeEngine(FakeScript(notes=("The prompt is too long.",)))
    assert bench.run().notes == {"The prompt is too long.": 20}
    assert bench.run().notes == {"The prompt is too long.": 20}  # from the store


def test_failures_stay_until_they_are_tried_again(bench: Bench) -> None:
    bench.segmenter = HalfSegmenter(fail_at=(2,))
    assert len(bench.run().failures) > 0
    again = bench.run()
    assert again.drawn == 0 and len(again.failures) > 0
    mended = bench.run(retry=True)
    assert (mended.drawn, mended.failures) == (1, [])


def test_a_missing_model_ends_the_run_at_once(bench: Bench) -> None:
    missing = ModelMissing("There is no model “fake”.")
    bench.engine = FakeEngine(FakeScript(failures={0: missing}))
    with pytest.raises(EngineError, match="no model"):
        bench.run()


def test_a_smaller_plan_removes_the_shards_it_has_no_use_for(bench: Bench) -> None:
    bench.run()
    bench.run(samples=bench.samples[:2])
    assert list(bench.shard_bytes()) == ["set-00000.tar"]


def test_damaged_sets(bench: Bench) -> None:
    with pytest.raises(BadInput, match="no finished set"):
        DatasetReader(bench.folder)
    bench.run()
    shard = bench.folder / "shards" / "set-00001.tar"
    whole = shard.read_bytes()
    for data in (whole[: len(whole) // 2], whole[:700], b"", b"x" * 2000):
        shard.write_bytes(data)
        with pytest.raises(BadInput, match=r"set-00001\.tar is damaged"):
            DatasetReader(bench.folder)
    shard.write_bytes(whole.replace(b"IHDR", b"IHXX"))
    with DatasetReader(bench.folder) as data, pytest.raises(BadInput):
        data[2]
    (bench.folder / INDEX).write_text("{}")
    with pytest.raises(BadInput, match="is damaged"):
        DatasetReader(bench.folder)


def test_a_set_is_unpacked_into_what_training_reads(bench: Bench, taxonomy: Taxonomy) -> None:
    bench.detector = StandingDetector(blind=(0,))
    bench.run()
    out = bench.folder / "pictures to train on"
    assert unpack(bench.folder, out, taxonomy, lambda *_: None) == (4, 1)
    found = open_folder(out)
    assert [one.name for one in found.pictures] == [f"{n:010d}" for n in range(101, 105)]
    looks = found.identity_tags
    assert looks is not None and {"long hair", "blue eyes", "boots"} <= looks
    assert not {"smile", "standing", "park", "waving"} & looks
    assert "smile" in found.pictures[0].tags.read_text()
    poses, size = read_openpose(found.pictures[0].pose.read_bytes())
    assert size == (SIZE, SIZE)
    expected = STANDING.mapped(SIZE, SIZE).to_array()
    assert np.allclose(poses[0].to_array(), expected, atol=0.01)
    assert unpack(bench.folder, out, taxonomy, lambda *_: None) == (4, 1)
    with pytest.raises(BadInput, match="holds something else"):
        unpack(bench.folder, bench.folder / "shards", taxonomy, lambda *_: None)


def test_plans(tmp_path: Path, bench: Bench) -> None:
    about = PlanAbout("evaluation", 3, 5, "", ("g",), 10, 5, 100)
    with pytest.raises(BadInput, match="no plan"):
        read_plan(tmp_path)
    write_plan(tmp_path, about, iter(bench.samples))
    assert read_plan(tmp_path) == (about, bench.samples)
    text = (tmp_path / PLAN).read_text()
    for broken in (text[:-40], text.splitlines()[0] + "\n", text + "{}\n"):
        (tmp_path / PLAN).write_text(broken)
        with pytest.raises(BadInput, match="Make it again"):
            read_plan(tmp_path)
    (tmp_path / PLAN).write_text(text)
    (tmp_path / ABOUT).write_text("[]")
    with pytest.raises(BadInput, match="Make it again"):
        read_plan(tmp_path)


def test_options_that_cannot_be(tmp_path: Path, bench: Bench) -> None:
    about = PlanAbout("evaluation", 3, 5, "", ("g",), 10, 5, 100)
    write_plan(tmp_path, about, iter(bench.samples))
    detector = MODEL / "keypoint_detector"
    vae = MODEL / "vae" / "diffusion_pytorch_model.safetensors"
    for options, sentence in (
        (BuildOptions(tmp_path / "none", detector), "no model"),
        (BuildOptions(MODEL, detector, sam3=tmp_path / "none"), "no SAM 3"),
        (
            BuildOptions(vae, detector),
            "kind of model",
        ),
    ):
        with pytest.raises(BadInput, match=sentence):
            build.build_set(tmp_path, options, lambda *_: None)
    assert not (tmp_path / INDEX).exists()


def test_every_command_with_koma_toon(write_posts: WritePosts, tmp_path: Path) -> None:
    """Metadata to a set that is read back; a second run finds all of it done."""
    tags = "1girl solo blonde_hair blue_eyes long_hair smile standing outdoors day white_shirt"
    posts = [post(n, tag_string_general=tags, rating="ge"[n % 2]) for n in range(40)]
    metadata, out, folder = write_posts(posts), tmp_path / "out", tmp_path / "set"

    def command(*arguments: object) -> str:
        result = CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    assert "kept" in command("filter", metadata, "--out", out)
    made = command("prompts", out, "--out", folder, "--count", 2, "--plain-ground", "--seed", 4)
    assert made.startswith("2 posts")
    assert "cluster" in command("taxonomy")
    assert "file_url" not in command("unplaced", metadata, "--top", 3)
    images = ("images", folder, "--model", MODEL, "--steps", 2, "--licence", "MIT")
    assert "2 pictures drawn, 0 were there" in " ".join(command(*images).split())
    assert "0 pictures drawn, 2 were there" in " ".join(command(*images).split())
    with DatasetReader(folder) as data:
        assert len(data) == 2
        for stored in data:
            reference = stored.references["original"]
            assert reference.image.shape == (256, 256, 3)
            assert 0 < int(reference.token_mask.sum()) < 256
            assert "white shirt" in stored.training_prompt
    assert "pictures in" in command("unpack", folder, "--out", tmp_path / "unpacked")
    assert len(open_folder(tmp_path / "unpacked").pictures) == 2
    card = (folder / "CARD.md").read_text()
    assert "Koma Toon" in card and "licence of that model: MIT" in card
    assert (folder / "sheet.png").stat().st_size > 1000
    assert (folder / "failures.jsonl").read_text() == ""


def test_a_mistake_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"no")
    for arguments in (
        ["filter", str(bad), "--out", str(tmp_path / "out")],
        ["prompts", str(tmp_path), "--out", str(tmp_path / "set")],
        ["images", str(tmp_path)],
        ["taxonomy", "--taxonomy", str(tmp_path)],
        ["unplaced", str(bad)],
    ):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2, arguments
        assert len(result.output.strip().splitlines()) == 1, result.output
        assert "Traceback" not in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.parquet"]


def test_an_sdxl_model_draws_tall_references(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the plan to shards through the engine, with a tiny SDXL that says its sizes itself."""
    model = save_xl(tmp_path / "models" / "tiny-xl")
    manifest = {
        "schema_version": 1, "id": "tiny-xl", "title": "Tiny XL", "native_px": 64,
        "size_multiple": 16, "default_steps": 2, "default_guidance_scale": 5.0,
    }  # fmt: skip
    (model / "koma.json").write_text(json.dumps(manifest), encoding="utf-8")
    samples = bench.samples[:1]
    about = PlanAbout("evaluation", 0, 1, "", ("g",), 1, 1, 1)
    write_plan(tmp_path / "set", about, iter(samples))

    @contextmanager
    def maker(folder: Path, options: BuildOptions) -> Iterator[PictureMaker]:
        source = CheckpointSource([options.model.parent])
        engine = DiffusersEngine(source, EngineOptions("cpu", "float32", previews=False))
        store = PictureStore(folder / "pictures")
        yield PictureMaker(engine, bench.segmenter, bench.detector, store, "fakes")
        engine.close()

    monkeypatch.setattr(build, "_maker", maker)
    result = build.build_set(tmp_path / "set", BuildOptions(model, model), lambda *_: None)
    assert result.samples == 1 and [what for _, what, _ in result.failures] == ["pose"]  # no donor
    assert result.notes[build.PLAIN_NOTE] == len(samples[0].references)
    with DatasetReader(tmp_path / "set") as data:
        shapes = {kind: r.image.shape for kind, r in data[0].references.items()}
    assert shapes["original"] == (80, 48, 3) and shapes["portrait"] == (64, 64, 3)
