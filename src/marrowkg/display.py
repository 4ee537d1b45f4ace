"""Rows as a person reads them: the templates under `display` of a stored question, filled with the cells of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from marrowkg.prefixes import KG, MKG

__all__ = ["filled", "shortened"]


def shortened(text: str) -> str:
    """An IRI of ours as a person types it to `explain`; any other text as it is."""
    if text.startswith(MKG):
        return "mkg:" + text.removeprefix(MKG)
    return text.removeprefix(KG)


class _Formatter(Formatter):
    """Cells are text; a format such as `:.1f` is that of the number in it."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return format(float(value), format_spec) if format_spec else str(value)


def filled(template: str, row: Mapping[str, str]) -> str:
    """Fill `{column}`; a piece in square brackets falls away when it names an empty column, as does the whole."""

    def fill(text: str) -> str:
        names = re.findall(r"\{(\w+)[:}]", text)
        return _Formatter().vformat(text, (), row) if all(row.get(name) for name in names) else ""

    optional = re.compile(r"\[([^\]]*)\]")
    needed = optional.sub("", template)
    if needed.strip() and not fill(needed):
        return ""
    return "".join(
        fill(part) if index % 2 else _Formatter().vformat(part, (), row)
        for index, part in enumerate(optional.split(template))
    )
