"""Ctrl-C as a request to stop, not as an exception in the middle of something."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

import click

from core.engine import CancelToken


@contextmanager
def stopping_on_interrupt(token: CancelToken) -> Generator[None]:
    """Inside the block Ctrl-C (SIGINT) sets the token, a second one interrupts as usual."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return

    def stop(number: int, frame: FrameType | None) -> None:
        token.cancel()
        signal.signal(signal.SIGINT, former)
        click.echo("Stopping after this step ...", err=True)

    former = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
