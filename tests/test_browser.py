"""The pages in a real browser: Debian's chromium, driven by playwright. No request may leave the host."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from marrowkg.build import Built
from marrowkg.paths import House
from serving import Client, serving

pytestmark = pytest.mark.browser
playwright = pytest.importorskip(
    "playwright.sync_api", reason="NOT TRIED: no playwright here; pip install --group browser"
)

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROWS = ".yasr table.dataTable tbody tr"


@pytest.fixture(scope="module")
def client(mini: House, built: Built) -> Iterator[Client]:
    assert built.papers
    with serving(mini) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("NOT TRIED: no chromium here; apt-get install chromium")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, client: Client) -> Iterator[Any]:
    """A page; at the end no request has left the host, and the console has no error."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    outside: list[str] = []
    complaints: list[str] = []

    def watch(route: Any) -> None:
        if route.request.url.startswith((client.url, "data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", watch)
    opened = context.new_page()
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert not outside
    # a browser calls a page with the status 400 an error of its own
    assert [said for said in complaints if "status of 400" not in said] == []


def keep(page: Any, name: str) -> None:
    """Keep a picture for a person to look at, in the folder that MARROWKG_SCREENSHOTS names."""
    folder = os.environ.get("MARROWKG_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_stored_question_is_answered(page: Any, client: Client) -> None:
    page.goto(client.url)
    playwright.expect(page.locator(ROWS).first).to_be_visible()
    wanted = len(client.answer("conditions-presenting-with").json()["results"]["bindings"])
    playwright.expect(page.locator(ROWS)).to_have_count(wanted)
    playwright.expect(page.locator("#about")).to_contain_text("Which conditions present with")
    keep(page, "editor")


def test_each_question_opens_a_tab_of_its_own(page: Any, client: Client) -> None:
    page.goto(client.url)
    page.locator("#questions button[data-name=passages]").click()
    playwright.expect(page.locator(".yasgui .tab.active")).to_contain_text("passages")
    playwright.expect(page.locator(".yasgui .tabPanel.active .yasr_results table tbody tr").first).to_be_visible()
    page.locator("#questions button[data-name=conditions-presenting-with]").click()
    playwright.expect(page.locator(".yasgui .tab.active")).to_contain_text("conditions-presenting-with")
    playwright.expect(page.locator(".yasgui .tab")).to_have_count(2)


def test_questions_are_found_by_their_words(page: Any, client: Client) -> None:
    page.goto(client.url)
    playwright.expect(page.locator("#questions button").first).to_be_visible()
    page.fill("#find", "which conditions present")
    playwright.expect(page.locator("#questions button[data-name=conditions-presenting-with]")).to_be_visible()
    playwright.expect(page.locator("#questions button[data-name=passages]")).to_be_hidden()


def test_terms_and_prefixes_are_completed_from_our_vocabulary(page: Any, client: Client) -> None:
    page.goto(client.url)
    playwright.expect(page.locator(ROWS).first).to_be_visible()
    editor = page.locator(".yasgui .tabPanel.active .CodeMirror")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("PREFIX mk")
    playwright.expect(page.locator(".CodeMirror-hints")).to_contain_text("mkg: <https://w3id.org/marrowkg/ontology#>")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.type("PREFIX mkg: <https://w3id.org/marrowkg/ontology#>\nSELECT * { ?s a osteodyn")
    playwright.expect(page.locator(".CodeMirror-hints")).to_contain_text("mkg:BonePain")
    keep(page, "completion")
    page.keyboard.press("Enter")
    playwright.expect(editor).to_contain_text("?s a mkg:BonePain")


def test_a_mistake_is_shown_with_its_place(page: Any, client: Client) -> None:
    page.goto(client.url + "/answers/conditions-presenting-with?finding=bone+pan")
    playwright.expect(page.locator(".problem")).to_contain_text("bone pain")


def test_a_row_leads_to_its_result_and_from_there_to_the_passage(page: Any, client: Client) -> None:
    page.goto(client.url + "/answers/conditions-presenting-with")
    page.locator("tbody a").first.click()
    playwright.expect(page.locator("h1")).to_contain_text("bone pain")
    keep(page, "result")
    page.locator("tr", has_text="anchored by").locator("td a").first.click()
    playwright.expect(page.locator("table.facts").first).to_contain_text("Alpha et al. 2001")


def test_a_term_has_a_place_on_the_page_of_the_ontology(page: Any, client: Client) -> None:
    page.goto(client.url + "/ontology#BonePain")
    playwright.expect(page.locator("#BonePain")).to_be_in_viewport()
