"""What can be wrong with a model that an artist chose; damage is `core.adapters.errors`."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from core.adapters.errors import DamagedWeights
from core.errors import BadInput, KomaError


class ModelNotFound(BadInput):
    """There is nothing at this path, or no model of this id."""

    code = "model_missing"


class UnsupportedModel(BadInput):
    """A sound file, but of a kind that Koma does not draw with."""

    code = "model_unsupported"


def damaged(what: str, fault: str, details: str = "") -> DamagedWeights:
    """The one form of the sentence: what is damaged, how, and what to do."""
    return DamagedWeights(f"{what} is damaged: {fault}. Choose another.", details=details)


@contextmanager
def plain_errors(what: str, fault: str) -> Generator[None]:
    """Turn whatever a loader of diffusers, transformers or peft raises into one plain sentence.

    These libraries report a bad file by almost any exception (KeyError, AttributeError, OSError,
    RuntimeError ...), therefore all are caught; being out of memory is no fault of the file.
    """
    try:
        yield
    except (KomaError, MemoryError):
        raise
    except Exception as error:
        if type(error).__name__ == "OutOfMemoryError":
            raise
        raise damaged(what, fault, f"{type(error).__name__}: {error}") from error
