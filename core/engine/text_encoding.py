"""Prompts to text embeddings, each distinct prompt once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.checkpoints.loading import LoadedModel
from core.engine.byte_cache import ByteCache


@dataclass(frozen=True)
class TextEmbedding:
    """hidden: (1, T, D) of one prompt, padded to the tokenizer's length. cut: words were lost.

    words: what was added to the prompt, and the positions of its tokens. pooled: (1, P), the whole
    prompt as SDXL's second text encoder sums it up; None for other models.
    """

    hidden: Tensor
    cut: bool
    words: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    pooled: Tensor | None = None

    @property
    def byte_count(self) -> int:
        tensors = [self.hidden] if self.pooled is None else [self.hidden, self.pooled]
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    def zeroed(self) -> TextEmbedding:
        pooled = None if self.pooled is None else torch.zeros_like(self.pooled)
        return TextEmbedding(torch.zeros_like(self.hidden), cut=False, pooled=pooled)


@dataclass(frozen=True, eq=False)
class TextTower:
    """A text encoder with its tokenizer."""

    tokenizer: Any
    network: Any

    @property
    def length(self) -> int:
        """A tokenizer saved without a length reports a huge number; the positions are the truth."""
        return min(
            int(self.tokenizer.model_max_length), int(self.network.config.max_position_embeddings)
        )


def text_cache(max_bytes: int) -> ByteCache[TextEmbedding]:
    return ByteCache(max_bytes, lambda embedding: embedding.byte_count)


class TextEncoding:
    """Encodes prompts by the text encoders of a model through a cache.

    `owner` names everything besides the prompt that changes the embedding (model, LoRAs): prompts
    of another owner never share an entry.

    Stable Diffusion reads the last hidden states of its one encoder, after the final layer norm.
    SDXL (arXiv 2307.01952, 2.2) puts the states before the last layer of both encoders side by side
    and reads the pooled output of the second beside them.
    """

    def __init__(
        self,
        towers: Sequence[TextTower],
        cache: ByteCache[TextEmbedding],
        owner: Hashable,
        zero_empty_negative: bool = False,
    ) -> None:
        """towers: one, or the two of SDXL, which have the same vocabulary."""
        self._towers = tuple(towers)
        self._cache = cache
        self._owner = owner
        self._zero_empty_negative = zero_empty_negative
        self._length = min(tower.length for tower in towers)

    @classmethod
    def of(
        cls, model: LoadedModel, cache: ByteCache[TextEmbedding], owner: Hashable
    ) -> TextEncoding:
        towers = [TextTower(model.tokenizer, model.text_encoder)]
        if model.text_encoder_2 is not None:
            towers.append(TextTower(model.tokenizer_2, model.text_encoder_2))
        return cls(towers, cache, owner, model.zero_empty_negative)

    def encode(self, prompt: str, added: tuple[str, ...] = ()) -> TextEmbedding:
        """added: tags that must be in it; a prompt that is too long loses its own last words first.

        A tag for which there is no room at all has no positions.
        """
        return self._cache.get_or_make(
            (self._owner, prompt, added),
            lambda: self._run_with(prompt, added) if added else self._run(prompt),
        )

    def encode_negative(self, prompt: str) -> TextEmbedding:
        """What guidance leads away from; zeros for an empty prompt where the model wants that."""
        embedding = self.encode(prompt)
        empty = not prompt.strip() and self._zero_empty_negative
        return embedding.zeroed() if empty else embedding

    def _run(self, prompt: str) -> TextEmbedding:
        tokens = [
            tower.tokenizer(
                prompt,
                padding="max_length",
                max_length=self._length,
                truncation=True,
                return_tensors="pt",
            ).input_ids
            for tower in self._towers
        ]
        first = self._towers[0].tokenizer
        untruncated = first(prompt, truncation=False, verbose=False).input_ids
        return self._embedding(tokens, len(untruncated) > self._length)

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
        whole = [self._whole(tower.tokenizer, ids) for tower in self._towers]
        return self._embedding(whole, len(own) > room, words)

    def _whole(self, tokenizer: Any, ids: Sequence[int]) -> Tensor:
        """[1, T]: with the tokens that begin and end a prompt, padded."""
        whole = [tokenizer.bos_token_id, *ids, tokenizer.eos_token_id]
        return torch.tensor([whole + [tokenizer.pad_token_id] * (self._length - len(whole))])

    def _ids(self, text: str) -> list[int]:
        tokenizer = self._towers[0].tokenizer
        return list(tokenizer(text, add_special_tokens=False, verbose=False).input_ids)

    def _embedding(
        self,
        tokens: Sequence[Tensor],
        cut: bool,
        words: Mapping[str, tuple[int, ...]] | None = None,
    ) -> TextEmbedding:
        networks = [tower.network for tower in self._towers]
        two = len(networks) > 1
        with torch.no_grad():
            read = [
                network(ids.to(network.device), output_hidden_states=two)
                for network, ids in zip(networks, tokens, strict=True)
            ]
        if not two:
            return TextEmbedding(read[0].last_hidden_state.detach(), cut, words or {})
        hidden = torch.cat([answer.hidden_states[-2] for answer in read], dim=-1)
        return TextEmbedding(hidden.detach(), cut, words or {}, read[-1].text_embeds.detach())
