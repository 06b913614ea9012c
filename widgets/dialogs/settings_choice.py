"""What the settings dialog shows and gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["system", "en", "ja"]
ThemeChoice = Literal["system", "dark", "light"]


@dataclass(frozen=True)
class SettingsChoice:
    """`autosave_minutes` 0 = no safety copies. `engine_threads` 0 = as many as fit the machine."""

    language: Language = "system"
    theme: ThemeChoice = "system"
    model_folders: tuple[str, ...] = ()
    sam3_folder: str = ""
    autosave_minutes: int = 5
    draft_after_edit: bool = True
    engine_threads: int = 0
