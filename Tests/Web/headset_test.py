"""The mirror through a headset that a script plays: what each eye sees, hands, and leaving."""

import pytest

from conftest import ROOT
from mirror_test import PAGE, mirror_site, open_mirror, sample_avatar  # noqa: F401 (fixtures)

DEVICE = (ROOT / "Tests/Web/xr/fake-device.js").read_text()


@pytest.fixture
def open_headset(open_mirror):  # noqa: F811
    def open_headset(setup=""):
        page = open_mirror(PAGE + "&draw=gpu", script=DEVICE + setup)
        page.wait_for_function("told.shown.length > 0", timeout=60000)
        return page

    return open_headset


def enter(page, name="Headset"):
    page.get_by_role("button", name=name).click()
    page.wait_for_function("fakeDevice.session && fakeDevice.frames > 3", timeout=60000)


def eyes(page, frames=6):
    """Both eyes' pictures after some more frames: rows of cells of red, green, blue, alpha."""
    page.wait_for_function(
        "count => fakeDevice.frames >= count", arg=page.evaluate("fakeDevice.frames") + frames,
        timeout=60000)
    return page.evaluate("[fakeDevice.look('left'), fakeDevice.look('right')]")


def covered(cells):
    return [(x, y) for y, row in enumerate(cells) for x, cell in enumerate(row) if cell[3] > 100]


def middle(cells):
    places = covered(cells)
    return (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))


def difference(a, b):
    return sum(abs(p - q) for r, s in zip(a, b) for c, d in zip(r, s) for p, q in zip(c, d)) / 1024


@pytest.mark.limit(300)
def test_each_eye_sees_the_avatar_from_its_own_side(open_headset):
    page = open_headset()
    enter(page)
    left, right = eyes(page)
    for cells in (left, right):
        assert len(covered(cells)) >= 6, "an avatar is there"
        x, y = middle(cells)
        r, g, b, a = cells[round(y)][round(x)]
        assert a > 200 and r > g > b, "the middle of the picture is skin"
    # The right eye stands further right, so what is near lies further left.
    assert middle(left)[0] > middle(right)[0]
    assert difference(left, right) > 1
    # Half a step to the side turns the picture.
    page.evaluate("fakeDevice.head.x += 0.15")
    moved, _ = eyes(page, 10)
    assert middle(moved)[0] < middle(left)[0] - 0.4


@pytest.mark.limit(300)
def test_hands_and_controllers_are_drawn(open_headset):
    page = open_headset()
    enter(page)
    bare, _ = eyes(page)
    page.evaluate("fakeDevice.hands = true")
    hands, _ = eyes(page)
    assert page.evaluate("fakeDevice.jointNames.length") == 25
    assert len(covered(hands)) > len(covered(bare)) + 3
    page.evaluate("fakeDevice.hands = false; fakeDevice.controllers = true")
    controllers, _ = eyes(page)
    assert difference(hands, controllers) > 0.5
    page.evaluate("fakeDevice.controllers = false")
    again, _ = eyes(page)
    assert difference(bare, again) < 1


@pytest.mark.limit(300)
def test_pictures_shrink_when_frames_are_late_and_the_mirror_comes_back(open_headset):
    page = open_headset("fakeDevice.interval = 60;")
    enter(page, "In this room")
    assert page.evaluate("fakeDevice.mode") == "immersive-ar"
    assert page.evaluate("fakeDevice.layer.options.alpha") is True
    page.wait_for_function("fakeDevice.viewportScale < 1", timeout=60000)
    left, _ = eyes(page)
    assert len(covered(left)) < 200, "around the avatar the room shows through"
    shown = page.evaluate("told.shown.length")
    page.evaluate("fakeDevice.session.end()")
    page.locator("#stage").click()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("count => told.shown.length > count", arg=shown, timeout=60000)


def test_a_refusal_is_one_sentence_and_no_headset_no_button(open_headset):
    page = open_headset("fakeDevice.refuses = true;")
    page.get_by_role("button", name="Headset").click()
    page.get_by_text("The headset could not be entered").wait_for()
    page = open_headset("fakeDevice.modes = [];")
    page.wait_for_timeout(300)
    assert page.locator("#headset-button").is_hidden()
