"""People in the browser: an account on several devices, a recovery file, a phone as camera, everything
exported and deleted."""

import io
import json
import tarfile

import pytest

from mirror_test import sample_avatar, visavis_program  # noqa: F401 (fixtures)
from room_support import (  # noqa: F401
    bring_avatar, enter, invite, person_browser, press, program, room_server, voice_file)
from room_test import ERRORS, OTHERS, enter_new


def open_self(page):
    page.get_by_role("button", name="You", exact=True).click()
    page.locator("dialog[open] .roster li").first.wait_for(timeout=30000)


def status(page, words):
    """Waits for a sentence about devices, and returns it."""
    page.wait_for_function(
        "words => [...document.querySelectorAll('dialog[open] [role=status]')].some((e) => e.textContent.includes(words))",
        arg=words, timeout=30000)
    return page.evaluate(
        "words => [...document.querySelectorAll('dialog[open] [role=status]')].map((e) => e.textContent).find((t) => t.includes(words))",
        words)


def person_of(page):
    return page.evaluate("session.people.session().then(({ person }) => person)")


@pytest.fixture
def anna(open_page, room_server, browser):  # noqa: F811
    return enter_new(open_page, room_server, "Anna", browser, "table")


@pytest.mark.limit(400)
def test_a_phone_is_taken_in_and_is_the_camera(anna, open_page, person_browser, sample_avatar):  # noqa: F811
    bring_avatar(anna, sample_avatar)
    link = invite(anna)
    phone = enter(open_page, link, "Phone", person_browser("Ben"), allow_errors=ERRORS, bypass_csp=True)
    stranger = person_of(phone)
    assert stranger != person_of(anna)
    phone.get_by_role("button", name="You", exact=True).click()
    phone.get_by_role("button", name="Take this device in").click()
    code = status(phone, "Enter this code").split(": ")[1]
    open_self(anna)
    anna.get_by_label("Code that another device").fill(code)
    anna.get_by_role("button", name="Approve").click()
    status(anna, "is taken in")
    assert anna.locator("dialog[open] .roster li").count() == 2
    anna.keyboard.press("Escape")
    phone.goto(link.replace("/room/#", "/room/?camera#"))
    phone.wait_for_function("told.status.includes('here')", timeout=60000)
    assert person_of(phone) == person_of(anna)
    assert phone.evaluate("session.self.isCompanion && session.self.seat === null")
    # Others see nothing of it.
    ben = enter(open_page, link, "Ben", allow_errors=ERRORS, bypass_csp=True)
    assert ben.evaluate("session.connection.state.people.map((p) => p.name).sort()") == ["Anna", "Ben"]
    bring_avatar(phone, sample_avatar)
    press(phone, "camera")
    anna.wait_for_function("session.me.stream.states > 20", timeout=120000)
    ben.wait_for_function(f"{OTHERS}[0].stream.states > 10", timeout=120000)
    assert not anna.evaluate("session.me.isCameraOn")


@pytest.mark.limit(300)
def test_a_recovery_file_brings_a_person_back(anna, open_page, room_server, tmp_path, browser):  # noqa: F811
    open_self(anna)
    with anna.expect_download() as saved:
        anna.get_by_role("button", name="Save a recovery file").click()
    file = tmp_path / "recovery.json"
    saved.value.save_as(file)
    assert json.loads(file.read_text())["person"] == person_of(anna)
    anna.keyboard.press("Escape")
    link = invite(anna)
    other = enter(open_page, link, "Other", browser, allow_errors=ERRORS, bypass_csp=True)
    other.get_by_role("button", name="You", exact=True).click()
    # Something else is refused in a sentence.
    other.set_input_files("dialog input[accept='.json']", {
        "name": "x.json", "mimeType": "application/json", "buffer": b"{}"})
    status(other, "not a recovery file")
    other.set_input_files("dialog input[accept='.json']", str(file))
    status(other, "yours again")
    assert person_of(other) == person_of(anna)


@pytest.mark.limit(300)
def test_everything_is_exported_and_deleted(anna, sample_avatar, room_server):  # noqa: F811
    bring_avatar(anna, sample_avatar)
    anna.evaluate("session.connection.say({ t: 'chat', text: 'a sentence of mine' })")
    person = person_of(anna)
    open_self(anna)
    with anna.expect_download() as saved:
        anna.get_by_role("button", name="Export everything").click()
    with tarfile.open(fileobj=io.BytesIO(open(saved.value.path(), "rb").read())) as archive:
        content = b"".join(archive.extractfile(m).read() for m in archive.getmembers() if m.isfile())
    assert b"a sentence of mine" in content and sample_avatar.read_bytes()[:64] in content
    anna.on("dialog", lambda dialog: dialog.accept())
    anna.get_by_role("button", name="Delete everything").click()
    anna.wait_for_url("**/room/", timeout=30000)
    anna.get_by_role("heading", name="Open a room").wait_for()
    kept = b"".join(p.read_bytes() for p in room_server.folder.rglob("*") if p.is_file())
    assert b"a sentence of mine" not in kept
    assert person.encode() not in kept
