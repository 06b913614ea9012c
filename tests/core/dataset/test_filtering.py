"""The filter: its rules one by one, going on after a stop, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.dataset import filtering, metadata
from core.dataset.filtering import (
    RULES,
    SUMMARY,
    FilterOptions,
    filter_metadata,
    filtered_parts,
)
from core.dataset.unplaced import count_tags
from core.errors import BadInput, StorageFailed
from tests.core.dataset.posts import GOOD, SCHEMA, WritePosts, post

DROPPED = {
    "rating": [
        {"rating": "s"}, {"rating": "q"}, {"rating": "e"}, {"rating": None}, {"rating": "x"},
    ],
    "deleted or banned": [{"is_deleted": True}, {"is_banned": True}, {"is_banned": None}],
    "no id or no tags": [{"tag_string_general": None}, {"tag_string_general": ""}, {"id": None}],
    "made by a generator": [
        {"tag_string_meta": "ai-generated"}, {"tag_string_meta": "highres ai-assisted"},
    ],
    "not solo": [
        {"tag_string_general": "1girl smile"}, {"tag_string_general": "1girl solo_focus"},
        {"tag_string_general": "1girl not_solo xsolo"},
    ],
    "not one figure": [
        {"tag_string_general": "solo smile"}, {"tag_string_general": "1boy 1girl solo"},
        {"tag_string_general": "1girl 1other solo"}, {"tag_string_general": "21girl solo"},
    ],
    "several characters": [{"tag_string_character": "hatsune_miku megurine_luka"}],
}  # fmt: skip
KEPT = [
    {}, {"tag_string_character": None}, {"tag_string_character": " miku "},
    {"tag_string_meta": None}, {"tag_string_general": "solo 1boy"},
    {"tag_string_general": "1other solo"}, {"tag_string_meta": "not-ai-generated"},
]  # fmt: skip


def run(source: Path, out: Path, **options: bool) -> filtering.Counts:
    return filter_metadata([source], out, FilterOptions(**options))


def kept_ids(out: Path) -> list[int]:
    tables = [pq.read_table(part) for part in filtered_parts(out)]
    return [number for table in tables for number in table.column("id").to_pylist()]


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_drops_what_it_says(write_posts: WritePosts, tmp_path: Path, rule: str) -> None:
    changes = [*DROPPED[rule], {}]
    counts = run(write_posts([post(n, **c) for n, c in enumerate(changes)]), tmp_path / "out")
    expected = dict.fromkeys(RULES, 0) | {rule: len(changes) - 1}
    assert (counts.read, counts.kept, counts.dropped) == (len(changes), 1, expected)
    assert kept_ids(tmp_path / "out") == [len(changes) - 1]


def test_what_passes_keeps_its_columns_and_no_artist(
    write_posts: WritePosts, tmp_path: Path
) -> None:
    source = write_posts([post(n, **change) for n, change in enumerate(KEPT)])
    counts = run(source, tmp_path / "out")
    assert counts.kept == counts.read == len(KEPT)
    table = pq.read_table(filtered_parts(tmp_path / "out")[0])
    assert table.column("tag_string_general")[0].as_py() == GOOD
    assert table.column("tag_string_character").to_pylist()[:2] == ["hatsune_miku", None]
    assert set(table.schema.names) == {
        "id", "rating", "tag_string_general", "tag_string_character", "tag_string_copyright",
        "md5", "score",
    }  # fmt: skip
    summary = json.loads((tmp_path / "out" / SUMMARY).read_text())
    assert summary["kept"] == len(KEPT) and summary["ratings"] == ["g"]


def test_sensitive_only_when_asked_and_nothing_beyond(
    write_posts: WritePosts, tmp_path: Path
) -> None:
    source = write_posts([post(n, rating=r) for n, r in enumerate("gsqe")])
    assert run(source, tmp_path / "general").kept == 1
    run(source, tmp_path / "both", sensitive=True)
    assert kept_ids(tmp_path / "both") == [0, 1]


def test_other_types_of_text_and_numbers(write_posts: WritePosts, tmp_path: Path) -> None:
    schema = SCHEMA.set(0, pa.field("id", pa.uint32()))
    schema = schema.set(1, pa.field("rating", pa.dictionary(pa.int8(), pa.string())))
    schema = schema.set(6, pa.field("tag_string_general", pa.large_string()))
    source = write_posts([post(1), post(2, rating="e")], schema=schema)
    assert run(source, tmp_path / "out").kept == 1


def test_row_groups_that_cannot_pass_are_not_read(
    write_posts: WritePosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [post(n, rating="e") for n in range(4)] + [post(n) for n in range(4, 6)]
    source = write_posts(posts, row_group_size=2)
    asked: list[list[int]] = []
    whole = metadata.MetadataFile.batches

    def batches(self, row_groups, columns):
        asked.append(list(row_groups))
        return whole(self, row_groups, columns)

    monkeypatch.setattr(metadata.MetadataFile, "batches", batches)
    counts = run(source, tmp_path / "out")
    assert asked == [[2]]
    assert (counts.read, counts.kept, counts.dropped["rating"]) == (6, 2, 4)


def test_several_files_and_folders_count_together(write_posts: WritePosts, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for name in ("b.parquet", "a.parquet"):
        write_posts([post(1), post(2, rating="s")], name=name).rename(folder / name)
    alone = write_posts([post(3)], name="c.parquet")
    seen: list[tuple[int, int, int]] = []
    counts = filter_metadata(
        [folder, alone], tmp_path / "out", FilterOptions(), lambda *now: seen.append(now)
    )
    assert (counts.read, counts.kept) == (5, 3)
    assert seen[-1] == (5, 5, 3) and [read for read, _, _ in seen] == sorted(r for r, _, _ in seen)


def test_a_stopped_run_goes_on_without_doing_anything_twice(
    write_posts: WritePosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "CHUNK_ROWS", 4)
    source = write_posts([post(n, rating="gs"[n % 2]) for n in range(12)], row_group_size=2)
    out = tmp_path / "out"

    class Stopped(Exception):
        pass

    def stop(read: int, total: int, kept: int) -> None:
        if read > 8:
            raise Stopped

    with pytest.raises(Stopped):
        filter_metadata([source], out, FilterOptions(), stop)
    assert len(list(out.iterdir())) == 2  # whole parts only, and no summary
    with pytest.raises(BadInput, match="finished filter run"):
        filtered_parts(out)
    times = {part: part.stat().st_mtime_ns for part in out.glob("posts-*")}
    assert run(source, out).kept == 6
    assert len(filtered_parts(out)) == 3
    assert all(part.stat().st_mtime_ns == time for part, time in times.items())
    whole = tmp_path / "whole"
    assert run(source, whole).dropped == filtering.Counts(**_counts(out)).dropped
    assert kept_ids(out) == kept_ids(whole) == [0, 2, 4, 6, 8, 10]


def _counts(out: Path) -> dict[str, object]:
    summary = json.loads((out / SUMMARY).read_text())
    return {key: summary[key] for key in ("read", "kept", "dropped")}


def test_parts_of_another_run_are_not_taken_over(write_posts: WritePosts, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(write_posts([post(1)]), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    for source, options in (
        (write_posts([post(1)]), {"sensitive": True}),
        (write_posts([post(1), post(2)], name="other.parquet"), {}),
    ):
        with pytest.raises(BadInput, match="another run"):
            run(source, out, **options)
    assert before == {path.name: path.read_bytes() for path in out.iterdir()}


def test_missing_and_mistyped_columns_are_named(write_posts: WritePosts, tmp_path: Path) -> None:
    out = tmp_path / "out"
    fields = [f for f in SCHEMA if f.name not in ("is_banned", "tag_string_meta")]
    with pytest.raises(BadInput, match="no column is_banned, tag_string_meta"):
        run(write_posts([post(1)], schema=pa.schema(fields)), out)
    schema = SCHEMA.set(1, pa.field("rating", pa.int32()))
    schema = schema.set(2, pa.field("is_deleted", pa.string()))
    wrong = [{**post(1), "rating": 1, "is_deleted": "no"}]
    with pytest.raises(BadInput, match=r"wrong kind: rating \(int32 instead of text\), is_del"):
        run(write_posts(wrong, schema=schema), out)
    assert not out.exists()


def test_truncated_and_damaged_files(write_posts: WritePosts, tmp_path: Path) -> None:
    out = tmp_path / "out"
    source = write_posts([post(n) for n in range(2000)], row_group_size=500)
    whole = source.read_bytes()
    for data in (whole[: len(whole) // 2], whole[:-6], b"", b"no parquet at all"):
        source.write_bytes(data)
        with pytest.raises(BadInput, match=r"posts\.parquet is not a complete parquet file"):
            run(source, out)
        assert not out.exists()
    damaged = bytearray(whole)
    damaged[100 : len(whole) // 4] = bytes(len(whole) // 4 - 100)
    source.write_bytes(damaged)
    with pytest.raises(BadInput, match="Download it again"):
        run(source, out)
    assert not list(out.glob("*"))


def test_one_bad_file_of_several_stops_the_run_before_it_writes(
    write_posts: WritePosts, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"PAR1")
    with pytest.raises(BadInput, match=r"bad\.parquet"):
        filter_metadata([write_posts([post(1)]), bad], tmp_path / "out", FilterOptions())
    assert not (tmp_path / "out").exists()


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no metadata at"):
        run(tmp_path / "none.parquet", tmp_path / "out")
    with pytest.raises(BadInput, match=r"no \.parquet file"):
        run(tmp_path, tmp_path / "out")


def test_a_folder_that_cannot_be_written(
    write_posts: WritePosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_posts([post(1)])
    file = tmp_path / "file"
    file.write_text("a file")
    with pytest.raises(StorageFailed, match="is a file"):
        run(source, file)
    with pytest.raises(StorageFailed, match="not saved"):
        run(source, file / "below")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("core.files.os.open", refuse)
    with pytest.raises(StorageFailed, match="writing is not allowed"):
        run(source, tmp_path / "out")
    monkeypatch.undo()
    assert not list((tmp_path / "out").glob("*"))


def test_frequent_tags_without_a_place(write_posts: WritePosts, tmp_path: Path, taxonomy) -> None:
    tags = ["1girl solo smile brand_new_tag", "brand_new_tag signature other_tag", None]
    source = write_posts([post(n, tag_string_general=t) for n, t in enumerate(tags)])
    counts = count_tags([source], taxonomy)
    assert counts.unplaced == (("brand_new_tag", 2), ("other_tag", 1))
    assert (counts.uses, counts.placed, counts.left_out) == (7, 3, 1)
