"""Every dialect of OpenPose JSON is read, broken files give one sentence, own files round-trip."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.pose import STANDING, Keypoint, Pose, read_openpose, write_openpose

BODY = [v for k in STANDING.mapped(300, 400).body for v in (k.x, k.y, 1.0)]


def dump(people: list[dict[str, Any]], **extra: Any) -> str:
    return json.dumps({"people": people, **extra})


def person(body: list[Any], **extra: Any) -> dict[str, Any]:
    return {"pose_keypoints_2d": body, **extra}


def assert_standing(pose: Pose) -> None:
    for found, expected in zip(pose.body, STANDING.mapped(300, 400).body, strict=True):
        assert (found.x, found.y) == pytest.approx((expected.x, expected.y))
        assert found.visible


def test_cmu_file_without_canvas_keeps_pixels() -> None:
    poses, size = read_openpose(dump([person(BODY)], version=1.3))
    assert size is None
    assert_standing(poses[0])


@pytest.mark.parametrize("names", [("canvas_width", "canvas_height"), ("width", "height")])
def test_canvas_size_of_both_dialects(names: tuple[str, str]) -> None:
    poses, size = read_openpose(dump([person(BODY)], **{names[0]: 300, names[1]: 400}))
    assert size == (300, 400)
    assert_standing(poses[0])


def test_first_of_a_list_of_frames() -> None:
    frames = [json.loads(dump([person(BODY)], canvas_width=300, canvas_height=400)), {"people": []}]
    poses, size = read_openpose(json.dumps(frames).encode())
    assert size == (300, 400) and len(poses) == 1


def test_fractions_are_scaled_to_the_canvas() -> None:
    body = [v for k in STANDING.body for v in (k.x, k.y, 1.0)]
    poses, _ = read_openpose(dump([person(body)], canvas_width=300, canvas_height=400))
    assert_standing(poses[0])


def test_fractions_from_minus_one_with_the_callers_size() -> None:
    body = [v for k in STANDING.body for v in (2 * k.x - 1, 2 * k.y - 1, 0.9)]
    poses, size = read_openpose(dump([person(body)]), default_size=(300, 400))
    assert size == (300, 400)
    assert_standing(poses[0])


def test_fractions_without_any_size_get_a_square() -> None:
    body = [v for k in STANDING.body for v in (k.x, k.y, 1.0)]
    poses, size = read_openpose(dump([person(body)]))
    assert size == (512, 512)
    assert poses[0].body[0].y == pytest.approx(STANDING.body[0].y * 512)


@pytest.mark.parametrize("missing", [(0, 0, 0), (-1, -1, 0), (12, 30, 0.05)])
def test_missing_keypoints_are_hidden(missing: tuple[float, float, float]) -> None:
    body = [*missing, *BODY[3:]]
    poses, _ = read_openpose(dump([person(body)]))
    assert poses[0].body[0] == Keypoint(0, 0, 0)
    assert poses[0].body[1].visible


def test_minus_one_for_missing_does_not_make_fractions_centred() -> None:
    body = [-1, -1, 0, *(v for k in STANDING.body[1:] for v in (k.x, k.y, 1.0))]
    poses, _ = read_openpose(dump([person(body)], canvas_width=300, canvas_height=400))
    assert poses[0].body[1].x == pytest.approx(STANDING.body[1].x * 300)


def test_body_25_loses_mid_hip_and_feet() -> None:
    triples = [(10.0 * i + 5, 7.0 * i + 5, 1.0) for i in range(25)]
    poses, _ = read_openpose(dump([person([v for t in triples for v in t])]))
    assert [k.x for k in poses[0].body] == [10.0 * i + 5 for i in range(19) if i != 8]


@pytest.mark.parametrize("empty", [None, [], [0.0] * 63])
def test_hands_that_are_not_there(empty: list[float] | None) -> None:
    poses, _ = read_openpose(dump([person(BODY, hand_left_keypoints_2d=empty)]))
    assert poses[0].left_hand == ()


@pytest.mark.parametrize("count", [68, 70])
def test_hands_and_face(count: int) -> None:
    hand = [5.0, 6.0, 1.0] * 21
    face = [7.0, 8.0, 1.0] * count
    extra = {"hand_right_keypoints_2d": hand, "face_keypoints_2d": face}
    poses, _ = read_openpose(dump([person(BODY, **extra)]))
    assert len(poses[0].right_hand) == 21 and len(poses[0].face) == count


def test_people_without_body_are_left_out() -> None:
    poses, _ = read_openpose(dump([person([]), person(BODY), person([0.0] * 54)]))
    assert len(poses) == 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (dump([person([1.0, 2.0, 1.0] * 3)]), "3 keypoints"),
        (dump([person(BODY[:-1])]), "keypoints"),
        (dump([person([float("nan"), *BODY[1:]])]), "NaN"),
        (dump([person([float("-inf"), *BODY[1:]])]), "Infinity"),
        ('{"people": [{"pose_keypoints_2d": [' + "1e999," * 53 + "1]}]}", "endless"),
        ('{"people": [{"pose_keypoints_2d": [1' + "0" * 400 + ",1" * 53 + "]}]}", "huge"),
        (dump([person(["1", *BODY[1:]])]), "number"),
        (dump([person([True, *BODY[1:]])]), "number"),
        (dump([{"pose_keypoints_2d": {"x": 1}}]), "list"),
        (dump([person(BODY, face_keypoints_2d=[1.0] * 12)]), "face"),
        (dump([person(BODY)], canvas_width=0, canvas_height=5), "canvas"),
        (dump([person(BODY)], canvas_width=512), "number"),
        (json.dumps({"people": {"a": 1}}), "people"),
        (json.dumps({"people": [3]}), "people"),
        (dump([person(BODY)] * 101), "people"),
        ("[]", "people"),
        ("12", "people"),
        ('{"animals": []}', "people"),
        ("", "readable"),
        ("not json", "readable"),
        ("[" * 100_000, "readable"),
        (b"\xff\xfe\x00", "readable"),
        (" " * (16 * 1024 * 1024 + 1), "16 MB"),
    ],
)  # fmt: skip
def test_bad_files_give_one_sentence(text: str | bytes, word: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_openpose(text)
    sentence = str(caught.value)
    assert word in sentence
    assert sentence.endswith(".") and "\n" not in sentence and "Error" not in sentence


@given(st.text(max_size=40) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["people", "pose_keypoints_2d", "width"]), inner, max_size=3),
    max_leaves=12,
).map(json.dumps))  # fmt: skip
def test_nothing_but_bad_input_escapes(text: str) -> None:
    try:
        poses, _ = read_openpose(text)
    except BadInput:
        return
    assert poses == []


_coordinate = st.floats(-900, 900).map(lambda v: v + (10 if v >= 0 else -10))
_keypoint = st.builds(Keypoint, _coordinate, _coordinate, st.just(1.0)) | st.just(Keypoint(0, 0, 0))


def _keypoints(*counts: int) -> st.SearchStrategy[tuple[Keypoint, ...]]:
    def some(count: int) -> st.SearchStrategy[tuple[Keypoint, ...]]:
        points = st.lists(_keypoint, min_size=count, max_size=count).map(tuple)
        return points.filter(lambda found: any(k.visible for k in found))

    return st.one_of(st.just(()), *(some(count) for count in counts))


_poses = st.builds(
    Pose, _keypoints(18).filter(bool), _keypoints(21), _keypoints(21), _keypoints(68, 70)
)


@given(st.lists(_poses, max_size=2), st.integers(16, 4096), st.integers(16, 4096))
def test_round_trip(poses: list[Pose], width: int, height: int) -> None:
    assert read_openpose(write_openpose(poses, width, height)) == (poses, (width, height))


def test_written_confidence_is_one_or_zero() -> None:
    pose = Pose((Keypoint(5, 6, 0.4), Keypoint(7, 8, 0.05), *STANDING.body[2:]))
    body = json.loads(write_openpose([pose], 64, 64))["people"][0]["pose_keypoints_2d"]
    assert body[:6] == [5.0, 6.0, 1.0, 0.0, 0.0, 0.0]
