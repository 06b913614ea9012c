"""What the artist set once for all projects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import BadInput
from core.storage import write_atomically

MAX_BYTES = 2**20


class Settings(BaseModel):
    """model_folders: where models are looked for beside those that come with Koma.

    sam3_folder: weights of SAM 3, with which figures are cut out of difficult pictures.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    schema_version: Literal[1] = 1
    model_folders: tuple[str, ...] = ()
    sam3_folder: str = ""


def load_settings(path: Path) -> Settings:
    """The defaults where there is no file yet. Raises BadInput for a damaged one."""
    if not path.exists():
        return Settings()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        return Settings.model_validate_json(path.read_bytes())
    except (OSError, ValueError, ValidationError) as error:
        raise BadInput(
            f"The settings file {path} cannot be read. Mend it, or delete it to begin anew.",
            code="bad_settings",
            details=str(error),
        ) from error


def save_settings(settings: Settings, path: Path) -> None:
    """Raises StorageFailed where the file cannot be written."""
    text = json.dumps(settings.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, lambda file: file.write(text.encode()))
