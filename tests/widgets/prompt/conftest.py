"""The taxonomy that ships, in force for one test, and a window with fields."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

import resources
from core.dataset.taxonomy import Taxonomy
from core.dataset.taxonomy_file import load_taxonomy
from core.tags import TagIndex
from widgets.common import TagEdit
from widgets.prompt import LineWarning, TagCompleter, TagHelp, tag_help


@pytest.fixture(scope="session")
def tags() -> tuple[Taxonomy, TagIndex]:
    taxonomy = load_taxonomy(resources.path("taxonomy"))
    return taxonomy, TagIndex(taxonomy)


@pytest.fixture
def known(qapp: object, tags: tuple[Taxonomy, TagIndex]) -> Iterator[TagHelp]:
    """All fields know the tags."""
    known = tag_help()
    known.set_taxonomy(*tags)
    yield known
    known.set_taxonomy(None)
    known.set_model("", None)


class Desk(QWidget):
    """A prompt of several lines and one of a single line, each with completion."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(420, 460)
        self.edit = TagEdit(self)
        self.line = QLineEdit(self)
        self.completer = TagCompleter(self.edit)
        self.line_completer = TagCompleter(self.line)
        self.warning = LineWarning(self.line)
        layout = QVBoxLayout(self)
        layout.addWidget(self.edit)
        layout.addWidget(self.line)
        layout.addStretch(1)


@pytest.fixture
def desk(qtbot: QtBot, known: TagHelp) -> Iterator[Desk]:
    desk = Desk()
    qtbot.addWidget(desk)
    desk.show()
    qtbot.waitExposed(desk)
    desk.activateWindow()
    desk.edit.setFocus()
    qtbot.waitUntil(desk.edit.hasFocus)
    yield desk
