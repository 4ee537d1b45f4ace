"""What every response gets: headers that keep a browser safe, and a place in the figures of `/metrics`."""

from __future__ import annotations

import time
from collections import Counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Envelope", "Figures"]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


class Figures:
    """How many responses of each status were sent, and how long they took in all."""

    def __init__(self) -> None:
        self.responses: Counter[int] = Counter()
        self.seconds = 0.0

    def lines(self) -> list[str]:
        """The figures in the text format that Prometheus reads."""
        counts = [
            f'marrowkg_responses_total{{status="{status}"}} {count}' for status, count in sorted(self.responses.items())
        ]
        seconds = [
            "# TYPE marrowkg_response_seconds_total counter",
            f"marrowkg_response_seconds_total {self.seconds:.6f}",
        ]
        return ["# TYPE marrowkg_responses_total counter", *counts, *seconds]


class Envelope:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()

        async def send_in_envelope(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
                self._figures.responses[message["status"]] += 1
                self._figures.seconds += time.perf_counter() - start
            await send(message)

        await self._app(scope, receive, send_in_envelope)
