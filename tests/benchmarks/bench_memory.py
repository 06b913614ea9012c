"""Memory of the window on the sample project: alone, with the engine, with a panel drawn.

Resident memory of the process, offscreen. The engine is made when the window is shown, the model is
loaded when something is drawn.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _window import print_load, until, window_on

import app.window.session

REST_S = 1.5
NEVER_MS = 2**30
MIB = 2**20


def resident_mib() -> float:
    gc.collect()
    return psutil.Process(os.getpid()).memory_info().rss / MIB


def show(what: str, before: float) -> float:
    """Print what the process holds, and what that is more than before."""
    now = resident_mib()
    print(f"  {now:8.0f} MiB   {now - before:+8.0f}   {what}")
    return now


def main() -> None:
    print_load()
    held = show("Python and the window's modules", 0.0)
    app.window.session.ENGINE_PAUSE_MS = NEVER_MS
    with window_on(None) as session:
        until(lambda: False, REST_S)
        held = show("the window with the sample project", held)
        for thread in (session.watch, session.puppets, session.analysis):
            thread.start()
        until(lambda: False, REST_S)
        held = show("its helpers: puppets, what is stale, masks", held)
        session.engine.start()
        until(lambda: session.engine.state.kind in ("ready", "failed"))
        held = show("the engine, without a model", held)
        panel = session.controller.document.pages[0].panels[0]
        session.renders.render_panels((panel.id,))
        until(lambda: session.renders.active_count == 0)
        held = show("the model, one panel drawn", held)
        session.renders.render_page(session.controller.document.pages[0].id)
        until(lambda: session.renders.active_count == 0)
        show("a page drawn", held)
    peak = psutil.Process(os.getpid()).memory_info()
    print(f"  at most {getattr(peak, 'peak_wset', 0) / MIB or _peak_mib():.0f} MiB")


def _peak_mib() -> float:
    import resource

    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / MIB if sys.platform == "darwin" else kib / 1024


if __name__ == "__main__":
    main()
