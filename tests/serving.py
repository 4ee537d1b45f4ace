"""What the tests of the web share: a server of our own on a free loopback port, and a client that hides nothing."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, AnyStr
from urllib.parse import quote, urlencode

from marrowkg.paths import House
from marrowkg.web.limits import Limits

_LAUNCHER = """
import json, sys
from marrowkg.paths import house
from marrowkg.web.limits import Limits
from marrowkg.web.server import serve
limits = json.loads(sys.argv[1])
limits["services"] = frozenset(limits["services"])
serve(house(), port=0, limits=Limits(**limits), report=lambda address: print(address, flush=True))
"""


@dataclass(frozen=True)
class Response:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass
class Client:
    """Requests to one server."""

    port: int
    process: subprocess.Popen[str] | None = None
    timeout: float = 60
    host: str = field(default="127.0.0.1")

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def request(
        self, method: str, path: str, body: bytes | str | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            data = body.encode() if isinstance(body, str) else body
            connection.request(method, path, data, dict(headers or {}))
            got = connection.getresponse()
            return Response(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str | None = None, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", path, headers=named | ({"Accept": accept} if accept else {}))

    def query(self, sparql: str, accept: str | None = None, **parameters: str | list[str]) -> Response:
        return self.get("/sparql?" + urlencode({"query": sparql, **parameters}, doseq=True), accept)

    def answer(self, name: str, accept: str | None = None, **parameters: str | list[str]) -> Response:
        return self.get(f"/answers/{quote(name)}?" + urlencode(parameters, doseq=True), accept)

    def rows(self, sparql: str, **parameters: str | list[str]) -> list[dict[str, str]]:
        bindings = self.query(sparql, None, **parameters).json()["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


@contextmanager
def serving(home: House, limits: Limits | None = None) -> Iterator[Client]:
    """Start a server in a process of its own; end it whatever happens."""
    limits = limits or Limits()
    values = {name: getattr(limits, name) for name in Limits.__dataclass_fields__}
    values["services"] = sorted(limits.services)
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("MARROWKG_")}
    surroundings |= {"MARROWKG_HOME": str(home.root), "MARROWKG_CACHE": str(home.cache)}
    command = [sys.executable, "-c", _LAUNCHER, json.dumps(values)]
    with ended_after(subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True)) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert address, "the server did not start; what it said stands above"
        yield Client(int(address.rstrip("/").rpartition(":")[2]), process)


@contextmanager
def ended_after(process: subprocess.Popen[AnyStr]) -> Iterator[subprocess.Popen[AnyStr]]:
    """The process, asked to end at the end, and killed if it does not."""
    with process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
