"""<visavis-avatar> on a page that knows nothing else of Visavis, from its one script."""

import io
import subprocess

import pytest
from PIL import Image, ImageChops, ImageStat

from conftest import ROOT
from mirror_test import sample_avatar, visavis_program  # noqa: F401 (a fixture)

LISTEN = """
window.told = [];
for (const name of ["load", "loaded", "error", "play", "pause", "ended", "timeupdate",
                    "durationchange", "shown", "progress"]) {
  document.addEventListener(name, ({ target, detail }) => {
    if (target?.localName === "visavis-avatar") window.told.push([name, detail?.message ?? null]);
  }, true);
}
"""


@pytest.fixture(scope="module")
def element_site(site, sample_avatar, sample_clip, tmp_path_factory):  # noqa: F811
    """The one script, an avatar, and the sample clip as its stream."""
    subprocess.run([ROOT / "Scripts/build-element"], check=True, stdout=subprocess.DEVNULL)
    site.mount("/avatars/sample.avatar", sample_avatar)
    if not visavis_program():
        pytest.skip("no visavis to make a stream with; swift build -c release")
    stream = tmp_path_factory.mktemp("stream") / "talk.vvs"
    subprocess.run(
        [visavis_program(), "drive", str(sample_clip), "--avatar", str(sample_avatar), "-o",
         str(stream), "--to", "2", "--quiet"], check=True)
    site.mount("/streams/talk.vvs", stream)
    return site


@pytest.fixture
def open_element(open_page, element_site):
    def open_element(path="/tests/element/index.html", **options):
        return open_page(path, before=lambda page: page.add_init_script(LISTEN), **options)

    return open_element


def wait_for(page, name, timeout=60000):
    page.wait_for_function("name => told.some(([n]) => n === name)", arg=name, timeout=timeout)


def looks(page, selector="visavis-avatar"):
    return Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")


def difference(a, b):
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3


def test_plays_a_recording_to_its_end(open_element, check_accessible):
    page = open_element()
    wait_for(page, "loaded")
    wait_for(page, "durationchange")
    page.wait_for_function("document.getElementById('one').duration > 1")
    before = looks(page)
    # A face, not the page's ground alone.
    assert ImageStat.Stat(before.crop((110, 60, 210, 200))).stddev[0] > 20
    assert page.evaluate("one.paused")
    check_accessible(page, keyboard=False)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("one.shadowRoot.activeElement.getAttribute('aria-label')") == "Play"
    page.get_by_role("button", name="Play").click()
    wait_for(page, "ended")
    names = page.evaluate("told.map(([name]) => name)")
    assert names.index("load") < names.index("play") < names.index("ended")
    assert "timeupdate" in names and "error" not in names
    assert page.evaluate("one.currentTime === one.duration && one.paused")
    assert difference(before, looks(page)) > 0.5


def test_seeks_by_property_and_by_slider(open_element):
    page = open_element()
    wait_for(page, "loaded")
    page.wait_for_function("document.getElementById('one').duration > 1")
    page.evaluate("one.currentTime = 1")
    assert page.evaluate("one.currentTime") == 1
    page.get_by_label("Time").fill("0.5")
    assert abs(page.evaluate("one.currentTime") - 0.5) < 0.01
    page.evaluate("one.currentTime = 99")
    assert page.evaluate("one.currentTime === one.duration")


def test_shows_what_the_page_gives_it(open_element):
    page = open_element()
    wait_for(page, "loaded")
    page.wait_for_function("told.filter(([name]) => name === 'shown').length > 0")
    page.evaluate("""() => {
      const state = structuredClone(one.info.resting);
      window.shownBefore = told.filter(([name]) => name === "shown").length;
      one.show(state);
    }""")
    page.wait_for_function("told.filter(([name]) => name === 'shown').length > shownBefore")
    shut = looks(page)
    page.evaluate("""() => {
      const state = structuredClone(one.info.resting);
      state.expression[17] = 0.8;
      window.shownBefore = told.filter(([name]) => name === "shown").length;
      one.show(state);
    }""")
    page.wait_for_function("told.filter(([name]) => name === 'shown').length > shownBefore")
    page.wait_for_timeout(300)
    assert difference(shut, looks(page)) > 0.3
    size = page.evaluate("one.picture().then((blob) => createImageBitmap(blob)).then((p) => p.width)")
    assert size > 300


@pytest.mark.parametrize("source,words", [
    ("/avatars/nobody.avatar", "answered 404"), ("/streams/talk.vvs", "not an avatar"),
])
def test_says_what_is_wrong(open_element, source, words):
    page = open_element(allow_errors="404")
    page.evaluate("source => one.setAttribute('src', source)", source)
    page.wait_for_function("told.some(([name, words]) => name === 'error')")
    sentence = page.evaluate("told.find(([name]) => name === 'error')[1]")
    assert words in sentence
    assert page.locator("visavis-avatar").get_by_role("alert").inner_text() == sentence


def test_comes_and_goes(open_element):
    page = open_element("/tests/element/module.html")
    page.wait_for_function("Boolean(customElements.get('visavis-avatar'))")
    for _ in range(3):
        page.evaluate("""() => {
          told.length = 0;
          const made = Object.assign(document.createElement("visavis-avatar"), { id: "one" });
          made.setAttribute("src", "/avatars/sample.avatar");
          document.querySelector("main").append(made);
        }""")
        wait_for(page, "loaded")
        page.evaluate("one.remove()")
    assert page.locator("visavis-avatar").count() == 0
