from __future__ import annotations

from pathlib import Path

import pytest

from app.recent_files import MAX_RECENT, RecentFiles


def test_recent_files_are_newest_first_and_few(desk, tmp_path) -> None:
    changes: list[int] = []
    desk.recent.changed.connect(lambda: changes.append(1))
    for number in range(MAX_RECENT + 3):
        desk.recent.add(tmp_path / f"{number}.koma")
    desk.recent.add(tmp_path / "5.koma")
    names = [path.stem for path in desk.recent.paths]
    assert names[:3] == ["5", "12", "11"] and len(names) == MAX_RECENT == len(set(names))
    assert len(changes) == MAX_RECENT + 4
    desk.recent.remove(tmp_path / "5.koma")
    assert desk.recent.paths[0].stem == "12"
    desk.recent.clear()
    assert desk.recent.paths == ()


def test_recent_files_of_one_name_tell_their_folder(desk, tmp_path, book) -> None:
    desk.recent.add(tmp_path / "a" / "book.koma")
    desk.recent.add(tmp_path / "other.koma")
    desk.recent.add(book)
    entries = desk.recent.entries
    assert [e.name for e in entries] == ["book.koma", "other.koma", "book.koma"]
    assert [e.place for e in entries] == [str(tmp_path), "", str(tmp_path / "a")]
    assert [e.exists for e in entries] == [True, False, False]


@pytest.mark.parametrize("content", ["", "{}", '["a", 5, "b\\u0000", ""]', "[" * 9999, "\udcff"])
def test_a_damaged_list_of_recent_files_is_no_matter(desk, content) -> None:
    file = desk.workplace.recent_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode(errors="surrogateescape"))
    assert desk.recent.paths in ((), (Path("a"),))
    desk.recent.add(Path("/b.koma"))
    assert desk.recent.paths[0] == Path(Path("/b.koma").absolute())


def test_a_list_that_cannot_be_written_is_no_matter(desk, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    recent = RecentFiles(tmp_path / "file" / "recent.json")
    recent.add(Path("a.koma"))
    assert recent.paths == ()
