"""The benchmark end to end with an untrained, tiny scorer: files, rows, tables, going on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from core.detection.detector import DetectedPose
from core.engine.requests import CancelToken, ProgressCallback, RenderRequest, RenderResult
from core.errors import BadInput
from core.evaluation.bench import Finished, Instruments, Plan, run_benchmark
from core.evaluation.identity import Drawn
from core.evaluation.rows import Row, request_of, rows_for, usable
from core.evaluation.scorers.files import load_scorer, save_scorer
from core.evaluation.scorers.measuring import Scorers, legible
from core.evaluation.scorers.network import ScorerConfig, ScorerNet
from core.evaluation.scorers.teaching import Teacher, config_for
from core.evaluation.scoring import diversity, part_colours, pose_scores
from core.evaluation.tables import bootstrap, make_report, write_tables
from core.evaluation.worlds import REFERENCES, TASKS, world_of
from core.pose import Pose
from core.synthetic import Part

HOW = Drawn("koma-toon", 128, 2, 2.0)


class GreyEngine:
    """Paints a request in a grey of its seed and counts."""

    def __init__(self) -> None:
        self.drawn = 0

    def render(
        self, requests: tuple[RenderRequest, ...], on_progress: ProgressCallback, token: CancelToken
    ) -> tuple[RenderResult, ...]:
        self.drawn += len(requests)
        return tuple(
            RenderResult(r.content_hash(), np.full((r.height, r.width, 3), r.seed % 256, np.uint8))
            for r in requests
        )

    def close(self) -> None: ...


class FixedDetector:
    """Finds the same keypoints in everything, or nothing."""

    def __init__(self, keypoints: np.ndarray | None) -> None:
        self.keypoints = keypoints

    def detect(self, image: np.ndarray, mask: np.ndarray | None = None) -> DetectedPose:
        if self.keypoints is None:
            raise BadInput("nothing")
        return DetectedPose(Pose.from_array(self.keypoints), 1.0)


def scorer(world: str = "first") -> Scorers:
    config = ScorerConfig(
        world,
        world_of(world).edition.vocabulary(),
        (("view", ("front", "turned")),),
        32,
        (8, 8, 8),
        8,
    )
    return Scorers(ScorerNet(config), "tiny")


def tools(engine: GreyEngine) -> Instruments:
    return Instruments(engine, HOW, world_of("first"), scorer(), FixedDetector(None), "none")


@pytest.mark.parametrize("world", ["first", "second"])
def test_cases_are_repeatable_and_change_what_the_task_says(world: str) -> None:
    for task in TASKS:
        first, again = (world_of(world).case(task, 7, 96) for _ in range(2))
        assert np.array_equal(first.truth.image, again.truth.image)
        assert first.attributes == again.attributes
        assert not set(first.prompt.split(", ")[2:]) & set(first.truth.identity_tags), (
            "the prompt tells the appearance"
        )
    scene = world_of(world).case("scene", 7, 96)
    assert scene.reference.keypoints is not None and scene.truth is not None
    assert np.array_equal(scene.reference.keypoints[:, :2] > 0, scene.truth.keypoints[:, :2] > 0)
    with pytest.raises(BadInput, match="no task"):
        world_of(world).case("dance", 1, 96)


@pytest.mark.parametrize("world", ["first", "second"])
def test_references_that_suit_the_task_are_the_same_character_in_another_shot(world: str) -> None:
    for task in TASKS:
        sheet, case = (world_of(world, kind).case(task, 7, 96) for kind in REFERENCES)
        assert not np.array_equal(case.reference.image, sheet.reference.image)
        assert case.truth.identity_tags == sheet.truth.identity_tags
    portrait, sheet = (
        world_of(world, kind).case("expression", 7, 96) for kind in ("task", "sheet")
    )
    assert "portrait" in portrait.prompt and "upper body" in sheet.prompt
    faces = [np.count_nonzero(case.reference.parts == Part.FACE) for case in (portrait, sheet)]
    assert faces[0] > 2 * faces[1]


def test_a_run_with_other_references_is_another_run(tmp_path: Path) -> None:
    plan = Plan(("scene",), rows_for("none"), 1, 1, 1)
    run_benchmark(plan, tools(GreyEngine()), tmp_path, {}, lambda unit: None)
    about = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert about.pop("references") == "sheet"
    (tmp_path / "run.json").write_text(json.dumps(about), encoding="utf-8")
    run_benchmark(plan, tools(GreyEngine()), tmp_path, {}, lambda unit: None)  # an older run's
    others = replace(tools(GreyEngine()), source=world_of("first", "task"))
    with pytest.raises(BadInput, match=r"other settings \(references\)"):
        run_benchmark(plan, others, tmp_path, {}, lambda unit: None)


def test_rows_ask_for_what_they_name() -> None:
    anime, puppet, both, none = rows_for("anime,puppet,anime+puppet,none")
    case = world_of("first").case("pose", 3, 128)
    assert request_of(anime, case, 0, HOW).references
    assert request_of(anime, case, 0, HOW).puppet_image is None
    assert not request_of(puppet, case, 0, HOW).references
    assert request_of(both, case, 0, HOW).puppet_image is not None
    assert request_of(none, case, 0, HOW).pose_image is not None
    seeds = {request_of(anime, case, sample, HOW).seed for sample in range(4)}
    assert len(seeds) == 4
    assert request_of(none, case, 2, HOW).seed == request_of(both, case, 2, HOW).seed
    assert not puppet.fits("scene")
    scene = world_of("first").case("scene", 3, 128)
    assert request_of(anime, scene, 0, HOW).pose_image is None


def test_masks_and_errors_of_the_rig_arrive() -> None:
    case = world_of("first").case("pose", 3, 128)
    right = request_of(Row("a", "anime"), case, 0, HOW).references[0]
    wrong = request_of(Row("b", "anime", mask="wrong"), case, 0, HOW).references[0]
    assert right.mask is not None
    assert wrong.mask is not None
    assert right.mask.digest != wrong.mask.digest
    assert request_of(Row("c", "anime", mask="off"), case, 0, HOW).references[0].mask is None
    calm, noisy = (
        request_of(Row("d", "puppet", noise=noise), case, 0, HOW).puppet_image
        for noise in (0.0, 0.05)
    )
    assert calm is not None
    assert noisy is not None
    assert calm.digest != noisy.digest


def test_words_tell_the_looks() -> None:
    words, none = rows_for("words,none")
    case = world_of("first").case("pose", 3, 128)
    told, plain = (request_of(row, case, 0, HOW) for row in (words, none))
    looks = set(case.truth.identity_tags) - {"1girl", "solo"}
    assert len(looks) > 5
    assert set(told.prompt.split(", ")) == looks | set(plain.prompt.split(", "))
    assert not looks & set(plain.prompt.split(", "))
    assert not told.references


def test_words_need_known_looks(tmp_path: Path) -> None:
    unknown = replace(world_of("first"), has_truth=False)
    blind = replace(tools(GreyEngine()), source=unknown)
    with pytest.raises(BadInput, match="rows with words"):
        run_benchmark(Plan(("scene",), rows_for("words"), 1, 1, 1), blind, tmp_path, {}, print)


def test_unknown_and_missing_adapters_are_told() -> None:
    with pytest.raises(BadInput):
        rows_for("anime,nonsense")
    with pytest.raises(BadInput, match="stands alone"):
        rows_for("none+anime")
    kept, sentences = usable(rows_for("anime,ip,anime+ip,puppet"), ["anime"], "Toon")
    assert [row.label for row in kept] == ["anime", "puppet"]
    assert sentences == ["Not available for Toon, so left out of the tables: ip, anime+ip."]


def test_a_run_goes_on_where_it_stopped_and_refuses_other_settings(tmp_path: Path) -> None:
    plan = Plan(("scene", "pose"), rows_for("anime,puppet"), 2, 2, 1)
    engine = GreyEngine()
    seen: list[Finished] = []
    run_benchmark(plan, tools(engine), tmp_path, {}, seen.append)
    # puppet is a row of the pose task alone: 2 cases x 2 samples x (1 + 2) rows
    assert engine.drawn == sum(unit.pictures for unit in seen) == 12
    assert sum(unit.cases for unit in seen) == sum(unit.new for unit in seen) == 4
    (tmp_path / "scores" / "pose" / f"{plan.numbers[1]}.json").unlink()
    run_benchmark(plan, tools(engine), tmp_path, {}, seen.append)
    assert engine.drawn == 16
    assert sum(unit.new for unit in seen) == 5
    other = Plan(plan.tasks, plan.rows, 2, 3, 1)
    with pytest.raises(BadInput, match="samples"):
        run_benchmark(other, tools(engine), tmp_path, {}, seen.append)
    report = write_tables(tmp_path, Console(quiet=True))
    assert set(report["tables"]) == {"scene", "pose", "mean"}
    assert set(report["tables"]["scene"]) == {"anime", "truth"}
    assert set(report["tables"]["mean"]) == {"anime", "truth"}
    assert report["tables"]["pose"]["anime"]["fail"]["mean"] == 1
    assert report["tables"]["pose"]["truth"]["psnr_truth"]["mean"] == 60
    assert (tmp_path / "sheet_pose.png").is_file()
    assert json.loads((tmp_path / "report.json").read_text("utf-8")) == report
    assert make_report(tmp_path) == report


def test_differences_are_told_case_by_case(tmp_path: Path) -> None:
    plan = Plan(("scene", "pose"), rows_for("anime,puppet,none"), 6, 1, 1)
    run_benchmark(plan, tools(GreyEngine()), tmp_path, {}, lambda unit: None)
    for number in plan.numbers:  # every case 0.1 better, whatever its own level
        path = tmp_path / "scores" / "pose" / f"{number}.json"
        scores = json.loads(path.read_text("utf-8"))
        scores["anime"]["clip_i"], scores["none"]["clip_i"] = number % 7 + 0.1, number % 7
        path.write_text(json.dumps(scores), encoding="utf-8")
    tables = make_report(tmp_path, "none")["tables"]
    assert set(tables["pose"]) == {"anime", "puppet", "truth"}
    cell = tables["pose"]["anime"]["clip_i"]
    assert [cell[key] for key in ("mean", "low", "high")] == pytest.approx([0.1] * 3)
    with pytest.raises(BadInput, match="no row"):
        make_report(tmp_path, "ip")


def test_scorers_of_another_world_are_refused(tmp_path: Path) -> None:
    engine = GreyEngine()
    wrong = Instruments(
        engine, HOW, world_of("first"), scorer("second"), FixedDetector(None), "none"
    )
    with pytest.raises(BadInput, match="second world"):
        run_benchmark(Plan(("scene",), rows_for("none"), 1, 1, 1), wrong, tmp_path, {}, print)
    assert engine.drawn == 0


def test_no_results_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no results"):
        make_report(tmp_path)


def test_pose_scores_follow_the_definitions() -> None:
    drawing = world_of("first").case("scene", 5, 128).truth
    target = drawing.keypoints.copy()
    target[:, 2] = 1
    exact = pose_scores(drawing.image, target, FixedDetector(target))
    assert exact == {"akd": 0, "mkr": 0, "mkr_strict": 0, "fail": 0}
    fewer = target.copy()
    fewer[:3, 2] = 0
    assert pose_scores(drawing.image, target, FixedDetector(fewer))["mkr"] == pytest.approx(1 / 6)
    failed = pose_scores(drawing.image, target, FixedDetector(None))
    assert failed == {"akd": None, "mkr": None, "mkr_strict": 1, "fail": 1}


def test_colours_of_parts_are_those_of_the_truth() -> None:
    drawing = world_of("first").case("scene", 5, 256).truth
    true = scorer().known(drawing.image, drawing.mask, drawing.parts)
    assert part_colours(true, true)["de_parts"] == pytest.approx(0)
    inverted = scorer().known(255 - drawing.image, drawing.mask, drawing.parts)
    assert (part_colours(inverted, true)["de_parts"] or 0) > 10


def test_equal_samples_have_no_diversity() -> None:
    image = world_of("first").case("scene", 5, 128).truth.image
    assert diversity([image] * 4, scorer()) == pytest.approx(0, abs=1e-6)
    assert (diversity([image, 255 - image], scorer()) or 0) > 1e-4
    assert diversity([image], scorer()) is None


def test_bootstrap_interval_holds_the_mean_and_narrows() -> None:
    rng = np.random.default_rng(0)
    few, many = bootstrap(rng.normal(5, 1, 20).tolist()), bootstrap(rng.normal(5, 1, 500).tolist())
    assert few["low"] < few["mean"] < few["high"]
    assert many["high"] - many["low"] < (few["high"] - few["low"]) / 2
    # 1.96 standard errors to either side
    assert many["high"] - many["low"] == pytest.approx(2 * 1.96 / 500**0.5, rel=0.15)


def test_scorers_learn_and_come_back_from_disk(tmp_path: Path) -> None:
    world = world_of("first")
    full = config_for(world, 32)
    config = ScorerConfig(world.name, full.words, full.groups, 32, (8, 16, 16), 16)
    teacher = Teacher(world, config, 1, 8)
    losses = [teacher.step(3e-3) for _ in range(16)]
    late = np.mean([loss["parts"] for loss in losses[-3:]])
    assert late < 0.8 * losses[0]["parts"]
    name = save_scorer(tmp_path, teacher.net, {"steps": 16})
    net, accuracy, again = load_scorer(tmp_path)
    assert name == again
    assert name.startswith("koma-scorer-first-")
    assert accuracy == {"steps": 16}
    drawing = world.case("pose", 1, 128).truth
    first, second = Scorers(teacher.net, ""), Scorers(net, "")
    words = drawing.shot_tags
    assert first.clip_t(drawing.image, words) == pytest.approx(
        second.clip_t(drawing.image, words), abs=5e-3
    )
    (tmp_path / "scorer.safetensors").write_bytes(b"broken")
    with pytest.raises(BadInput, match="damaged"):
        load_scorer(tmp_path)
    with pytest.raises(BadInput, match="train-scorers"):
        load_scorer(tmp_path / "nowhere")


def test_attributes_that_the_classifier_guesses_are_not_judged() -> None:
    accuracy = {
        "attributes": {"view": 0.72, "hair colour": 0.7, "top": 0.2},
        "chance": {"view": 0.72, "hair colour": 0.1, "top": 0.15},
    }
    assert legible(accuracy) == ("hair colour",)
