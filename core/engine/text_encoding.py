"""Prompts to text embeddings, each distinct prompt once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.engine.byte_cache import ByteCache


@dataclass(frozen=True)
class TextEmbedding:
    """hidden: (1, T, D) of one prompt, padded to the tokenizer's length. cut: words were lost."""

    hidden: Tensor
    cut: bool


def text_cache(max_bytes: int) -> ByteCache[TextEmbedding]:
    return ByteCache(max_bytes, lambda e: e.hidden.numel() * e.hidden.element_size())


class TextEncoding:
    """Encodes prompts by one text encoder through a cache.

    `owner` names everything besides the prompt that changes the embedding (model, LoRAs): prompts
    of another owner never share an entry.
    """

    def __init__(
        self,
        tokenizer: Any,
        text_encoder: Any,
        cache: ByteCache[TextEmbedding],
        owner: Hashable,
    ) -> None:
        self._tokenizer = tokenizer
        self._text_encoder = text_encoder
        self._cache = cache
        self._owner = owner
        # A tokenizer saved without a length reports a huge number; the position table is the truth.
        self._length = min(
            int(tokenizer.model_max_length),
            int(text_encoder.config.max_position_embeddings),
        )

    def encode(self, prompt: str) -> TextEmbedding:
        """The prompt's last hidden states, after the final layer norm, as Stable Diffusion uses."""
        return self._cache.get_or_make((self._owner, prompt), lambda: self._run(prompt))

    def _run(self, prompt: str) -> TextEmbedding:
        tokens = self._tokenizer(
            prompt,
            padding="max_length",
            max_length=self._length,
            truncation=True,
            return_tensors="pt",
        ).input_ids
        untruncated = self._tokenizer(prompt, truncation=False, verbose=False).input_ids
        with torch.no_grad():
            hidden = self._text_encoder(tokens.to(self._text_encoder.device)).last_hidden_state
        return TextEmbedding(hidden.detach(), cut=len(untruncated) > self._length)
