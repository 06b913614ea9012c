"""The core starts without Qt, and quickly: without torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys
for name in ("PySide6", "shiboken6"):
    sys.modules[name] = None  # an import of it now fails
import numpy as np
import core.document
from core.export import Layer, LayeredPage, write_png, write_psd
from pathlib import Path
pixels = np.full((2, 2, 4), 255, np.uint8)
page = LayeredPage(2, 2, 300.0, (Layer("a", pixels),), pixels[..., :3].copy())
write_png(page, Path(sys.argv[1], "a.png"))
write_psd(page, Path(sys.argv[1], "a.psd"))
heavy = {"torch", "diffusers", "transformers"} & set(sys.modules)
assert not heavy, heavy
"""


def test_document_and_export_need_neither_qt_nor_torch(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "a.psd"]
