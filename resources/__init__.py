"""Files that ship with Koma. Only the application asks for them; the core is given paths."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """The path of a bundled file or folder, such as `path("layouts")`."""
    return ROOT.joinpath(*parts)
