"""Marking regions: on a panel of the page, and of a reference picture."""

from widgets.region_editor.mask_canvas import MaskCanvas
from widgets.region_editor.mask_tools import MaskTools
from widgets.region_editor.region_bar import RegionBar
from widgets.region_editor.region_draft import RegionDraft, RegionMode
from widgets.region_editor.region_layer import RegionLayer

__all__ = ["MaskCanvas", "MaskTools", "RegionBar", "RegionDraft", "RegionLayer", "RegionMode"]
