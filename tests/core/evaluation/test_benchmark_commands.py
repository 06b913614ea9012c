"""`run` and `ablate` as they are typed: trained adapters, processes side by side, ablations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig, ResamplerShape
from core.adapters.ip_weights_file import save_ip_adapter
from core.adapters.reference_attention import ReferenceAttention
from core.adapters.reference_weights_file import save_reference_attention
from core.adapters.weights_file import save_adapter
from core.checkpoints.catalogue import scan
from core.errors import BadInput
from core.evaluation.__main__ import main
from core.evaluation.ablation import ABLATIONS
from core.evaluation.bench import Finished, Plan, run_benchmark
from core.evaluation.benchmark_commands import chosen_ablations
from core.evaluation.identity import Drawn
from core.evaluation.overlay import adapters_in, with_adapters
from core.evaluation.rows import request_of, rows_for
from core.evaluation.scorers.files import save_scorer
from core.evaluation.scorers.network import ScorerConfig, ScorerNet
from core.evaluation.workshop import ScorerChoice, Setup, in_processes, instruments
from core.evaluation.worlds import TASKS, VIEW_TASKS, world_of
from tests.core.checkpoints.conftest import CROSS, tiny_unet

HOW = Drawn("toon", 64, 2, 2.0)


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """Adapters as `core.training.adapter --out trained/KIND` leaves them."""
    torch.manual_seed(3)
    unet, folder = tiny_unet(9), tmp_path / "trained"
    anime = AnimeAdapterConfig(
        vision_hidden=24, vision_layers=1, cross_attention_dim=CROSS, image_size=16, patch_size=4
    )
    save_adapter(AnimeAdapter.from_unet(unet, anime), folder / "anime" / "adapter")
    for kind, config in (
        ("ip", IPAdapterConfig("ip", 16, 4, CROSS)),
        ("ip-plus", IPAdapterConfig("ip-plus", 24, 5, CROSS, ResamplerShape(CROSS, 1, 1, 64, 2))),
    ):
        place = folder / kind / f"adapter_{kind}" / f"{kind}.safetensors"
        save_ip_adapter(IPAdapter.from_unet(unet, config), place)
    place = folder / "reference" / "adapter_reference" / "reference.safetensors"
    reference = ReferenceAttention.from_unet(unet, 2)
    torch.nn.init.ones_(reference.get_parameter(_gate(reference)))
    save_reference_attention(reference, place)
    return folder


def _gate(adapter: torch.nn.Module) -> str:
    return next(name for name, _ in adapter.named_parameters() if "gate" in name)


@pytest.fixture
def scorers(tmp_path: Path) -> Path:
    """Untrained scorers that may judge the view."""
    words = world_of("first").edition.vocabulary()
    config = ScorerConfig("first", words, (("view", ("front", "turned")),), 32, (8, 8, 8), 8)
    torch.manual_seed(4)
    accuracy = {"attributes": {"view": 0.9}, "chance": {"view": 0.5}}
    save_scorer(tmp_path / "scorers", ScorerNet(config), accuracy)
    return tmp_path / "scorers"


def evaluate(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_trained_adapters_stand_in_for_a_models_own(
    toon: Path, trained: Path, tmp_path: Path
) -> None:
    made = with_adapters(toon, trained, tmp_path / "made")
    (info,) = scan([made.parent]).base_models
    (before,) = scan([toon.parent]).base_models
    assert set(adapters_in(trained)) == {"anime", "ip", "ip-plus", "reference"}
    assert info.id == before.id and info.digest != before.digest
    # this model's vision encoder gives no embedding, which IP-Adapter reads
    assert info.adapter_kinds == ("anime", "ip-plus", "character", "reference")
    own = info.adapter("anime").weights
    assert own is not None
    assert (own / "anime_adapter.safetensors").resolve().is_relative_to(trained.resolve())
    assert with_adapters(toon, trained, tmp_path / "made") == made  # made anew
    shutil.rmtree(trained / "anime")
    again = with_adapters(toon, trained, tmp_path / "again")
    assert (again / "anime_adapter" / "anime_adapter.safetensors").resolve().is_relative_to(toon)


def test_doubtful_folders_of_adapters_are_refused(
    toon: Path, trained: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained / "ip-plus", trained / "older")
    with pytest.raises(BadInput, match="two adapters of the kind ip-plus"):
        with_adapters(toon, trained, tmp_path / "made")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadInput, match="no trained adapters"):
        with_adapters(toon, tmp_path / "empty", tmp_path / "made")


def test_rows_of_trained_adapters_are_drawn_with_them(
    toon: Path, trained: Path, scorers: Path, tmp_path: Path
) -> None:
    rows = "anime,ip,ip-plus,character,reference,anime+reference,none"
    done = evaluate(
        "run", "--adapter", rows, "--task", "scene", "--cases", 2, "--samples", 1, "--steps", 1,
        "--model", toon, "--adapters", trained, "--scorers", scorers, "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "left out of the tables: ip." in done.output
    assert "adapters from --adapters: anime, ip, ip-plus, reference" in done.output
    assert "2 cases with 12 pictures drawn and scored" in done.output
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    cells = report["tables"]["scene"]
    assert set(cells) == {*rows.split(","), "truth"} - {"ip"}
    told = [cells[row]["psnr_truth"]["mean"] for row in cells]
    assert len(set(told)) == len(told)  # each row drew something else


@pytest.mark.slow  # a new process imports torch and diffusers
def test_another_process_draws_the_same_to_the_byte(
    toon: Path, scorers: Path, tmp_path: Path
) -> None:
    setup = Setup(toon, "first", ScorerChoice(str(scorers)), steps=1, threads=1)
    plan, tools = Plan(("scene",), rows_for("anime,none"), 9, 1, 1), instruments(setup)
    here, there = tmp_path / "here", tmp_path / "there"
    told: list[Finished] = []
    run_benchmark(plan, tools, here, {}, told.append)
    run_benchmark(plan, tools, there, {}, told.append, in_processes(1, setup, plan, there))
    assert [unit.new for unit in told] == [8, 1, 8, 1]
    files = [path for path in here.rglob("*") if path.is_file()]
    assert len(files) == 18  # run.json, 9 cases and 8 strips
    for path in files:
        assert (there / path.relative_to(here)).read_bytes() == path.read_bytes()


def test_units_hold_enough_pictures_for_a_batch_and_every_case_once() -> None:
    rows = rows_for("anime,none")
    for tasks, cases, samples, size in (
        (TASKS, 7, 1, 2), (TASKS, 7, 4, 1), (("pose",), 20, 1, 8), (("pose",), 5, 4, 2),
    ):  # fmt: skip
        plan = Plan(tasks, rows, cases, samples, 1)
        assert [n for unit in plan.units for n in unit] == list(plan.numbers)
        assert {len(unit) for unit in plan.units[:-1]} == {size}


def test_every_ablation_draws_what_it_names() -> None:
    assert set(ABLATIONS) >= {"puppet-scale", "skeleton", "wrong-mask", "view"}
    scales = [row.puppet_scale for row in ABLATIONS["puppet-scale"].rows]
    assert scales == [0, 0.25, 0.5, 0.75, 1]
    noises = [row.noise for row in ABLATIONS["skeleton"].rows if row.has_puppet]
    assert noises == [0, 0.01, 0.02, 0.05]
    for one in ABLATIONS.values():
        case = world_of(one.world or "first").case(one.tasks[-1], 7, 64)
        rows = [row for row in one.rows if row.fits(case.task)]
        asked = {request_of(row, case, 0, HOW).content_hash() for row in rows}
        assert len(asked) == len(one.rows)


def test_all_ablations_are_those_that_the_world_has() -> None:
    assert "view" not in chosen_ablations("all", "first")
    assert "view" in chosen_ablations("all", "second")
    assert chosen_ablations("view,masks", "first") == ["view", "masks"]


def test_wrong_masks_are_wrong_in_the_way_they_say() -> None:
    case = world_of("first").case("pose", 3, 128)
    covered = {
        row.mask: request_of(row, case, 0, HOW).puppet_image
        for row in ABLATIONS["wrong-mask"].rows
        if row.has_puppet
    }
    area = {
        kind: int((raster.array[..., 3] > 127).sum())
        for kind, raster in covered.items()
        if raster is not None
    }
    assert area["cut"] < 0.9 * area["right"] < area["right"] < area["grown"]


def test_views_change_the_view_alone() -> None:
    cases = [world_of("second").case(task, 11, 96) for task in VIEW_TASKS]
    assert len({case.reference.image.tobytes() for case in cases}) == 1
    shots = [set(case.words) for case in cases]
    assert "from behind" in shots[3] and "from behind" not in shots[0]
    assert all(case.target is not None for case in cases)
    back = cases[3].puppet_target
    assert back is not None and back[0, 2] == 0  # the nose is turned away, so nobody places it
    with pytest.raises(BadInput, match="--world second"):
        world_of("first").case("view-back", 11, 96)


def test_views_are_judged_by_scorers_of_their_world(
    toon: Path, scorers: Path, tmp_path: Path
) -> None:
    done = evaluate(
        "ablate", "--what", "view", "--cases", 1, "--model", toon, "--scorers", scorers,
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.exit_code == 2
    assert "train scorers for it" in done.output


def test_trained_variants_are_drawn_beside_each_other(
    toon: Path, trained: Path, scorers: Path, tmp_path: Path
) -> None:
    variants = tmp_path / "variants"
    for name in ("full", "no-masks"):
        shutil.copytree(trained / "anime", variants / name)
    (variants / "no-masks" / "row.json").write_text('{"mask": "off"}')
    shutil.copytree(toon, variants / "other-model")
    done = evaluate(
        "ablate", "--variants", variants, "--cases", 1, "--samples", 1, "--steps", 1,
        "--model", toon, "--scorers", scorers, "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    cells = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))["tables"]["mean"]
    assert list(cells) == ["full", "no-masks", "other-model", "truth"]
    assert len({cell["psnr_truth"]["mean"] for cell in cells.values()}) == 4


def test_an_unknown_ablation_is_told(tmp_path: Path) -> None:
    done = evaluate("ablate", "--what", "hats", "--out", tmp_path)
    assert done.exit_code == 2
    assert "puppet-scale" in done.output
    assert not np.any([path.is_dir() for path in tmp_path.iterdir()])
