"""Where to offer hidden keypoints: at their last place, else where they would likely be."""

from __future__ import annotations

from collections import Counter

from core.geometry import Point, Rect
from core.pose.fit import STANDING
from core.pose.pose import LIMBS, Keypoint, Pose

_FAR_OFF = 0.75  # beside the visible keypoints, in lengths of the figure


def hidden_places(pose: Pose) -> dict[int, Point]:
    """A place for each hidden body keypoint, in the units of the pose.

    That is the keypoint's own place where it was hidden by hand. Files of poses have no place for
    what was not found: such keypoints lie in a heap, or far off; they are laid out beside their
    neighbours as in a standing figure of the same size and turn.
    """
    places = {i: k.point for i, k in enumerate(pose.body) if not k.visible}
    bounds = pose.bounds
    if not places or bounds is None:
        return places
    margin = _FAR_OFF * max(bounds.width, bounds.height)
    room = Rect(
        bounds.x - margin,
        bounds.y - margin,
        bounds.width + 2 * margin,
        bounds.height + 2 * margin,
    )
    heaps = Counter((p.x, p.y) for p in places.values())
    lost = {i for i, p in places.items() if heaps[p.x, p.y] > 1 or not room.contains(p)}
    if lost and (fit := _standing_fit(pose)) is not None:
        _lay_out(places, lost, pose, fit)
    return places


def _lay_out(
    places: dict[int, Point], lost: set[int], pose: Pose, fit: tuple[complex, complex]
) -> None:
    turn, shift = fit
    known = {i: _complex(k) for i, k in enumerate(pose.body) if i not in lost}
    standing = [_complex(k) for k in STANDING.body]
    for parent, child in ((-1, 1), *LIMBS):  # the neck, then from parent to child
        if child in known:
            continue
        if parent in known:
            place = known[parent] + turn * (standing[child] - standing[parent])
        else:
            place = turn * standing[child] + shift
        known[child] = place
        places[child] = Point(place.real, place.imag)


def _standing_fit(pose: Pose) -> tuple[complex, complex] | None:
    """(a, b) so that a z + b lays a standing figure onto the visible keypoints; None for one."""
    pairs = [
        (_complex(s), _complex(k))
        for s, k in zip(STANDING.body, pose.body, strict=True)
        if k.visible
    ]
    if len(pairs) < 2:
        return None
    middle_s = sum(s for s, _ in pairs) / len(pairs)
    middle_k = sum(k for _, k in pairs) / len(pairs)
    spread = sum(abs(s - middle_s) ** 2 for s, _ in pairs)
    turn = sum((s - middle_s).conjugate() * (k - middle_k) for s, k in pairs) / spread
    return turn, middle_k - turn * middle_s


def _complex(keypoint: Keypoint) -> complex:
    return complex(keypoint.x, keypoint.y)
