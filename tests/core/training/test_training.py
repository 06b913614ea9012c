"""Settings, tokenizer and prompts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadInput
from core.training.command import DEFAULT_CONFIG, stage_arguments
from core.training.config import load_config, section
from core.training.networks import build_tokenizer
from core.training.prompts import training_prompt

CONFIGS = DEFAULT_CONFIG.parent


def test_shipped_configuration_is_read() -> None:
    config = load_config(DEFAULT_CONFIG)
    assert config.size_px == 256
    stages = "vae clip base pose adapter fewstep detector finisher sharpen"
    for name in stages.split():
        assert section(getattr(config, name), name).optimisation.steps > 0


def test_the_papers_run_is_the_papers() -> None:
    config = load_config(CONFIGS / "anime_adapter_sd15.toml")
    stage = section(config.adapter, "adapter")
    opt = stage.optimisation
    assert (opt.steps, opt.batch, opt.learning_rate, config.size_px) == (30_000, 16, 1e-4, 512)
    assert (stage.drop_image, stage.drop_text, stage.drop_both) == (0.05, 0.05, 0.05)
    assert (stage.pair_share, stage.after_softmax_share, stage.scope) == (0.0, 0.0, "full")
    assert stage.masks and stage.pose and opt.schedule == "constant" and opt.bf16
    assert config.data is not None and config.model is not None


@pytest.mark.parametrize("name", ["paper_tables", "paper_ablations"])
def test_the_tables_adapters_learn_as_koma_toons_but_from_the_target_itself(name: str) -> None:
    own = section(load_config(DEFAULT_CONFIG).adapter, "adapter")
    stage = section(load_config(CONFIGS / f"{name}.toml").adapter, "adapter")
    assert (stage.kind, stage.pair_share) == ("anime", 0.0) and own.pair_share > 0
    same = {"learning_rates": own.learning_rates, "optimisation": own.optimisation}
    assert replace(stage, pair_share=own.pair_share, **same) == own
    assert replace(stage.optimisation, steps=own.optimisation.steps) == own.optimisation


def test_settings_of_one_stage_are_enough(tmp_path: Path) -> None:
    """Files of older versions and of single stages: what is not there is asked for when needed."""
    file = tmp_path / "one.toml"
    file.write_text(
        "seed = 1\nsize_px = 64\n[finisher]\npool = 3\n[finisher.optimisation]\nsteps = 1\n"
        "batch = 1\nlearning_rate = 0.1\nema_decay = 0.99\n"
    )
    config = load_config(file)
    assert section(config.finisher, "finisher").pool == 3
    with pytest.raises(BadInput, match=r"\[vae\]"):
        section(config.vae, "vae")


def test_unknown_and_wrong_keys_are_refused(tmp_path: Path) -> None:
    text = DEFAULT_CONFIG.read_text(encoding="utf-8")
    wrong = tmp_path / "config.toml"
    wrong.write_text(text.replace("crop_px", "crop_pixels"), encoding="utf-8")
    with pytest.raises(BadInput, match="crop_pixels"):
        load_config(wrong)
    wrong.write_text(text.replace("size_px = 256", 'size_px = "large"'), encoding="utf-8")
    with pytest.raises(BadInput, match="size_px"):
        load_config(wrong)
    with pytest.raises(BadInput, match=r"none\.toml cannot be read"):
        load_config(tmp_path / "none.toml")


def test_the_command_line_reaches_the_stage(tmp_path: Path) -> None:
    config = CONFIGS / "anime_adapter_sd15.toml"
    given = ["--config", str(config), "--out", str(tmp_path / "out"), "--threads", "1", "--cpu"]
    arguments = stage_arguments("", given)
    assert arguments.config == load_config(config) and arguments.cpu and arguments.threads == 1
    assert arguments.out.is_dir()


def test_tokenizer_knows_every_tag(tmp_path: Path) -> None:
    words = ("1girl", "long hair", "two-tone hair", "t-shirt", "striped clothes")
    tokenizer = build_tokenizer(words, tmp_path)
    again = type(tokenizer).from_pretrained(str(tmp_path))
    for word in words:
        ids = again(word)["input_ids"]
        assert tokenizer.eos_token_id not in ids[1:-1], f"{word} is cut into unknown pieces"
    assert again("x")["input_ids"] == tokenizer("x")["input_ids"]


def test_prompts_leave_out_what_they_should() -> None:
    identity, shot = ("1girl", "solo", "red hair", "hat"), ("full body", "smile")
    rng = np.random.default_rng(0)
    without = [
        training_prompt(identity, shot, rng, drop_identity=1, drop_text=0) for _ in range(50)
    ]
    assert not any("red hair" in prompt for prompt in without)
    assert any("smile" in prompt for prompt in without)
    assert training_prompt(identity, shot, rng, drop_identity=0, drop_text=1) == ""
    told = [training_prompt(identity, shot, rng, drop_identity=0, drop_text=0) for _ in range(50)]
    assert any("red hair" in prompt for prompt in told)
