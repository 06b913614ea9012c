"""The classic drawing equals controlnet_aux's, bit for bit; xinsir's widths are its table's."""

from __future__ import annotations

import colorsys
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.pose import STANDING, Keypoint, Pose, draw_control_image
from core.pose.control_image import xinsir_ratio

aux = pytest.importorskip("controlnet_aux.open_pose.util")
aux_body = pytest.importorskip("controlnet_aux.open_pose.body")


@pytest.fixture(autouse=True)
def hsv_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    """controlnet_aux takes one function from matplotlib, which Koma does not install."""

    def hsv_to_rgb(hsv: list[float]) -> NDArray[np.float64]:
        return np.array(colorsys.hsv_to_rgb(*hsv))

    colors = SimpleNamespace(hsv_to_rgb=hsv_to_rgb)
    monkeypatch.setitem(sys.modules, "matplotlib", SimpleNamespace(colors=colors))


def random_pose(rng: np.random.Generator, width: int, height: int) -> Pose:
    def points(count: int, hide: float) -> tuple[Keypoint, ...]:
        xy = rng.uniform(-0.1, 1.1, (count, 2)) * (width, height)
        shown = rng.random(count) >= hide
        return tuple(
            Keypoint(float(x), float(y), float(c)) for (x, y), c in zip(xy, shown, strict=True)
        )

    return Pose(points(18, 0.2), points(21, 0.0), points(21, 0.0), points(70, 0.0))


def drawn_by_aux(pose: Pose, width: int, height: int) -> NDArray[np.uint8]:
    def convert(keypoints: tuple[Keypoint, ...]) -> list[Any]:
        return [
            aux_body.Keypoint(k.x / width, k.y / height) if k.visible else None for k in keypoints
        ]

    canvas = np.zeros((height, width, 3), np.uint8)
    canvas = aux.draw_bodypose(canvas, convert(pose.body))
    canvas = aux.draw_handpose(canvas, convert(pose.left_hand))
    canvas = aux.draw_handpose(canvas, convert(pose.right_hand))
    return aux.draw_facepose(canvas, convert(pose.face))


@pytest.mark.parametrize("seed", range(30))
def test_classic_is_pixel_exact(seed: int) -> None:
    rng = np.random.default_rng(seed)
    width, height = (int(v) for v in rng.integers(5, 9, 2) * 64)
    pose = random_pose(rng, width, height)
    assert np.array_equal(
        draw_control_image([pose], width, height), drawn_by_aux(pose, width, height)
    )


def test_people_are_drawn_one_after_the_other() -> None:
    left = STANDING.mapped(200, 256)
    right = STANDING.mapped(200, 256, 30)
    canvas = np.asarray(drawn_by_aux(left, 256, 256))
    over = drawn_by_aux(right, 256, 256)
    expected = np.where(over.any(axis=2, keepdims=True), over, canvas)
    both = draw_control_image([left, right], 256, 256)
    assert np.array_equal(both, expected)


@pytest.mark.parametrize(
    ("longer", "ratio"),
    [
        (499, 1),
        (500, 2),
        (999, 2),
        (1000, 3),
        (1999, 3),
        (2000, 4),
        (4999, 6),
        (5000, 7),
        (9000, 7),
    ],
)
def test_xinsir_ratio(longer: int, ratio: int) -> None:
    assert xinsir_ratio(longer, 10) == xinsir_ratio(10, longer) == ratio


def test_xinsir_scales_limbs_and_joints() -> None:
    hidden = Keypoint(0, 0, 0)
    alone = Pose((Keypoint(256, 256), *[hidden] * 17))
    rows = draw_control_image([alone], 512, 512, "xinsir").any(axis=(1, 2))
    assert rows.sum() == 2 * 8 + 1
    limb = Pose((hidden, Keypoint(100, 256), Keypoint(400, 256), *[hidden] * 15))
    column = draw_control_image([limb], 512, 512, "xinsir")[:, 250].any(axis=1)
    assert column.sum() == 2 * 8 + 1


def test_small_pictures_are_the_same_in_both_profiles() -> None:
    pose = STANDING.mapped(256, 256)
    classic = draw_control_image([pose], 256, 256)
    assert np.array_equal(classic, draw_control_image([pose], 256, 256, "xinsir"))


def test_wild_coordinates_do_not_break_the_drawing() -> None:
    wild = (Keypoint(float("nan"), 3), Keypoint(1e30, -1e30), Keypoint(float("inf"), 2))
    pose = Pose((*wild, *STANDING.mapped(64, 64).body[3:]))
    assert draw_control_image([pose], 64, 64).any()
    assert not draw_control_image([], 64, 64).any()
