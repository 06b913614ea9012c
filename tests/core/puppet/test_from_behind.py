"""A figure seen from the other side than its reference keeps its head up and shows no face."""

from __future__ import annotations

import numpy as np
import pytest

from core.pose import Pose
from core.puppet import Puppet, warp
from core.puppet import skeleton as sk
from core.puppet.anatomy import Part
from core.puppet.motion import motions
from core.puppet.skeleton import skeleton_of
from core.synthetic import SECOND
from core.synthetic.drawing import Part as DrawnPart
from core.synthetic.second.shot import sample_shot
from core.synthetic.split import Split

NUMBERS = (0, 3, 4)


def drawn(number: int, view: str):
    character = SECOND.character(number, Split.TRAIN)
    rng = np.random.default_rng(number)
    shot = sample_shot(rng, framing="full", view=view, width=256, height=256)
    return SECOND.draw(character, shot)


def pose_of(drawing) -> Pose:
    return Pose.from_array(drawing.keypoints)


def puppet_of(drawing) -> Puppet:
    return Puppet(drawing.image, (drawing.mask > 127).astype(np.uint8) * 255, pose_of(drawing))


@pytest.mark.parametrize("number", NUMBERS)
def test_from_behind_the_head_is_mirrored_and_upright(number: int) -> None:
    puppet, target = puppet_of(drawn(number, "front")), pose_of(drawn(number, "back"))
    prepared = puppet.prepared
    skeleton = skeleton_of(target, prepared.skeleton, (256, 256))
    assert skeleton.turned
    head = motions(prepared.skeleton, skeleton, prepared.anatomy, prepared.skirt)[Part.HEAD]
    assert head.matrix[0, 0] < 0 < head.matrix[1, 1]
    assert head.bulge is None
    assert (skeleton.points[list(sk.FACE), 1] < skeleton.points[sk.NECK, 1]).all()


@pytest.mark.parametrize("view", ["front", "three-quarter", "side"])
def test_other_views_are_not_turned(view: str) -> None:
    for number in NUMBERS:
        puppet, target = puppet_of(drawn(number, "front")), pose_of(drawn(number, view))
        assert not skeleton_of(target, puppet.prepared.skeleton, (256, 256)).turned


@pytest.mark.parametrize("number", NUMBERS)
def test_no_face_is_seen_from_behind(number: int) -> None:
    front = drawn(number, "front")
    puppet, back = puppet_of(front), drawn(number, "back")
    result = warp(puppet, pose_of(back), 256, 256)
    skin = np.median(front.image[front.part_mask(DrawnPart.FACE) > 127], axis=0)
    hair = back.part_mask(DrawnPart.HAIR) > 127
    like_skin = np.abs(result[..., :3] - skin).sum(axis=2) < 40
    assert (result[..., 3] > 200)[hair].mean() > 0.6
    assert like_skin[hair].mean() < 0.05
