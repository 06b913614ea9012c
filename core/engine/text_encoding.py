"""Prompts to text embeddings, each distinct prompt once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.engine.byte_cache import ByteCache


@dataclass(frozen=True)
class TextEmbedding:
    """hidden: (1, T, D) of one prompt, padded to the tokenizer's length. cut: words were lost.

    words: what was added to the prompt, and the positions of its tokens.
    """

    hidden: Tensor
    cut: bool
    words: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])


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

    def encode(self, prompt: str, added: tuple[str, ...] = ()) -> TextEmbedding:
        """The prompt's last hidden states, after the final layer norm, as Stable Diffusion uses.

        added: tags that must be in it; a prompt that is too long loses its own last words first. A
        tag for which there is no room at all has no positions.
        """
        return self._cache.get_or_make(
            (self._owner, prompt, added),
            lambda: self._run_with(prompt, added) if added else self._run(prompt),
        )

    def _run(self, prompt: str) -> TextEmbedding:
        tokens = self._tokenizer(
            prompt,
            padding="max_length",
            max_length=self._length,
            truncation=True,
            return_tensors="pt",
        ).input_ids
        untruncated = self._tokenizer(prompt, truncation=False, verbose=False).input_ids
        return TextEmbedding(self._hidden(tokens), cut=len(untruncated) > self._length)

    def _run_with(self, prompt: str, added: tuple[str, ...]) -> TextEmbedding:
        """Tags are tokenised one by one, so that their places are known and not searched for."""
        own, comma, tags = self._ids(prompt), self._ids(","), [self._ids(tag) for tag in added]
        room = self._length - 2 - sum(len(comma) + len(tag) for tag in tags)
        ids, words = own[: max(0, room)], dict[str, tuple[int, ...]]()
        for tag, tokens in zip(added, tags, strict=True):
            between = comma if ids else []
            start = 1 + len(ids) + len(between)  # after the token that begins every prompt
            fits = start + len(tokens) < self._length
            words[tag] = tuple(range(start, start + len(tokens))) if fits else ()
            ids += [*between, *tokens] if fits else []
        whole = [self._tokenizer.bos_token_id, *ids, self._tokenizer.eos_token_id]
        whole += [self._tokenizer.pad_token_id] * (self._length - len(whole))
        return TextEmbedding(self._hidden(torch.tensor([whole])), len(own) > room, words)

    def _ids(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False, verbose=False).input_ids)

    def _hidden(self, tokens: Tensor) -> Tensor:
        with torch.no_grad():
            hidden = self._text_encoder(tokens.to(self._text_encoder.device)).last_hidden_state
        return hidden.detach()
