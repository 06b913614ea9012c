"""Posts of the metadata for tests, and the columns the published files have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

GOOD = "1girl solo long_hair blue_eyes smile standing white_shirt black_skirt outdoors park"

Post = Mapping[str, Any]
WritePosts = Callable[..., Path]


def post(number: int, **changes: Any) -> dict[str, Any]:
    """A post that passes every rule; artists and urls are there to be left unread."""
    return {
        "id": number,
        "rating": "g",
        "is_deleted": False,
        "is_banned": False,
        "score": 7,
        "md5": f"{number:032x}",
        "tag_string_general": GOOD,
        "tag_string_character": "hatsune_miku",
        "tag_string_copyright": "vocaloid",
        "tag_string_artist": "somebody",
        "tag_string_meta": "highres",
        "file_url": "https://example.com/a.png",
        **changes,
    }


SCHEMA = pa.schema(
    [
        ("id", pa.int64()), ("rating", pa.string()), ("is_deleted", pa.bool_()),
        ("is_banned", pa.bool_()), ("score", pa.int32()), ("md5", pa.string()),
        ("tag_string_general", pa.string()), ("tag_string_character", pa.string()),
        ("tag_string_copyright", pa.string()), ("tag_string_artist", pa.string()),
        ("tag_string_meta", pa.string()), ("file_url", pa.string()),
    ]
)  # fmt: skip
