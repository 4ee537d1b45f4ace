"""Each shape against a case that passes and cases that fail, and both engines against each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from marrowkg.closure import close
from marrowkg.dataset import read_turtle
from marrowkg.engines import ENGINES, Engine
from marrowkg.errors import UnknownNameError
from marrowkg.issue import Severity, Where
from marrowkg.prefixes import prefix_map
from marrowkg.shapes import ShapeResult, ShapesReport, check_shapes, run_shapes, shacl_report

HERE = Path(__file__).resolve().parent
CASES = HERE / "shapes"
ONTOLOGY = HERE.parent / "ontology"
SHAPES = ONTOLOGY / "shapes"
KG = "https://w3id.org/marrowkg/"
MKS = KG + "shapes#"
SH = "http://www.w3.org/ns/shacl#"
FILES = sorted(CASES.glob("*/*.ttl"))
GOOD = [file for file in FILES if file.name.startswith("good-")]
BAD = [file for file in FILES if file.name.startswith("bad-")]
RULES = frozenset(triple for file in SHAPES.glob("*.ttl") for triple in read_turtle(file))
BASE = read_turtle(CASES / "base.ttl")
PREFIXES = prefix_map(ONTOLOGY / "prefixes.ttl")

by_folder = pytest.mark.parametrize("folder", sorted({file.parent.name for file in FILES}))
by_engine = pytest.mark.parametrize("engine", ENGINES)


def merged(*files: Path) -> frozenset[ox.Triple]:
    """Cases on their common base, with what follows."""
    data = BASE.union(*map(read_turtle, files))
    return data | close(data, ONTOLOGY / "rules")


def validated(*files: Path, engine: Engine = "pyshifty") -> ShapesReport:
    return run_shapes(merged(*files), SHAPES, engine=engine)


def told(result: ShapeResult) -> str:
    """A result as the first line of a case tells it."""
    assert isinstance(result.shape, ox.NamedNode)
    focus = result.focus.value if isinstance(result.focus, ox.NamedNode) else "_:"
    focus = focus.replace(KG + "ontology#", "mkg:").removeprefix(KG)
    component = result.component.removesuffix("ConstraintComponent")
    return f"mks:{result.shape.value.removeprefix(MKS)} {focus} {component}"


def expected(file: Path) -> list[str]:
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# expected: ").split("; ")


def named(kind: str) -> set[str]:
    """The shapes of a kind in ontology/shapes, by local name."""
    return {iri(t.subject).removeprefix(MKS) for t in RULES if t.object == ox.NamedNode(SH + kind)}


def iri(node: Any) -> str:
    return node.value if isinstance(node, ox.NamedNode) else ""


def values(shape: str, property_: str) -> list[str]:
    subject = ox.NamedNode(MKS + shape)
    objects = (t.object for t in RULES if t.subject == subject and t.predicate.value == property_)
    return [getattr(node, "value", "") for node in objects]


# ---- the cases


@pytest.fixture(scope="module")
def found() -> Mapping[Path | None, set[str]]:
    """What the shapes say of each case; of classes, which no case has to itself, under None.

    Every case gets a base of its own, so that one run does for all.
    """
    ontology = {t for t in BASE if iri(t.subject).startswith(KG + "ontology#")}
    data = ontology.union(*(own_world(file, number) for number, file in enumerate(FILES)))
    report = run_shapes(data | close(data, ONTOLOGY / "rules"), SHAPES, engine="pyshifty")
    results: dict[Path | None, set[str]] = {file: set() for file in (*FILES, None)}
    for result in report.results:
        match = re.search(r" (?:case(\d+)/)?", told(result))
        number = match[1] if match else None
        file = FILES[int(number)] if number else None
        results[file].add(told(result).replace(f"case{number}/", ""))
    return results


def own_world(file: Path, number: int) -> set[ox.Triple]:
    """A case and the base, every IRI but those of the ontology named for the case."""

    def renamed(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        assert not isinstance(node, ox.Triple)
        if isinstance(node, ox.NamedNode) and node.value.startswith(KG) and not node.value.startswith(KG + "ontology#"):
            return ox.NamedNode(node.value.replace(KG, f"{KG}case{number}/"))
        return node

    return {triple_of(renamed, triple) for triple in BASE | read_turtle(file)}


def triple_of(renamed: Callable[[Any], Any], triple: ox.Triple) -> ox.Triple:
    return ox.Triple(renamed(triple.subject), triple.predicate, renamed(triple.object))


@by_folder
def test_good_cases_pass(folder: str, found: Mapping[Path | None, set[str]]) -> None:
    for file in GOOD:
        if file.parent.name == folder:
            assert found[file] == set(), file.name


@by_folder
def test_bad_cases_fail_as_their_first_line_says(folder: str, found: Mapping[Path | None, set[str]]) -> None:
    for file in BAD:
        if file.parent.name == folder:
            own = {line for line in expected(file) if " mkg:" not in line and " _:" not in line}
            shared = set(expected(file)) - own
            assert found[file] == own, file.name
            assert found[None] >= shared, file.name


def test_nothing_else_is_found(found: Mapping[Path | None, set[str]]) -> None:
    assert found[None] <= {line for file in BAD for line in expected(file)}


def test_base_passes() -> None:
    assert validated().results == []


def test_every_node_shape_has_cases_that_pass_and_fail() -> None:
    shapes = named("NodeShape")
    assert {file.parent.name for file in GOOD} == shapes
    assert {file.parent.name for file in BAD} == shapes


def test_every_shape_fails_somewhere() -> None:
    failing = {line.split()[0].removeprefix("mks:") for file in BAD for line in expected(file)}
    assert named("PropertyShape") - failing == set()
    silent = named("NodeShape") - failing
    with_parts = {iri(t.subject).removeprefix(MKS) for t in RULES if t.predicate.value == SH + "property"}
    assert silent - with_parts == set()


# ---- the shapes as documents


@pytest.mark.parametrize("shape", sorted(named("NodeShape") | named("PropertyShape")))
def test_every_shape_says_what_it_wants_and_why(shape: str) -> None:
    for name in ("name", "severity", "message"):
        assert len(values(shape, SH + name)) == 1, name
    assert len(values(shape, "http://www.w3.org/2000/01/rdf-schema#comment")) == 1
    assert values(shape, SH + "message")[0].startswith("expected ")


def test_property_shapes_that_are_used_exist() -> None:
    used = {
        t.object.value for t in RULES if t.predicate.value == SH + "property" and isinstance(t.object, ox.NamedNode)
    }
    assert used == {MKS + name for name in named("PropertyShape")}


def test_node_kinds_are_closed() -> None:
    closed = {iri(t.subject).removeprefix(MKS) for t in RULES if t.predicate.value == SH + "closed"}
    assert closed >= {
        *("PaperShape", "CitedSourceShape", "PassageShape", "CohortShape", "WordingShape", "PatientShape"),
        *("FrequencyResultShape", "OccurrenceResultShape", "MeasurementResultShape", "SurvivalEstimateShape"),
        *("ComparisonResultShape", "PatientObservationShape", "TreatmentLineShape", "ResponseShape", "StatementShape"),
        *("DerivationShape", "PropositionShape", "EvidenceLineShape", "DiscrepancyShape"),
    }


# ---- the engines


def apart(file: Path, number: int) -> set[ox.Triple]:
    """The triples of a case; nodes that are not of the base are named for the case, so that cases can be merged."""
    known = {t.subject for t in BASE}

    def renamed(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        assert not isinstance(node, ox.Triple)
        if not isinstance(node, ox.NamedNode) or node in known or not node.value.startswith(KG):
            return node
        if node.value.startswith(KG + "other/"):
            return ox.NamedNode(node.value.replace("/other/", f"/other{number}/"))
        return ox.NamedNode(f"{node.value}-{number}") if node.value.startswith(KG + "mini/") else node

    return {triple_of(renamed, triple) for triple in read_turtle(file)}


def many(files: list[Path]) -> frozenset[ox.Triple]:
    data = BASE.union(*(apart(file, number) for number, file in enumerate(files)))
    return data | close(data, ONTOLOGY / "rules")


def test_engines_agree_on_every_case() -> None:
    data = many(FILES)
    fast, reference = (run_shapes(data, SHAPES, engine=engine) for engine in ENGINES)
    assert len(reference.results) >= len(BAD)
    assert [r.key() for r in fast.results] == [r.key() for r in reference.results]
    assert fast.issues({}, PREFIXES) == reference.issues({}, PREFIXES)


@by_engine
def test_engines_agree_on_a_clean_graph(engine: Engine) -> None:
    assert validated(engine=engine).results == []


@by_engine
def test_a_folder_without_shapes_finds_nothing(engine: Engine, tmp_path: Path) -> None:
    assert check_shapes(merged(), tmp_path, {}, PREFIXES, engine=engine) == []


def test_an_unknown_engine_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'pyshacl'"):
        run_shapes(merged(), SHAPES, engine="pyshacle")  # type: ignore[arg-type]


# ---- what comes out


def of_case(name: str) -> Path:
    return CASES / name


def origins_of_x() -> Mapping[str, Where]:
    return {KG + "mini/result/x": Where(Path("mini.yaml"), 7, 5)}


@by_engine
def test_a_complaint_names_node_property_need_and_value_in_its_place(engine: Engine) -> None:
    data = merged(of_case("FrequencyResultShape/bad-percent-over-100.ttl"))
    (issue,) = check_shapes(data, SHAPES, origins_of_x(), PREFIXES, engine=engine)
    assert str(issue) == (
        "mini.yaml:7:5: violation: mini/result/x: mkg:reportedPercent: "
        "expected at most one percentage between 0 and 100, as xsd:decimal; correct it (found 150.0) "
        "[shape-max-inclusive]"
    )


def test_an_unknown_property_is_answered_with_the_nearest() -> None:
    data = merged(of_case("FrequencyResultShape/bad-unknown-property.ttl"))
    (issue,) = check_shapes(data, SHAPES, {}, PREFIXES)
    assert "mini/result/x: mkg:event: expected only properties of a frequency result" in issue.message
    assert "did you mean 'mkg:events'" in issue.message
    assert issue.code == "shape-closed"


def test_a_path_of_several_steps_is_named_by_its_shape() -> None:
    (issue,) = check_shapes(merged(of_case("FrequencyResultShape/bad-no-subject.ttl")), SHAPES, {}, PREFIXES)
    assert issue.message.startswith("mini/result/x: one subject: expected exactly one subject")


def test_a_warning_stays_a_warning() -> None:
    (issue,) = check_shapes(merged(of_case("StatementShape/bad-of-itself.ttl")), SHAPES, {}, PREFIXES)
    assert issue.severity is Severity.WARNING


def test_summary_counts_what_ran_and_names_what_was_skipped() -> None:
    summary = validated(of_case("FrequencyResultShape/bad-percent-over-100.ttl")).summary()
    assert summary.startswith("shapes: ")
    assert "1 result from 1 shape;" in summary
    assert "skipped, no such node: " in summary
    assert "ResponseShape" in summary
    assert "FrequencyResultShape" not in summary


@by_engine
def test_standard_report(engine: Engine) -> None:
    text = shacl_report(merged(of_case("FrequencyResultShape/bad-no-subject.ttl")), SHAPES, PREFIXES, engine=engine)
    triples = {quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)}
    found = {t.predicate.value.removeprefix(SH): getattr(t.object, "value", "") for t in triples}
    assert found["conforms"] == "false"
    assert found["focusNode"] == KG + "mini/result/x"
    assert found["sourceShape"] == MKS + "oneSubject"
    assert found["sourceConstraintComponent"] == SH + "MinCountConstraintComponent"
    assert found["resultSeverity"] == SH + "Violation"
    assert "alternativePath" in found


def test_standard_report_is_the_same_text_from_both_engines() -> None:
    data = merged(*BAD[:6])
    first, second = (shacl_report(data, SHAPES, PREFIXES, engine=engine) for engine in ENGINES)
    assert first == second


def test_standard_report_of_a_clean_graph_conforms() -> None:
    text = shacl_report(merged(), SHAPES, PREFIXES)
    assert "sh:conforms true" in text
    assert "sh:result" not in text
