"""The verbs as Python."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import marrowkg
from invented import MakeHouse
from marrowkg.api import Graph, build, open_graph, validate
from marrowkg.build import Built
from marrowkg.errors import BuildError, CurationError, MarrowError, ParameterError, UnknownNameError
from marrowkg.paths import House, house


@pytest.fixture
def at_home(mini: House, built: Built, monkeypatch: pytest.MonkeyPatch) -> House:
    """The program finds the invented papers."""
    assert built.papers
    monkeypatch.setenv("MARROWKG_HOME", str(mini.root))
    monkeypatch.setenv("MARROWKG_CACHE", str(mini.cache))
    return mini


def test_the_example_of_the_docstring_answers_with_evidence(at_home: House) -> None:
    assert at_home == house()
    graph = open_graph()
    answer = graph.query("conditions-presenting-with", finding="bone pain")
    assert (answer.rows[0]["paper"], answer.evidence[0].exact) == ("alpha2001", "8 (20.0)")
    assert 'graph.query("conditions-presenting-with", finding="bone pain")' in (Graph.__doc__ or "")


def test_a_parameter_may_have_several_values(at_home: House) -> None:
    graph = open_graph()
    both = graph.query("conditions-presenting-with", finding=["fever", "osteodynia"])
    apart = [graph.query("conditions-presenting-with", finding=word) for word in ("fever", "bone pain")]
    assert {row["result"] for row in both.rows} == {row["result"] for answer in apart for row in answer.rows}


def test_wrong_names_raise_with_the_nearest(at_home: House) -> None:
    graph = open_graph()
    with pytest.raises(UnknownNameError, match="did you mean 'results'"):
        graph.query("result")
    with pytest.raises(ParameterError, match="did you mean 'finding'"):
        graph.query("conditions-presenting-with", findings="bone pain")
    with pytest.raises(ParameterError, match="did you mean 'bone pain'"):
        graph.query("conditions-presenting-with", finding="bone pian")
    with pytest.raises(UnknownNameError):
        graph.explain("alpha2001/result/nothing")


def test_any_sparql_and_any_iri_may_be_asked(at_home: House) -> None:
    graph = open_graph()
    assert graph.sparql("ASK { ?s a <https://w3id.org/marrowkg/ontology#Paper> }").rows == [{"answer": "true"}]
    assert graph.explain("alpha2001/result/fever-in-all").label.startswith("fever in all patients: 5 events")


def test_files_are_checked_and_read_strictly(at_home: House, data: Path) -> None:
    assert validate(quick=True) == []
    assert [issue.code for issue in validate([data / "bad" / "misspelt-key.yaml"], quick=True)] == ["unknown-key"]
    assert marrowkg.read_paper(at_home.papers / "alpha2001.yaml").slug == "alpha2001"
    with pytest.raises(CurationError, match="did you mean 'events'"):
        marrowkg.read_paper(data / "bad" / "misspelt-key.yaml")


def test_a_stale_store_is_built_anew_before_it_answers(
    at_home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert at_home.papers.is_dir()
    monkeypatch.setenv("MARROWKG_CACHE", str(tmp_path / "cache"))
    told: list[str] = []
    assert len(open_graph(report=told.append).query("papers")) == 3
    assert told
    told.clear()
    open_graph(report=told.append)
    assert told == []


def test_a_house_without_an_ontology_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARROWKG_HOME", str(tmp_path))
    monkeypatch.setenv("MARROWKG_CACHE", str(tmp_path / "cache"))
    with pytest.raises(MarrowError, match="there is no ontology"):
        open_graph()


def test_a_fault_without_a_good_build_raises(
    make_house: MakeHouse, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_house(tmp_path / "house")
    (home.papers / "bad.yaml").write_bytes((data / "bad" / "misspelt-key.yaml").read_bytes())
    monkeypatch.setenv("MARROWKG_HOME", str(home.root))
    with pytest.raises(BuildError, match="did you mean 'events'"):
        open_graph(complain=lambda _: None)


def test_a_build_returns_what_is_worth_knowing(at_home: House, tmp_path: Path) -> None:
    assert at_home.papers.is_dir()
    assert build(tmp_path / "release") == []
    assert (tmp_path / "release" / "marrowkg.nq.gz").is_file()


def test_no_public_name_is_taken_by_a_module() -> None:
    modules = {module.name for module in pkgutil.iter_modules(marrowkg.__path__)}
    assert not modules & set(marrowkg.__all__)


@pytest.mark.parametrize("name", marrowkg.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(marrowkg, name).__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'qeury'"):
        _ = marrowkg.qeury


def test_importing_the_package_loads_nothing_else() -> None:
    script = (
        "import sys, marrowkg; print(sorted(m for m in sys.modules if m.startswith(('marrowkg.', 'pyoxi', 'yaml'))))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_a_paper_that_is_not_there_is_answered_with_the_nearest(at_home: House) -> None:
    graph = open_graph()
    assert [row["paper"] for row in graph.query("papers", paper="alpha2001").rows] == ["alpha2001"]
    with pytest.raises(UnknownNameError, match="did you mean 'alpha2001'"):
        graph.query("papers", paper="alpha2010")
