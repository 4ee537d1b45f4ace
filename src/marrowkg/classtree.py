"""The tree of classes of the ontology, and its picture: the upper levels, each with the number of terms below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

import pyoxigraph as ox

from marrowkg.prefixes import MKG

__all__ = ["ClassTree", "picture"]

_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

# ---- the picture's measures, in pixels
_WIDTH, _MARGIN, _HEAD = 1366, 24, 64
_ROW, _GAP = 19, 14
_ROOT_WIDTH, _ELBOW, _LABEL, _BAR = 212, 26, 306, 72
_COLUMN = _ROOT_WIDTH + _ELBOW + _LABEL + _BAR + 56
_COLOURS = ("#1f5f8b", "#a23b3b", "#3d7a4b", "#8a6d1f", "#6b4a8a", "#2f7f7f", "#9a5a2b", "#55606e")
_STYLE = (
    "text{font:13px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#222}"
    ".title{font-size:20px;font-weight:600}.sub{fill:#555}.root{font-weight:600;fill:#fff}.n{fill:#666;font-size:11px}"
)


@dataclass(frozen=True, slots=True)
class ClassTree:
    """The named classes with their labels and the classes directly below each, in the order of labels."""

    labels: Mapping[str, str]
    children: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> ClassTree:
        """Read the tree out of an ontology."""
        known = list(triples)
        classes = {t.subject.value for t in known if _is_class(t) and isinstance(t.subject, ox.NamedNode)}
        labels = {
            t.subject.value: t.object.value
            for t in known
            if t.predicate.value == _RDFS + "label"
            and isinstance(t.subject, ox.NamedNode)
            and isinstance(t.object, ox.Literal)
        }
        children: dict[str, list[str]] = {}
        for t in known:
            if not (isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)):
                continue
            if t.predicate.value == _RDFS + "subClassOf" and t.subject.value in classes:
                children.setdefault(t.object.value, []).append(t.subject.value)
        ordered = {parent: sorted(below, key=lambda c: labels[c].casefold()) for parent, below in children.items()}
        return cls({iri: labels[iri] for iri in classes}, ordered)

    def below(self, iri: str) -> set[str]:
        """Every class below a class, once each."""
        seen: set[str] = set()
        todo = list(self.children.get(iri, ()))
        while todo:
            class_ = todo.pop()
            if class_ not in seen:
                seen.add(class_)
                todo.extend(self.children.get(class_, ()))
        return seen


def _is_class(triple: ox.Triple) -> bool:
    return triple.predicate.value == _TYPE and triple.object == ox.NamedNode(_OWL + "Class")


@dataclass(frozen=True, slots=True)
class _Group:
    """A class of the first level with those of the second."""

    label: str
    size: int
    rows: Sequence[tuple[str, int]]

    @property
    def height(self) -> int:
        """Rows and the gap below them."""
        return max(len(self.rows), 1) * _ROW + _GAP


def picture(triples: Iterable[ox.Triple], root: str = MKG + "DomainEntity") -> str:
    """An SVG of two levels below `root`; bars show how many terms are below each class."""
    tree = ClassTree.of(triples)
    groups = [_group(tree, iri) for iri in tree.children[root]]
    columns = _in_two_columns(groups)
    height = _HEAD + max(sum(group.height for group in column) for column in columns) + _MARGIN
    largest = max(size for group in groups for _, size in group.rows)
    parts = [*_opening(height, len(tree.below(root)), len(groups))]
    number = 0
    for index, column in enumerate(columns):
        top = _HEAD
        for group in column:
            parts += _drawn(group, _MARGIN + index * _COLUMN, top, _COLOURS[number % len(_COLOURS)], largest)
            top += group.height
            number += 1
    return "\n".join([*parts, "</svg>", ""])


def _group(tree: ClassTree, iri: str) -> _Group:
    rows = [(tree.labels[child], len(tree.below(child))) for child in tree.children.get(iri, ())]
    return _Group(tree.labels[iri], len(tree.below(iri)), rows)


def _in_two_columns(groups: Sequence[_Group]) -> tuple[Sequence[_Group], Sequence[_Group]]:
    """Cut the groups where the two columns come out nearest in height."""
    total = sum(group.height for group in groups)
    heights = list(accumulate(group.height for group in groups))
    cut = 1 + min(range(len(groups)), key=lambda i: abs(2 * heights[i] - total))
    return groups[:cut], groups[cut:]


def _opening(height: int, terms: int, groups: int) -> Iterator[str]:
    told = f"{terms} terms under {groups} roots; a bar and its number tell how many terms stand below a class"
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    yield "<title>The upper levels of the marrowkg ontology</title>"
    yield f"<style>{_STYLE}</style>"
    yield f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
    yield f'<text class="title" x="{_MARGIN}" y="30">The upper levels of the marrowkg ontology</text>'
    yield f'<text class="sub" x="{_MARGIN}" y="50">{told}</text>'


def _drawn(group: _Group, left: int, top: int, colour: str, largest: int) -> Iterator[str]:
    rows = max(len(group.rows), 1)
    middle = top + (rows * _ROW) / 2
    right = left + _ROOT_WIDTH
    yield f'<rect x="{left}" y="{middle - 13:g}" width="{_ROOT_WIDTH}" height="26" rx="5" fill="{colour}"/>'
    yield f'<text class="root" x="{left + 9}" y="{middle + 4.5:g}">{escape(group.label)}</text>'
    yield f'<text class="root" x="{right - 9}" y="{middle + 4.5:g}" text-anchor="end">{group.size}</text>'
    for number, (label, size) in enumerate(group.rows):
        line = top + number * _ROW + _ROW / 2
        start, end = right, right + _ELBOW
        bend = (start + end) / 2
        path = f"M{start} {middle:g}C{bend:g} {middle:g} {bend:g} {line:g} {end} {line:g}"
        yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity=".55"/>'
        yield f'<text x="{end + 5}" y="{line + 4.5:g}">{escape(label)}</text>'
        if size:
            bar, width = end + _LABEL, max(2, round(_BAR * size / largest))
            place = f'x="{bar}" y="{line - 5:g}" width="{width}" height="10"'
            yield f'<rect {place} rx="2" fill="{colour}" fill-opacity=".6"/>'
            yield f'<text class="n" x="{bar + width + 5}" y="{line + 4:g}">{size}</text>'
