"""How long the puppet takes: median milliseconds of one thread's CPU time. Run it as a script."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.pose import STANDING, Keypoint, Pose
from core.puppet import Puppet, warp

ROUNDS = 60


def reference(size: int) -> Puppet:
    """A figure that fills a square picture, with noise for detail."""
    pose = STANDING.mapped(size, size)
    points = [(round(k.x), round(k.y)) for k in pose.body]
    mask = np.zeros((size, size), np.uint8)
    for a, b in ((1, 0), (1, 8), (1, 11), (2, 3), (3, 4), (5, 6), (6, 7), (8, 9), (9, 10)):
        cv2.line(mask, points[a], points[b], 255, size // 14)
    for a, b in ((11, 12), (12, 13)):
        cv2.line(mask, points[a], points[b], 255, size // 14)
    cv2.circle(mask, points[0], size // 6, 255, -1)
    image = np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8)
    return Puppet(cv2.GaussianBlur(image, (5, 5), 0).astype(np.uint8), mask, pose)


def target(size: int, shift: float) -> Pose:
    """Both arms raised, one leg out."""
    body = list(STANDING.mapped(size, size, shift * size).body)
    for index, (dx, dy) in {
        3: (-0.1, -0.1),
        4: (-0.1, -0.35),
        6: (0.08, -0.1),
        12: (0.1, 0.0),
    }.items():
        body[index] = Keypoint(body[index].x + dx * size, body[index].y + dy * size)
    return Pose(tuple(body))


def milliseconds(work: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(ROUNDS):
        start = time.thread_time()
        work()
        times.append((time.thread_time() - start) * 1e3)
    return median(times)


def main() -> None:
    cv2.setNumThreads(1)
    for size in (256, 512):
        puppet = reference(size)
        start = time.thread_time()
        _ = puppet.prepared
        print(f"{size} px: prepare the reference once {(time.thread_time() - start) * 1e3:.1f} ms")
        left, right = target(size, -0.2), target(size, 0.2)
        one = milliseconds(lambda: warp(puppet, left, size, size))  # noqa: B023
        two = milliseconds(lambda: [warp(puppet, p, size, size) for p in (left, right)])  # noqa: B023
        print(f"{size} px: one figure {one:.2f} ms, two figures {two:.2f} ms")


if __name__ == "__main__":
    main()
