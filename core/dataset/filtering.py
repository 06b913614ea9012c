"""Which posts become data: the rules, and the run over the metadata (AnimeAdapter, section 4.2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from core.dataset.arrow import compute as pc
from core.dataset.metadata import (
    REQUIRED,
    Chunk,
    MetadataFile,
    chunks_of,
    metadata_files,
    plain_text,
)
from core.errors import BadInput, StorageFailed
from core.files import write_atomically

VERSION = 1
SUMMARY = "filter.json"
_COUNTS = b"koma.counts"
_RUN = b"koma.run"
_ONE_FIGURE = ("1girl", "1boy", "1other")
_NOT_DRAWN = ("ai-generated", "ai-assisted")
OPTIONAL = ("md5", "score", "image_width", "image_height", "created_at")
KEPT = ("id", "rating", "tag_string_general", "tag_string_character", "tag_string_copyright")

# In this order: a row counts under the first rule that drops it.
RULES = (
    "rating",
    "deleted or banned",
    "no id or no tags",
    "made by a generator",
    "not solo",
    "not one figure",
    "several characters",
)


@dataclass(frozen=True)
class FilterOptions:
    """sensitive: take rating s beside g. Nothing beyond: q and e can not be asked for."""

    sensitive: bool = False

    @property
    def ratings(self) -> tuple[str, ...]:
        return ("g", "s") if self.sensitive else ("g",)


@dataclass
class Counts:
    """Rows read, kept, and dropped by each rule; `read` is the sum of the others."""

    read: int = 0
    kept: int = 0
    dropped: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RULES, 0))

    def add(self, other: Counts) -> None:
        self.read += other.read
        self.kept += other.kept
        for rule, count in other.dropped.items():
            self.dropped[rule] += count


Progress = Callable[[int, int, int], None]  # rows read, rows in all, rows kept


def filter_metadata(
    sources: Sequence[Path],
    out: Path,
    options: FilterOptions,
    on_progress: Progress | None = None,
) -> Counts:
    """Write the rows that pass every rule to `out`, as parts of parquet, and `filter.json` last.

    A run that was stopped goes on where it was: parts that are there are not made again. Every
    file's schema is checked before anything is written. Raises BadInput for sources that cannot be
    read and for a folder of another run, StorageFailed for a disk that does not take the parts.
    """
    files = [MetadataFile(path, REQUIRED) for path in metadata_files(sources)]
    try:
        run = _run_key(files, options)
        chunks = [chunk for number, file in enumerate(files) for chunk in chunks_of(file, number)]
        total = sum(chunk.rows for chunk in chunks)
        counts = Counts()
        _check_folder(out, {part_name(chunk) for chunk in chunks}, run)
        for chunk in chunks:
            path = out / part_name(chunk)
            if path.exists():
                counts.add(_counts_of(path))
            else:
                before = counts.read
                part = _Part(files[chunk.file_number], chunk, options)

                def tell(read: int, before: int = before) -> None:
                    if on_progress is not None:
                        on_progress(before + read, total, counts.kept)

                counts.add(part.write(path, run, tell))
            if on_progress is not None:
                on_progress(counts.read, total, counts.kept)
        summary = {"version": VERSION, "run": run, "ratings": options.ratings, **asdict(counts)}
        text = json.dumps(summary, indent=2) + "\n"
        write_atomically(out / SUMMARY, lambda file: file.write(text.encode()))
        return counts
    finally:
        for file in files:
            file.close()


def part_name(chunk: Chunk) -> str:
    return f"posts-{chunk.name}.parquet"


def filtered_parts(folder: Path) -> list[Path]:
    """The parts of a finished run. Raises BadInput for a folder that holds none."""
    if not (folder / SUMMARY).is_file():
        raise BadInput(
            f"{folder} does not hold a finished filter run. Run `python -m core.dataset filter` "
            "with this folder as --out first."
        )
    return sorted(folder.glob("posts-*.parquet"))


class _Part:
    """The rows of one chunk."""

    def __init__(self, file: MetadataFile, chunk: Chunk, options: FilterOptions) -> None:
        self._file = file
        self._groups = chunk.row_groups
        self._options = options
        extra = tuple(name for name in OPTIONAL if name in file.schema.names)
        self._read = (*REQUIRED, *extra)
        self._schema = pa.schema([(name, _kept_type(file, name)) for name in (*KEPT, *extra)])

    def write(self, path: Path, run: str, on_rows: Callable[[int], None]) -> Counts:
        counts = Counts()

        def fill(file: BinaryIO) -> None:
            # The counts are known at the end: they go into the footer, which is written last.
            writer = pq.ParquetWriter(file, self._schema, compression="zstd")
            try:
                for batch in self._kept(counts, on_rows):
                    writer.write_batch(batch)
                about = {_COUNTS: json.dumps(asdict(counts)).encode(), _RUN: run.encode()}
                writer.add_key_value_metadata({k.decode(): v.decode() for k, v in about.items()})
            finally:
                writer.close()

        write_atomically(path, fill)
        return counts

    def _kept(self, counts: Counts, on_rows: Callable[[int], None]) -> Any:
        groups = self._possible_groups(counts)
        if not groups:
            return
        for batch in self._file.batches(groups, self._read):
            kept = self._passing(batch, counts)
            on_rows(counts.read)
            if kept.num_rows:
                columns = [kept.column(name) for name in self._schema.names]
                columns = [
                    plain_text(c) if f.type == pa.string() else c
                    for c, f in zip(columns, self._schema, strict=True)
                ]
                yield pa.record_batch(columns, schema=self._schema)

    def _possible_groups(self, counts: Counts) -> list[int]:
        """Row groups that may hold a row to keep; the others are counted without being read."""
        possible: list[int] = []
        rows = self._file.row_group_rows
        for group in self._groups:
            rating = self._file.only_value(group, "rating")
            if rating is None or rating in self._options.ratings:
                possible.append(group)
            else:
                counts.read += rows[group]
                counts.dropped["rating"] += rows[group]
        return possible

    def _passing(self, batch: pa.RecordBatch, counts: Counts) -> pa.RecordBatch:
        """The rows that no rule drops. Cheap rules first: each works on what is left."""
        counts.read += batch.num_rows
        for rule, test in zip(RULES, self._tests(), strict=True):
            if not batch.num_rows:
                break
            passes = pc.fill_null(test(batch), False)
            left = batch.filter(passes)
            counts.dropped[rule] += batch.num_rows - left.num_rows
            batch = left
        counts.kept += batch.num_rows
        return batch

    def _tests(self) -> tuple[Callable[[pa.RecordBatch], Any], ...]:
        """One for each of RULES; null counts as not passing."""
        allowed = pa.array(self._options.ratings)
        return (
            lambda b: pc.is_in(plain_text(b.column("rating")), value_set=allowed),
            lambda b: pc.invert(pc.or_kleene(b.column("is_deleted"), b.column("is_banned"))),
            _has_id_and_tags,
            _drawn_by_hand,
            lambda b: _has_tag(_spaced(b, "tag_string_general"), "solo"),
            _one_figure,
            _at_most_one_character,
        )


def _spaced(batch: pa.RecordBatch, column: str) -> Any:
    """A space before and after, so that a whole tag is found as plain text, which is fast."""
    return pc.binary_join_element_wise("", plain_text(batch.column(column)), "", " ")


def _has_tag(spaced: Any, tag: str) -> Any:
    return pc.match_substring(spaced, f" {tag} ")


def _has_id_and_tags(batch: pa.RecordBatch) -> Any:
    tagged = pc.greater(pc.binary_length(plain_text(batch.column("tag_string_general"))), 0)
    return pc.and_(pc.is_valid(batch.column("id")), tagged)


def _drawn_by_hand(batch: pa.RecordBatch) -> Any:
    meta = pc.fill_null(plain_text(batch.column("tag_string_meta")), "")
    spaced = pc.binary_join_element_wise("", meta, "", " ")
    return pc.invert(pc.or_(*(_has_tag(spaced, tag) for tag in _NOT_DRAWN)))


def _one_figure(batch: pa.RecordBatch) -> Any:
    """Exactly one of 1girl, 1boy and 1other."""
    spaced = _spaced(batch, "tag_string_general")
    found = [pc.cast(_has_tag(spaced, tag), pa.int8()) for tag in _ONE_FIGURE]
    return pc.equal(pc.add(pc.add(found[0], found[1]), found[2]), 1)


def _at_most_one_character(batch: pa.RecordBatch) -> Any:
    names = pc.fill_null(plain_text(batch.column("tag_string_character")), "")
    return pc.invert(pc.match_substring(pc.utf8_trim_whitespace(names), " "))


def _kept_type(file: MetadataFile, name: str) -> Any:
    found = file.schema.field(name).type
    return pa.string() if REQUIRED.get(name) == "text" or name == "md5" else found


def _run_key(files: Sequence[MetadataFile], options: FilterOptions) -> str:
    """What a run depends on: parts of another one are not taken over."""
    prints = " ".join(file.fingerprint() for file in files)
    return f"{VERSION} {','.join(options.ratings)} {prints}"


def _check_folder(out: Path, names: set[str], run: str) -> None:
    if out.exists() and not out.is_dir():
        raise StorageFailed(f"{out} is a file. Choose a folder for the filtered posts.")
    for path in sorted(out.glob("posts-*.parquet")) if out.is_dir() else []:
        if path.name not in names or _about(path).get(_RUN, b"").decode() != run:
            raise BadInput(
                f"{out} holds the posts of another run (other files or options). Choose an empty "
                "folder."
            )


def _about(path: Path) -> dict[bytes, bytes]:
    try:
        return pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowException) as error:
        raise BadInput(
            f"{path.name} in the output folder is damaged. Remove it and start again.",
            details=str(error),
        ) from error


def _counts_of(path: Path) -> Counts:
    return Counts(**json.loads(_about(path)[_COUNTS]))
