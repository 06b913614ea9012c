"""What the artist set once for all projects."""

from __future__ import annotations

import base64
import binascii
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.errors import BadInput
from core.files import write_atomically

SETTINGS_VERSION = 1  # new fields with defaults do not raise it, fields with another meaning do
MAX_BYTES = 2**20


def _check_base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return text


Base64Text = Annotated[str, AfterValidator(_check_base64)]
Language = Literal["system", "en", "ja"]
Theme = Literal["system", "dark", "light"]


class Settings(BaseModel):
    """model_folders: where models are looked for beside those that come with Koma.

    sam3_folder: weights of SAM 3, with which figures are cut out of difficult pictures.
    autosave_minutes: between safety copies; 0 = none. draft_after_edit: whether a panel is drawn
    roughly after each edit. engine_threads: of the drawing engine on the processor; 0 = as many as
    fit the machine. window_geometry, window_state: what QMainWindow saved, as base64.
    last_folder: where the last project was opened or saved. welcome: whether Koma greets at start.
    best_of: how many times a panel is drawn again for the best to be kept.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    schema_version: Literal[1] = SETTINGS_VERSION
    model_folders: tuple[str, ...] = ()
    sam3_folder: str = ""
    language: Language = "system"
    theme: Theme = "system"
    autosave_minutes: int = Field(default=5, ge=0, le=120)
    draft_after_edit: bool = True
    engine_threads: int = Field(default=0, ge=0, le=256)
    window_geometry: Base64Text = ""
    window_state: Base64Text = ""
    last_folder: str = ""
    welcome: bool = True
    best_of: Literal[2, 4, 8] = 4


def changed_settings(settings: Settings, **fields: Any) -> Settings:
    """With some fields set. Raises BadInput for a value out of range or an unknown field."""
    unknown = fields.keys() - Settings.model_fields.keys()
    if unknown:
        raise BadInput(f"There is no setting {min(unknown)}.", code="bad_settings")
    try:
        return Settings.model_validate({**settings.model_dump(), **fields})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise BadInput(
            f"The setting {name} cannot have that value.", code="bad_settings", details=str(error)
        ) from error


def load_settings(path: Path) -> Settings:
    """The defaults where there is no file yet. Raises BadInput for a damaged one."""
    if not path.exists():
        return Settings()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        data = path.read_bytes()
        _check_version(data, path)
        return Settings.model_validate_json(data)
    except (OSError, ValueError, RecursionError, ValidationError) as error:
        raise BadInput(
            f"The settings file {path} cannot be read. Mend it, or delete it to begin anew.",
            code="bad_settings",
            details=str(error),
        ) from error


def load_or_reset_settings(path: Path) -> tuple[Settings, str]:
    """For the window, which must start: a damaged file becomes <name>.bad, the defaults apply.

    The second value is what the artist should know, "" where all is well.
    """
    try:
        return load_settings(path), ""
    except BadInput as error:
        with suppress(OSError):
            os.replace(path, bad_file(path))
        return Settings(), str(error)


def bad_file(path: Path) -> Path:
    """Where a damaged settings file is kept."""
    return path.with_name(path.name + ".bad")


def save_settings(settings: Settings, path: Path) -> None:
    """Raises StorageFailed where the file cannot be written."""
    text = json.dumps(settings.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, lambda file: file.write(text.encode()))


def _check_version(data: bytes, path: Path) -> None:
    """Raises BadInput where a newer Koma wrote the file, ValueError for anything but an object."""
    values: object = json.loads(data.decode())
    if not isinstance(values, dict):
        raise ValueError("no object")
    version = cast(dict[str, object], values).get("schema_version", SETTINGS_VERSION)
    if type(version) is int and version > SETTINGS_VERSION:
        raise BadInput(
            f"The settings file {path} is of a newer Koma. Update Koma, or delete the file.",
            code="newer_file",
        )
