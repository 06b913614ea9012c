"""The page in the middle of the window: panels, gutters, the knife."""

from widgets.page_view.page_scene import Z_OVERLAY, Z_VEIL, PageScene
from widgets.page_view.page_view import PageView
from widgets.page_view.panel_item import PanelItem
from widgets.page_view.state import PanelState, PanelStatus, Tool, status_of

__all__ = [
    "Z_OVERLAY",
    "Z_VEIL",
    "PageScene",
    "PageView",
    "PanelItem",
    "PanelState",
    "PanelStatus",
    "Tool",
    "status_of",
]
