"""Body and clothes: legs, lower garment, torso, arms, accessories."""

from __future__ import annotations

import numpy as np

from core.synthetic.brush import (
    Part,
    Points,
    Rgb,
    capsule,
    ellipse,
    line_tone,
    shade,
    spline,
)
from core.synthetic.first.canvas import Canvas
from core.synthetic.first.character import CharacterSpec
from core.synthetic.first.pose import Skeleton

# Radii of limbs in head radii: at the joint nearer to the body and at the far one.
_ARM = (0.155, 0.135, 0.115)
_LEG = (0.23, 0.18, 0.14)


def _by(dx: float, dy: float) -> Points:
    """A step of (dx, dy) px."""
    return np.array([dx, dy], dtype=np.float32)


def _limb(
    skeleton: Skeleton, first: int, radii: tuple[float, float, float], grow: float = 0.0
) -> list[Points]:
    a, b, c = skeleton.keypoints[first : first + 3]
    ra, rb, rc = ((r + grow) * skeleton.radius for r in radii)
    return [capsule(a, b, ra, rb), capsule(b, c, rb, rc)]


def _mix(a: Points, b: Points, share: float) -> Points:
    return a * (1 - share) + b * share


def paint_legs(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    """Both legs with legwear, trousers or shorts, and shoes."""
    for first, side in ((8, -1.0), (11, 1.0)):
        hip, knee, ankle = skeleton.keypoints[first : first + 3]
        toes = ankle + np.array([side * 0.14, 0.1], np.float32) * skeleton.radius
        foot = capsule(ankle, toes, 0.16 * skeleton.radius, 0.15 * skeleton.radius)
        if spec.bottom == "trousers":
            shapes = _limb(skeleton, first, _LEG, 0.03)
            canvas.fill_group(shapes, spec.bottom_rgb, Part.BOTTOM, line=line_tone(spec.bottom_rgb))
            _leg_shadow(canvas, hip, knee, skeleton.radius, spec.bottom_rgb, Part.BOTTOM)
        else:
            shapes = _limb(skeleton, first, _LEG)
            canvas.fill_group(shapes, spec.skin, Part.SKIN, line=line_tone(spec.skin))
            _legwear(canvas, skeleton, first, spec)
            if spec.bottom == "shorts":
                end = _mix(hip, knee, 0.62)
                leg = capsule(hip, end, 0.27 * skeleton.radius, 0.25 * skeleton.radius)
                canvas.fill(leg, spec.bottom_rgb, Part.BOTTOM, line=line_tone(spec.bottom_rgb))
        canvas.fill(foot, spec.shoe_rgb, Part.SHOES, line=line_tone(spec.shoe_rgb))
        sole = foot.copy()
        sole[:, 1] += 0.1 * skeleton.radius
        canvas.fill_on(sole, shade(spec.shoe_rgb, 0.78), Part.SHOES)


def _leg_shadow(
    canvas: Canvas, a: Points, b: Points, radius: float, colour: Rgb, part: Part
) -> None:
    inner = capsule(
        a + _by(0.12 * radius, 0), b + _by(0.1 * radius, 0), 0.1 * radius, 0.07 * radius
    )
    canvas.fill_on(inner.astype(np.float32), shade(colour, 0.84), part)


def _legwear(canvas: Canvas, skeleton: Skeleton, first: int, spec: CharacterSpec) -> None:
    if spec.legwear == "bare":
        return
    hip, knee, ankle = skeleton.keypoints[first : first + 3]
    r = skeleton.radius
    line = line_tone(spec.legwear_rgb)
    if spec.legwear == "socks":
        shapes = [capsule(_mix(knee, ankle, 0.45), ankle, 0.175 * r, 0.15 * r)]
    else:
        shapes = [
            capsule(_mix(hip, knee, 0.55), knee, 0.215 * r, 0.19 * r),
            capsule(knee, ankle, 0.19 * r, 0.15 * r),
        ]
    canvas.fill_group(shapes, spec.legwear_rgb, Part.LEGWEAR, line=line, width=0.8)


def _torso_frame(skeleton: Skeleton) -> tuple[Points, Points, Points, Points]:
    keypoints = skeleton.keypoints
    return keypoints[2], keypoints[5], keypoints[8], keypoints[11]


def torso_outline(skeleton: Skeleton) -> Points:
    """Closed outline of the upper body from the shoulders to just below the hips, canvas px."""
    right_shoulder, left_shoulder, right_hip, left_hip = _torso_frame(skeleton)
    across = (left_shoulder - right_shoulder) / max(
        float(np.linalg.norm(left_shoulder - right_shoulder)), 1
    )
    down = np.array([-across[1], across[0]], np.float32)
    r = skeleton.radius
    waist_right = _mix(right_shoulder, right_hip, 0.62) + across * 0.02 * r
    waist_left = _mix(left_shoulder, left_hip, 0.62) - across * 0.02 * r
    return np.stack(
        [
            skeleton.keypoints[1] - across * 0.2 * r - down * 0.02 * r,
            right_shoulder - across * 0.1 * r - down * 0.06 * r,
            right_shoulder - across * 0.08 * r + down * 0.2 * r,
            waist_right,
            right_hip - across * 0.17 * r + down * 0.06 * r,
            left_hip + across * 0.17 * r + down * 0.06 * r,
            waist_left,
            left_shoulder + across * 0.08 * r + down * 0.2 * r,
            left_shoulder + across * 0.1 * r - down * 0.06 * r,
            skeleton.keypoints[1] + across * 0.2 * r - down * 0.02 * r,
        ]
    ).astype(np.float32)


def paint_bottom(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    """Skirt, or the hip part of trousers and shorts."""
    _, _, right_hip, left_hip = _torso_frame(skeleton)
    r = skeleton.radius
    across = (left_hip - right_hip) / max(float(np.linalg.norm(left_hip - right_hip)), 1)
    down = np.array([-across[1], across[0]], np.float32)
    line = line_tone(spec.bottom_rgb)
    if spec.bottom in ("trousers", "shorts"):
        hips = np.stack(
            [
                right_hip - across * 0.2 * r - down * 0.22 * r,
                left_hip + across * 0.2 * r - down * 0.22 * r,
                left_hip + across * 0.24 * r + down * 0.2 * r,
                (right_hip + left_hip) / 2 + down * 0.3 * r,
                right_hip - across * 0.24 * r + down * 0.2 * r,
            ]
        )
        canvas.fill(hips.astype(np.float32), spec.bottom_rgb, Part.BOTTOM)
        return
    share = 0.62 if spec.bottom == "skirt" else 1.0
    keypoints = skeleton.keypoints
    right_knee, left_knee = (
        _mix(right_hip, keypoints[9], share),
        _mix(left_hip, keypoints[12], share),
    )
    if spec.bottom == "long skirt":
        right_knee, left_knee = (
            _mix(keypoints[9], keypoints[10], 0.35),
            _mix(keypoints[12], keypoints[13], 0.35),
        )
    hem_right = right_knee - across * 0.42 * r
    hem_left = left_knee + across * 0.42 * r
    middle = (hem_right + hem_left) / 2 + down * 0.06 * r
    shape = np.stack(
        [
            right_hip - across * 0.16 * r - down * 0.26 * r,
            left_hip + across * 0.16 * r - down * 0.26 * r,
            left_hip + across * 0.26 * r + down * 0.05 * r,
            hem_left,
            _mix(hem_left, middle, 0.55) + down * 0.05 * r,
            middle,
            _mix(hem_right, middle, 0.55) + down * 0.05 * r,
            hem_right,
            right_hip - across * 0.26 * r + down * 0.05 * r,
        ]
    ).astype(np.float32)
    canvas.fill(shape, spec.bottom_rgb, Part.BOTTOM, line=line)
    for position in (0.25, 0.5, 0.75):
        top = _mix(right_hip, left_hip, position) - down * 0.1 * r
        hem = _mix(hem_right, hem_left, position)
        canvas.stroke(
            np.stack([_mix(top, hem, 0.2), _mix(top, hem, 0.97)]), shade(spec.bottom_rgb, 0.74), 1.0
        )
    side = np.stack(
        [left_hip, hem_left, _mix(hem_left, hem_right, 0.2), _mix(left_hip, right_hip, 0.05)]
    )
    canvas.fill_on(side.astype(np.float32), shade(spec.bottom_rgb, 0.84), Part.BOTTOM)


def paint_torso(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    """Upper garment with pattern, collar and shading; the neck above it."""
    r = skeleton.radius
    neck = skeleton.keypoints[1]
    throat = capsule(neck + _by(0, 0.06 * r), _mix(neck, skeleton.head, 0.45), 0.16 * r, 0.15 * r)
    canvas.fill(throat, shade(spec.skin, 0.86), Part.SKIN, line=line_tone(spec.skin))
    outline = spline(torso_outline(skeleton))
    canvas.fill(outline, spec.top_rgb, Part.TOP, line=line_tone(spec.top_rgb))
    canvas.pattern(
        outline, spec.pattern, spec.pattern_rgb, neck, skeleton.lean, spec.pattern_unit * r
    )
    _collar(canvas, skeleton, spec)


def _collar(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec) -> None:
    right_shoulder, left_shoulder, right_hip, left_hip = _torso_frame(skeleton)
    neck, r = skeleton.keypoints[1], skeleton.radius
    chest = _mix(neck, (right_hip + left_hip) / 2, 0.42)
    navel = (right_hip + left_hip) / 2
    accent = spec.accessory_rgb if spec.top == "sailor" else spec.pattern_rgb
    if spec.top == "sailor":
        for shoulder in (right_shoulder, left_shoulder):
            flap = np.stack([neck, _mix(neck, shoulder, 0.95), _mix(shoulder, chest, 0.5), chest])
            canvas.fill(
                flap.astype(np.float32),
                spec.bottom_rgb,
                Part.TOP,
                line=line_tone(spec.bottom_rgb),
                width=0.8,
            )
        for sign in (-1, 1):
            bow = np.stack(
                [
                    chest,
                    chest + _by(sign * 0.2 * r, -0.08 * r),
                    chest + _by(sign * 0.18 * r, 0.13 * r),
                ]
            )
            canvas.fill(bow.astype(np.float32), accent, Part.TOP, line=line_tone(accent), width=0.8)
    elif spec.top == "jacket":
        inner = np.stack(
            [
                _mix(neck, right_shoulder, 0.3),
                _mix(neck, left_shoulder, 0.3),
                _mix(navel, left_hip, 0.3),
                _mix(navel, right_hip, 0.3),
            ]
        )
        canvas.fill(
            inner.astype(np.float32),
            shade(accent, 1.15),
            Part.TOP,
            line=line_tone(spec.top_rgb),
            width=0.8,
        )
    elif spec.top == "kimono":
        for a, b in ((right_shoulder, navel), (left_shoulder, chest)):
            canvas.stroke(np.stack([_mix(neck, a, 0.45), b]), shade(accent, 0.9), 0.12 * r)
        belt = np.stack(
            [
                _mix(right_shoulder, right_hip, 0.7),
                _mix(left_shoulder, left_hip, 0.7),
                left_hip,
                right_hip,
            ]
        )
        canvas.fill(belt.astype(np.float32), accent, Part.TOP, line=line_tone(accent), width=0.8)
    elif spec.top == "hoodie":
        hood = ellipse(float(neck[0]), float(neck[1] + 0.04 * r), 0.46 * r, 0.2 * r)
        canvas.fill(hood, shade(spec.top_rgb, 0.86), Part.TOP, line=line_tone(spec.top_rgb))
        pocket = np.stack(
            [
                _mix(chest, navel, 0.55) + _by(-0.24 * r, 0),
                _mix(chest, navel, 0.55) + _by(0.24 * r, 0),
                navel + _by(0.3 * r, -0.08 * r),
                navel + _by(-0.3 * r, -0.08 * r),
            ]
        )
        canvas.fill(
            pocket.astype(np.float32),
            shade(spec.top_rgb, 0.88),
            Part.TOP,
            line=line_tone(spec.top_rgb),
            width=0.7,
        )
    else:
        dip = 0.14 if spec.top == "sweater" else 0.24
        opening = ellipse(float(neck[0]), float(neck[1] + 0.02 * r), dip * r, 0.12 * r, 14)
        canvas.fill(opening, spec.skin, Part.SKIN, line=line_tone(spec.top_rgb), width=0.8)


def paint_arm(canvas: Canvas, skeleton: Skeleton, spec: CharacterSpec, index: int) -> None:
    """One arm (0 right, 1 left) with sleeve and hand."""
    first = 2 if index == 0 else 5
    shoulder, elbow, wrist = skeleton.keypoints[first : first + 3]
    r = skeleton.radius
    reach = (wrist - elbow) / max(float(np.linalg.norm(wrist - elbow)), 1)
    palm = wrist + reach * 0.08 * r
    hand = ellipse(float(palm[0]), float(palm[1]), 0.15 * r, 0.15 * r, 16)
    canvas.fill_group(
        [*_limb(skeleton, first, _ARM), hand], spec.skin, Part.SKIN, line=line_tone(spec.skin)
    )
    if spec.top == "sleeveless":
        return
    wide = {"kimono": 0.12, "hoodie": 0.045, "jacket": 0.04}.get(spec.top, 0.03)
    if spec.long_sleeves:
        cuff = _mix(elbow, wrist, 0.86)
        shapes = [
            capsule(shoulder, elbow, (0.17 + wide / 3) * r, (0.15 + wide / 2) * r),
            capsule(elbow, cuff, (0.15 + wide / 2) * r, (0.135 + wide) * r),
        ]
    else:
        shapes = [capsule(shoulder, _mix(shoulder, elbow, 0.62), 0.18 * r, 0.19 * r)]
    canvas.fill_group(shapes, spec.top_rgb, Part.TOP, line=line_tone(spec.top_rgb))
    axis = elbow - shoulder
    angle = float(np.arctan2(-axis[0], axis[1]))
    canvas.pattern(
        shapes[0], spec.pattern, spec.pattern_rgb, shoulder, angle, spec.pattern_unit * r
    )
    if spec.long_sleeves:
        axis = wrist - elbow
        angle = float(np.arctan2(-axis[0], axis[1]))
        canvas.pattern(
            shapes[1], spec.pattern, spec.pattern_rgb, elbow, angle, spec.pattern_unit * r
        )
