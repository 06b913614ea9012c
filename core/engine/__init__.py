"""The engine: frozen requests in, pictures out. Importing this package does not import torch.

`core.engine.requests` is what everyone may import; `core.engine.diffusers_engine` loads torch and
belongs into the engine's thread; `core.engine.fake` draws for tests.
"""

from core.engine.requests import (
    Cancelled,
    CancelToken,
    Engine,
    EngineError,
    InvalidRequest,
    LoraInput,
    ModelDamaged,
    ModelMissing,
    OutOfMemory,
    ProgressCallback,
    ReferenceInput,
    RegionEditInput,
    RenderProgress,
    RenderRequest,
    RenderResult,
    Unexpected,
)

__all__ = [
    "CancelToken",
    "Cancelled",
    "Engine",
    "EngineError",
    "InvalidRequest",
    "LoraInput",
    "ModelDamaged",
    "ModelMissing",
    "OutOfMemory",
    "ProgressCallback",
    "ReferenceInput",
    "RegionEditInput",
    "RenderProgress",
    "RenderRequest",
    "RenderResult",
    "Unexpected",
]
