"""Documents and characters to JSON values and back, strictly: no wrong type, no unknown field."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from core.errors import BadInput

T = TypeVar("T")
Json = dict[str, Any]


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: object) -> Json:
    """A dataclass as JSON values."""
    return cast(Json, _adapter(type(value)).dump_python(value, mode="json"))


def from_json(kind: type[T], values: object, file_name: str) -> T:
    """A dataclass from JSON values.

    Raises BadInput with the place of the first wrong or unknown field. What types cannot say
    (ranges, ids) is for `core.document.checks`.
    """
    try:
        # Through text: pydantic's strict mode takes lists for tuples only from JSON.
        result = _adapter(kind).validate_json(json.dumps(values), strict=True)
    except (ValidationError, ValueError, RecursionError) as error:
        place = _place(error.errors()[0]["loc"]) if isinstance(error, ValidationError) else ""
        raise _wrong(file_name, place, repr(error)) from error
    unknown = _unknown_field(values, to_json(result))
    if unknown is not None:
        raise _wrong(file_name, unknown, "unknown field")
    return result


def _wrong(file_name: str, place: str, details: str) -> BadInput:
    where = f" at {place}" if place else ""
    return BadInput(
        f"{file_name} is damaged: it has a wrong value{where}. Try its .bak file.",
        code="damaged_file",
        details=details,
    )


def _place(location: tuple[int | str, ...]) -> str:
    """pages, 0, panels, 1 -> pages[0].panels[1]"""
    text = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in location)
    return text.lstrip(".")[:200]


def _unknown_field(given: object, known: object, place: tuple[int | str, ...] = ()) -> str | None:
    """The place of the first key of `given` that is not in `known`, which has the same shape."""
    if isinstance(given, dict) and isinstance(known, dict):
        pairs = cast(Json, given).items()
        for key, value in pairs:
            if key not in known:
                return _place((*place, ascii(key)[1:-1]))
            found = _unknown_field(value, cast(Json, known)[key], (*place, key))
            if found is not None:
                return found
    elif isinstance(given, list) and isinstance(known, list):
        for i, (a, b) in enumerate(
            zip(cast(list[Any], given), cast(list[Any], known), strict=True)
        ):
            found = _unknown_field(a, b, (*place, i))
            if found is not None:
                return found
    return None
