"""What the OpenAPI description promises, tried by schemathesis with made-up requests."""

from __future__ import annotations

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from marrowkg.build import Built
from marrowkg.paths import House
from marrowkg.web.limits import Limits
from serving import serving

pytestmark = pytest.mark.servers


def one_of_each_kind(paths: dict[str, Any]) -> dict[str, Any]:
    """The paths, but of stored questions only one for each set of kinds of parameters: one template makes them all."""
    kept: dict[object, str] = {}
    for path, operations in paths.items():
        parameters = operations.get("get", {}).get("parameters", ())
        kinds = frozenset(p["description"].rpartition("(")[2] for p in parameters if "description" in p)
        kept.setdefault(kinds if path.startswith("/answers/") else path, path)
    return {path: paths[path] for path in kept.values()}


def test_the_description_is_kept(mini: House, built: Built, tmp_path: Path) -> None:
    program = Path(sysconfig.get_path("scripts")) / "schemathesis"
    if not program.exists():
        pytest.skip("NOT TRIED: no schemathesis here; pip install --group servers")
    assert built.papers
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    with serving(mini, Limits(seconds=10)) as client:
        described = client.get("/openapi.json").json()
        # schemathesis cannot write this media type; tests/test_protocol.py does
        del described["paths"]["/sparql"]["post"]["requestBody"]["content"]["application/sparql-query"]
        described["paths"] = one_of_each_kind(described["paths"])
        schema = tmp_path / "openapi.json"
        schema.write_text(json.dumps(described), encoding="utf-8")
        command = [str(program), "run", str(schema), "--url", client.url, "--checks", checks, "--max-examples", "8"]
        command += [
            "--seed",
            "7",
            "--phases",
            "examples,coverage,fuzzing",
            "--suppress-health-check",
            "all",
            "--no-color",
        ]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=500)
        assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
        assert client.query("ASK {}").status == 200
