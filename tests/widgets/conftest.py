"""For all tests of widgets: Koma's theme, and silence about what the offscreen platform lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from widgets.common.motion import set_motion
from widgets.common.theme import DARK, apply_theme

HERE = Path(__file__).parent
# What Qt says of raising windows, grabbing keys and the like where there is no window server.
OFFSCREEN_NOISE = "This plugin does not support"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_NOISE))


@pytest.fixture
def motion(qapp: QApplication) -> Iterator[None]:
    """Things move, as they do for an artist who has nothing against it."""
    set_motion(True)
    yield
    set_motion(False)


@pytest.fixture
def dark(qapp: QApplication) -> Iterator[QApplication]:
    """The application in Koma's dark theme, and afterwards as it was."""
    style, font, palette = qapp.style().name(), QFont(qapp.font()), qapp.palette()
    apply_theme(qapp, DARK)
    yield qapp
    qapp.setStyleSheet("")
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)
