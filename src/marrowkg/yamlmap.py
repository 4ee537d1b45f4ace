"""YAML text to plain data, with the place of every key and value.

Every scalar stays the string that was typed: what `NO`, `1e3` and `0012` mean is decided by the field they stand in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import yaml

from marrowkg.errors import CurationError
from marrowkg.issue import Issue, Where

__all__ = ["Places", "Plain", "Step", "read_yaml"]

Step: TypeAlias = str | int
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
"""YAML data with strings for scalars."""


@dataclass(slots=True)
class Places:
    """From a path of keys and indices to its place in a file."""

    file: Path
    values: dict[tuple[Step, ...], Where] = field(default_factory=dict)
    keys: dict[tuple[Step, ...], Where] = field(default_factory=dict)

    def of_value(self, path: tuple[Step, ...]) -> Where:
        """Place of the value at `path`, or of the nearest enclosing value."""
        return self._nearest(self.values, path)

    def of_key(self, path: tuple[Step, ...]) -> Where:
        """Place of the key at the end of `path`, or of the nearest enclosing value."""
        return self.keys.get(path) or self.of_value(path)

    def _nearest(self, table: Mapping[tuple[Step, ...], Where], path: tuple[Step, ...]) -> Where:
        while path and path not in table:
            path = path[:-1]
        return table.get(path, Where(self.file))


def read_yaml(text: str, file: Path) -> tuple[Plain, Places]:
    """Parse one YAML document into plain data and its places.

    Raises:
        CurationError: on a syntax error, a duplicate key, an anchor, an alias, a tag or a second document.
    """
    try:
        nodes = list(yaml.compose_all(text, Loader=yaml.CBaseLoader))
        _refuse_tricks(text, file)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, file) from error
    except yaml.YAMLError as error:
        raise CurationError([Issue("yaml-syntax", f"not readable as YAML: {error}", Where(file))]) from error
    if len(nodes) != 1 or nodes[0] is None:
        expected = f"expected one YAML document, found {len(nodes) if nodes else 'an empty file'}"
        raise CurationError([Issue("yaml-documents", expected, Where(file))])
    places = Places(file)
    issues: list[Issue] = []
    data = _plain(nodes[0], (), places, issues)
    if issues:
        raise CurationError(issues)
    return data, places


def _syntax_error(error: yaml.MarkedYAMLError, file: Path) -> CurationError:
    mark = error.problem_mark or error.context_mark
    where = Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)
    context = f" ({error.context})" if error.context else ""
    return CurationError([Issue("yaml-syntax", f"broken YAML: {error.problem}{context}", where)])


def _refuse_tricks(text: str, file: Path) -> None:
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        trick = f"anchor or alias {anchor!r}" if anchor else f"tag {tag!r}" if tag else None
        if trick:
            raise CurationError([Issue("yaml-trick", f"{trick}: write the value out instead", _where(event, file))])


def _where(node: yaml.Node | yaml.Event, file: Path) -> Where:
    mark = node.start_mark
    return Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)


def _plain(node: yaml.Node, path: tuple[Step, ...], places: Places, issues: list[Issue]) -> Plain:
    places.values[path] = _where(node, places.file)
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, path, places, issues)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), places, issues) for index, item in enumerate(node.value)]
    return str(node.value)


def _plain_mapping(
    node: yaml.MappingNode, path: tuple[Step, ...], places: Places, issues: list[Issue]
) -> dict[str, Plain]:
    data: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        where = _where(key_node, places.file)
        if not isinstance(key_node, yaml.ScalarNode):
            issues.append(Issue("yaml-key", "expected a word as key, found a list or mapping", where))
            continue
        key = str(key_node.value)
        if key in data:
            first = places.keys[(*path, key)]
            issues.append(Issue("yaml-duplicate", f"key {key!r} stands twice, first at line {first.line}", where))
            continue
        places.keys[(*path, key)] = where
        data[key] = _plain(value_node, (*path, key), places, issues)
    return data
