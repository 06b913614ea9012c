"""A few-step LoRA draws drafts and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from core.checkpoints.fewstep import FewStep
from core.checkpoints.fewstep_config import LCM
from core.checkpoints.loading import LoadedModel
from core.checkpoints.lora import LowRank
from core.engine.requests import Cancelled
from tests.core.engine.tiny import (
    FLOW,
    CallCounter,
    Recorder,
    draw,
    make_engine,
    request,
    tiny_model,
)

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
TO_Q = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
CONV = "mid_block.resnets.0.conv1"
EPSILON = {"_class_name": "DDIMScheduler", "prediction_type": "epsilon"}


def with_fewstep(scheduler: dict[str, Any], base: dict[str, Any]) -> LoadedModel:
    model = tiny_model(scheduler=base)
    generator = torch.Generator().manual_seed(5)

    def part(name: str) -> LowRank:
        weight = model.unet.get_parameter(f"{name}.weight")
        ones = [1] * (weight.dim() - 2)
        return LowRank(
            torch.randn(2, *weight.shape[1:], generator=generator),
            torch.randn(weight.shape[0], 2, *ones, generator=generator),
            0.5,
        )

    few = FewStep(LCM, {name: part(name) for name in (TO_Q, CONV)}, {**base, **scheduler})
    return replace(model, fewstep=few)


def test_drafts_alone_are_drawn_with_it_and_nothing_of_it_stays() -> None:
    model = with_fewstep({}, FLOW)
    before = {key: value.clone() for key, value in model.unet.state_dict().items()}
    unet = CallCounter(model.unet)
    final, draft = request(), request(quality="draft", seed=0)
    got = draw(make_engine(model), draft, final)
    assert set(unet.batches) == {2}  # never in one batch
    usual = draw(make_engine(tiny_model(scheduler=FLOW)), draft, final)
    assert np.array_equal(got[1].image, usual[1].image)
    assert not np.array_equal(got[0].image, usual[0].image)
    after = model.unet.state_dict()
    assert all(torch.equal(after[key], value) for key, value in before.items())


def test_lcm_draws_drafts_of_a_model_with_another_scheduler() -> None:
    model = with_fewstep({"_class_name": "LCMScheduler"}, EPSILON)
    asked = [request(quality="draft", steps=2, guidance_scale=1.0, seed=seed) for seed in (1, 2)]
    together = draw(make_engine(model), *asked)
    alone = [draw(make_engine(model), one)[0] for one in asked]
    for one, other in zip(together, alone, strict=True):
        assert np.abs(one.image.astype(int) - other.image).max() <= 1
    assert not np.array_equal(together[0].image, together[1].image)


def test_a_stopped_draft_leaves_the_weights_as_they_were() -> None:
    model = with_fewstep({}, FLOW)
    before = {key: value.clone() for key, value in model.unet.state_dict().items()}
    recorder = Recorder(cancel_at=1)
    with pytest.raises(Cancelled):
        make_engine(model).render((request(quality="draft"),), recorder.on_progress, recorder.token)
    after = model.unet.state_dict()
    assert all(torch.equal(after[key], value) for key, value in before.items())
