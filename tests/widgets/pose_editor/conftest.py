"""Studios: a layer in a view with a document behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from core.document import Character, Document, Figure, Page, Panel
from core.geometry import Polygon, Rect
from core.pose import Pose
from tests.widgets.pose_editor.pose_studio import PANEL_X, PANEL_Y, Studio, standing


@pytest.fixture
def make_studio(qtbot: QtBot) -> Iterator[Callable[..., Studio]]:
    """Figures "aiko" (behind) and "ren" side by side in one panel, unless poses are given."""
    studios: list[Studio] = []

    def make(**poses: Pose) -> Studio:
        poses = poses or {"aiko": standing(-5, 8), "ren": standing(35, 8)}
        figures = tuple(Figure(name, f"c-{name}", pose) for name, pose in poses.items())
        panel = Panel("panel", Polygon.from_rect(Rect(PANEL_X, PANEL_Y, 90, 80)), figures=figures)
        cast = tuple(Character(f"c-{n}", n, colour=i) for i, n in enumerate(poses))
        studio = Studio(Document(pages=(Page("page", (panel,)),), characters=cast))
        qtbot.addWidget(studio.view)
        studios.append(studio)
        studio.show()
        studio.view.show()
        qtbot.waitExposed(studio.view)
        studio.view.activateWindow()
        studio.view.setFocus()
        qtbot.waitUntil(studio.scene.isActive)
        return studio

    yield make
    for studio in studios:
        studio.scene.setParent(studio.view)  # dies with it


@pytest.fixture
def studio(make_studio: Callable[..., Studio]) -> Studio:
    return make_studio()
