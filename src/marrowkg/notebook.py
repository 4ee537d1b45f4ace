"""An answer as a notebook shows it; what it looks like is in notebook.html.j2."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["html"]


def html(
    question: str, headings: Sequence[str], rows: Sequence[Sequence[str]], evidence: Sequence[Sequence[str]]
) -> str:
    """A table of the rows with the evidence of each to unfold below; every text is escaped."""
    from jinja2 import Environment, FileSystemLoader

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.get_template("notebook.html.j2")
    return template.render(question=question, headings=headings, rows=rows, evidence=evidence)
