"""A room through a headset that a script plays: who wears it sees the other with both eyes, and the other sees
their head move."""

import math

import pytest
from PIL import Image

from conftest import SCREENSHOTS
from headset_test import DEVICE, difference, enter as put_on
from mirror_test import sample_avatar, visavis_program  # noqa: F401 (fixtures)
from room_support import bring_avatar, enter, invite, make_room, program, room_server  # noqa: F401
from room_test import ERRORS, OTHERS
from synthetic_scene import splat_room

GRID = 32
# A program draws here, at its own pace, and pictures are to stay whole: the device waits, and expects little.
PATIENT = "fakeDevice.waits = true; fakeDevice.rate = 1;"
OPEN = {"allow_errors": ERRORS, "bypass_csp": True, "reduced_motion": "reduce", "viewport": {"width": 800, "height": 600}}


@pytest.fixture
def two(open_page, room_server, browser, sample_avatar):  # noqa: F811
    """two(surroundings) → Anna, who has a headset, and Ben, who sits opposite her; both wear the sample avatar."""

    def two(surroundings="darkness"):
        from room_support import EARS, LISTEN

        anna = open_page(
            room_server.url + "/room/?draw=gpu", browser=browser,
            before=lambda page: page.add_init_script(LISTEN + EARS + DEVICE + PATIENT), **OPEN)
        make_room_here(anna, surroundings)
        bring_avatar(anna, sample_avatar)
        ben = enter(open_page, invite(anna), "Ben", browser, **OPEN)
        bring_avatar(ben, sample_avatar)
        for page in (anna, ben):
            page.wait_for_function(f"{OTHERS}.length === 1 && {OTHERS}[0].avatar?.stage === 2", timeout=60000)
        return anna, ben

    return two


def make_room_here(page, surroundings):
    """Makes a room from the page as it stands, whose query stays."""
    page.get_by_label("Your name").fill("Anna")
    page.get_by_label("Surroundings").select_option(surroundings)
    page.get_by_label("Seats").select_option("facing")
    page.get_by_role("button", name="Open it").click()
    page.wait_for_function("told.status.includes('here')", timeout=60000)


def eyes(page, frames=8):
    """Both eyes' pictures after some more frames: rows of cells of red, green, blue, alpha."""
    page.wait_for_function(
        "count => fakeDevice.frames >= count", arg=page.evaluate("fakeDevice.frames") + frames, timeout=90000)
    return page.evaluate(f"['left', 'right'].map((eye) => fakeDevice.look(eye, {GRID}, {GRID}))")


def skin(cells):
    """The cells of a face: warm, and neither dark nor white."""
    return [(x, y) for y, row in enumerate(cells) for x, (r, g, b, a) in enumerate(row)
            if a > 200 and r > 90 and r > g + 12 and g > b]


def middle(places):
    assert places, "nobody is there"
    return (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))


def keep_eye(page, name):
    """The left eye's picture, for people."""
    cells = page.evaluate("fakeDevice.look('left', 160, 160)")
    picture = Image.new("RGBA", (160, 160))
    picture.putdata([tuple(round(v) for v in cell) for row in cells for cell in row])
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    picture.resize((640, 640)).save(SCREENSHOTS / f"{name}.png")


def face_between(cells):
    """The middle of the skin around the middle of the picture."""
    return middle([(x, y) for x, y in skin(cells) if abs(x - GRID / 2) < 9 and abs(y - GRID / 2) < 9])


def head_of(page):
    """Where the other's mouth is in the room, and where it faces."""
    return page.evaluate(f"scene.mouthOf({OTHERS}[0].person.participant)")


def wait_for_head(page, condition):
    """Waits until a condition of the other's mouth (`m`) holds, in JavaScript."""
    page.wait_for_function(
        f"() => {{ const m = scene.mouthOf({OTHERS}[0].person.participant); return {condition}; }}", timeout=60000)


@pytest.mark.limit(500)
def test_both_eyes_see_the_other_and_the_other_sees_the_head_move(two):
    anna, ben = two()
    anna.wait_for_function(f"scene.isShown({OTHERS}[0].person.participant)", timeout=60000)
    put_on(anna)
    left, right = eyes(anna)
    (lx, ly), (rx, ry) = face_between(left), face_between(right)
    # 1.2 m away, eyes 64 mm apart: about 0.85 cells; the right eye sees what is near further left.
    assert 0.4 < lx - rx < 1.6, f"parallax {lx - rx:.2f} cells"
    assert abs(ly - ry) < 0.5
    # Half a step to the side, and a turn: Ben sees both.
    ben.wait_for_function(f"{OTHERS}[0].stream.states > 5", timeout=90000)
    before = head_of(ben)
    anna.evaluate("fakeDevice.head.x += 0.2")
    wait_for_head(ben, f"Math.abs(m.position[0] - {before['position'][0]}) > 0.12")
    moved = head_of(ben)
    # Her right is −x or +x of the room, by where her seat faces.
    facing = anna.evaluate("scene.ownPlace.yaw")
    side = (moved["position"][0] - before["position"][0]) * math.cos(facing)
    assert side > 0.12, "to her right, as she faces"
    # She is not brought back to the middle, as somebody is who sits askew before a camera.
    ben.wait_for_function(
        f"count => {OTHERS}[0].stream.states >= count", arg=ben.evaluate(f"{OTHERS}[0].stream.states") + 15,
        timeout=90000)
    still = head_of(ben)
    assert (still["position"][0] - before["position"][0]) * math.cos(facing) > 0.15
    anna.evaluate("fakeDevice.head.yaw = 0.6")
    turned = "Math.atan2(-m.forward[0], -m.forward[2])"
    yaw = math.atan2(-moved["forward"][0], -moved["forward"][2])
    wait_for_head(ben, f"Math.abs(Math.sin({turned} - ({yaw}) - 0.6)) < 0.15")
    # Her own ears turn along, so voices stay where people sit.
    forward = anna.evaluate("scene.listener.forward")
    assert abs(math.sin(math.atan2(-forward[0], -forward[2]) - facing - 0.6)) < 0.05


@pytest.mark.limit(500)
def test_the_thumbstick_walks_to_the_end_of_the_place_and_hands_are_drawn(two):
    anna, ben = two("conference")
    put_on(anna)
    bare, _ = eyes(anna)
    anna.evaluate("fakeDevice.hands = true")
    hands, _ = eyes(anna)
    assert difference(bare, hands) > 0.5, "hands are in the picture"
    anna.evaluate("fakeDevice.hands = false; fakeDevice.controllers = true; fakeDevice.stick = [1, 0]")
    start = anna.evaluate("scene.listener.position")
    ben.wait_for_function("session.connection.state.people.find((p) => p.name === 'Anna').seat === null", timeout=60000)
    anna.wait_for_function(
        "([x, , z]) => Math.hypot(scene.listener.position[0] - x, scene.listener.position[2] - z) > 1", arg=start,
        timeout=90000)
    bounds = anna.evaluate("scene.bounds")
    # Until steps are made no more: far outside, if nothing stopped her. Frames count, not seconds.
    anna.evaluate("""async () => {
      let last = null, since = fakeDevice.frames;
      while (fakeDevice.frames - since < 8) {
        await new Promise((done) => setTimeout(done, 20));
        const [x, , z] = scene.listener.position, now = `${x.toFixed(3)} ${z.toFixed(3)}`;
        if (now !== last) since = fakeDevice.frames;
        if (Math.hypot(x, z) > 9) break;
        last = now;
      }
    }""")
    x, y, z = anna.evaluate("scene.listener.position")
    assert bounds["x"][0] - 0.01 <= x <= bounds["x"][1] + 0.01 and bounds["z"][0] - 0.01 <= z <= bounds["z"][1] + 0.01
    assert max(abs(x) / bounds["x"][1], abs(z) / bounds["z"][1]) > 0.9, "the end of the place, not before"
    anna.evaluate("fakeDevice.stick = [0, 0]")
    # Ben sees her stand there.
    wait_for_head(ben, f"Math.hypot(m.position[0] - ({x}), m.position[2] - ({z})) < 0.5")
    # Taken off, the page shows the room from where she stands.
    anna.evaluate("""() => {
      window.pictures = 0;
      scene.addEventListener("picture", () => { window.pictures += 1; });
      fakeDevice.session.end();
    }""")
    anna.wait_for_function("pictures > 0", timeout=60000)
    assert anna.evaluate("scene.listener.position[0]") == pytest.approx(x, abs=0.3)
    anna.locator("#stage").focus()
    anna.keyboard.press("ArrowLeft")
    anna.wait_for_function("count => pictures > count", arg=anna.evaluate("pictures"), timeout=60000)
    assert anna.get_by_role("button", name="Headset").is_visible()


@pytest.mark.limit(500)
def test_in_one_s_own_room_nothing_but_the_others_is_drawn(two, tmp_path):
    anna, ben = two("conference")
    anna.wait_for_function(f"scene.isShown({OTHERS}[0].person.participant)", timeout=60000)
    put_on(anna)
    left, _ = eyes(anna)
    assert all(cell[3] > 250 for row in left for cell in row), "walls are all around"
    anna.evaluate("fakeDevice.session.end()")
    put_on(anna, "In this room")
    assert anna.evaluate("fakeDevice.mode") == "immersive-ar"
    left, right = eyes(anna)
    for cells in (left, right):
        assert sum(cell[3] < 5 for row in cells[:8] for cell in row) > 0.9 * 8 * GRID, "above, one's own room shows"
        assert sum(cell[3] < 5 for row in cells for cell in row) > 0.4 * GRID * GRID
    assert face_between(left)[0] > face_between(right)[0] + 0.3
    # A scene is no exception.
    scene = splat_room(tmp_path / "room.ply", steps=20)
    anna.evaluate("""async (bytes) => {
      const { id } = await session.people.addScene(new Blob([new Uint8Array(bytes)]), "Room");
      await session.connection.say({ t: "surround", scene: id, place: [0, 0, 0, 0, 1] });
    }""", list(scene.read_bytes()))
    anna.wait_for_function("scene.scenery !== null", timeout=60000)
    left, _ = eyes(anna, 12)
    assert sum(cell[3] < 5 for row in left[:8] for cell in row) > 0.9 * 8 * GRID
    # … but where nothing else is around, it is there, for both eyes.
    anna.evaluate("fakeDevice.session.end()")
    put_on(anna)
    left, right = eyes(anna, 12)
    keep_eye(anna, "room_headset_test-scene")
    for cells in (left, right):
        # Above the other's head.
        r, g, b, a = cells[11][GRID // 2]
        assert a > 250 and r > 120 and r > 2 * g, "the wall that she faces"
