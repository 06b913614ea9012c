"""The log: what went wrong in words for whoever mends Koma."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

MAX_LOG_BYTES = 2**20


def write_log(log_file: Path, text: str) -> bool:
    """Append to the log, begun anew when it has grown large. False where that is impossible."""
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        mode = "a" if log_file.exists() and log_file.stat().st_size < MAX_LOG_BYTES else "w"
        with log_file.open(mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"--- {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{text.rstrip()}\n")
    except OSError:
        logging.getLogger(__name__).debug("no log", exc_info=True)
        return False
    return True
