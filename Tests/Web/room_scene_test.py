"""Rooms in Chromium on a software GPU; Tests/Web/room-scene/page.js holds the helpers, `room`."""

import pytest

from conftest import cache_folder

SAMPLE = cache_folder() / "tests" / "sample-draft-1.avatar"
WAYS = ["gpu", "processor"]
ROOMS = [
    ("darkness", "facing", [1]), ("conference", "table", [3, 4, 5]), ("beach", "table", [3, 5]),
    ("meadow", "stage", [5, 6, 7]), ("conference", "sofa", [2, 3]),
]


@pytest.fixture
def room(open_page, site):
    """room(surroundings, arrangement, draw, seats, width=…, height=…) → a page with `scene`."""
    if not SAMPLE.is_file():
        pytest.skip("no sample avatar; Scripts/test makes it")
    site.mount("/sample.avatar", SAMPLE)

    def open_room(surroundings="darkness", arrangement="facing", draw="gpu", seats=(1,),
                  width=720, height=440, **context):
        # Without motion nothing changes but what tests change.
        context.setdefault("reduced_motion", "reduce")
        page = open_page(
            "/tests/room-scene/page.html", viewport={"width": width, "height": height}, **context)
        page.wait_for_function("globalThis.room")
        page.evaluate("""async ([surroundings, arrangement, draw, seats]) => {
          globalThis.scene = room.open({ surroundings, arrangement, draw });
          scene.quality = 1;
          globalThis.avatars = await room.seat(scene, "/sample.avatar", seats);
          await room.settled(scene);
        }""", [surroundings, arrangement, draw, list(seats)])
        return page

    return open_room


# The mean colour of a face, and how much a head's part of the picture and the rest differ.
LOOK = """async () => {
  const { data, width, height } = await room.pixels(scene);
  const scale = width / room.canvas.clientWidth;
  const heads = avatars.map((_, i) => scene.headInPicture(i + 2)).map((at) => at && ({
    x: at.x * scale, y: at.y * scale, metre: at.scale * scale }));
  const skin = heads.map((at) => {
    if (!at) return null;
    const sum = [0, 0, 0, 0];
    const reach = 0.03 * at.metre, y0 = at.y + 0.035 * at.metre;
    for (let y = Math.floor(y0 - reach / 2); y <= y0 + reach / 2; y++) {
      for (let x = Math.floor(at.x - reach); x <= at.x + reach; x++) {
        const i = 4 * (y * width + x);
        for (let k = 0; k < 3; k++) sum[k] += data[i + k];
        sum[3]++;
      }
    }
    return sum.slice(0, 3).map((v) => v / sum[3]);
  });
  globalThis.looked = { data, width, height, heads };
  return skin;
}"""
CHANGED = """async (changed) => {
  const before = looked, { data, width } = await room.pixels(scene);
  if (width !== before.width) throw new Error("The picture has another size.");
  const inside = (x, y, { x: hx, y: hy, metre }) =>
    Math.abs(x - hx) < 0.2 * metre && y > hy - 0.2 * metre && y < hy + 0.3 * metre;
  let here = 0, elsewhere = 0, count = 0, mouth = 0, mouths = 0;
  const own = before.heads[changed];
  for (let y = 0, i = 0; y < before.height; y++) for (let x = 0; x < width; x++, i += 4) {
    const d = Math.max(...[0, 1, 2].map((k) => Math.abs(data[i + k] - before.data[i + k])));
    if (inside(x, y, own)) { here += d > 12; } else { elsewhere += d > 12; }
    count++;
    if (Math.abs(x - own.x) < 0.03 * own.metre && Math.abs(y - own.y - 0.08 * own.metre)
        < 0.03 * own.metre) { mouth += d; mouths++; }
  }
  return { here, elsewhere, mouth: mouth / mouths };
}"""


@pytest.mark.parametrize("draw", WAYS)
@pytest.mark.parametrize("surroundings,arrangement,seats", ROOMS)
def test_faces_are_where_people_sit(room, surroundings, arrangement, seats, draw):
    page = room(surroundings, arrangement, draw, seats)
    assert page.evaluate("scene.draws") == draw
    if arrangement == "sofa":
        # Neighbours are beside one.
        page.evaluate("""async () => {
          for (let i = 0; i < 7; i++) room.canvas.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowRight" }));
          await new Promise((done) => setTimeout(done, 400));
          await room.settled(scene);
        }""")
    colors = page.evaluate(LOOK)
    for color in colors:
        red, green, blue = color
        assert red > 70 and red > 1.08 * green and green > 0.9 * blue, colors
    if arrangement == "sofa":
        return
    page.evaluate("""async () => {
      scene.show(2, room.stateOf(avatars[0], { jawOpen: 1 }));
      await room.settled(scene);
    }""")
    changed = page.evaluate(CHANGED, 0)
    print(surroundings, arrangement, draw, colors, changed)
    assert changed["mouth"] > 4
    assert changed["here"] > 5
    assert changed["elsewhere"] <= changed["here"] * 0.1


@pytest.mark.parametrize("draw", WAYS)
def test_a_head_that_moves_is_elsewhere_in_the_picture_and_in_the_room(room, draw):
    page = room("conference", "facing", draw)
    before, after, mouth = page.evaluate("""async () => {
      const head = () => scene.headInPicture(2).x, mouth = () => scene.mouthOf(2).position;
      const first = [head(), mouth()];
      const state = room.stateOf(avatars[0]);
      state.head[3] += 6;
      state.torso[3] += 6;
      scene.show(2, state);
      await room.settled(scene);
      return [first[0], head(), mouth()[0] - first[1][0]];
    }""")
    assert after - before > 20
    assert mouth == pytest.approx(0.06, abs=0.01)
    red, green, _ = page.evaluate(LOOK)[0]
    assert red > 70 and red > green


@pytest.mark.parametrize("draw", WAYS)
def test_someone_without_an_avatar_is_a_calm_figure(room, draw):
    page = room("conference", "facing", draw, seats=())
    empty, there = page.evaluate("""async () => {
      const shown = async () => [...(await room.pixels(scene)).data];
      const empty = await shown();
      scene.setPerson(2, { name: "Ben", seat: 1 });
      await room.settled(scene);
      const at = scene.headInPicture(2), { width } = room.canvas;
      const scale = width / room.canvas.clientWidth, there = await shown();
      const i = 4 * (Math.round(at.y * scale) * width + Math.round(at.x * scale));
      return [empty.slice(i, i + 3), there.slice(i, i + 3)];
    }""")
    assert max(abs(a - b) for a, b in zip(empty, there, strict=True)) > 15


def test_both_ways_draw_the_same_room(room):
    pictures = []
    for draw in WAYS:
        page = room("conference", "table", draw, [4], width=480, height=300)
        pictures.append(page.evaluate("""async () => {
          // By the same number of pixels.
          const { data, width, height } = await room.pixels(scene);
          const copy = new OffscreenCanvas(48, 30).getContext("2d");
          const whole = new OffscreenCanvas(width, height);
          whole.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
          copy.imageSmoothingQuality = "high";
          copy.drawImage(whole, 0, 0, 48, 30);
          return [...copy.getImageData(0, 0, 48, 30).data];
        }"""))
    one, other = pictures
    mean = sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)
    print(f"mean difference {mean:.2f} of 255")
    assert mean < 5


@pytest.mark.parametrize("draw", WAYS)
def test_people_come_move_and_go(room, draw):
    page = room("darkness", "table", draw, [4])
    result = page.evaluate("""async () => {
      const tags = () => [...room.overlay.querySelectorAll(".room-tag:not([hidden])")]
        .map((tag) => tag.textContent);
      const out = [tags()];
      scene.setPerson(2, { seat: 3 });
      await room.settled(scene);
      out.push(scene.seats.filter((s) => s.person === 2).map((s) => s.number));
      scene.setSeat(3, [0, -0.4, Math.PI]);
      await room.settled(scene);
      out.push(scene.seats[3].distance.toFixed(2));
      scene.setPerson(2, { avatar: null });
      await room.settled(scene);
      avatars[0].close();
      scene.removePerson(2);
      scene.arrangement = "facing";
      scene.surroundings = "meadow";
      await room.settled(scene);
      out.push(tags(), scene.seats.length, scene.mouthOf(2));
      return out;
    }""")
    assert result == [["Person 2"], [3], "1.70", [], 2, None]


def test_tags_say_who_is_muted_unverified_or_away(room):
    page = room()
    marks = page.evaluate("""async () => {
      scene.setPerson(2, { isMuted: true, isVerified: false, isConnected: false });
      await room.settled(scene);
      scene.setSpeaking(2, 0.5);
      const tag = room.overlay.querySelector(".room-tag");
      return [[...tag.querySelectorAll("[data-mark]")].map((m) => m.dataset.mark),
        tag.style.getPropertyValue("--speaking"), tag.getAttribute("aria-hidden")];
    }""")
    assert marks == [["muted", "unverified", "away"], "0.50", "true"]


@pytest.mark.parametrize("draw", WAYS)
def test_one_walks_by_keys_and_sits_down_again(room, draw):
    page = room("conference", "facing", draw)
    page.evaluate("""() => {
      globalThis.walked = [];
      scene.addEventListener("walk", ({ place }) => walked.push(place));
    }""")
    page.locator("canvas").focus()
    page.keyboard.press("w")
    assert page.evaluate("walked.length") == 0
    page.evaluate("scene.canWalk = true")
    page.keyboard.down("s")
    page.wait_for_function("walked.length > 3")
    page.keyboard.up("s")
    first, last, eye = page.evaluate("[walked[0], walked.at(-1), scene.listener.position]")
    assert last[2] > first[2] and last[1] == 0
    assert eye[1] == pytest.approx(1.65)
    heights = page.evaluate("""async () => {
      const sit = async (seat) => {
        scene.setPerson(1, { seat, place: null });
        await room.settled(scene);
        return scene.listener.position[1];
      };
      scene.walk(0, -1);
      await new Promise((done) => setTimeout(done, 300));
      scene.walk(0, 0);
      // What the room said before it heard of it does not pull one back.
      scene.setPerson(1, { seat: null, place: [3, 0, 3, 0] });
      const kept = scene.listener.position[0];
      return [kept, await sit(0)];
    }""")
    assert heights == [pytest.approx(0, abs=0.01), pytest.approx(1.2)]


def test_clicks_find_people_and_free_seats(room):
    page = room("conference", "table", "processor", [4])
    page.evaluate("""() => {
      globalThis.heard = [];
      scene.addEventListener("person", ({ participant }) => heard.push(participant));
      scene.addEventListener("seat", ({ seat }) => heard.push(`seat ${seat}`));
    }""")
    at = page.evaluate("scene.headInPicture(2)")
    page.mouse.click(at["x"], at["y"] + 10)
    # The seat to the right of theirs, as one sees it.
    beside = page.evaluate("""() => {
      scene.setPerson(9, { name: "Nobody", seat: 3 });
      const at = scene.headInPicture(9);
      scene.removePerson(9);
      return { x: at.x, y: at.y + 0.62 * at.scale };
    }""")
    page.mouse.click(beside["x"], beside["y"])
    assert page.evaluate("heard") == [2, "seat 3"]
    page.mouse.move(300, 200)
    page.mouse.down()
    page.mouse.move(500, 200, steps=4)
    page.mouse.up()
    assert page.evaluate("heard.length") == 2
    forward = page.evaluate("scene.listener.forward")
    assert forward[0] < -0.1


def test_a_shared_screen_hangs_in_the_room(room):
    page = room("conference", "table", "processor", [4])
    place = page.evaluate("""async () => {
      const video = document.createElement("video");
      scene.setScreen(video);
      await room.settled(scene);
      const { left, right, top, bottom } = video.getBoundingClientRect();
      const isShown = !video.parentElement.hidden;
      scene.setScreen(null);
      return { left, right, top, bottom, isShown, isGone: !video.isConnected };
    }""")
    assert place["isShown"] and place["isGone"]
    assert 0 < place["left"] < 360 < place["right"] < 720 and place["bottom"] > place["top"] + 60


def test_those_who_come_too_near_fade(room):
    page = room("conference", "facing", "gpu")
    opacities = page.evaluate("""async () => {
      const out = [], tag = () => room.overlay.querySelector(".room-tag");
      for (const boundary of [0.6, 1.6, 3]) {
        scene.boundary = boundary;
        scene.setPerson(2, { name: `Near ${boundary}` });
        await room.settled(scene);
        out.push(tag().hidden ? 0 : Number(tag().style.opacity));
      }
      return out;
    }""")
    assert opacities[0] == 1 and 0 < opacities[1] < 0.8 and opacities[2] == 0


def test_a_lost_context_comes_back(room):
    page = room("conference", "facing", "gpu", allow_errors="CONTEXT_LOST|context lost")
    before = page.evaluate(LOOK)
    page.evaluate("""async () => {
      const gl = room.canvas.getContext("webgl2"), loss = gl.getExtension("WEBGL_lose_context");
      const heard = (name) => new Promise((done) =>
        room.canvas.addEventListener(name, done, { once: true }));
      const lost = heard("webglcontextlost");
      loss.loseContext();
      await lost;
      await new Promise((done) => setTimeout(done));
      const back = heard("webglcontextrestored");
      loss.restoreContext();
      await back;
      await room.settled(scene);
    }""")
    after = page.evaluate(LOOK)
    assert all(abs(a - b) < 6 for a, b in zip(before[0], after[0], strict=True))


def test_the_room_is_accessible(room, check_accessible):
    page = room("conference", "table", "processor", [3, 4])
    check_accessible(page, ignore=["region", "page-has-heading-one"])
