from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.errors import BadInput
from core.training.config import Optimisation, load_config
from core.training.loop import DEFAULT_CONFIG, Trainer, ema_weights, schedule
from core.training.networks import build_tokenizer
from core.training.prompts import training_prompt


def settings(**changes: float | int | bool) -> Optimisation:
    values: dict[str, object] = {"steps": 12, "batch": 4, "learning_rate": 0.05, "warmup_steps": 2}
    return Optimisation(**{**values, "bf16": False, "ema_decay": 0.5, **changes})  # type: ignore[arg-type]


def test_shipped_configuration_is_read() -> None:
    config = load_config(DEFAULT_CONFIG)
    assert config.size_px == 256
    assert config.adapter.optimisation.steps > 0


def test_unknown_and_wrong_keys_are_refused(tmp_path: Path) -> None:
    text = DEFAULT_CONFIG.read_text(encoding="utf-8")
    wrong = tmp_path / "config.toml"
    wrong.write_text(text.replace("crop_px", "crop_pixels"), encoding="utf-8")
    with pytest.raises(BadInput, match="crop_pixels"):
        load_config(wrong)
    wrong.write_text(text.replace("size_px = 256", 'size_px = "large"'), encoding="utf-8")
    with pytest.raises(BadInput, match="size_px"):
        load_config(wrong)


def test_schedule_warms_up_and_ends_at_zero() -> None:
    chosen = settings(steps=100, warmup_steps=10)
    factors = [schedule(step, chosen) for step in range(101)]
    assert factors[0] == pytest.approx(0.1)
    assert max(factors) == pytest.approx(1.0)
    assert factors[-1] == 0
    assert all(a >= b for a, b in pairwise(factors[10:]))


def regression(module: nn.Linear) -> Tensor:
    x = torch.linspace(-1, 1, 16)[:, None]
    return (module(x) - (3 * x + 1)).square().mean()


def test_a_stopped_training_goes_on_where_it_was(tmp_path: Path) -> None:
    def train(folder: Path, stop_after: int | None = None) -> nn.Linear:
        torch.manual_seed(0)
        module = nn.Linear(1, 1)
        trainer = Trainer("line", module, settings(checkpoint_seconds=0), folder)

        def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
            if step == stop_after:
                raise KeyboardInterrupt
            return regression(module), {}

        if stop_after is None:
            trainer.run(loss_of)
        else:
            with pytest.raises(KeyboardInterrupt):
                trainer.run(loss_of)
        return module

    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    whole = train(tmp_path / "whole")
    train(tmp_path / "stopped", stop_after=5)
    resumed = train(tmp_path / "stopped")
    for a, b in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(a, b)
    shipped = nn.Linear(1, 1)
    ema_weights("line", shipped, tmp_path / "stopped")
    assert regression(shipped) < regression(nn.Linear(1, 1).requires_grad_(False))
    assert not shipped.weight.requires_grad


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
