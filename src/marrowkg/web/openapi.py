"""The OpenAPI description: what openapi.yaml says, with a path for each stored query."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from marrowkg.storedquery import Parameter, StoredQuery
from marrowkg.web.endpoint import site_of
from marrowkg.web.pages import as_page
from marrowkg.web.site import Site

__all__ = ["api", "description", "openapi"]


async def openapi(request: Request) -> Response:
    """The OpenAPI description of this server."""
    return JSONResponse(description(site_of(request)))


async def api(request: Request) -> Response:
    """The same for people."""
    return as_page("api.html", base=str(request.base_url), paths=description(site_of(request))["paths"])


@cache
def _base() -> dict[str, Any]:
    text = (Path(__file__).parent / "openapi.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def description(site: Site) -> dict[str, Any]:
    """The description as plain data."""
    base = _base()
    template = base["x-answer"]
    paths = {f"/answers/{query.name}": {"get": _operation(query, template)} for query in site.queries.values()}
    return {key: value for key, value in base.items() if key != "x-answer"} | {"paths": base["paths"] | paths}


def _operation(query: StoredQuery, template: dict[str, Any]) -> dict[str, Any]:
    parameters = [*template["parameters"], *(_parameter(p) for p in query.parameters.values())]
    own = {"operationId": f"answer-{query.name}", "summary": query.question, "tags": ["answers"]}
    return template | own | {"description": query.description, "parameters": parameters}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    kind = f"a {parameter.class_}: label, synonym or CURIE" if parameter.class_ else f"xsd:{parameter.datatype}"
    text = f"{parameter.help} ({kind})" if parameter.help else kind
    schema = {"type": "array", "items": {"type": "string", "minLength": 1}}
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": text,
        "explode": True,
        "schema": schema,
    }
