"""What one training example has and what is left out, drawn at random for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.training.config import AdapterStage, BaseStage, FewstepStage, PoseStage


@dataclass(frozen=True)
class Choice:
    """text: whether there is a prompt; identity_tags: how likely the tags of the character's looks
    are left out of it. pose, puppet, reference: whether the example has one. pair: the reference is
    another picture of the character, not the target. after_softmax: masked as at inference (Eq. 6).
    """

    text: bool = True
    pose: bool = True
    puppet: bool = False
    reference: bool = False
    pair: bool = False
    after_softmax: bool = False
    drop_identity_tags: float = 0.0


Choose = Callable[[np.random.Generator], Choice]


def base_choice(stage: BaseStage, adapter: AdapterStage | None) -> Choose:
    """adapter: what rows with a reference are like, where there are any."""

    def choose(rng: np.random.Generator) -> Choice:
        reference = bool(rng.random() < stage.reference_share)
        with_adapter = adapter if reference else None
        return Choice(
            text=bool(rng.random() >= stage.drop_text),
            pose=bool(rng.random() >= stage.drop_pose),
            puppet=bool(rng.random() >= stage.drop_puppet),
            reference=reference,
            pair=bool(with_adapter and rng.random() < with_adapter.pair_share),
            after_softmax=bool(with_adapter and rng.random() < with_adapter.after_softmax_share),
            drop_identity_tags=(with_adapter or stage).drop_identity_tags,
        )

    return choose


def adapter_choice(stage: AdapterStage) -> Choose:
    def choose(rng: np.random.Generator) -> Choice:
        image, text = kept(rng.random(), stage)
        return Choice(
            text=text,
            pose=stage.pose,
            puppet=bool(rng.random() < stage.puppet_share),
            reference=image,
            pair=bool(rng.random() < stage.pair_share),
            after_softmax=bool(rng.random() < stage.after_softmax_share),
            drop_identity_tags=stage.drop_identity_tags,
        )

    return choose


def kept(draw: float, stage: AdapterStage) -> tuple[bool, bool]:
    """Whether image and text stay: one draw in 0 to 1 decides both, as in IP-Adapter."""
    image, text = stage.drop_image, stage.drop_image + stage.drop_text
    both = text + stage.drop_both
    no_image = draw < image or text <= draw < both
    return not no_image, not image <= draw < both


def pose_choice(stage: PoseStage) -> Choose:
    def choose(rng: np.random.Generator) -> Choice:
        text = bool(rng.random() >= stage.drop_text)
        return Choice(text=text, drop_identity_tags=stage.drop_identity_tags)

    return choose


def fewstep_choice(stage: FewstepStage) -> Choose:
    """As drafts are asked for: always with text and pose, as a rule with a reference."""

    def choose(rng: np.random.Generator) -> Choice:
        return Choice(
            puppet=bool(rng.random() >= stage.drop_puppet),
            reference=bool(rng.random() < stage.reference_share),
            pair=True,
            after_softmax=True,
            drop_identity_tags=stage.drop_identity_tags,
        )

    return choose
