"""The server: one listening socket, connections that must keep moving, and a way to stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from marrowkg.errors import MarrowError
from marrowkg.paths import House
from marrowkg.web.app import create_app
from marrowkg.web.limits import Limits

__all__ = ["serve"]


class _Moving(H11Protocol):
    """A connection that is closed when its request does not arrive, or its response is not taken, for too long."""

    patience = 15.0
    _timer: asyncio.TimerHandle | None = None
    _unsent = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_request()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_timer()
        elif self._timer is None:
            self._expect_request()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unsent = self.transport.get_write_buffer_size()
        self._start_timer(self._check_progress)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_timer()

    def _expect_request(self) -> None:
        self._start_timer(self.transport.abort)

    def _check_progress(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        if unsent >= self._unsent:
            self.transport.abort()
            return
        self._unsent = unsent
        self._start_timer(self._check_progress)

    def _start_timer(self, at_end: Callable[[], object]) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(self.patience, at_end)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def serve(
    home: House,
    *,
    host: str = "127.0.0.1",
    port: int = 7878,
    limits: Limits | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until interrupted; `report` is told the address once it is known. Port 0 takes a free one.

    Raises:
        MarrowError: if the address cannot be had.
    """
    limits = limits or Limits()
    listening = _listen(host, port)
    address = f"[{host}]" if ":" in host else host
    report(f"http://{address}:{listening.getsockname()[1]}/")
    protocol = type("_Patient", (_Moving,), {"patience": limits.client_seconds})
    config = uvicorn.Config(
        create_app(home, limits),
        http=protocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=limits.connections,
        h11_max_incomplete_event_size=limits.request_bytes,
        timeout_keep_alive=int(limits.client_seconds),
        timeout_graceful_shutdown=3,
    )
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        raise MarrowError(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port"
        ) from error
    return listening
