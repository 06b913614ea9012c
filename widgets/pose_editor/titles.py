"""An artist's words for joints and for the presets that come with Koma."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from widgets.pose_editor.picking import Grab, HandleGrab, JointGrab

_JOINTS = (
    QT_TRANSLATE_NOOP("Joint", "Nose"),
    QT_TRANSLATE_NOOP("Joint", "Neck"),
    QT_TRANSLATE_NOOP("Joint", "Right shoulder"),
    QT_TRANSLATE_NOOP("Joint", "Right elbow"),
    QT_TRANSLATE_NOOP("Joint", "Right wrist"),
    QT_TRANSLATE_NOOP("Joint", "Left shoulder"),
    QT_TRANSLATE_NOOP("Joint", "Left elbow"),
    QT_TRANSLATE_NOOP("Joint", "Left wrist"),
    QT_TRANSLATE_NOOP("Joint", "Right hip"),
    QT_TRANSLATE_NOOP("Joint", "Right knee"),
    QT_TRANSLATE_NOOP("Joint", "Right ankle"),
    QT_TRANSLATE_NOOP("Joint", "Left hip"),
    QT_TRANSLATE_NOOP("Joint", "Left knee"),
    QT_TRANSLATE_NOOP("Joint", "Left ankle"),
    QT_TRANSLATE_NOOP("Joint", "Right eye"),
    QT_TRANSLATE_NOOP("Joint", "Left eye"),
    QT_TRANSLATE_NOOP("Joint", "Right ear"),
    QT_TRANSLATE_NOOP("Joint", "Left ear"),
)

_PRESETS = {
    "arms-up": QT_TRANSLATE_NOOP("PosePreset", "Arms up"),
    "crossed-arms": QT_TRANSLATE_NOOP("PosePreset", "Crossed arms"),
    "hand-on-hip": QT_TRANSLATE_NOOP("PosePreset", "Hand on hip"),
    "jumping": QT_TRANSLATE_NOOP("PosePreset", "Jumping"),
    "pointing": QT_TRANSLATE_NOOP("PosePreset", "Pointing"),
    "running": QT_TRANSLATE_NOOP("PosePreset", "Running"),
    "sitting": QT_TRANSLATE_NOOP("PosePreset", "Sitting"),
    "standing": QT_TRANSLATE_NOOP("PosePreset", "Standing"),
    "walking": QT_TRANSLATE_NOOP("PosePreset", "Walking"),
    "waving": QT_TRANSLATE_NOOP("PosePreset", "Waving"),
}


def joint_title(keypoint: int) -> str:
    return QCoreApplication.translate("Joint", str(_JOINTS[keypoint]))


def preset_title(name: str) -> str:
    """The translated name of one of Koma's presets; any other name as it is."""
    known = _PRESETS.get(name)
    return name if known is None else QCoreApplication.translate("PosePreset", str(known))


def grab_title(grab: Grab | None) -> str:
    """What the tip at the cursor says; nothing for a body."""
    match grab:
        case JointGrab(_, keypoint):
            return joint_title(keypoint)
        case HandleGrab(_, handle) if handle.is_corner:
            return QCoreApplication.translate("PoseLayer", "Scale the figure")
        case HandleGrab():
            return QCoreApplication.translate(
                "PoseLayer", "Rotate the figure (Shift: steps of 15°)"
            )
        case _:
            return ""
