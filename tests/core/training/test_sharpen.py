"""The finishing network against its critic."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from core.training.checkpoint import first_checkpoint
from core.training.config import SharpenStage
from core.training.critic import Critic, FinisherAndCritic
from core.training.frozen import finished_finisher
from core.training.networks import build_finisher
from core.training.sharpen import SharpenObjective, cleared_ground, patches_near
from tests.core.training.tiny import optimisation

SIDE = 64


def subject() -> Tensor:
    mask = torch.zeros(1, 1, SIDE, SIDE, dtype=torch.bool)
    mask[..., 24:40, 24:40] = True
    return mask


def test_a_trace_beside_the_figure_goes_and_the_ground_further_away_stays() -> None:
    drawn = torch.zeros(1, 3, SIDE, SIDE)
    drawn[..., :, :8] = 0.5  # something of the ground
    drawn[..., 42:45, 28:36] = -0.8  # what the UNet left below the figure
    cleared = cleared_ground(drawn, torch.ones_like(drawn), subject(), 8)
    assert cleared[..., 42:45, 28:36].abs().max() < 0.1
    assert torch.equal(cleared[..., :8], drawn[..., :8])
    assert torch.equal(cleared[..., 54:, :], drawn[..., 54:, :])


def test_a_ground_that_was_drawn_as_asked_is_the_true_one() -> None:
    truth = torch.rand(1, 3, SIDE, SIDE)
    drawn = truth + 0.02
    drawn[..., 18:22, 18:22] = -1
    assert torch.equal(cleared_ground(drawn, truth, subject(), 8), truth)


def test_where_the_figure_fills_the_picture_nothing_is_made_up() -> None:
    drawn, truth = torch.rand(1, 3, SIDE, SIDE), torch.zeros(1, 3, SIDE, SIDE)
    everywhere = torch.ones_like(subject())
    assert torch.equal(cleared_ground(drawn, truth, everywhere, 8), drawn)


def test_the_critic_judges_the_figure_and_what_is_around_it() -> None:
    near = patches_near(subject(), 8)
    assert near.shape == (1, 1, 8, 8) == Critic()(torch.zeros(1, 3, SIDE, SIDE))[0].shape
    assert near[0, 0, 2:6, 2:6].eq(1).all() and near[0, 0, :2].eq(0).all()


def gradients(adversarial_weight: float) -> tuple[Tensor, Tensor]:
    torch.manual_seed(0)
    networks = FinisherAndCritic()
    generator = torch.Generator().manual_seed(1)
    batch = {
        "drawn": torch.rand(2, 3, SIDE, SIDE, generator=generator),
        "truth": torch.rand(2, 3, SIDE, SIDE, generator=generator),
        "puppet": torch.zeros(2, 4, SIDE, SIDE),
        "subject": subject().expand(2, -1, -1, -1),
        "face": subject().expand(2, -1, -1, -1),
        "word": torch.tensor([0, 3]),
    }
    stage = SharpenStage(optimisation(), adversarial_weight=adversarial_weight)
    SharpenObjective(networks, stage)(batch)[0].backward()
    bias, judge = networks.finisher.conv_out.bias, networks.critic.judge.bias
    assert bias is not None and bias.grad is not None
    assert judge is not None and judge.grad is not None
    return bias.grad, judge.grad


def test_the_critic_learns_from_its_own_mistakes_only() -> None:
    """Else it would call everything true that the finisher makes."""
    (finisher, critic), (pushed, same) = gradients(0.0), gradients(50.0)
    assert torch.equal(critic, same)
    assert not torch.allclose(finisher, pushed)


def test_between_the_two_networks_lies_what_is_published(tmp_path: Path) -> None:
    assert finished_finisher(tmp_path) is None
    plain, sharp = build_finisher(), FinisherAndCritic()
    for network, value in ((plain, 0.0), (sharp, 1.0)):
        for parameter in network.parameters():
            parameter.data.fill_(value)
    first_checkpoint(plain, tmp_path / "finisher.pt")
    assert values(finished_finisher(tmp_path)) == {0.0}
    first_checkpoint(sharp, tmp_path / "sharpen.pt")
    assert values(finished_finisher(tmp_path)) == {1.0}
    assert values(finished_finisher(tmp_path, 0.25)) == {0.25}


def values(network: nn.Module | None) -> set[float]:
    assert network is not None
    return {float(value) for one in network.parameters() for value in one.unique()}
