"""A colour for each cluster of tags: told apart, and read on what opens above the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from core.dataset.taxonomy import Cluster
from widgets.common.theme import current

_DARK = {
    Cluster.IDENTITY: "#F09AC0",
    Cluster.VIEW: "#7DB7F2",
    Cluster.STYLE: "#C3A4F5",
    Cluster.POSTURE: "#F0B35E",
    Cluster.BODY: "#79CC98",
    Cluster.PATTERN: "#62CDD0",
}
_LIGHT = {
    Cluster.IDENTITY: "#B0256F",
    Cluster.VIEW: "#1B62B0",
    Cluster.STYLE: "#7040B0",
    Cluster.POSTURE: "#955600",
    Cluster.BODY: "#1C7040",
    Cluster.PATTERN: "#0B7078",
}


def cluster_colour(cluster: int) -> QColor:
    colours = _DARK if current().is_dark else _LIGHT
    return QColor(colours[Cluster(cluster)])


def cluster_title(cluster: int) -> str:
    """What its tags are about, in the artist's language."""
    texts = {
        Cluster.IDENTITY: QCoreApplication.translate("Cluster", "Who and how many"),
        Cluster.VIEW: QCoreApplication.translate("Cluster", "View and framing"),
        Cluster.STYLE: QCoreApplication.translate("Cluster", "Scene and style"),
        Cluster.POSTURE: QCoreApplication.translate("Cluster", "Posture"),
        Cluster.BODY: QCoreApplication.translate("Cluster", "Body and clothes"),
        Cluster.PATTERN: QCoreApplication.translate("Cluster", "Patterns"),
    }
    return texts[Cluster(cluster)]
