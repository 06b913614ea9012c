"""Importing torch beside the window: garbage is not collected meanwhile, libraries are linked."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.quiet_import
from app.quiet_import import load_torch_libraries, quiet_import

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.quiet_import, "load_torch_libraries", lambda: False)
    monkeypatch.setattr(app.quiet_import.gc, "freeze", lambda: None)  # nothing of the other tests


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    """As in a process that no window has told otherwise."""
    gc.enable()
    yield
    gc.disable()


def test_garbage_is_collected_again_afterwards_even_after_a_failure() -> None:
    assert gc.isenabled()
    with pytest.raises(ImportError), quiet_import():
        assert not gc.isenabled()
        with quiet_import():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise ImportError("torch")
    assert gc.isenabled()


def test_who_collects_no_garbage_is_left_so() -> None:
    gc.disable()
    try:
        with quiet_import():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_without_torch_nothing_is_linked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.quiet_import, "find_spec", lambda name: None)
    assert load_torch_libraries() is False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_torch_s_libraries_are_linked_before_its_import_and_fit_it() -> None:
    script = (
        "import sys\n"
        "from app.quiet_import import load_torch_libraries\n"
        "assert load_torch_libraries()\n"
        "maps = open('/proc/self/maps').read()\n"
        "assert 'libtorch_cpu.so' in maps and 'libtorch_python.so' not in maps\n"
        "assert 'torch' not in sys.modules\n"
        "import torch\n"
        "assert float((torch.ones(3) @ torch.ones(3))) == 3.0\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=80,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
