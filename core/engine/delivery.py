"""Who has been drawn, who has failed, and what is handed to the caller when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from core.engine.failures import as_engine_error
from core.engine.requests import (
    Cancelled,
    EngineError,
    FailureCallback,
    RenderRequest,
    RenderResult,
    ResultCallback,
)

Answer = TypeVar("Answer")
HashedRequest = tuple[str, RenderRequest]


class Delivery:
    """The results of one `Engine.render` call, under the requests' hashes.

    Equal requests share one result. See `Engine.render` for what happens on a failure.
    """

    def __init__(
        self,
        requests: tuple[RenderRequest, ...],
        on_result: ResultCallback | None,
        on_failure: FailureCallback | None,
    ) -> None:
        self._order = tuple(request.content_hash() for request in requests)
        self._requests = dict(zip(self._order, requests, strict=True))
        self._finished: dict[str, RenderResult] = {}
        self._failed: dict[str, EngineError] = {}
        self._on_result = on_result
        self._on_failure = on_failure

    def pending(self, among: Iterable[HashedRequest] | None = None) -> list[HashedRequest]:
        """What is neither finished nor failed, each request once; of `among` or of all."""
        asked = self._requests.items() if among is None else among
        return [
            (request_hash, request)
            for request_hash, request in asked
            if request_hash not in self._finished and request_hash not in self._failed
        ]

    def attempt(self, panels: Iterable[HashedRequest], work: Callable[[], Answer]) -> Answer | None:
        """The answer of `work`; None where it failed, which is then reported for these panels.

        Raises Cancelled, and every failure where nobody could take the finished panels.
        """
        try:
            return work()
        except Cancelled:
            raise
        except Exception as error:
            failure = as_engine_error(error)
        self.fail(panels, failure)
        return None

    def fail(self, panels: Iterable[HashedRequest], failure: EngineError) -> None:
        """Report a failure for those of `panels` that are still pending.

        Raises it where nobody could take the finished panels.
        """
        for request_hash, _ in self.pending(panels):
            self._failed[request_hash] = failure
            if self._on_failure is not None:
                self._on_failure(request_hash, failure)
        if self._on_result is None:
            raise failure

    def finish(self, result: RenderResult) -> None:
        self._finished[result.request_hash] = result
        if self._on_result is not None:
            self._on_result(result)

    def results(self) -> tuple[RenderResult, ...]:
        """All results in the order of the requests; raises the first failure where there is one."""
        for error in self._failed.values():
            raise error
        return tuple(self._finished[request_hash] for request_hash in self._order)
