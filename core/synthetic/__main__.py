"""The synthetic world from the command line.

`python -m core.synthetic sheet --out FILE.png [--what NAME] [--seed N] [--size PX]` draws a
contact sheet; without --what an overview.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2

from core.synthetic.sheet import SHEETS, contact_sheet, overview


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m core.synthetic", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sheet = commands.add_parser("sheet", help="draw a contact sheet")
    sheet.add_argument("--out", type=Path, required=True, help="PNG file to write")
    sheet.add_argument("--what", choices=("overview", *SHEETS), default="overview")
    sheet.add_argument("--seed", type=int, default=0, help="number of the first character")
    sheet.add_argument("--size", type=int, default=128, help="side of a drawing in px")
    chosen = parser.parse_args(arguments)
    if chosen.what == "overview":
        picture = overview(chosen.seed, chosen.size)
    else:
        picture = contact_sheet(chosen.what, chosen.seed, chosen.size)
    if not cv2.imwrite(str(chosen.out), picture[:, :, ::-1]):
        raise SystemExit(f"Cannot write {chosen.out}: choose another file.")


if __name__ == "__main__":
    main()
