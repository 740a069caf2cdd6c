"""A room surrounded by a scene that a moderator brings: both who are there see it from their seats."""

import io

import pytest
from PIL import Image, ImageStat

from room_support import enter, invite, program, room_server  # noqa: F401 (fixtures)
from room_test import ERRORS, enter_new
from synthetic_scene import mesh_room, splat_room

# Sidebar and dock lie beside and below what is looked at.
OPEN = {"allow_errors": ERRORS, "bypass_csp": True, "reduced_motion": "reduce"}


@pytest.fixture
def two(open_page, room_server, browser):  # noqa: F811
    """two() → Anna, who made the room, and Ben, opposite her: one's room is drawn by each of the two ways."""

    def two():
        anna = enter_new(open_page, room_server, "Anna", browser, "facing", query="?draw=processor")
        ben = enter(open_page, invite(anna), "Ben", browser, query="?draw=gpu", **OPEN)
        for page in (anna, ben):
            page.get_by_role("button", name="Just look").click()
        return anna, ben

    return two


def bring(page, file):
    """Brings a scene through the panel, as a moderator."""
    if page.locator("#dock [data-control=place]").get_attribute("aria-expanded") != "true":
        page.locator("#dock [data-control=place]").click()
    page.get_by_role("button", name="Bring a scene").wait_for()
    page.set_input_files("#panel input[type=file]", str(file))


def shown(page):
    """What is seen, once nothing is left to be drawn."""
    page.wait_for_function("scene.scenery !== null", timeout=60000)
    settle(page)
    return Image.open(io.BytesIO(page.locator("#stage").screenshot())).convert("RGB")


def settle(page):
    page.evaluate("""async () => {
      for (let calm = 0; calm < 5;) {
        await new Promise((done) => setTimeout(done, 100));
        calm = scene.isSettled ? calm + 1 : 0;
      }
    }""")


def color(picture, x, y, reach=0.03):
    """The mean colour around a point, given as shares of the picture."""
    w, h = picture.size
    return ImageStat.Stat(picture.crop((
        int((x - reach) * w), int((y - reach) * h), int((x + reach) * w), int((y + reach) * h)))).mean


def assert_walls(anna, ben):
    """Above the other's head Anna sees the red wall and Ben the blue one: they look opposite ways."""
    red, green, blue = color(shown(anna), 0.25, 0.15)
    assert red > 100 and red > 2 * green and red > 2 * blue, f"Anna sees {red:.0f} {green:.0f} {blue:.0f}"
    red, green, blue = color(shown(ben), 0.25, 0.15)
    assert blue > 100 and blue > 2 * red, f"Ben sees {red:.0f} {green:.0f} {blue:.0f}"


@pytest.mark.limit(400)
def test_both_see_the_scene_that_one_brings_and_moves(two, tmp_path):
    anna, ben = two()
    # Its floor lies three metres deep.
    bring(anna, splat_room(tmp_path / "box room.ply", lift=-3))
    assert_walls(anna, ben)
    place = ben.evaluate("session.room.scene.place")
    assert place == pytest.approx([0, 3, 0, 0, 1], abs=0.25)
    for page in (anna, ben):
        page.screenshot(path=f"/tmp/surroundings-{'anna' if page is anna else 'ben'}.png")
    # Half a turn swaps what they see, for both.
    slider = anna.get_by_role("slider", name="Turn")
    slider.fill("180")
    ben.wait_for_function("Math.abs(session.room.scene.place[3]) > 3", timeout=30000)
    assert_walls(ben, anna)
    # Who is no moderator sees that there is a scene, and moves nothing.
    ben.locator("#dock [data-control=place]").click()
    assert ben.get_by_label("Surroundings").input_value() == "scene"
    assert ben.get_by_role("slider", name="Turn").count() == 0
    # What has a name takes its place for both, and the scene can be had again.
    anna.get_by_label("Surroundings").select_option("beach")
    for page in (anna, ben):
        page.wait_for_function("scene.scenery === null && scene.surroundings === 'beach'", timeout=30000)
    anna.get_by_role("button", name="Show box room here").click()
    ben.wait_for_function("scene.scenery !== null", timeout=30000)
    assert_walls(anna, ben)
    # Gone is gone, for both and from the disk.
    anna.get_by_role("button", name="Delete box room").click()
    for page in (anna, ben):
        page.wait_for_function("scene.scenery === null && session.room.scene === null", timeout=30000)
    settle(ben)
    red, green, blue = color(Image.open(io.BytesIO(ben.locator("#stage").screenshot())).convert("RGB"), 0.25, 0.15)
    assert blue < 60, "it is dark again"


@pytest.mark.limit(300)
def test_a_mesh_surrounds_them_too_and_what_is_no_scene_is_told(two, tmp_path, check_accessible, room_server):  # noqa: F811
    anna, ben = two()
    broken = tmp_path / "broken.ply"
    broken.write_text("ply\nformat binary_little_endian 1.0\nelement vertex 9\nend_header\n")
    bring(anna, broken)
    anna.get_by_text("This file is no scene that can be read").wait_for(timeout=30000)
    assert not list((room_server.folder / "people-scenes").iterdir())
    bring(anna, mesh_room(tmp_path / "walls.glb"))
    assert_walls(anna, ben)
    check_accessible(anna)
    # A page that comes later has it as well.
    ben.reload()
    ben.wait_for_function("told.status.includes('here')", timeout=60000)
    red, green, blue = color(shown(ben), 0.1, 0.1)
    assert blue > 100 and blue > 2 * red


@pytest.mark.limit(300)
def test_what_cannot_be_fetched_leaves_darkness_and_a_sentence(two, tmp_path):
    anna, ben = two()
    ben.route("**/api/people/scenes/*", lambda route: route.abort())
    bring(anna, splat_room(tmp_path / "room.ply", steps=8))
    anna.wait_for_function("scene.scenery !== null", timeout=60000)
    ben.get_by_text("The surroundings cannot be shown here, so it is dark").wait_for(timeout=30000)
    assert ben.evaluate("scene.scenery === null && scene.surroundings === 'darkness'")
