"""The engine that draws: batches of panels through diffusers' networks, with Koma's own loop."""

from __future__ import annotations

from contextlib import ExitStack

import torch

from core.adapters.kinds import parse_choice
from core.adapters.reference_cache import ReferenceCache
from core.engine.batch_run import BatchRun
from core.engine.delivery import Delivery, HashedRequest
from core.engine.device import EngineOptions, choose_device, choose_dtype
from core.engine.identities import used_adapter
from core.engine.latents import downscale
from core.engine.memory import free_memory, panels_that_fit
from core.engine.model_shelf import ModelShelf, ShelvedModel
from core.engine.model_source import ModelSource
from core.engine.panel_batches import BatchKey, ModelKey, grouped
from core.engine.panel_inputs import PanelPreparation
from core.engine.references import ReferenceEncoding, UsedAdapter
from core.engine.requests import (
    CancelToken,
    FailureCallback,
    ProgressCallback,
    RenderRequest,
    RenderResult,
    ResultCallback,
)
from core.engine.text_encoding import TextEncoding, text_cache
from core.engine.validation import check_request, check_size_for_model


class DiffusersEngine:
    """Implements `Engine`. Belongs to one thread; only the CancelToken may be touched from others.

    Panels that agree in model, LoRAs, size, steps, guidance, quality and starting step are drawn
    in one batch. The networks of one model, its prompts and its references stay in memory between
    calls. Every scheduler is fresh, and adapters and LoRAs leave the networks after each call,
    whatever happens in it; a model's few-step LoRA is there for its drafts only.
    """

    def __init__(self, source: ModelSource, options: EngineOptions | None = None) -> None:
        self._options = options or EngineOptions()
        self._source = source
        self.device = choose_device(self._options.device)
        self.dtype = choose_dtype(self._options.dtype, self.device)
        if self._options.threads is not None:
            torch.set_num_threads(self._options.threads)
        self._shelf = ModelShelf(source, self.dtype, self.device, on_unload=self._drop_caches)
        self._texts = text_cache(self._options.text_cache_bytes)
        self._references = ReferenceCache(self._options.reference_cache_bytes)

    def render(
        self,
        requests: tuple[RenderRequest, ...],
        on_progress: ProgressCallback,
        token: CancelToken,
        on_result: ResultCallback | None = None,
        on_failure: FailureCallback | None = None,
    ) -> tuple[RenderResult, ...]:
        """As `Engine.render` says. `timings` of a result are its share of its batch's seconds."""
        delivery = Delivery(requests, on_result, on_failure)
        for panel in delivery.pending():
            delivery.attempt([panel], lambda panel=panel: check_request(panel[1]))
        for group in grouped(delivery.pending(), ModelKey.of):
            token.raise_if_cancelled()
            with ExitStack() as stack:
                self._render_group(stack, group, delivery, on_progress, token)
        return delivery.results()

    def close(self) -> None:
        """Free networks and caches; the next render loads them again."""
        self._shelf.clear()
        self._drop_caches()
        free_memory()

    def _render_group(
        self,
        stack: ExitStack,
        group: list[HashedRequest],
        delivery: Delivery,
        on_progress: ProgressCallback,
        token: CancelToken,
    ) -> None:
        """All panels of one model and one set of LoRAs, which stay in effect until `stack` ends."""
        model_key = ModelKey.of(group[0][1])
        model = delivery.attempt(group, lambda: self._load(stack, model_key))
        if model is None:
            return
        multiple = model.networks.size_multiple
        for panel in group:
            delivery.attempt([panel], lambda panel=panel: check_size_for_model(panel[1], multiple))

        def batch_key(request: RenderRequest) -> BatchKey:
            return BatchKey.of(request, model.has_puppet_channels)

        for panels in grouped(delivery.pending(group), batch_key):
            key = batch_key(panels[0][1])
            with ExitStack() as drawing:

                def prepare(
                    drawing: ExitStack = drawing,
                    key: BatchKey = key,
                    panels: list[HashedRequest] = panels,
                ) -> PanelPreparation:
                    drawing.enter_context(model.drawing(key.quality))
                    return self._preparation(model, model_key, key, panels)

                preparation = delivery.attempt(panels, prepare)
                if preparation is None:
                    continue
                BatchRun(
                    model, preparation, key, self._first_batch_size(model, key),
                    self._options.previews, self._drop_caches, delivery, on_progress, token,
                ).run(panels)  # fmt: skip

    def _load(self, stack: ExitStack, key: ModelKey) -> ShelvedModel:
        model = self._shelf.get(key.model_id, key.model_digest)
        stack.enter_context(self._source.loras(model.networks, key.loras))
        return model

    def _preparation(
        self,
        model: ShelvedModel,
        model_key: ModelKey,
        key: BatchKey,
        panels: list[HashedRequest],
    ) -> PanelPreparation:
        networks = model.networks
        texts = TextEncoding.of(networks, self._texts, model_key)
        shown = any(request.references for _, request in panels)
        adapters = self._adapters(model, texts, key) if shown else []
        owner = f"{model_key.model_id}:{model_key.model_digest}"
        references = None
        if adapters:
            loras = repr(model_key.loras) + model.few_steps_id(key.quality)
            references = ReferenceEncoding(adapters, self._references, owner, loras)
        controller = self._shelf.controller(model, key.pose_controller)
        return PanelPreparation(model, texts, references, controller)

    def _adapters(
        self, model: ShelvedModel, texts: TextEncoding, key: BatchKey
    ) -> list[UsedAdapter]:
        """Those of the batch; none where a model without AnimeAdapter was asked for nothing else,
        because that is what every project asks for at first.
        """
        own = model.networks
        if key.adapter == "anime" and own.anime_adapter is None:
            return []
        kinds = parse_choice(key.adapter)
        digests = key.adapter_digest.split("+") if key.adapter_digest else [""] * len(kinds)
        return [
            used_adapter(self._shelf.adapter(model, kind, digest), own, texts, digest)
            for kind, digest in zip(kinds, digests, strict=True)
        ]

    def _first_batch_size(self, model: ShelvedModel, key: BatchKey) -> int:
        halves = 2 if key.guidance_scale > 1 else 1
        cells = key.width * key.height // downscale(model.networks.vae) ** 2
        fitting = panels_that_fit(model.networks.unet, cells, halves, self.device)
        return max(1, min(self._options.max_batch, fitting))

    def _drop_caches(self) -> None:
        self._texts.clear()
        self._references.clear()
