"""Poses: keypoints on a skeleton topology, in and out of OpenPose JSON, drawn as control images."""

from core.pose.control_image import FINGERS, KEYPOINT_COLOURS, draw_control_image
from core.pose.fit import STANDING, mirror, place_pose
from core.pose.hidden import hidden_places
from core.pose.ik import BENDING_LIMBS, bend_limb
from core.pose.openpose_json import read_openpose, write_openpose
from core.pose.pose import COCO_18, LIMBS, Keypoint, Pose

__all__ = [
    "BENDING_LIMBS",
    "COCO_18",
    "FINGERS",
    "KEYPOINT_COLOURS",
    "LIMBS",
    "STANDING",
    "Keypoint",
    "Pose",
    "bend_limb",
    "draw_control_image",
    "hidden_places",
    "mirror",
    "place_pose",
    "read_openpose",
    "write_openpose",
]
