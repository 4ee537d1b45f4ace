"""Servers of other makers, each started on a free loopback port in a folder of its own, and ended after the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from marrowkg.graphstore import GraphStore, ProtocolStore, UpdateStore
from marrowkg.remote import Endpoint, Login
from serving import ended_after

FUSEKI = "5.6.0"


@dataclass(frozen=True)
class Server:
    """Where a running server takes queries, graphs and updates."""

    name: str
    query: Endpoint
    graphs: Endpoint
    update: Endpoint

    @property
    def protocol_store(self) -> GraphStore:
        return ProtocolStore(self.graphs)

    @property
    def update_store(self) -> GraphStore:
        return UpdateStore(self.update, self.query)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: Sequence[str], folder: Path, alive: str, seconds: float = 90) -> Iterator[None]:
    """A process in a folder, from when it answers at the URL `alive` until it is ended."""
    with (folder / "server.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    with ended_after(started) as process:
        end = time.monotonic() + seconds
        while not _answers(alive):
            assert process.poll() is None, (folder / "server.log").read_text(errors="replace")
            assert time.monotonic() < end, f"{command[0]} did not answer within {seconds} s"
            time.sleep(0.1)
        yield


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5):
            return True
    except URLError as error:
        return hasattr(error, "code")
    except OSError:
        return False


def oxigraph_binary() -> str:
    beside = Path(sysconfig.get_path("scripts")) / "oxigraph"
    found = str(beside) if beside.exists() else shutil.which("oxigraph")
    if found is None:
        pytest.skip("NOT TRIED: no oxigraph here; pip install --group servers")
    return found


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Server]:
    base = f"127.0.0.1:{free_port()}"
    command = [oxigraph_binary(), "serve", "--location", str(folder / "db"), "--bind", base, *options]
    with running(command, folder, f"http://{base}/query"):
        yield _server("oxigraph", f"http://{base}", "/query", "/store", "/update")


def fuseki_jar() -> Path:
    """FUSEKI_JAR, or where Maven keeps what it has fetched."""
    named = os.environ.get("FUSEKI_JAR")
    kept = Path.home() / f".m2/repository/org/apache/jena/jena-fuseki-server/{FUSEKI}/jena-fuseki-server-{FUSEKI}.jar"
    jar = Path(named) if named else kept
    if not jar.is_file() or shutil.which("java") is None:
        pytest.skip(f"NOT TRIED: no Java, or no {jar}; mvn dependency:get fetches it (docs/serving.md)")
    return jar


@contextmanager
def fuseki(folder: Path, *options: str, login: Login | None = None) -> Iterator[Server]:
    port = free_port()
    given = ["--localhost", f"--port={port}", "--ping", "--update", "--mem", *options, "/ds"]
    command = ["java", "-Xmx1g", "-jar", str(fuseki_jar()), *given]
    with running(command, folder, f"http://127.0.0.1:{port}/$/ping"):
        yield _server("fuseki", f"http://127.0.0.1:{port}/ds", "/query", "/data", "/update", login)


def _server(name: str, base: str, query: str, graphs: str, update: str, login: Login | None = None) -> Server:
    places = (Endpoint(base + path, login, seconds=120) for path in (query, graphs, update))
    return Server(name, *places)


_VIRTUOSO = """
[Database]
DatabaseFile=virtuoso.db
ErrorLogFile=virtuoso.log
LockFile=virtuoso.lck
TransactionFile=virtuoso.trx
xa_persistent_file=virtuoso.pxa
[TempDatabase]
DatabaseFile=virtuoso-temp.db
TransactionFile=virtuoso-temp.trx
[Parameters]
CaseMode=2
ServerPort=127.0.0.1:{sql}
ServerThreads=10
NumberOfBuffers=20000
MaxDirtyBuffers=15000
[HTTPServer]
ServerPort=127.0.0.1:{http}
ServerThreads=5
[SPARQL]
ResultSetMaxRows=100000
MaxQueryExecutionTime=60
"""


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    if shutil.which("virtuoso-t") is None:
        pytest.skip("NOT TRIED: no virtuoso-t here; apt-get install virtuoso-opensource-7")
    http, sql = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(http=http, sql=sql), encoding="ascii")
    base = f"http://127.0.0.1:{http}"
    # the user and password of a new database
    login = Login("dba", "dba", digest=True)
    with running(["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"], folder, f"{base}/sparql"):
        yield Server(
            "virtuoso",
            Endpoint(f"{base}/sparql", seconds=120),
            Endpoint(f"{base}/sparql-graph-crud-auth", login, seconds=120),
            Endpoint(f"{base}/sparql-auth", login, seconds=120),
        )
