"""Danbooru metadata as parquet: checked before anything is read, then read in bounded pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import BadInput

BATCH_ROWS = 32_768
CHUNK_ROWS = 500_000  # of one part of the output: what a stopped run has to do again
_TEXT = "text"
_WHOLE_NUMBER = "a whole number"
_YES_OR_NO = "yes or no"
REQUIRED = {
    "id": _WHOLE_NUMBER,
    "rating": _TEXT,
    "is_deleted": _YES_OR_NO,
    "is_banned": _YES_OR_NO,
    "tag_string_general": _TEXT,
    "tag_string_character": _TEXT,
    "tag_string_copyright": _TEXT,
    "tag_string_meta": _TEXT,
}


@dataclass(frozen=True)
class Chunk:
    """Consecutive row groups of one file, read and written as one piece."""

    file: Path
    file_number: int
    row_groups: tuple[int, ...]
    rows: int

    @property
    def name(self) -> str:
        return f"{self.file_number:04d}-{self.row_groups[0]:05d}"


class MetadataFile:
    """An open parquet file whose schema is right. Raises BadInput where it is not."""

    def __init__(self, path: Path, columns: dict[str, str]) -> None:
        self.path = path
        try:
            # Unbuffered reading would hold whole column chunks, which may be gigabytes.
            self._file = pq.ParquetFile(path, buffer_size=2**20, pre_buffer=False)
        except (OSError, pa.ArrowException) as error:
            raise unreadable(path, error) from error
        self.schema = self._file.schema_arrow
        check_schema(path, self.schema, columns)

    @property
    def row_group_rows(self) -> list[int]:
        about = self._file.metadata
        return [about.row_group(i).num_rows for i in range(about.num_row_groups)]

    def only_value(self, row_group: int, column: str) -> str | None:
        """The one text that this column has in all rows of the group, if its statistics say so."""
        about = self._file.metadata.row_group(row_group)
        for index in range(about.num_columns):
            part = about.column(index)
            if part.path_in_schema == column:
                stats: Any = part.statistics
                if stats is None or not stats.has_min_max or stats.null_count != 0:
                    return None
                return _text(stats.min) if stats.min == stats.max else None
        return None

    def batches(
        self, row_groups: Sequence[int], columns: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        """Raises BadInput where the file turns out to be damaged inside."""
        try:
            yield from self._file.iter_batches(
                batch_size=BATCH_ROWS, row_groups=list(row_groups), columns=list(columns)
            )
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self.path, error) from error

    def fingerprint(self) -> str:
        """Changes where the file does: its size, its rows and its footer."""
        about = self._file.metadata
        text = f"{self.path.stat().st_size} {about.num_rows} {about.serialized_size} {self.schema}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def close(self) -> None:
        self._file.close()


def unreadable(path: Path, error: Exception) -> BadInput:
    return BadInput(
        f"{path.name} is not a complete parquet file. Download it again.", details=str(error)
    )


def check_schema(path: Path, schema: pa.Schema, columns: dict[str, str]) -> None:
    """Raises BadInput naming every column that is missing or of the wrong kind."""
    missing = [name for name in columns if name not in schema.names]
    if missing:
        raise BadInput(
            f"{path.name} is not Danbooru metadata: it has no column {', '.join(missing)}."
        )
    wrong = [
        f"{name} ({schema.field(name).type} instead of {kind})"
        for name, kind in columns.items()
        if not _is(schema.field(name).type, kind)
    ]
    if wrong:
        raise BadInput(f"{path.name} has columns of the wrong kind: {', '.join(wrong)}.")


def metadata_files(paths: Sequence[Path]) -> list[Path]:
    """The parquet files of these files and folders, sorted within a folder."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob("*.parquet"))
            if not inside:
                raise BadInput(f"There is no .parquet file in {path}.")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise BadInput(f"There is no metadata at {path}. Check the path.")
    return found


def chunks_of(file: MetadataFile, number: int) -> list[Chunk]:
    """Row groups together, up to CHUNK_ROWS rows, so that neither tiny nor huge parts come out."""
    chunks: list[Chunk] = []
    groups: list[int] = []
    rows = 0
    for index, count in enumerate(file.row_group_rows):
        if groups and rows + count > CHUNK_ROWS:
            chunks.append(Chunk(file.path, number, tuple(groups), rows))
            groups, rows = [], 0
        groups.append(index)
        rows += count
    if groups:
        chunks.append(Chunk(file.path, number, tuple(groups), rows))
    return chunks


def plain_text(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Strings as one array of one type, whatever the file used (dictionary, large, view)."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column if column.type == pa.string() else column.cast(pa.string())


def words(text: str | None) -> tuple[str, ...]:
    return tuple(text.split()) if text else ()


def named(columns: Iterable[str]) -> dict[str, str]:
    """The kinds of these columns, for `MetadataFile`."""
    return {name: REQUIRED[name] for name in columns}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _is(found: Any, kind: str) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if kind == _WHOLE_NUMBER:
        return pa.types.is_integer(found)
    if kind == _YES_OR_NO:
        return pa.types.is_boolean(found)
    return (
        pa.types.is_string(found)
        or pa.types.is_large_string(found)
        or pa.types.is_string_view(found)
    )
