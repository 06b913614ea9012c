"""Poses: keypoints on a skeleton topology, in and out of OpenPose JSON, drawn as control images."""

from core.pose.control_image import draw_control_image
from core.pose.fit import STANDING, mirror, place_pose
from core.pose.openpose_json import read_openpose, write_openpose
from core.pose.pose import COCO_18, LIMBS, Keypoint, Pose

__all__ = [
    "COCO_18",
    "LIMBS",
    "STANDING",
    "Keypoint",
    "Pose",
    "draw_control_image",
    "mirror",
    "place_pose",
    "read_openpose",
    "write_openpose",
]
