"""The page in a real browser, served as users start it: a deck in, findings out, a follow-up, a source, a phone."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 120_000

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    """A real presentation."""
    folder = tmp_path_factory.mktemp("samples")
    subprocess.run([sys.executable, str(ROOT / "evals/samples/make_decks.py"), str(folder)], check=True, capture_output=True)
    return folder / "tidewise.pptx"


@pytest.fixture(scope="module")
def address(coach, tmp_path_factory):
    """The app, started as users start it, over a copy of the built index."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(coach.settings.home, home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home.parent / "serve.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "coach", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, "COACH_HOME": str(home)},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_up(server, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGTERM)
                server.wait(timeout=30)


def _wait_until_up(server, address, log):
    until = time.monotonic() + 180
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the app did not start: {log.read_text(errors='replace')}")


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        reason = f"{CHROMIUM} is missing: sh tests/install-system.sh"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield one
        one.close()


@pytest.fixture
def page(browser, address):
    """A page that must not ask anybody but the app for anything, nor complain in its console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    one = context.new_page()
    asked, errors = [], []
    one.on("request", lambda request: asked.append(request.url))
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.goto(address)
    one.get_by_role("heading", name=re.compile("reason to care")).wait_for()
    yield one
    context.close()
    outside = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert outside == []
    assert errors == []


def _say(page, text):
    page.get_by_test_id("stChatInputTextArea").fill(text)
    page.keyboard.press("Enter")


def _at_rest(page):
    """The answer is whole: nothing runs, nothing is to be stopped."""
    page.wait_for_function(
        "() => !document.querySelector('.working') && !document.querySelector('.st-key-stop button')"
        " && document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    )


def _fits(page):
    widths = page.evaluate(
        "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map(one => one.scrollWidth - one.clientWidth)"
    )
    return widths == [0, 0]


def test_a_question_is_answered_and_its_source_opens_from_the_keyboard(page):
    _say(page, "Is a revenue share enough to motivate a reseller?")
    page.locator(".sources").wait_for()
    _at_rest(page)
    source = page.locator("details.source").first
    source.locator("summary").focus()
    page.keyboard.press("Enter")
    assert source.locator("mark.quote").is_visible()
    page.keyboard.press("Enter")
    assert not source.locator("mark.quote").is_visible()
    page.locator("sup.cite a").first.click()
    assert page.locator("details.source").first.locator("mark.quote").is_visible()
    page.reload()
    page.locator(".sources").wait_for()


def test_thumbs_and_a_note_are_kept(page):
    _say(page, "What are vanity metrics?")
    page.locator(".sources").wait_for()
    _at_rest(page)
    text = page.locator(".prose").inner_text()
    page.get_by_role("radio", name="Thumbs up").click()
    _at_rest(page)
    page.get_by_role("button", name="Note").click()
    page.get_by_label("What should it have said?").fill("Name the sixth reason.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Note ✓").wait_for()
    assert page.locator(".prose").inner_text() == text
    page.reload()
    page.get_by_role("button", name="Note ✓").wait_for()
    assert page.get_by_role("radio", name="Thumbs up").get_attribute("aria-checked") == "true"


def test_thumbs_given_meanwhile_do_not_abort_a_running_answer(page):
    _say(page, "What are vanity metrics?")
    page.locator(".sources").wait_for()
    _at_rest(page)
    _say(page, "How do I run a pilot with a first partner?")
    page.locator(".said").nth(1).wait_for()
    page.get_by_role("radio", name="Thumbs down").first.click()
    page.locator(".sources").nth(1).wait_for()
    _at_rest(page)
    assert page.locator(".said").count() == 2
    page.reload()
    page.locator(".sources").nth(1).wait_for()
    assert page.get_by_role("radio", name="Thumbs down").first.get_attribute("aria-checked") == "true"


def test_an_answer_can_be_stopped_and_asked_for_again(page):
    page.get_by_role("button", name="How do I run a pilot with a first partner?").click()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. Your message is kept.").wait_for()
    assert page.locator(".sources").count() == 0
    page.get_by_role("button", name="Answer it as a question").click()
    page.locator(".sources").wait_for()
    _at_rest(page)
    assert page.locator(".said").count() == 1


def test_a_conversation_is_renamed_exported_and_deleted(page):
    _say(page, "What does Zasada say about metrics?")
    page.locator(".sources").wait_for()
    _at_rest(page)
    page.locator(".st-key-manage button").click()
    page.get_by_label("Title").fill("Numbers")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("button", name="Numbers", exact=True).wait_for()
    _at_rest(page)
    if not page.get_by_role("button", name="Export as Markdown").is_visible():
        page.locator(".st-key-manage button").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as Markdown").click()
    assert download.value.suggested_filename == "numbers.md"
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("# Numbers")
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_role("heading", name=re.compile("reason to care")).wait_for()
    assert page.get_by_role("button", name="Numbers", exact=True).count() == 0


def test_a_broken_deck_is_one_calm_line(page):
    broken = {"name": "broken.pptx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04 not a deck"}
    page.locator("[data-testid=stChatInput] input[type=file]").set_input_files(broken)
    page.get_by_text("broken.pptx").wait_for()
    page.get_by_test_id("stChatInputSubmitButton").click()
    page.locator(".notice").wait_for()
    assert page.locator(".notice").inner_text().startswith("broken.pptx: ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_an_answer_without_scrolling_sideways(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    assert _fits(page)
    _say(page, "How do I run a pilot with a first partner?")
    page.locator(".sources").wait_for()
    _at_rest(page)
    page.locator("details.source summary").first.click()
    assert _fits(page)


def test_a_deck_is_taken_apart_and_discussed(page, deck):
    page.locator("[data-testid=stChatInput] input[type=file]").set_input_files(deck)
    page.get_by_text("tidewise.pptx").wait_for()
    page.get_by_test_id("stChatInputSubmitButton").click()
    page.locator(".cards").wait_for()
    _at_rest(page)
    assert "6 “" in page.locator(".judged").inner_text()
    assert page.locator("details.card").count() == 14
    assert page.locator(".pill").count() == 14
    assert page.locator(".slide mark.at_risk").count() >= 1
    assert page.locator("details.card.at_risk[open] blockquote").count() >= 1
    pill = page.locator(".pill").last
    card = page.locator(f"details.card:has(#{pill.get_attribute('href').removeprefix('#')})")
    assert card.get_attribute("open") is None
    pill.click()
    assert card.get_attribute("open") is not None
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (Markdown)").click()
    assert download.value.suggested_filename == "tidewise-critique.md"
    _say(page, "Is a revenue share enough for them?")
    page.locator(".prose").wait_for()
    _at_rest(page)
    source = page.locator(".stChatMessage:has(.prose) details.source").first
    source.locator("summary").click()
    assert source.locator("mark.quote").is_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert _fits(page)
