"""OpenPose JSON in every dialect that is about, read with limits; one dialect written.

Layouts: CMU OpenPose `doc/02_output.md`, and the ControlNet dialect with `canvas_width` and
`canvas_height` that sd-webui-openpose-editor and the ComfyUI nodes write.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn, cast

from core.errors import BadInput
from core.pose.pose import Keypoint, Pose

MAX_BYTES = 16 * 1024 * 1024
MAX_PEOPLE = 100
MAX_COORDINATE = 1e6
MAX_SIDE = 65536
UNKNOWN_CANVAS = (512, 512)  # for fractions without any canvas size: a square

# BODY_25 has the mid hip at 8 and the feet at 19 to 24; the rest is COCO-18 in another order.
_BODY_25_TO_18 = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
_LARGEST_FRACTION = 2.0  # no drawn figure is 2 px large: such coordinates are fractions
_LEAST_OF_UNIT_RANGE = -0.25  # below this, fractions run from -1 to 1, not from 0 to 1

Size = tuple[int, int]
_Triple = tuple[float, float, float]
_Person = dict[str, tuple[_Triple, ...]]

_PARTS = {
    "pose_keypoints_2d": ("body", (18, 25)),
    "hand_left_keypoints_2d": ("left hand", (21,)),
    "hand_right_keypoints_2d": ("right hand", (21,)),
    "face_keypoints_2d": ("face", (68, 70)),
}


def read_openpose(
    text: str | bytes, *, default_size: Size | None = None
) -> tuple[list[Pose], Size | None]:
    """Poses in pixels of the canvas, and its (width, height) where it is known.

    Of a list of frames the first is read. Fractions (0 to 1 or -1 to 1) are scaled to the file's
    canvas, else to `default_size`, else to a square of 512. Hidden keypoints come out as
    (0, 0) with confidence 0; people without a visible body keypoint are left out. Raises BadInput.
    """
    frame = _first_frame(_parse(text))
    size = _canvas_size(frame) or default_size
    people = [_read_person(person) for person in _people_of(frame)]
    people = [p for p in people if any(_visible(k) for k in p["pose_keypoints_2d"])]
    seen = [c for p in people for part in p.values() for k in part if _visible(k) for c in k[:2]]
    if seen and max(abs(c) for c in seen) <= _LARGEST_FRACTION:
        size = size or UNKNOWN_CANVAS
        centred = min(seen) < _LEAST_OF_UNIT_RANGE
        return [_to_pose(person, size, centred=centred) for person in people], size
    return [_to_pose(person) for person in people], size


def write_openpose(poses: Sequence[Pose], width: int, height: int) -> str:
    """JSON in the ControlNet dialect, poses in pixels of a canvas of `width` x `height`.

    Confidence is written as 1.0 or 0.0, because other programs drop points that are less sure.
    """
    people = [
        {
            "pose_keypoints_2d": _flat(pose.body),
            "face_keypoints_2d": _flat(pose.face),
            "hand_left_keypoints_2d": _flat(pose.left_hand),
            "hand_right_keypoints_2d": _flat(pose.right_hand),
        }
        for pose in poses
    ]
    document = {"canvas_width": width, "canvas_height": height, "people": people}
    return json.dumps(document, allow_nan=False)


def _flat(keypoints: Sequence[Keypoint]) -> list[float] | None:
    """x, y, confidence in a row; null for a part that the pose does not have."""
    if not keypoints:
        return None
    values: list[float] = []
    for k in keypoints:
        values += [float(k.x), float(k.y), 1.0] if k.visible else [0.0, 0.0, 0.0]
    return values


def _parse(text: str | bytes) -> object:
    if len(text) > MAX_BYTES:
        raise BadInput("The OpenPose file is larger than 16 MB; export one frame only.")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            "The file is not readable as OpenPose JSON; export the pose again.", details=str(error)
        ) from error


def _refuse_constant(name: str) -> NoReturn:
    raise BadInput(f"The OpenPose file has {name} for a number; export the pose again.")


def _first_frame(document: object) -> dict[str, Any]:
    if isinstance(document, list):
        frames = cast(list[object], document)
        document = frames[0] if frames else None
    if not isinstance(document, dict) or "people" not in document:
        raise BadInput('The file has no list "people", so it is not OpenPose JSON; choose another.')
    return cast(dict[str, Any], document)


def _canvas_size(frame: dict[str, Any]) -> Size | None:
    for keys in (("canvas_width", "canvas_height"), ("width", "height")):
        sides = [frame.get(key) for key in keys]
        if sides == [None, None]:
            continue
        numbers = [_number(side) for side in sides]
        if not all(1 <= n <= MAX_SIDE for n in numbers):
            raise BadInput("The OpenPose file has an impossible canvas size; export it again.")
        return round(numbers[0]), round(numbers[1])
    return None


def _people_of(frame: dict[str, Any]) -> list[dict[str, Any]]:
    people = frame["people"]
    people = [] if people is None else people
    if not isinstance(people, list) or not all(isinstance(p, dict) for p in people):
        raise BadInput('"people" in the OpenPose file is not a list of people; export it again.')
    if len(people) > MAX_PEOPLE:
        raise BadInput(f"The OpenPose file has more than {MAX_PEOPLE} people; remove some.")
    return people


def _read_person(person: dict[str, Any]) -> _Person:
    read: _Person = {}
    for key, (name, counts) in _PARTS.items():
        read[key] = _triples(person.get(key), name, counts)
    body = read["pose_keypoints_2d"]
    if len(body) == 25:
        read["pose_keypoints_2d"] = tuple(body[i] for i in _BODY_25_TO_18)
    return read


def _triples(values: object, name: str, counts: tuple[int, ...]) -> tuple[_Triple, ...]:
    if values is None or values == []:
        return ()
    if not isinstance(values, list):
        raise BadInput(
            f"The {name} in the OpenPose file is not a list of numbers; export it again."
        )
    flat = cast(list[object], values)
    if len(flat) not in {3 * count for count in counts}:
        allowed = " or ".join(str(count) for count in counts)
        raise BadInput(
            f"The {name} in the OpenPose file has {len(flat) / 3:g} keypoints;"
            f" {allowed} are needed, each as x, y, confidence."
        )
    numbers = [_number(value) for value in flat]
    return tuple(zip(numbers[0::3], numbers[1::3], numbers[2::3], strict=True))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput("The OpenPose file has text where a number belongs; export it again.")
    if not abs(value) <= MAX_COORDINATE:
        raise BadInput("The OpenPose file has an endless or huge number; export it again.")
    return float(value)


def _visible(triple: _Triple) -> bool:
    return Keypoint(*triple).visible


def _to_pose(person: _Person, size: Size = (1, 1), *, centred: bool = False) -> Pose:
    """`centred` fractions run from -1 to 1; a size of (1, 1) leaves pixels as they are."""

    def place(value: float, side: int) -> float:
        return ((value + 1) / 2 if centred else value) * side

    def keypoints(key: str) -> tuple[Keypoint, ...]:
        return tuple(
            Keypoint(place(x, size[0]), place(y, size[1]), min(c, 1.0))
            if _visible((x, y, c))
            else Keypoint(0.0, 0.0, 0.0)
            for x, y, c in person[key]
        )

    def hidden_is_none(found: tuple[Keypoint, ...]) -> tuple[Keypoint, ...]:
        return found if any(k.visible for k in found) else ()

    return Pose(
        keypoints("pose_keypoints_2d"),
        hidden_is_none(keypoints("hand_left_keypoints_2d")),
        hidden_is_none(keypoints("hand_right_keypoints_2d")),
        hidden_is_none(keypoints("face_keypoints_2d")),
    )
