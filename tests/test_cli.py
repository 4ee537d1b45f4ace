"""The command line: exit codes, what goes where, and what it does not load."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from invented import MakeHouse, RunCli
from marrowkg.paths import House

QUESTION = ["query", "conditions-presenting-with"]


def test_an_answer_is_data_on_stdout_and_nothing_else(marrowkg: RunCli) -> None:
    run = marrowkg("query", "conditions-presenting-with", "-p", "finding=osteodynia", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    assert (run.returncode, run.stderr) == (0, "")
    assert {row["paper"] for row in rows} == {"alpha2001", "beta2010", "gamma2020"}


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "md"])
def test_every_format_answers(form: str, marrowkg: RunCli) -> None:
    run = marrowkg("query", "results", "-f", form)
    assert (run.returncode, run.stderr) == (0, "")
    assert "hemoglobin" in run.stdout


def test_the_stored_questions_are_listed_with_their_parameters(marrowkg: RunCli) -> None:
    for arguments in (["query"], ["query", "--list"]):
        run = marrowkg(*arguments)
        assert run.returncode == 0
        assert "conditions-presenting-with [finding=...] [paper=...]\n    Which conditions present" in run.stdout


def test_a_query_of_ones_own_comes_from_a_file_or_from_stdin(marrowkg: RunCli, tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?papers) WHERE { ?p a <https://w3id.org/marrowkg/ontology#Paper> }"
    (tmp_path / "own.rq").write_text(text, encoding="utf-8")
    assert marrowkg("query", "--file", "own.rq", "-f", "csv").stdout == "papers\n3\n"
    assert marrowkg("query", "--file", "-", "-f", "csv", stdin=text).stdout == "papers\n3\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["query", "result"], "no stored query is called 'result'; did you mean 'results'"),
        ([*QUESTION, "-p", "finding=bone pian"], "did you mean 'bone pain'"),
        ([*QUESTION, "-p", "findng=bone pain"], "no parameter 'findng'; did you mean 'finding'"),
        ([*QUESTION, "-p", "bone pain"], "expected a parameter such as finding='bone pain'"),
        (["query", "patients-with-marker-and-grade", "-p", "grade=abc"], "grade: expected a whole number such as 3"),
        (["serve", "--port", "99999"], "expected a whole number from 0 to 65535, found '99999'"),
        (["query", "--file", "nowhere.rq"], "the query cannot be read"),
        (["query", "--file", "-"], "the query was refused"),
        (["explain", "alpha2001/result/fevre-in-all"], "did you mean 'alpha2001/result/fever-in-all'"),
        (["validate", "nowhere.yaml"], "no file nowhere.yaml"),
        (["validate", "--sources", "nowhere"], "no folder nowhere"),
        (["coverage"], "coverage needs the papers' texts"),
        (["query", "results", "-f", "xml"], "invalid choice: 'xml'"),
        (["qeury"], "invalid choice: 'qeury'"),
        ([], "required: VERB"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_on_stderr_with_exit_code_2(arguments: list[str], words: str, marrowkg: RunCli) -> None:
    run = marrowkg(*arguments, stdin="SELEKT")
    assert (run.returncode, run.stdout) == (2, "")
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_a_clean_paper_passes_with_its_text_and_the_check_is_reported(marrowkg: RunCli, data: Path) -> None:
    file, sources = data / "mini" / "papers" / "alpha2001.yaml", data / "mini" / "sources"
    run = marrowkg("validate", "--quick", str(file), MARROWKG_SOURCES=str(sources))
    assert (run.returncode, run.stdout) == (0, "")
    assert "33 looked up in the papers' texts" in run.stderr
    assert "1 paper read, 0 violations" in run.stderr


def test_without_the_texts_it_is_said_that_passages_were_not_checked(marrowkg: RunCli, data: Path) -> None:
    run = marrowkg("validate", "--quick", str(data / "mini" / "papers" / "alpha2001.yaml"))
    assert run.returncode == 0
    assert "NOT RE-CHECKED" in run.stderr


def test_a_fault_is_data_on_stdout_with_exit_code_1(marrowkg: RunCli, data: Path) -> None:
    file = data / "bad" / "misspelt-key.yaml"
    run = marrowkg("validate", "--quick", str(file))
    assert run.returncode == 1
    assert run.stdout == f"{file}:7:37: violation: unknown key 'evnts'; did you mean 'events'? [unknown-key]\n"
    document = json.loads(marrowkg("validate", "--quick", "-f", "json", str(file)).stdout)
    assert [(issue["code"], issue["line"], issue["column"]) for issue in document] == [("unknown-key", 7, 37)]


def test_anybodys_turtle_may_be_checked(marrowkg: RunCli, tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("@prefix x: <http://example.org/> .\nx:a x:b .\n", encoding="utf-8")
    run = marrowkg("validate", "--quick", "-f", "json", "x.ttl")
    assert run.returncode == 1
    assert [(issue["code"], issue["line"]) for issue in json.loads(run.stdout)] == [("turtle-syntax", 2)]


def test_a_passage_that_is_not_in_the_text_fails(marrowkg: RunCli, data: Path, tmp_path: Path) -> None:
    text = (data / "mini" / "sources" / "alpha2001.txt").read_text(encoding="utf-8")
    (tmp_path / "alpha2001.txt").write_text(text.replace("noted in 5 (12.5%)", "noted in 6 (15%)"), encoding="utf-8")
    file = data / "mini" / "papers" / "alpha2001.yaml"
    run = marrowkg("validate", "--quick", "--sources", str(tmp_path), str(file))
    assert run.returncode == 1
    assert "quote-not-found" in run.stdout and "source-digest" in run.stdout


def test_coverage_lists_what_is_missed_and_fails_when_something_is(marrowkg: RunCli, data: Path) -> None:
    papers, sources = data / "mini" / "papers", str(data / "mini" / "sources")
    run = marrowkg("coverage", "--sources", sources, "-f", "csv", str(papers / "alpha2001.yaml"))
    assert run.returncode == 1
    assert [row["number"] for row in csv.DictReader(io.StringIO(run.stdout))] == ["9.5", "1"]
    assert "alpha2001:" in run.stderr and "2 uncovered" in run.stderr
    assert marrowkg("coverage", "--sources", sources, str(papers / "gamma2020.yaml")).returncode == 0


def test_explain_leads_to_the_text(marrowkg: RunCli, data: Path) -> None:
    run = marrowkg("explain", "alpha2001/passage/fever-in-all", "--sources", str(data / "mini" / "sources"))
    assert (run.returncode, run.stderr) == (0, "")
    assert "\u00abnoted in 5 (12.5%)\u00bb" in run.stdout
    document = json.loads(marrowkg("explain", "alpha2001/passage/fever-in-all", "-f", "json").stdout)
    assert document["iri"].endswith("alpha2001/passage/fever-in-all")


def test_a_build_says_what_it_made(marrowkg: RunCli, make_house: MakeHouse, tmp_path: Path) -> None:
    house = make_house(tmp_path / "house")
    places = {"MARROWKG_HOME": str(house.root), "MARROWKG_CACHE": str(house.cache)}
    run = marrowkg("build", "-o", "release", **places)
    assert (run.returncode, run.stdout) == (0, "")
    assert "built 3 papers" in run.stderr and "into release" in run.stderr
    assert (tmp_path / "release" / "marrowkg.ttl").is_file()


def break_a_paper(house: House) -> None:
    file = house.papers / "alpha2001.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("frequency: fever", "frequency: fevre"), encoding="utf-8")


def test_a_failed_build_fails_and_the_last_good_one_answers(marrowkg: RunCli, built_house: House) -> None:
    places = {"MARROWKG_HOME": str(built_house.root), "MARROWKG_CACHE": str(built_house.cache)}
    question = [*QUESTION, "-p", "finding=fever", "-f", "csv"]
    before = marrowkg(*question, **places)
    assert "alpha2001" in before.stdout
    break_a_paper(built_house)
    failed = marrowkg("build", **places)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "did you mean 'fever'" in failed.stderr
    after = marrowkg(*question, **places)
    assert (after.returncode, after.stdout) == (0, before.stdout)
    assert "the last good build answers" in after.stderr


def test_without_any_good_build_a_question_fails(marrowkg: RunCli, make_house: MakeHouse, tmp_path: Path) -> None:
    house = make_house(tmp_path / "house")
    break_a_paper(house)
    run = marrowkg("query", "results", MARROWKG_HOME=str(house.root), MARROWKG_CACHE=str(house.cache))
    assert (run.returncode, run.stdout) == (1, "")
    assert "unknown-term" in run.stderr


def test_a_reader_that_has_seen_enough_is_no_error(mini: House, marrowkg: RunCli, tmp_path: Path) -> None:
    assert marrowkg("query", "results").returncode == 0
    environment = {**os.environ, "MARROWKG_HOME": str(mini.root), "MARROWKG_CACHE": str(mini.cache)}
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [sys.executable, "-m", "marrowkg", "query", "passages", "-f", "json"],
        stdout=writing, stderr=subprocess.PIPE, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (run.returncode, run.stderr) == (0, b"")


LOADED = """
import sys
from marrowkg.cli.main import main
try:
    main(sys.argv[2:])
except SystemExit:
    pass
print(sorted(set(sys.argv[1].split(",")) & set(sys.modules)), file=sys.stderr)
"""
HEAVY = "rdflib,pydantic,yaml,pyshacl,rich,owlready2,SPARQLWrapper,hypothesis"


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], HEAVY + ",pyoxigraph"),
        (["query", "--help"], HEAVY + ",pyoxigraph"),
        (["query", "conditions-presenting-with", "-f", "csv"], HEAVY),
        (["explain", "alpha2001/result/fever-in-all"], HEAVY),
        (["validate", "--quick"], "rdflib,pyshacl,rich"),
    ],
)
def test_a_verb_loads_only_what_it_needs(
    arguments: list[str], unwanted: str, marrowkg: RunCli, mini: House, tmp_path: Path
) -> None:
    assert marrowkg("query", "results", "-f", "csv").returncode == 0
    run = subprocess.run(
        [sys.executable, "-c", LOADED, unwanted, *arguments],
        env={**os.environ, "MARROWKG_HOME": str(mini.root), "MARROWKG_CACHE": str(mini.cache)},
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout or arguments[0] == "validate"
    assert run.stderr.splitlines()[-1] == "[]"
