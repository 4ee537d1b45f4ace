"""The processes that run queries, on a store that nothing can write to: `python -m marrowkg.web.worker FOLDER`.

The process that is started is a nursery: it reads the store into memory, runs no query itself, and forks a worker when
it is told to. A fork takes milliseconds and shares the store, so a worker that runs past a limit can be killed without
regret; the engine has no time limit of its own. A worker can open no file and no socket and can grow by so much memory
only. It reads jobs from its channel and writes replies to it, each two lengths, a JSON header and a body. Should the
server be gone, it ends by its own alarm.
"""

from __future__ import annotations

import contextlib
import gc
import gzip
import io
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from marrowkg.web.negotiation import GRAPH_FORMATS, SOLUTION_FORMATS

__all__ = ["NUMBER", "main", "pack", "unpack_sizes"]

_SIZES = struct.Struct("<II")
NUMBER = struct.Struct("<I")
"""The answer to an order: the number of the process that it was about."""
_IN_MEMORY = 400_000
"""Stores of up to so many quads are read into memory, where queries are two to ten times faster."""


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


class _UnacceptableError(Exception):
    """None of the media types that the query can be answered in was asked for."""


def _load(folder: str) -> ox.Store | None:
    """The store in memory; None if it is too large, and each worker has to open it on disk for itself.

    Another process reads the disk: the engine that does it starts threads, and a process that forks must have none.
    """
    command = [sys.executable, "-m", __spec__.name, "--dump", folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:  # noqa: S603 - this very module
        assert reader.stdout  # noqa: S101 - it was opened as a pipe
        if not reader.stdout.readline().startswith(b"# small"):
            return None
        store = ox.Store()
        store.bulk_load(reader.stdout, format=ox.RdfFormat.N_QUADS)
    if reader.returncode:
        raise SystemExit(reader.returncode)
    return store


def _dump(folder: str) -> None:
    """The quads of the store as text, if it is small enough."""
    store = ox.Store.read_only(folder)
    small = len(store) <= _IN_MEMORY
    sys.stdout.buffer.write(b"# small\n" if small else b"# large\n")
    sys.stdout.buffer.flush()
    if small:
        store.dump(sys.stdout.buffer, format=ox.RdfFormat.N_QUADS)


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
        _UnacceptableError: if no accepted type can hold it.
        OverflowError: if it is larger than allowed.
    """
    dataset: dict[str, Any] = {}
    if job["default"] or job["named"]:
        dataset["default_graph"] = [ox.NamedNode(name) for name in job["default"]]
        dataset["named_graphs"] = [ox.NamedNode(name) for name in job["named"]]
    result = store.query(job["query"], **dataset)
    output: Any = _Capped(job["result_bytes"])
    if isinstance(result, ox.QueryTriples):
        media_type = job["graph_type"]
        if media_type is None:
            raise _UnacceptableError("graph")
        ox.serialize(result, output, format=GRAPH_FORMATS[media_type], prefixes=job["prefixes"])
    else:
        media_type = job["solution_type"]
        if media_type is None:
            raise _UnacceptableError("table")
        result.serialize(output, format=SOLUTION_FORMATS[media_type])
    return media_type, output.value()


def _reply(store: ox.Store, job: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The reply to a job, whatever happens."""
    try:
        media_type, body = _run(store, job)
    except Exception as error:  # the next job must not suffer from this one
        return _refusal(error)
    if job["gzip"] and len(body) > 1000:
        return {"status": 200, "type": media_type, "encoding": "gzip"}, gzip.compress(body, compresslevel=4, mtime=0)
    return {"status": 200, "type": media_type}, body


def _refusal(error: Exception) -> tuple[dict[str, Any], bytes]:
    told = f"{error}\n".encode()
    match error:
        case SyntaxError():
            return {"status": 400, "reason": "syntax"}, b"the query is not SPARQL 1.1: " + told
        case _UnacceptableError():
            return {"status": 406, "reason": str(error)}, b""
        case OverflowError():
            return {"status": 413, "reason": "size"}, b""
        case MemoryError():
            return {"status": 503, "reason": "memory"}, b""
        case OSError() | ValueError() | RuntimeError():
            return {"status": 400, "reason": "evaluation"}, b"the query cannot be answered: " + told
    return {"status": 500, "reason": "defect"}, type(error).__name__.encode() + b": " + told


def _next_job(source: BinaryIO) -> dict[str, Any] | None:
    sizes = source.read(_SIZES.size)
    if len(sizes) < _SIZES.size:
        return None
    job: dict[str, Any] = json.loads(source.read(unpack_sizes(sizes)[0]))
    return job


def _work(channel: socket.socket, store: ox.Store, memory: int, seconds: float, *, network: bool) -> None:
    """Answer jobs until the channel ends."""
    with channel.makefile("rb") as source, channel.makefile("wb") as sink:
        _lock_in(memory, network=network)
        while (job := _next_job(source)) is not None:
            _set_alarm(seconds + 5)
            header, body = _reply(store, job)
            _set_alarm(0)
            sink.write(pack({**header, "cpu": time.process_time()}, body))
            sink.flush()


def _fork(control: socket.socket, channel: socket.socket, work: Callable[[socket.socket], None]) -> int:
    child = os.fork()
    if child:
        channel.close()
        return child
    # this is the worker; whatever happens, it must not go on as another nursery
    with contextlib.suppress(BaseException):
        control.close()
        work(channel)
    os._exit(0)


def _nurse(control: socket.socket, folder: str, memory: int, seconds: float) -> None:
    """Fork and end workers as the server says, until it is gone."""
    store = _load(folder)
    gzip.compress(b"all that is imported late is imported now")
    gc.freeze()
    control.sendall(NUMBER.pack(os.getpid()))
    while True:
        order, channels, _, _ = socket.recv_fds(control, 1 + NUMBER.size, 1)
        if len(order) < 1 + NUMBER.size:
            return
        kind, (number,) = order[:1], NUMBER.unpack(order[1:])
        if kind == b"E":
            os.kill(number, signal.SIGKILL)
            os.waitpid(number, 0)
        else:

            def work(channel: socket.socket, network: bool = kind == b"N") -> None:
                own = store if store is not None else ox.Store.read_only(folder)
                _work(channel, own, memory, seconds, network=network)

            number = _fork(control, socket.socket(fileno=channels[0]), work)
        control.sendall(NUMBER.pack(number))


def main() -> None:
    """Be a nursery whose orders come in on stdin, a socket. Arguments: the store's folder, bytes of memory, seconds."""
    if sys.argv[1] == "--dump":
        _dump(sys.argv[2])
        return
    folder, memory, seconds = sys.argv[1:4]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=0) as control:
        _nurse(control, folder, int(memory), float(seconds))


if __name__ == "__main__":
    main()
