"""What must not be imported before the window is painted, found out in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FORBIDDEN = (
    "torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "controlnet_aux",
    "skimage", "scipy", "cv2", "psd_tools", "huggingface_hub", "qtawesome", "qtpy",
    "core.puppet", "core.segmentation.embedded", "core.engine.diffusers_engine", "app.diagnosis",
)  # fmt: skip

SCRIPT = """
import json, sys
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from app.cli import run
import app.window.session as module

module.ENGINE_PAUSE_MS = 2**30
start = module.WindowSession.start

class FirstPainting(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            told.append(sorted(sys.modules))
            session.close()
            QCoreApplication.quit()
        return False

def begin(this, project=None):
    global session, painting
    session, painting = this, FirstPainting()
    start(this, project)
    this.window.view.viewport().installEventFilter(painting)

told = []
module.WindowSession.start = begin
code = run(["--profile", sys.argv[1]])
print(json.dumps([code, bool(session.controller.document.pages), *told]))
"""


def test_the_window_is_painted_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "profile")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    code, has_pages, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0 and has_pages, "the sample was open"
    assert "app.window.session" in modules and "PySide6.QtWidgets" in modules
    assert [name for name in FORBIDDEN if name in modules] == []
