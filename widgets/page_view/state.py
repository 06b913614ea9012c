"""What a page is told to show, and what a hand does on it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from PySide6.QtGui import QImage

from core.document import Panel
from core.document.edits import is_empty


class Tool(enum.Enum):
    """What the hand does on the page. POSE and REGION leave the mouse to the layers."""

    SELECT = enum.auto()
    POSE = enum.auto()
    REGION = enum.auto()
    KNIFE = enum.auto()
    HAND = enum.auto()


class PanelState(enum.Enum):
    """How a panel's picture stands to what the panel says.

    EMPTY: there is nothing to draw yet. MISSING: never drawn. FRESH: the picture is what would be
    drawn now. STALE: the panel has changed since. QUEUED, DRAWING, FAILED: what its job does.
    """

    EMPTY = enum.auto()
    MISSING = enum.auto()
    FRESH = enum.auto()
    STALE = enum.auto()
    QUEUED = enum.auto()
    DRAWING = enum.auto()
    FAILED = enum.auto()


@dataclass(frozen=True)
class PanelStatus:
    """`step` of `steps` and `preview`, the picture as far as it is, count while DRAWING.

    `preview` covers the panel as its drawing will, in any size. `message` is one sentence, shown
    where the state is FAILED.
    """

    state: PanelState
    step: int = 0
    steps: int = 0
    preview: QImage | None = None
    message: str = ""


def status_of(panel: Panel) -> PanelStatus:
    """What can be said of a panel that nobody gave a status."""
    if panel.drawing is not None:
        return PanelStatus(PanelState.FRESH)
    return PanelStatus(PanelState.EMPTY if is_empty(panel) else PanelState.MISSING)
