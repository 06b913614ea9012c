"""Figures in the hand: skeletons upon the page, and the grid of poses to begin with."""

from widgets.pose_editor.pose_grid import PoseGrid
from widgets.pose_editor.pose_layer import PoseLayer
from widgets.pose_editor.skeleton_paint import paint_thumbnail_skeleton

__all__ = ["PoseGrid", "PoseLayer", "paint_thumbnail_skeleton"]
