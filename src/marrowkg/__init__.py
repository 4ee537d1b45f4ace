"""A knowledge graph of bone marrow involvement in which every number is anchored in its paper.

Public names are loaded when first used, so that `import marrowkg` costs nothing. The verbs `build` and
`validate` are in `marrowkg.api`: here the modules of these names would take their place as soon as they are loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marrowkg.answer import Answer
    from marrowkg.api import Graph, open_graph, read_paper
    from marrowkg.explain import Explanation
    from marrowkg.issue import Issue
    from marrowkg.pooling.pooling import Pooling
    from marrowkg.stats import wilson_interval

__all__ = [
    "Answer",
    "Explanation",
    "Graph",
    "Issue",
    "Pooling",
    "open_graph",
    "read_paper",
    "wilson_interval",
]

_HOMES = {
    "Answer": "answer",
    "Explanation": "explain",
    "Graph": "api",
    "Issue": "issue",
    "Pooling": "pooling.pooling",
    "open_graph": "api",
    "read_paper": "api",
    "wilson_interval": "stats",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module 'marrowkg' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    return getattr(import_module(f"marrowkg.{_HOMES[name]}"), name)
