"""The puppet keeps the reference's pixels, moves them with the skeleton, and never breaks."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import BadInput
from core.pose import STANDING, Keypoint, Pose, mirror
from core.puppet import Puppet, warp

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def puppet(doll: Any) -> Puppet:
    return Puppet(doll.image, doll.mask, doll.pose)


def psnr(a: NDArray[Any], b: NDArray[Any]) -> float:
    error = np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def with_points(pose: Pose, **moved: tuple[float, float, float]) -> Pose:
    """Keypoints replaced by index: `k3=(x, y, confidence)`."""
    body = list(pose.body)
    for name, values in moved.items():
        body[int(name[1:])] = Keypoint(*values)
    return Pose(tuple(body))


def hidden(pose: Pose, *indices: int) -> Pose:
    body = [Keypoint(0, 0, 0) if i in indices else k for i, k in enumerate(pose.body)]
    return Pose(tuple(body))


def middle(pose: Pose, a: int, b: int) -> tuple[int, int]:
    first, second = pose.body[a], pose.body[b]
    return round((first.y + second.y) / 2), round((first.x + second.x) / 2)


def is_color(pixel: NDArray[np.uint8], color: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel[:3].astype(int) - color).max() < 40 and pixel[3] > 200)


def test_own_pose_gives_the_reference_back(puppet: Puppet, doll: Any) -> None:
    result = warp(puppet, doll.pose, 256, 256)
    inner = cv2.erode(doll.mask, np.ones((3, 3), np.uint8)) > 0
    assert psnr(result[inner][:, :3], doll.image[inner]) > 25
    assert result[inner][:, 3].min() > 160
    assert result[inner][:, 3].mean() > 250
    outer = cv2.dilate(doll.mask, np.ones((7, 7), np.uint8)) == 0
    assert not result[outer].any()


def test_no_background_comes_along(doll: Any) -> None:
    image = doll.image.copy()
    image[doll.mask == 0] = (0, 255, 0)
    result = warp(Puppet(image, doll.mask, doll.pose), doll.pose, 256, 256)
    edge = (cv2.dilate(doll.mask, np.ones((3, 3), np.uint8)) > 0) & (doll.mask == 0)
    shown = result[edge & (result[..., 3] > 8)].astype(int)
    greener = shown[:, 1] - np.maximum(shown[:, 0], shown[:, 2])
    assert np.percentile(greener, 95) < 150


def test_translation_moves_every_pixel(puppet: Puppet, doll: Any) -> None:
    still = warp(puppet, doll.pose, 300, 280)
    moved = warp(puppet, doll.pose.mapped(1, 1, 25, 12), 300, 280)
    assert np.abs(moved[12:, 25:].astype(int) - still[:-12, :-25]).max() <= 2


def test_a_moved_arm_takes_its_colours_along(puppet: Puppet, doll: Any, colors: Any) -> None:
    target = with_points(doll.pose, k3=(75, 70, 1), k4=(60, 40, 1))
    result = warp(puppet, target, 256, 256)
    assert is_color(result[middle(target, 2, 3)], colors["right_upper_arm"])
    assert is_color(result[middle(target, 3, 4)], colors["right_forearm"])
    assert result[middle(doll.pose, 3, 4)][3] < 20, "the arm has left its old place"
    assert is_color(result[middle(target, 5, 6)], colors["left_upper_arm"])


def test_a_bent_knee_leaves_no_gap(puppet: Puppet, doll: Any, colors: Any) -> None:
    target = with_points(doll.pose, k12=(190, 170, 1), k13=(150, 215, 1))
    result = warp(puppet, target, 256, 256)
    for a, b, name in ((11, 12, "left_thigh"), (12, 13, "left_shin")):
        start, end = target.body[a], target.body[b]
        along = np.linspace(0.1, 1.0, 30)[:, None]
        line = np.array([start.x, start.y]) + along * (end.x - start.x, end.y - start.y)
        alphas = [result[round(y), round(x), 3] for x, y in line]
        assert min(alphas) > 200
        assert is_color(result[middle(target, a, b)], colors[name])


@pytest.mark.parametrize("size", [128, 512])
def test_other_output_sizes(puppet: Puppet, doll: Any, colors: Any, size: int) -> None:
    pose = doll.pose.mapped(size / 256, size / 256)
    result = warp(puppet, pose, size, size)
    expected = cv2.resize(doll.image, (size, size), interpolation=cv2.INTER_AREA)
    mask = cv2.resize(doll.mask, (size, size), interpolation=cv2.INTER_AREA)
    inner = cv2.erode(mask, np.ones((5, 5), np.uint8)) == 255
    assert psnr(result[inner][:, :3], expected[inner]) > 20
    assert is_color(result[middle(pose, 8, 9)], colors["right_thigh"])


def test_large_reference_on_a_small_canvas(large_doll: Any, doll: Any) -> None:
    large = Puppet(large_doll.image, large_doll.mask, large_doll.pose)
    result = warp(large, doll.pose, 256, 256)
    inner = cv2.erode(doll.mask, np.ones((5, 5), np.uint8)) > 0
    assert psnr(result[inner][:, :3], doll.image[inner]) > 18


def test_mirrored_figure(puppet: Puppet, doll: Any, colors: Any) -> None:
    target = mirror(doll.pose)
    result = warp(puppet, target, 256, 256)
    for a, b, name in ((2, 3, "right_upper_arm"), (12, 13, "left_shin")):
        assert is_color(result[middle(target, a, b)], colors[name])


def test_seen_from_behind(puppet: Puppet, doll: Any, colors: Any) -> None:
    center = doll.pose.bounds.center.x
    target = doll.pose.mapped(-1, 1, 2 * center)
    result = warp(puppet, target, 256, 256)
    assert is_color(result[middle(target, 2, 3)], colors["right_upper_arm"])
    assert is_color(result[middle(target, 2, 11)], colors["torso"])


@pytest.mark.parametrize(("facing", "near", "far"), [(-1, 5, 2), (1, 2, 5)])
def test_from_the_side_the_far_arm_is_behind(
    puppet: Puppet, doll: Any, colors: Any, facing: int, near: int, far: int
) -> None:
    narrow = doll.pose.mapped(0.15, 1, 110).to_array()
    for index, x in ((0, 0), (14, 0), (15, 0), (16, -12), (17, -12)):
        narrow[index, 0] = 128 + facing * (10 + x)
    narrow[[3, 4, 6, 7], 0] = 128
    target = Pose.from_array(narrow)
    result = warp(puppet, target, 256, 256)
    name = {2: "right_upper_arm", 5: "left_upper_arm"}[near]
    row, column = middle(target, near, near + 1)
    assert is_color(result[row, column], colors[name])
    without = warp(puppet, hidden(target, near + 1, near + 2), 256, 256)
    assert is_color(without[row, column], colors["torso"])


def test_an_arm_that_leaves_the_picture_is_continued(puppet: Puppet, doll: Any) -> None:
    target = with_points(doll.pose.mapped(1, 1, -75), k3=(6, 110, 1), k4=(0, 0, 0))
    result = warp(puppet, target, 256, 256)
    assert result[round(target.body[3].y) + 4, 1, 3] > 200


def test_foreshortened_limb_keeps_its_width(puppet: Puppet, doll: Any) -> None:
    knee, ankle = doll.pose.body[9], doll.pose.body[10]
    target = with_points(doll.pose, k10=(ankle.x, (knee.y + ankle.y) / 2, 1))
    before = warp(puppet, doll.pose, 256, 256)[middle(doll.pose, 9, 10)[0], :128, 3]
    after = warp(puppet, target, 256, 256)[middle(target, 9, 10)[0], :128, 3]
    assert abs(int((before > 128).sum()) - int((after > 128).sum())) <= 3


def test_limb_of_no_length(puppet: Puppet, doll: Any) -> None:
    knee = doll.pose.body[9]
    target = with_points(doll.pose, k10=(knee.x, knee.y, 1))
    assert warp(puppet, target, 256, 256)[middle(doll.pose, 8, 9)][3] > 200


@pytest.mark.parametrize(
    "limb", [(3, 4), (4,), (8, 11), (9, 10, 12, 13), (0, 14, 15, 16, 17), (1,)]
)
def test_hidden_keypoints_on_either_side(doll: Any, colors: Any, limb: tuple[int, ...]) -> None:
    partial = hidden(doll.pose, *limb)
    for reference, target in ((doll.pose, partial), (partial, doll.pose)):
        result = warp(Puppet(doll.image, doll.mask, reference), target, 256, 256)
        assert is_color(result[middle(doll.pose, 2, 11)], colors["torso"])
        assert is_color(result[middle(doll.pose, 5, 6)], colors["left_upper_arm"])


def test_hidden_arm_is_not_drawn(puppet: Puppet, doll: Any) -> None:
    result = warp(puppet, hidden(doll.pose, 4), 256, 256)
    wrist = doll.pose.body[4]
    assert result[round(wrist.y), round(wrist.x), 3] < 30


def test_upper_body_reference_on_a_whole_figure(doll: Any, colors: Any) -> None:
    cut = round(doll.pose.body[8].y) + 5
    pose = hidden(doll.pose, 9, 10, 12, 13)
    upper = Puppet(doll.image[:cut], doll.mask[:cut], pose)
    result = warp(upper, doll.pose, 256, 256)
    assert is_color(result[middle(doll.pose, 2, 11)], colors["torso"])
    assert result[middle(doll.pose, 9, 10)][3] < 30


def test_figure_partly_and_wholly_outside(puppet: Puppet, doll: Any) -> None:
    partly = warp(puppet, doll.pose.mapped(1, 1, -128, 0), 256, 256)
    assert partly[:, :100, 3].any() and not partly[:, 200:].any()
    assert not warp(puppet, doll.pose.mapped(1, 1, 4000, 0), 256, 256).any()


def test_alpha_channel_of_the_reference_counts(doll: Any) -> None:
    alpha = doll.mask.copy()
    alpha[round(doll.pose.body[8].y) + 12 :] = 0
    rgba = np.dstack([doll.image, alpha])
    result = warp(Puppet(rgba, doll.mask, doll.pose), doll.pose, 256, 256)
    assert result[middle(doll.pose, 9, 10)][3] < 30
    assert result[middle(doll.pose, 2, 11)][3] > 200


def test_bad_input(doll: Any, puppet: Puppet) -> None:
    nothing = Pose((Keypoint(5, 5, 0),) * 18)
    with pytest.raises(BadInput, match="mask is empty"):
        Puppet(doll.image, np.zeros_like(doll.mask), doll.pose)
    with pytest.raises(BadInput, match="another size"):
        Puppet(doll.image, doll.mask[:9], doll.pose)
    with pytest.raises(BadInput, match="no limb"):
        Puppet(doll.image, doll.mask, nothing)
    with pytest.raises(BadInput, match="no limb"):
        warp(puppet, nothing, 64, 64)
    with pytest.raises(BadInput, match="colour"):
        Puppet(doll.mask, doll.mask, doll.pose)  # type: ignore[arg-type]


_points = st.lists(
    st.tuples(
        st.floats(-60, 320) | st.sampled_from([0.0, 128.0, float("nan")]),
        st.floats(-60, 320) | st.sampled_from([0.0, 128.0, float("inf")]),
        st.sampled_from([0.0, 1.0, 1.0]),
    ),
    min_size=18,
    max_size=18,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reference=_points, target=_points, noisy=st.booleans())
def test_any_skeleton_gives_a_picture(doll: Any, reference: Any, target: Any, noisy: bool) -> None:
    own = Pose(tuple(Keypoint(*p) for p in reference)) if noisy else doll.pose
    wanted = Pose(tuple(Keypoint(*p) for p in target))
    try:
        result = warp(Puppet(doll.image, doll.mask, own), wanted, 96, 80)
    except BadInput:
        return
    assert result.shape == (80, 96, 4) and result.dtype == np.uint8
    assert not result[result[..., 3] == 0].any()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0.5, 1.5), st.floats(-0.6, 0.6))
def test_whole_figure_turned_and_scaled(
    puppet: Puppet, colors: Any, size: float, turn: float
) -> None:
    cos, sin = np.cos(turn) * size, np.sin(turn) * size
    points = STANDING.mapped(256, 256).to_array()
    xy = (points[:, :2] - 128) @ np.array([[cos, sin], [-sin, cos]]) + 200
    target = Pose(tuple(Keypoint(float(x), float(y)) for x, y in xy))
    result = warp(puppet, target, 400, 400)
    assert is_color(result[middle(target, 2, 11)], colors["torso"])
    assert is_color(result[middle(target, 9, 10)], colors["right_shin"])
