"""Pictures of the real window for the documentation, made without a screen.

    uv run python tests/snapshots/make_screens.py PROJECT.koma [--out DIR] [--only NAME ...]

PROJECT.koma: a project whose panels are drawn, for instance the sample:

    uv run main.py sample /tmp/shots
    uv run main.py render /tmp/shots/sample.koma --out /tmp/shots/pages

The project is only read. The pictures go to docs/screens; large ones have 256 colours. `--all`
makes those too that the documentation does not show (dialogs, failures, other sizes): open them
after a change of the looks. The queue is photographed while the real engine draws, which takes a
minute.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from _screens import SHOTS, take
    from PySide6.QtWidgets import QApplication

    from app.i18n import install_language

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--only", nargs="+", choices=[shot.name for shot in SHOTS], default=())
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--language", choices=("en", "ja"), default="en")
    chosen = parser.parse_args(arguments)
    application = QApplication(["koma"])
    application.setQuitOnLastWindowClosed(False)
    install_language(application, chosen.language)
    chosen.out.mkdir(parents=True, exist_ok=True)
    for shot in SHOTS:
        if shot.name in chosen.only or (not chosen.only and (chosen.all or shot.documented)):
            path = take(shot, chosen.project, chosen.out)
            print(f"{path}  {path.stat().st_size // 1024} kB", flush=True)


if __name__ == "__main__":
    main()
