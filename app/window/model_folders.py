"""The folders with models, as the settings have them at each moment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import overload

from app.workplace import Workplace


class ModelFolders(Sequence[Path]):
    """A folder added in the settings is there for an engine that was made before.

    Raises what `Workplace.model_folders` raises.
    """

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def __len__(self) -> int:
        return len(self._workplace.model_folders())

    @overload
    def __getitem__(self, index: int) -> Path: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Path]: ...
    def __getitem__(self, index: int | slice) -> Path | Sequence[Path]:
        return self._workplace.model_folders()[index]

    def __iter__(self):
        return iter(self._workplace.model_folders())
