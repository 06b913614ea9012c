"""Whether the artist has asked the operating system for less motion."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 1.0
SPI_GETCLIENTAREAANIMATION = 0x1042
# What to ask, and the answer that means less motion.
QUESTIONS = {
    "linux": (("gsettings", "get", "org.gnome.desktop.interface", "enable-animations"), "false"),
    "darwin": (("defaults", "read", "com.apple.universalaccess", "reduceMotion"), "1"),
}


def wants_less_motion() -> bool:
    """Takes some hundredths of a second, so not in the window's thread; False where unknown.

    WORKAROUND: Qt itself knows it from 6.12 on (QAccessibilityHints.motionPreference), which is
    newer than the Qt that Koma is made for.
    """
    if sys.platform == "win32":
        return _windows_wants_less()
    return _answers_less(sys.platform) or (sys.platform == "linux" and _kde_wants_less())


def _answers_less(platform: str) -> bool:
    question, less = QUESTIONS.get(platform, ((), ""))
    if not question:
        return False
    try:
        told = subprocess.run(
            question, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and told.stdout.strip() == less


def _kde_wants_less() -> bool:
    """Plasma's slider for the speed of animations, all the way to "instant"."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    settings = configparser.RawConfigParser(strict=False)
    try:
        settings.read(Path(folder, "kdeglobals"), encoding="utf-8")
        return settings.getfloat("KDE", "AnimationDurationFactor", fallback=1.0) == 0
    except (configparser.Error, ValueError, RuntimeError):
        return False


def _windows_wants_less() -> bool:
    """“Show animations in Windows” is off."""
    if sys.platform != "win32":
        return False
    import ctypes

    shown = ctypes.c_int(1)
    asked = ctypes.windll.user32.SystemParametersInfoW(
        SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(shown), 0
    )
    return bool(asked) and not shown.value
