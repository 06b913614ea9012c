"""How fast the synthetic world draws: pictures a second on one core, first and second edition."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.synthetic import FIRST, SECOND, Edition, Split, draw_group, sample_group_shot

ROUNDS, PICTURES = 7, 60
GOAL = 200  # pictures a second and core at 256 px


def rate(work: Callable[[int], object]) -> float:
    """Median over rounds of pictures per second of this thread's CPU time."""
    for number in range(PICTURES):
        work(number)  # fills the caches of hair styles and patterns
    rates: list[float] = []
    for _ in range(ROUNDS):
        start = time.thread_time()
        for number in range(PICTURES):
            work(number)
        rates.append(PICTURES / (time.thread_time() - start))
    return median(rates)


def report(edition: Edition, size: int) -> None:
    cast = [edition.character(number, Split.TRAIN) for number in range(PICTURES)]
    shots = [
        edition.sample_shot(edition.generator(number, Split.TRAIN, 1), width=size, height=size)
        for number in range(PICTURES)
    ]

    def whole(number: int) -> object:
        character = edition.character(number, Split.TRAIN)
        rng = edition.generator(number, Split.TRAIN, 1)
        return edition.draw(character, edition.sample_shot(rng, width=size, height=size))

    drawn = rate(lambda number: edition.draw(cast[number], shots[number]))
    told = f" (goal {GOAL})" if edition is SECOND and size == 256 else ""
    print(
        f"{edition.name} edition, {size} px: {drawn:.0f} pictures a second drawn{told}, "
        f"{rate(whole):.0f} with sampling character and shot",
        flush=True,
    )


def grouped(number: int) -> object:
    count = 2 + number % 2
    rng = SECOND.generator(number, Split.TRAIN, 1)
    acting, setting = sample_group_shot(rng, count)
    cast = [SECOND.character(3 * number + i, Split.TRAIN) for i in range(count)]
    return draw_group(list(zip(cast, acting, strict=True)), setting)


def main() -> None:
    cv2.setNumThreads(1)
    for size in (128, 256, 512):
        report(FIRST, size)
        report(SECOND, size)
    print(f"second edition, 256 px, two or three figures: {rate(grouped):.0f} pictures a second")


if __name__ == "__main__":
    main()
