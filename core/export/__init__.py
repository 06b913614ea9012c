"""A page as files: its layers and merged picture as PNG and layered PSD. Pure data, no Qt."""

from core.export.layers import Blend, Layer, LayeredPage, LayerGroup, Mask, Node
from core.export.png import write_png
from core.export.psd import write_psd

__all__ = [
    "Blend",
    "Layer",
    "LayerGroup",
    "LayeredPage",
    "Mask",
    "Node",
    "write_png",
    "write_psd",
]
