"""A bounded load test on loopback: `python tests/benchmarks/load.py [--requests 10000] [--home DIR]`.

Our server gets a mix of stored questions, small queries, questions over REST and pages, with clients among them that
run away, dawdle, send too much or send what nobody should. Then Oxigraph's own server (`oxigraph serve-read-only`) and
ours get the same queries on the same store, in turns. Everything is loopback and ends with the script. It fails when an
honest request is not answered, a limit does not hold, or memory keeps growing.
"""

from __future__ import annotations

import argparse
import http.client
import random
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "servers")]

from running import free_port, oxigraph_binary, running  # noqa: E402

from marrowkg.paths import House, house  # noqa: E402
from marrowkg.store import current_store  # noqa: E402
from marrowkg.storedquery import list_queries  # noqa: E402
from marrowkg.web.limits import Limits  # noqa: E402
from serving import Client, serving  # noqa: E402

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c ?a"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
SMALL = [
    "ASK { ?s ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { ?s a ?o }",
    "SELECT * { ?s ?p ?o } LIMIT 100",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s a ?o } } GROUP BY ?g",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 100",
]
LIMITS = Limits(seconds=10, worker_memory=512 << 20, client_seconds=5, waiting=256)
Request = tuple[str, str, bytes, dict[str, str]]


def mix(home: House, random_: random.Random) -> Iterator[tuple[Request, set[int]]]:  # noqa: C901, PLR0912 - a table
    """Honest requests and the statuses that are right for them; and wrong ones."""
    names = [query.name for query in list_queries(home.queries)]
    texts = [query.text for query in list_queries(home.queries)]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    nasty = [
        '" } DROP ALL #',
        "\\",
        "%00",
        "<script>alert(1)</script>",
        "mkg:BonePain> . } #",
        "a" * 3000,
        "\u202e",
        "'; --",
    ]
    while True:
        kind = random_.random()
        if kind < 0.35:
            yield ("POST", "/sparql", urlencode({"query": random_.choice(texts)}).encode(), form), {200}
        elif kind < 0.55:
            yield ("GET", "/sparql?" + urlencode({"query": random_.choice(SMALL)}), b"", {}), {200}
        elif kind < 0.75:
            yield ("GET", f"/answers/{random_.choice(names)}", b"", {"Accept": "text/csv"}), {200}
        elif kind < 0.80:
            yield ("GET", "/answers/conditions-presenting-with?finding=bone+pain", b"", {"Accept": "text/html"}), {200}
        elif kind < 0.85:
            yield ("GET", random_.choice(["/", "/health", "/void", "/prefixes.json", "/answers"]), b"", {}), {200}
        elif kind < 0.89:
            word = quote(random_.choice(nasty))
            yield ("GET", f"/answers/conditions-presenting-with?finding={word}", b"", {}), {400}
        elif kind < 0.91:
            yield ("GET", f"/answers/conditions-presenting-with?{quote(random_.choice(nasty))}=x", b"", {}), {400}
        elif kind < 0.93:
            yield ("GET", "/sparql?query=%ff%fe", b"", {}), {400}
        elif kind < 0.95:
            yield ("POST", "/sparql", b"\xff\xfe{", {"Content-Type": "application/sparql-query"}), {400}
        elif kind < 0.97:
            yield (
                ("GET", random_.choice(["/static/%2e%2e/app.py", "/..%2f..%2fetc%2fpasswd", "/nowhere"]), b"", {}),
                {404},
            )
        elif kind < 0.98:
            yield ("POST", "/sparql", b"query=" + b"x" * (300 << 10), form), {413}
        else:
            yield ("GET", "/sparql?" + urlencode({"query": "SELECT nonsense"}), b"", {}), {400}


def tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201


class Visitor(threading.local):
    """One connection for each thread, opened again when the server has closed it."""

    connection: http.client.HTTPConnection | None = None

    said = b""

    def ask(self, port: int, request: Request) -> int:
        method, path, body, headers = request
        for attempt in range(2):
            if self.connection is None or self.connection.port != port:
                self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                self.connection.request(method, path, body or None, headers)
                response = self.connection.getresponse()
                self.said = response.read()
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                self.connection = None
                if attempt:
                    raise
            else:
                return response.status
        return 0


def memory_of(pid: int) -> int:
    """MiB that a process and its children hold."""
    return sum(pages_of(process) for process in family_of(pid)) >> 10


def pages_of(pid: int) -> int:
    """KiB of a process; what it shares with others is divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def family_of(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from family_of(int(child))


@contextmanager
def troublemakers(client: Client, outcomes: Counter[str]) -> Iterator[None]:  # noqa: C901 - small acts
    """Clients that run away, eat memory, ask for everything, and dawdle, one after the other until told to stop."""
    stop = threading.Event()

    def repeat(name: str, act: Callable[[], object]) -> None:
        while not stop.is_set():
            try:
                outcomes[f"{name}: {act()}"] += 1
            except OSError as error:
                outcomes[f"{name}: {type(error).__name__}"] += 1
            stop.wait(0.2)

    def dawdle() -> str:
        with socket.create_connection((client.host, client.port)) as connection:
            for character in b"GET /sparql HTTP/1.1\r\nHost: x\r\n" * 3:
                connection.send(bytes([character]))
                if stop.wait(0.1):
                    return "stopped"
        return "never closed"

    acts: list[tuple[str, Callable[[], object]]] = [
        ("runaway", lambda: client.query(RUNAWAY).status),
        ("runaway", lambda: client.query(RUNAWAY).status),
        ("runaway", lambda: client.query(RUNAWAY).status),
        ("hungry", lambda: client.query(HUNGRY).status),
        ("endless", lambda: client.query(ENDLESS).status),
        ("dawdler", dawdle),
    ]
    threads = [threading.Thread(target=repeat, args=act, daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def bombard(home: House, client: Client, count: int, clients: int) -> bool:
    """Send the mix, with troublemakers among the clients for the first half."""
    visitor = Visitor()
    wrong: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    outcomes: Counter[str] = Counter()
    seconds: list[float] = []
    memory: list[int] = []
    assert client.process

    def visit(asked: tuple[Request, set[int]]) -> None:
        request, right = asked
        start = time.perf_counter()
        try:
            status = visitor.ask(client.port, request)
        except (OSError, http.client.HTTPException) as error:
            wrong[f"{type(error).__name__} at {request[0]} {request[1][:60]}"] += 1
            return
        seconds.append(time.perf_counter() - start)
        statuses[status] += 1
        if status not in right:
            wrong[f"{status} at {request[0]} {request[1][:60]}: {visitor.said[:90]!r}"] += 1

    requests = mix(home, random.Random(7))
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        for part in range(10):
            batch = [next(requests) for _ in range(count // 10)]
            if part < 5:
                with troublemakers(client, outcomes):
                    list(threads.map(visit, batch))
            else:
                list(threads.map(visit, batch))
            memory.append(memory_of(client.process.pid))
    elapsed = time.perf_counter() - start
    seconds.sort()
    tell(f"{sum(statuses.values())} requests in {elapsed:.1f} s by {clients} clients")
    tell(f"  statuses: {dict(sorted(statuses.items()))}")
    p50, p99 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    tell(f"  seconds: median {p50:.4f}, 99 % below {p99:.3f}, longest {seconds[-1]:.3f}")
    tell(f"  MiB of server and workers after each tenth: {memory}")
    tell(f"  troublemakers: {dict(sorted(outcomes.items()))}")
    tell(f"  not as it should be: {dict(wrong) or 'nothing'}")
    calm = memory[5:]
    flat = max(calm) <= min(calm) * 1.25 + 20
    up = client.process.poll() is None
    tell(f"  memory is {'flat' if flat else 'NOT FLAT'}; the server is {'up' if up else 'DOWN'}")
    return not wrong and flat and up


def throughput(port: int, path: str, texts: Sequence[str], count: int, clients: int) -> float:
    """Queries a second."""
    visitor = Visitor()
    accept = "application/sparql-results+json, text/turtle;q=0.9"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
    bodies = [urlencode({"query": text}).encode() for text in texts]

    def visit(number: int) -> None:
        status = visitor.ask(port, ("POST", path, bodies[number % len(bodies)], headers))
        assert status == 200, (status, visitor.said)

    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(visit, range(count)))
    return count / (time.perf_counter() - start)


def compare(home: House, client: Client, count: int, clients: int) -> bool:
    """Our throughput over that of Oxigraph's own server, in turns on the same store."""
    folder = home.cache / "oxigraph"
    store = current_store(home)
    assert store
    shutil.copytree(store, folder / "db")
    address = f"127.0.0.1:{free_port()}"
    command = [oxigraph_binary(), "serve-read-only", "--location", str(folder / "db"), "--bind", address]
    texts = [query.text for query in list_queries(home.queries)] + SMALL
    theirs_port = int(address.rpartition(":")[2])
    ratios = []
    try:
        with running(command, folder, f"http://{address}/query"):
            for turn in range(5):
                theirs = throughput(theirs_port, "/query", texts, count, clients)
                ours = throughput(client.port, "/sparql", texts, count, clients)
                ratios.append(ours / theirs)
                tell(f"  turn {turn + 1}: ours {ours:.0f}/s, oxigraph {theirs:.0f}/s, ratio {ours / theirs:.2f}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ratio = statistics.median(ratios)
    tell(f"  median ratio {ratio:.2f}")
    return ratio >= 0.5


@contextmanager
def private_house() -> Iterator[House]:
    """The house with a copy of the store that answers now, which nobody else builds anew meanwhile."""
    home = house()
    store = current_store(home)
    assert store, "run 'marrowkg build' first"
    with tempfile.TemporaryDirectory(prefix="marrowkg-load-") as cache:
        shutil.copytree(store, Path(cache) / store.name)
        (Path(cache) / "current").write_text(store.name, encoding="ascii")
        yield House(home.root, Path(cache), home.is_checkout)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=16)
    given = parser.parse_args()
    with private_house() as home:
        with serving(home, LIMITS) as client:
            calm = bombard(home, client, given.requests, given.clients)
        tell("throughput")
        with serving(home) as client:
            fast = compare(home, client, min(1000, given.requests), given.clients)
    return 0 if calm and fast else 1


if __name__ == "__main__":
    sys.exit(main())
