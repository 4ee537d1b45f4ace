"""What the server allows one client, one query and all of them together."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a server; times in seconds, sizes in bytes.

    A query that has used `quick_seconds` of processor time leaves the quick lane, so that long queries never hold up
    short ones; at most `long_queries` run in the long lane, `long_waiting` stand still until there is room, and none
    runs longer than `seconds`.
    """

    seconds: float = 30.0
    quick_seconds: float = 0.5
    long_queries: int = 4
    long_waiting: int = 16
    workers: int = 4
    waiting: int = 64
    wait_seconds: float = 30.0
    worker_memory: int = 1 << 30
    result_bytes: int = 32 << 20
    request_bytes: int = 256 << 10
    client_seconds: float = 15.0
    connections: int = 512
    retry_after: int = 2
    services: frozenset[str] = frozenset()
    """The endpoints that a SERVICE clause may name; none by default."""
