"""Any exception of a render as one of the engine's errors, with a sentence for the artist."""

from __future__ import annotations

import traceback

from core.engine.requests import (
    EngineError,
    InvalidRequest,
    ModelDamaged,
    ModelMissing,
    OutOfMemory,
    Unexpected,
)
from core.errors import KomaError

_FAMILIES: dict[str, type[EngineError]] = {
    "model_missing": ModelMissing,
    "model_damaged": ModelDamaged,
    "model_unsupported": ModelDamaged,
    "adapter_mismatch": ModelDamaged,
    "adapter_missing": ModelMissing,
}

# WORKAROUND: on the CPU torch raises a plain RuntimeError whose text is the only mark. Its own
# OutOfMemoryError for a GPU is a RuntimeError that says "out of memory" too, so that nothing here
# needs torch.
_MEMORY_MARKS = ("can't allocate memory", "not enough memory", "out of memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this exception means that memory ran out, on a GPU or in the machine."""
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(mark in text for mark in _MEMORY_MARKS)


def as_engine_error(error: Exception) -> EngineError:
    """The error itself where it is the engine's; else one of ours, `details` with the traceback."""
    if isinstance(error, EngineError):
        return error
    if isinstance(error, KomaError):
        family = _FAMILIES.get(error.code, InvalidRequest)
        failure = family(str(error), code=error.code, details=error.details)
    elif is_out_of_memory(error):
        failure = OutOfMemory(
            "There is not enough memory to draw this panel; choose a smaller generation size or "
            "model, or close other programs.",
            details="".join(traceback.format_exception(error)),
        )
    else:
        failure = Unexpected(
            "The panel could not be drawn because of a fault in Koma; try again, and report it "
            "with the log if it happens again.",
            details="".join(traceback.format_exception(error)),
        )
    failure.__cause__ = error
    return failure
