"""The worker processes: started, given one query at a time, killed at the limit, replaced."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from marrowkg.web.limits import Limits
from marrowkg.web.nursery import Nursery, Reply, Worker
from marrowkg.web.protocol import RefusedError

__all__ = ["Pool"]

_JOBS_PER_WORKER = 5000
"""A worker is replaced after so many queries, whatever memory it may have kept."""


class Pool:
    """Runs queries on up to `workers` quick and `long_queries` long-running processes."""

    def __init__(self, limits: Limits, folder: Callable[[], Path]) -> None:
        self.limits = limits
        self._folder = folder
        self._idle: list[Worker] = []
        self._nursery: Nursery | None = None
        self._one_nursery = asyncio.Lock()
        self._quick = asyncio.Semaphore(limits.workers)
        self._long = asyncio.Semaphore(limits.long_queries)
        self._background: set[asyncio.Future[None]] = set()
        self.waiting = 0
        self.running = 0
        self.standing = 0
        self.started = 0
        self.killed = 0

    async def open(self) -> None:
        """Start the workers."""
        self._idle = [await self._start() for _ in range(self.limits.workers)]

    async def close(self) -> None:
        """End all workers."""
        await asyncio.gather(*self._background, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._idle), return_exceptions=True)
        self._idle = []
        if self._nursery is not None:
            await self._nursery.close()

    async def run(self, job: Mapping[str, Any], *, network: bool = False) -> Reply:
        """Run one query.

        Raises:
            RefusedError: if the server is too busy, or the query ran past a limit.
        """
        place = await self._enter()
        worker = None
        reply = None
        self.running += 1
        try:
            worker = await self._take(network=network)
            reply = await self._reply(asyncio.ensure_future(worker.ask(job)), worker, place)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise RefusedError(
                503, "the query was stopped: it needed more memory than it may have, or nests too deeply\n"
            ) from error
        finally:
            self.running -= 1
            is_good_as_new = reply is not None and not network and not place.is_long
            place.leave()
            self._put_back(worker, keep=is_good_as_new)
        return reply

    async def _enter(self) -> _Place:
        if self._quick.locked() and self.waiting >= self.limits.waiting:
            raise self._busy("too many requests are waiting")
        place = _Place(self._long)
        self.waiting += 1
        try:
            async with asyncio.timeout(self.limits.wait_seconds):
                await place.enter(self._quick)
        except TimeoutError as error:
            raise self._busy("no worker became free in time") from error
        finally:
            self.waiting -= 1
        return place

    async def _reply(self, task: asyncio.Future[Reply], worker: Worker, place: _Place) -> Reply:
        """Wait for the reply; a query that has used up its quick time goes on in the long lane."""
        step = min(self.limits.quick_seconds, self.limits.seconds)
        waited = 0.0
        try:
            while not (await asyncio.wait({task}, timeout=step))[0]:
                waited += step
                if waited >= self.limits.seconds:
                    raise RefusedError(503, f"the query was stopped at the limit of {self.limits.seconds:g} s\n")
                if not place.is_long and worker.used(waited) >= 0.9 * self.limits.quick_seconds:
                    await self._change_lane(worker, place)
                step = min(self.limits.quick_seconds, self.limits.seconds - waited)
            return task.result()
        finally:
            task.cancel()

    async def _change_lane(self, worker: Worker, place: _Place) -> None:
        """Let the query go on in the long lane; until there is room its process stands still."""
        worker.give_way()
        place.leave()
        if self._long.locked():
            if self.standing >= self.limits.long_waiting:
                raise self._busy(f"{self.limits.long_queries} long queries are running, and this would be another")
            worker.stand_still()
        self.standing += 1
        try:
            async with asyncio.timeout(self.limits.wait_seconds):
                await place.enter(self._long)
        except TimeoutError as error:
            raise self._busy("long queries were running all the time, and this would be another") from error
        finally:
            self.standing -= 1
        worker.go_on()

    def _busy(self, why: str) -> RefusedError:
        return RefusedError(503, f"busy: {why}; try again soon\n", {"Retry-After": str(self.limits.retry_after)})

    async def _take(self, *, network: bool) -> Worker:
        folder = self._folder()
        while self._idle and not network:
            worker = self._idle.pop()
            if worker.nursery.folder == folder and worker.nursery.is_alive:
                return worker
            self._in_background(worker.end())
        return await self._start(network=network)

    async def _start(self, *, network: bool = False) -> Worker:
        self.started += 1
        folder = self._folder()
        try:
            async with self._one_nursery:
                if self._nursery is None or self._nursery.folder != folder or not self._nursery.is_alive:
                    if self._nursery is not None:
                        self._in_background(self._nursery.close())
                    self._nursery = await Nursery.start(folder, self.limits)
            return await self._nursery.fork(network=network)
        except OSError as error:
            raise RefusedError(503, f"no worker could be started on the store {folder.name}\n") from error

    def _put_back(self, worker: Worker | None, *, keep: bool) -> None:
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
            with contextlib.suppress(RefusedError):
                self._idle.append(await self._start())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


class _Place:
    """The right to run, in the quick lane or, later, in the long one."""

    def __init__(self, long: asyncio.Semaphore) -> None:
        self._held: asyncio.Semaphore | None = None
        self._long = long

    @property
    def is_long(self) -> bool:
        return self._held is self._long

    async def enter(self, lane: asyncio.Semaphore) -> None:
        await lane.acquire()
        self._held = lane

    def leave(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None
