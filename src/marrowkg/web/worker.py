"""The process that runs queries, one after the other, on a store opened read-only: `python -m marrowkg.web.worker`.

It reads jobs from stdin and writes replies to stdout, each a length, a JSON header and a body. Once the store is open it can
open no file and no socket and can grow by so much memory only. The engine has no time limit, so a process that runs past it
is killed by the server, and, should the server be gone, by its own alarm clock.
"""

from __future__ import annotations

import gzip
import io
import json
import signal
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

__all__ = ["main", "pack", "unpack_sizes"]

_SIZES = struct.Struct("<II")
_IN_MEMORY = 400_000
"""Stores of up to so many quads are copied to memory, where queries are up to ten times faster."""

_RESULTS: dict[str, Any] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_GRAPHS: dict[str, Any] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/json": ox.RdfFormat.JSON_LD,
}


def pack(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """A message: two lengths, the header, the body."""
    head = json.dumps(header).encode()
    return _SIZES.pack(len(head), len(body)) + head + body


def unpack_sizes(data: bytes) -> tuple[int, int]:
    """The lengths of header and body."""
    head, body = _SIZES.unpack(data)
    return head, body


class _Capped(io.RawIOBase):
    """A buffer that refuses to grow beyond its limit."""

    def __init__(self, limit: int) -> None:
        self._pieces: list[bytes] = []
        self._left = limit

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise OverflowError
        self._pieces.append(bytes(data))
        return len(data)

    def value(self) -> bytes:
        return b"".join(self._pieces)


class _Unacceptable(Exception):
    """None of the media types that the query can be answered in was asked for."""


def _open(folder: str) -> ox.Store:
    store = ox.Store.read_only(folder)
    if len(store) > _IN_MEMORY:
        return store
    copy = ox.Store()
    copy.bulk_extend(store)
    return copy


def _lock_in(memory: int, *, network: bool) -> None:
    """From here on: no more memory than this, no file, no socket. Windows knows no such limits."""
    if sys.platform == "win32":
        return
    import resource

    statm = Path("/proc/self/statm")
    if statm.exists():
        limit = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if not network:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _set_alarm(seconds: float) -> None:
    """End this process by a signal after so many seconds, even in the middle of a query; 0 calls it off."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _run(store: ox.Store, job: Mapping[str, Any]) -> tuple[str, bytes]:
    """The media type and the bytes of the answer.

    Raises:
        _Unacceptable: if no accepted type can hold it.
        OverflowError: if it is larger than allowed.
    """
    dataset: dict[str, Any] = {}
    if job["default"] or job["named"]:
        dataset["default_graph"] = [ox.NamedNode(name) for name in job["default"]]
        dataset["named_graphs"] = [ox.NamedNode(name) for name in job["named"]]
    result = store.query(job["query"], **dataset)
    output = _Capped(job["result_bytes"])
    if isinstance(result, ox.QueryTriples):
        media_type = job["graph_type"]
        if media_type is None:
            raise _Unacceptable("graph")
        ox.serialize(result, output, format=_GRAPHS[media_type], prefixes=job["prefixes"])
    else:
        media_type = job["solution_type"]
        if media_type is None:
            raise _Unacceptable("table")
        result.serialize(output, format=_RESULTS[media_type])
    return media_type, output.value()


def _reply(store: ox.Store, job: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The reply to a job, whatever happens."""
    try:
        media_type, body = _run(store, job)
    except SyntaxError as error:
        return {"status": 400, "reason": "syntax"}, f"the query is not SPARQL 1.1: {error}\n".encode()
    except _Unacceptable as error:
        return {"status": 406, "reason": str(error)}, b""
    except OverflowError:
        return {"status": 413, "reason": "size"}, b""
    except MemoryError:
        return {"status": 503, "reason": "memory"}, b""
    except (OSError, ValueError, RuntimeError) as error:
        return {"status": 400, "reason": "evaluation"}, f"the query cannot be answered: {error}\n".encode()
    except Exception as error:  # the next job must not suffer from this one
        return {"status": 500, "reason": "defect"}, f"{type(error).__name__}: {error}\n".encode()
    if job["gzip"] and len(body) > 1000:
        return {"status": 200, "type": media_type, "encoding": "gzip"}, gzip.compress(body, compresslevel=4, mtime=0)
    return {"status": 200, "type": media_type}, body


def _next_job(source: BinaryIO) -> dict[str, Any] | None:
    sizes = source.read(_SIZES.size)
    if len(sizes) < _SIZES.size:
        return None
    job: dict[str, Any] = json.loads(source.read(unpack_sizes(sizes)[0]))
    return job


def main() -> None:
    """Serve jobs until stdin ends. Arguments: the store's folder, bytes of memory, seconds, `network` or `alone`."""
    folder, memory, seconds, network = sys.argv[1:5]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    store = _open(folder)
    gzip.compress(b"all that is imported late is imported now")
    _lock_in(int(memory), network=network == "network")
    sys.stdout.buffer.write(pack({"ready": True}))
    sys.stdout.buffer.flush()
    while (job := _next_job(sys.stdin.buffer)) is not None:
        _set_alarm(float(seconds) + 5)
        message = pack(*_reply(store, job))
        _set_alarm(0)
        sys.stdout.buffer.write(message)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
