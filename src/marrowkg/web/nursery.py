"""The server's side of its worker processes: the nursery that forks them, and the channel to each."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marrowkg.web.limits import Limits
from marrowkg.web.worker import NUMBER, pack, unpack_sizes

__all__ = ["Nursery", "Reply", "Worker"]

_TEXT = "text/plain; charset=utf-8"
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker answered: an HTTP status, and of a success the media type, the encoding and the bytes."""

    status: int
    body: bytes
    media_type: str = _TEXT
    encoding: str | None = None
    reason: str = ""


class Worker:
    """One process that runs queries, one after the other."""

    def __init__(
        self, nursery: Nursery, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.nursery, self.number, self.jobs = nursery, number, 0
        self._reader, self._writer = reader, writer
        self._cpu = 0.0

    async def ask(self, job: Mapping[str, Any]) -> Reply:
        """The reply to a job.

        Raises:
            asyncio.IncompleteReadError: if the process dies over it.
        """
        self.jobs += 1
        self._writer.write(pack(job))
        await self._writer.drain()
        head, size = unpack_sizes(await self._reader.readexactly(8))
        header: dict[str, Any] = json.loads(await self._reader.readexactly(head))
        body = await self._reader.readexactly(size)
        self._cpu = header["cpu"]
        return Reply(
            header["status"], body, header.get("type", _TEXT), header.get("encoding"), header.get("reason", "")
        )

    def used(self, waited: float) -> float:
        """Seconds of processor time spent on the present job; where that is not told, the seconds waited."""
        try:
            stat = Path(f"/proc/{self.number}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return waited
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS - self._cpu

    def give_way(self) -> None:
        """Let every other process run first, from now on."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.number, 15)

    def stand_still(self) -> None:
        """Use no processor until told to go on."""
        self._signal("SIGSTOP")

    def go_on(self) -> None:
        """Go on."""
        self._signal("SIGCONT")

    def _signal(self, name: str) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.number, signal.Signals[name])

    async def end(self) -> None:
        """End the process."""
        self._writer.close()
        await self.nursery.end(self.number)


class Nursery:
    """The process that holds one store and forks workers."""

    def __init__(self, folder: Path, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self.folder = folder
        self._process = process
        self._control = control
        self._one_order = asyncio.Lock()

    @classmethod
    async def start(cls, folder: Path, limits: Limits) -> Nursery:
        """Start one and wait until the store is read.

        Raises:
            OSError: if it cannot be.
        """
        control, theirs = socket.socketpair()
        control.setblocking(False)
        arguments = [str(folder), str(limits.worker_memory), str(limits.seconds + limits.wait_seconds)]
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "marrowkg.web.worker", *arguments, stdin=theirs.fileno()
            )
        nursery = cls(folder, process, control)
        await nursery._answer()
        return nursery

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None

    async def fork(self, *, network: bool) -> Worker:
        """A new worker.

        Raises:
            OSError: if there can be none.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            async with self._one_order:
                order = (b"N" if network else b"A") + NUMBER.pack(0)
                socket.send_fds(self._control, [order], [theirs.fileno()])
                number = await self._answer()
        reader, writer = await asyncio.open_connection(sock=ours)
        return Worker(self, number, reader, writer)

    async def end(self, number: int) -> None:
        """End a worker; nothing if the nursery itself has ended."""
        with contextlib.suppress(OSError):
            async with self._one_order:
                await asyncio.get_running_loop().sock_sendall(self._control, b"E" + NUMBER.pack(number))
                await self._answer()

    async def _answer(self) -> int:
        answer = await asyncio.get_running_loop().sock_recv(self._control, NUMBER.size)
        if len(answer) < NUMBER.size:
            raise ConnectionError("the process that starts workers has ended")
        number: int = NUMBER.unpack(answer)[0]
        return number

    async def close(self) -> None:
        """End the process; workers end when their channels do."""
        async with self._one_order:
            self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        await self._process.wait()
