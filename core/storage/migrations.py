"""Old project files made new: one function dict -> dict for each schema version.

A change of the document's fields raises `SCHEMA_VERSION`, adds a function here and a project file
of the former version to tests/golden. Functions may fail in any way on damaged files; `migrated`
turns that into BadInput.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.errors import BadInput

SCHEMA_VERSION = 2
Json = dict[str, Any]


def _v0_to_v1(document: Json) -> Json:
    """Panels became polygons, the reading direction got a third value, tags became a list."""
    document = dict(document)
    document["reading_direction"] = "rtl" if document.pop("right_to_left") else "ltr"
    document["pages"] = [
        {**page, "panels": [_polygon_for_rect(panel) for panel in page["panels"]]}
        for page in document["pages"]
    ]
    document["characters"] = [
        {**c, "tags": [tag.strip() for tag in c["tags"].split(",") if tag.strip()]}
        for c in document["characters"]
    ]
    return document


def _polygon_for_rect(panel: Json) -> Json:
    panel = dict(panel)
    x, y, width, height = panel.pop("rect")
    corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
    panel["polygon"] = {"points": [{"x": px, "y": py} for px, py in corners]}
    return panel


def _v1_to_v2(document: Json) -> Json:
    """The adapter became a choice; there was AnimeAdapter only."""
    settings = document.get("settings", {})
    return {**document, "settings": {**settings, "adapter": "anime"}}


MIGRATIONS: dict[int, Callable[[Json], Json]] = {0: _v0_to_v1, 1: _v1_to_v2}


def migrated(payload: Json, file_name: str) -> Json:
    """The "document" of a project file as the present version has it.

    Raises BadInput for files of a newer Koma and for files without version or document.
    """
    version, document = payload.get("schema_version"), payload.get("document")
    if type(version) is not int or version < 0 or not isinstance(document, dict):
        raise BadInput(f"{file_name} is not a Koma project.", code="damaged_file")
    if version > SCHEMA_VERSION:
        raise BadInput(
            f"{file_name} was saved by a newer Koma. Update Koma to open it.", code="newer_file"
        )
    try:
        for old in range(version, SCHEMA_VERSION):
            document = MIGRATIONS[old](document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            f"{file_name} is damaged: it cannot be brought up to date. Try its .bak file.",
            code="damaged_file",
            details=repr(error),
        ) from error
    return document
