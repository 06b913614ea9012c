"""The strip of pages at the foot of the window."""

from widgets.page_strip.page_strip import PageStrip

__all__ = ["PageStrip"]
