"""Documentation that cannot rot: what it prints is what the program prints, and what exists is documented."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from marrowkg.cli.console import FORMATS as CONSOLE_FORMATS
from marrowkg.cli.main import VERBS
from marrowkg.render import FORMATS
from marrowkg.storedquery import list_queries

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SYNTHESIS = (ROOT / "docs" / "synthesis.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"```console\n\$ (marrowkg [^\n]*)\n(.*?)```", re.DOTALL)
EXAMPLES = CONSOLE.findall(README)
SHOWN = [*EXAMPLES, *CONSOLE.findall(SYNTHESIS)]


def run(command: str) -> str:
    without_sources = {name: value for name, value in os.environ.items() if name != "MARROWKG_SOURCES"}
    ran = subprocess.run(
        [sys.executable, "-m", "marrowkg", *shlex.split(command)[1:]],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=without_sources,
    )
    return ran.stdout


@pytest.mark.parametrize(("command", "printed"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_of_the_documentation_prints_what_stands_there(command: str, printed: str) -> None:
    assert run(command).strip("\n") == printed.strip("\n")


def test_the_forest_plot_is_what_its_command_draws() -> None:
    commands = re.findall(r"`(marrowkg pool [^`]* -f svg)`", SYNTHESIS)
    assert [run(command) for command in commands] == [(ROOT / "docs" / "forest.svg").read_text(encoding="utf-8")]


def test_the_readme_shows_an_answer_and_an_explanation() -> None:
    assert [command.split()[1] for command, _ in EXAMPLES] == ["query", "explain"]


@pytest.mark.parametrize("verb", [verb.__name__.rpartition(".")[2] for verb in VERBS])
def test_every_verb_is_in_the_readme(verb: str) -> None:
    assert f"`marrowkg {verb}" in README


def test_every_question_is_on_the_page_of_questions(repository: Path) -> None:
    page = (repository / "docs" / "queries.md").read_text(encoding="utf-8")
    missing = [query.name for query in list_queries(repository / "queries") if f"### {query.name}\n" not in page]
    assert missing == []


def test_help_knows_the_formats_of_answers() -> None:
    assert CONSOLE_FORMATS == FORMATS


def test_the_python_of_the_readme_runs(repository: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(code)], capture_output=True, text=True, check=True, cwd=repository
    )
    assert "of" in ran.stdout


def test_the_tutorial_prints_what_stands_there(repository: Path) -> None:
    failed, tried = doctest.testfile(str(repository / "docs" / "tutorial.md"), module_relative=False)
    assert (failed, tried > 15) == (0, True)
