"""How long the rest takes, from steps as they are reported."""

from __future__ import annotations

import pytest

from app.pace import Pace


def test_pace_learns_from_batches_and_forgets_pauses():
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.seconds(5) is None
    pace.begin()
    for step in range(1, 6):
        now[0] += 2.0
        for panel in "ab":
            pace.advance(panel, step)
    assert pace.step_s == pytest.approx(1.0)  # two panels each two seconds
    now[0] += 1000
    pace.begin()
    pace.advance("c", 1)
    assert pace.step_s == pytest.approx(1.0)
    for step in range(2, 42):
        now[0] += 0.5
        pace.advance("c", step)
    assert pace.seconds(10) == pytest.approx(5.0, rel=0.1)
