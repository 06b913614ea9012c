"""Importing torch in a thread beside a window that has to answer meanwhile.

Python's lock is what the two share. A collection of garbage holds it, the longer the more modules
there are, and while modules are read there is one after the other; so does the system while it
links torch's libraries. Measured on two busy cores: without both, the longest wait of the window
fell from 0.6 s to 0.1 s, and the import took half the time.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# In the order in which torch itself loads them, and visible to all where it makes them so.
_LIBRARIES = (("libtorch_global_deps", True), ("libtorch_cpu", False))


@contextmanager
def quiet_import() -> Generator[None]:
    """For the thread that is about to import torch; other imports are none the worse for it."""
    is_first = "torch" not in sys.modules
    if is_first:
        # Else another thread that needs it just now would wait for the libraries, lock in hand.
        import cv2  # noqa: F401  # pyright: ignore[reportUnusedImport]

        load_torch_libraries()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_first:
            leave_out_of_collections()  # else the first one goes through all that was imported
        if was_on:
            gc.enable()


def leave_out_of_collections() -> None:
    """What lives now is not looked at by collections, but for the last one at the process's end:
    without that, compiled modules report what they hold as leaked.
    """
    gc.freeze()
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)


def load_torch_libraries() -> bool:
    """Link torch's libraries without Python's lock, so that its import finds them ready.

    False where that is not possible; the import then does it, or says what is wrong. On Windows
    torch loads them itself in this way.
    """
    spec = None if sys.platform == "win32" else find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    try:
        open_library = ctypes.CDLL(None).dlopen  # a call by ctypes gives the lock back
    except (OSError, AttributeError):
        return False
    open_library.restype = ctypes.c_void_p
    open_library.argtypes = (ctypes.c_char_p, ctypes.c_int)
    folder = Path(spec.origin).parent / "lib"
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    opened = True
    for name, is_global in _LIBRARIES:
        flags = os.RTLD_NOW | (os.RTLD_GLOBAL if is_global else os.RTLD_LOCAL)
        opened = bool(open_library(os.fsencode(folder / (name + suffix)), flags)) and opened
    return opened
