"""What is wrong with a weights file, in one sentence for the artist."""

from __future__ import annotations

from core.errors import BadInput


class DamagedWeights(BadInput):
    """A weights file cannot be used: not readable, keys missing, or tensors of another shape."""

    code = "model_damaged"


class WrongBaseModel(BadInput):
    """The weights are sound but were made for a network of another layout."""

    code = "adapter_mismatch"
