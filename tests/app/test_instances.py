from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.instances import Instances

ROOT = Path(__file__).resolve().parents[2]
RUNNER = """
import sys
from pathlib import Path
from app.instances import Instances
instances = Instances(Path(sys.argv[1]))
assert instances.begin()
print(instances.id, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def other(tmp_path):
    """Another Koma, running; killed by the test or after it."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    with process:
        process.instance_id = process.stdout.readline().strip()  # type: ignore[attr-defined]
        yield process
        process.kill()


def test_a_proper_end_leaves_nothing(tmp_path) -> None:
    one = Instances(tmp_path / "new")
    assert one.begin()
    assert len(list((tmp_path / "new").iterdir())) == 1
    one.end()
    assert list((tmp_path / "new").iterdir()) == []
    assert Instances(tmp_path / "new").ended_badly() == ()


def test_a_running_koma_is_left_alone_and_a_dead_one_is_taken_over(tmp_path, other) -> None:
    one, two = Instances(tmp_path), Instances(tmp_path)
    one.begin()
    two.begin()
    assert one.ended_badly() == () and not one.claim(other.instance_id)
    other.kill()
    other.wait()
    assert one.ended_badly() == (other.instance_id,)
    assert one.claim(other.instance_id), "it is its own already"
    assert two.ended_badly() == () and not two.claim(other.instance_id)
    one.release(other.instance_id)
    assert two.ended_badly() == (), "looked after"
    one.end()
    two.end()
    assert list(tmp_path.iterdir()) == []


def test_two_in_one_process_are_two(tmp_path) -> None:
    one, two = Instances(tmp_path), Instances(tmp_path)
    one.begin()
    two.begin()
    assert one.ended_badly() == () == two.ended_badly()
    assert not one.claim(two.id) and not one.claim(one.id)
    two.end()
    one.end()


def test_a_namesake_of_this_process_is_dead(tmp_path) -> None:
    """In a sandbox each run has the same process id; its lock must not look alive for ever."""
    one = Instances(tmp_path)
    one.begin()
    (lock,) = tmp_path.iterdir()
    (tmp_path / "00112233aabb.lock").write_bytes(lock.read_bytes())
    assert one.ended_badly() == ("00112233aabb",)
    one.end()


def test_foreign_files_and_folders_without_rights_do_no_harm(tmp_path) -> None:
    (tmp_path / "notes.lock").write_text("mine")
    (tmp_path / "file").write_text("")
    assert Instances(tmp_path).ended_badly() == ()
    assert (tmp_path / "notes.lock").read_text() == "mine"
    nowhere = Instances(tmp_path / "file" / "folder")
    assert not nowhere.begin()
    assert nowhere.ended_badly() == ()
    nowhere.end()
