"""The worker processes: started, given one query at a time, killed at the limit, replaced."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marrowkg.web.limits import Limits
from marrowkg.web.protocol import Refusal
from marrowkg.web.worker import pack, unpack_sizes

__all__ = ["Pool", "Reply"]

_JOBS_PER_WORKER = 5000
"""A worker is replaced after so many queries, whatever memory it may have kept."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker answered: an HTTP status, and of a success the media type, the encoding and the bytes."""

    status: int
    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    encoding: str | None = None
    reason: str = ""


class _Worker:
    """One process and the store it has open."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder, self.jobs = process, folder, 0

    @classmethod
    async def start(cls, folder: Path, limits: Limits, *, network: bool = False) -> _Worker:
        arguments = [str(folder), str(limits.worker_memory), str(limits.seconds), "network" if network else "alone"]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "marrowkg.web.worker", *arguments, stdin=pipe, stdout=pipe
        )
        worker = cls(process, folder)
        await worker._message()
        return worker

    async def ask(self, job: Mapping[str, Any]) -> Reply:
        self.jobs += 1
        assert self.process.stdin  # noqa: S101 - it was opened as a pipe
        self.process.stdin.write(pack(job))
        await self.process.stdin.drain()
        header, body = await self._message()
        media_type = header.get("type", Reply.media_type)
        return Reply(header["status"], body, media_type, header.get("encoding"), header.get("reason", ""))

    async def _message(self) -> tuple[dict[str, Any], bytes]:
        assert self.process.stdout  # noqa: S101 - it was opened as a pipe
        head, body = unpack_sizes(await self.process.stdout.readexactly(8))
        header: dict[str, Any] = json.loads(await self.process.stdout.readexactly(head))
        return header, await self.process.stdout.readexactly(body)

    def give_way(self) -> None:
        """Let every other process run first, from now on."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, 15)

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Pool:
    """Runs queries on up to `workers` quick and `long_queries` long-running processes."""

    def __init__(self, limits: Limits, folder: Callable[[], Path]) -> None:
        self.limits = limits
        self._folder = folder
        self._idle: list[_Worker] = []
        self._quick = asyncio.Semaphore(limits.workers)
        self._long = asyncio.Semaphore(limits.long_queries)
        self._background: set[asyncio.Future[None]] = set()
        self.waiting = 0
        self.running = 0
        self.started = 0
        self.killed = 0

    async def open(self) -> None:
        """Start the workers."""
        self._idle = [await self._start(self._folder()) for _ in range(self.limits.workers)]

    async def close(self) -> None:
        """End all workers."""
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, *(worker.end() for worker in self._idle), return_exceptions=True)
        self._idle = []

    async def run(self, job: Mapping[str, Any], *, network: bool = False) -> Reply:
        """Run one query.

        Raises:
            Refusal: if the server is too busy, or the query ran past a limit.
        """
        place = await self._enter()
        worker = None
        reply = None
        self.running += 1
        try:
            worker = await self._take(network=network)
            reply = await self._reply(asyncio.ensure_future(worker.ask(job)), worker, place)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise Refusal(503, "the query was stopped: it needed more memory than it may have\n") from error
        finally:
            self.running -= 1
            place.leave()
            self._put_back(worker, keep=reply is not None and not place.is_long and not network)
        return reply

    async def _enter(self) -> _Place:
        if self._quick.locked() and self.waiting >= self.limits.waiting:
            raise self._busy("too many requests are waiting")
        self.waiting += 1
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await _Place(self._quick, self._long).enter()
        except TimeoutError as error:
            raise self._busy("no worker became free in time") from error
        finally:
            self.waiting -= 1

    async def _reply(self, task: asyncio.Future[Reply], worker: _Worker, place: _Place) -> Reply:
        quick = min(self.limits.quick_seconds, self.limits.seconds)
        try:
            done, _ = await asyncio.wait({task}, timeout=quick)
            if not done:
                if not await place.change_lane():
                    raise self._busy(f"{self.limits.long_queries} long queries are running, and this would be another")
                worker.give_way()
                done, _ = await asyncio.wait({task}, timeout=self.limits.seconds - quick)
            if not done:
                raise Refusal(503, f"the query was stopped at the limit of {self.limits.seconds:g} s\n")
            return task.result()
        finally:
            task.cancel()

    def _busy(self, why: str) -> Refusal:
        return Refusal(503, f"busy: {why}; try again soon\n", {"Retry-After": str(self.limits.retry_after)})

    async def _take(self, *, network: bool) -> _Worker:
        folder = self._folder()
        while self._idle and not network:
            worker = self._idle.pop()
            if worker.folder == folder and worker.process.returncode is None:
                return worker
            self._in_background(worker.end())
        return await self._start(folder, network=network)

    async def _start(self, folder: Path, *, network: bool = False) -> _Worker:
        self.started += 1
        try:
            return await _Worker.start(folder, self.limits, network=network)
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Refusal(503, f"no worker could be started on the store {folder.name}\n") from error

    def _put_back(self, worker: _Worker | None, *, keep: bool) -> None:
        if worker is None:
            return
        if keep and worker.jobs < _JOBS_PER_WORKER and len(self._idle) < self.limits.workers:
            self._idle.append(worker)
            return
        self.killed += not keep
        self._in_background(worker.end())
        self._in_background(self._replace())

    async def _replace(self) -> None:
        """Start another worker, so that the next client need not wait for it."""
        if len(self._idle) + self.running < self.limits.workers:
            with contextlib.suppress(Refusal):
                self._idle.append(await self._start(self._folder()))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


class _Place:
    """The right to run, in the quick lane or, later, in the long one."""

    def __init__(self, quick: asyncio.Semaphore, long: asyncio.Semaphore) -> None:
        self._held, self._long = quick, long

    async def enter(self) -> _Place:
        await self._held.acquire()
        return self

    @property
    def is_long(self) -> bool:
        return self._held is self._long

    async def change_lane(self) -> bool:
        """Move to the long lane, if there is room."""
        if self._long.locked():
            return False
        await self._long.acquire()
        self._held.release()
        self._held = self._long
        return True

    def leave(self) -> None:
        self._held.release()
