"""Rule queries: each finds its own failing example and nothing in the ontology."""

from pathlib import Path

import pytest

from marrowkg.dataset import read_turtle
from marrowkg.errors import QueryError
from marrowkg.issue import Severity, Where
from marrowkg.prefixes import MKG, prefix_map
from marrowkg.verify import read_rules, verify

REPOSITORY = Path(__file__).resolve().parent.parent
RULES = REPOSITORY / "queries" / "verify"
EXAMPLES = Path(__file__).parent / "verify"
PREFIXES = prefix_map(REPOSITORY / "ontology" / "prefixes.ttl")


def messages(example: Path, rule: str) -> list[str]:
    issues = verify(read_turtle(example), RULES, {}, PREFIXES)
    return [issue.message for issue in issues if issue.code == f"rule-{rule}"]


@pytest.mark.parametrize("rule", [rule.name for rule in read_rules(RULES)])
def test_a_rule_finds_its_failing_example(rule: str) -> None:
    found = messages(EXAMPLES / f"{rule}.ttl", rule)
    assert len(found) == 1
    assert found[0].startswith("mkg:Wrong ")


def test_every_example_belongs_to_a_rule() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.ttl")} == {rule.name for rule in read_rules(RULES)}


def test_the_ontology_breaks_no_rule() -> None:
    issues = verify(read_turtle(REPOSITORY / "ontology" / "marrow.ttl"), RULES, {}, PREFIXES)
    assert [str(issue) for issue in issues if issue.severity is Severity.VIOLATION] == []


def test_every_rule_says_what_is_wrong_and_what_to_do() -> None:
    for rule in read_rules(RULES):
        assert rule.summary.endswith(".")
        assert rule.problem[0].islower() and not rule.problem.endswith(".")
        assert rule.solution and not rule.solution.endswith(".")


def test_a_complaint_is_placed_where_its_focus_comes_from() -> None:
    where = Where(Path("graph/papers/x.yaml"), 7, 3)
    triples = read_turtle(EXAMPLES / "part-larger-than-whole.ttl")
    issues = verify(triples, RULES, {f"{MKG}Wrong": where}, PREFIXES)
    issue = next(issue for issue in issues if issue.code == "rule-part-larger-than-whole")
    assert issue.where == where
    assert "(17 of 16 in mkg:whole)" in issue.message
    assert issue.severity is Severity.VIOLATION


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("#+ summary: x\nSELECT ?focus WHERE {}", "lacks 'problem'"),
        ("#+ summary: [\nSELECT ?focus WHERE {}", "is not YAML"),
        ("#+ {summary: a, problem: b, solution: c, severity: grave}\nSELECT ?focus WHERE {}", "expected violation"),
        ("#+ {summary: a, problem: b, solution: c, severity: info}\nSELECT ?x WHERE {}", "does not select ?focus"),
        ("#+ {summary: a, problem: b, solution: c, severity: info}\nASK {}", "is not a SELECT"),
        ("#+ {summary: a, problem: b, solution: c, severity: info}\nSELECT ?focus {", "is not SPARQL"),
    ],
)
def test_a_bad_rule_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "bad.rq").write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match="bad") as raised:
        verify([], tmp_path, {}, {})
    assert complaint in str(raised.value)
