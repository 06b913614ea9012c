"""The variants of Tables 3 to 6: what changes, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.adapters.config import AnimeAdapterConfig
from core.errors import BadInput
from core.evaluation.rows import Row
from core.evaluation.variants import row_of
from core.training import adapter, variants
from core.training.command import StageArguments
from core.training.config import FrozenModel, load_config
from core.training.variants import encoder_layers, variants_for

SETTINGS = """
seed = 4
size_px = 64
[base]
reference_share = 0.8
[base.optimisation]
steps = 1
batch = 2
learning_rate = 1e-3
[adapter]
kind = "ip"
pair_share = 0.5
[adapter.optimisation]
steps = 1
batch = 2
learning_rate = 1e-3
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[StageArguments]:
    found: list[StageArguments] = []
    monkeypatch.setattr(adapter, "train", found.append)
    return found


def train(tmp_path: Path, *more: str) -> None:
    (tmp_path / "c.toml").write_text(SETTINGS, encoding="utf-8")
    variants.main(
        ["--config", str(tmp_path / "c.toml"), "--stages", str(tmp_path / "stages"),
         "--out", str(tmp_path / "out"), "--threads", "1", *more]
    )  # fmt: skip


def test_each_variant_changes_one_setting(asked: list[StageArguments], tmp_path: Path) -> None:
    train(tmp_path)
    config = load_config(tmp_path / "c.toml")
    places = {one.out.name: one for one in asked}
    assert set(places) == {
        "full", "scope-up", "no-masks", "no-controller", "k1", "k2", "k4", "k5",
        "reference", "reference-no-masks", "reference-no-controller",
    }  # fmt: skip
    stages = {name: one.config.adapter for name, one in places.items()}
    full = stages["full"]
    assert full is not None and full.kind == "anime" and full.pair_share == 0.5
    changed = {
        name: {k for k, v in vars(stage).items() if v != vars(full)[k]}
        for name, stage in stages.items()
        if stage is not None
    }
    assert changed == {
        "full": set(), "scope-up": {"scope"}, "no-masks": {"masks"}, "no-controller": {"pose"},
        **{f"k{k}": {"vision_layers"} for k in (1, 2, 4, 5)},
        "reference": {"kind"}, "reference-no-masks": {"kind", "masks"},
        "reference-no-controller": {"kind", "pose"},
    }  # fmt: skip
    for one in asked:
        assert one.inputs == tmp_path / "stages"
        assert one.config.seed == config.seed
        assert one.config.base is not None and one.config.base.reference_share == 0


def test_only_some_are_trained_where_asked(asked: list[StageArguments], tmp_path: Path) -> None:
    train(tmp_path, "--only", "k2,full")
    assert [one.out.name for one in asked] == ["k2", "full"]
    with pytest.raises(BadInput, match="“k9”"):
        train(tmp_path, "--only", "k9")


def test_without_masks_it_is_asked_without_them(
    asked: list[StageArguments], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(tmp_path, "--only", "full,no-masks,reference-no-masks")
    monkeypatch.setattr("core.evaluation.variants.adapters_in", lambda folder: {"anime": folder})
    assert row_of(asked[0].out) == Row("full", "anime")
    assert row_of(asked[1].out) == Row("no-masks", "anime", mask="off")
    assert row_of(asked[2].out).mask == "off"


def test_finished_variants_are_put_together(asked: list[StageArguments], tmp_path: Path) -> None:
    folder = tmp_path / "out" / "variants"
    both = folder / "full+reference"
    for name, file in (("full", "adapter/weights"), ("reference", "adapter_reference/weights")):
        train(tmp_path, "--only", "k1")
        assert not both.exists()
        (folder / name / file).parent.mkdir(parents=True)
        (folder / name / file).write_text(name)
    train(tmp_path, "--only", "k1")
    assert (both / "adapter/weights").read_text() == "full"
    assert (both / "adapter_reference/weights").read_text() == "reference"


def test_layers_are_the_papers_share_of_the_encoder(tmp_path: Path) -> None:
    assert AnimeAdapterConfig().vision_layers == 7
    assert {"k3", "k7", "k11", "k15"} < set(variants_for(24))
    assert encoder_layers(None) == 8
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    (encoder / "config.json").write_text(json.dumps({"num_hidden_layers": 24}))
    assert encoder_layers(FrozenModel(base=tmp_path, image_encoder=encoder)) == 24
    (encoder / "config.json").write_text("{}")
    with pytest.raises(BadInput, match="how many layers"):
        encoder_layers(FrozenModel(base=tmp_path, image_encoder=encoder))
