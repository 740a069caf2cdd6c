"""`visavis view`: an avatar that left as splats and as a mesh is looked at in the browser."""

import io
import re
import subprocess

import pytest
from PIL import Image, ImageChops, ImageStat

from mirror_test import sample_avatar, visavis_program  # noqa: F401 (a fixture)

WATCH = """
window.viewed = null;
document.addEventListener("visavis:viewed", ({ detail }) => { window.viewed = detail; });
"""


@pytest.fixture
def view(open_page, sample_avatar, tmp_path):  # noqa: F811
    """view(name, *export options) → a page that shows the sample avatar, exported to that file."""
    servers = []

    def view(name, *options):
        program = visavis_program()
        if not program:
            pytest.skip("no visavis to export and to serve; swift build -c release")
        file = tmp_path / name
        subprocess.run([program, "export", str(sample_avatar), "-o", str(file), *options], check=True,
                       stdout=subprocess.DEVNULL)
        server = subprocess.Popen([program, "view", str(file)], stdout=subprocess.PIPE, text=True)
        servers.append(server)
        link = re.search(r"http://\S+", server.stdout.readline())[0]
        page = open_page(link, before=lambda page: page.add_init_script(WATCH), bypass_csp=True)
        page.wait_for_function("viewed !== null", timeout=60000)
        return page

    yield view
    for server in servers:
        server.terminate()
        server.wait(20)


def looks(page):
    return Image.open(io.BytesIO(page.locator("#stage").screenshot())).convert("RGB")


def test_splats_show_a_face_and_are_ordered_anew(view):
    page = view("me.ply")
    page.wait_for_function("viewed.orders > 0", timeout=60000)
    assert page.locator("#scene-name").inner_text() == "me.ply"
    page.wait_for_timeout(500)
    first = looks(page)
    width, height = first.size
    red, green, blue = ImageStat.Stat(
        first.crop((width * 2 // 5, height * 2 // 5, width * 3 // 5, height * 3 // 5))).mean
    assert red > green > blue, f"no skin: {red:.0f} {green:.0f} {blue:.0f}"
    orders = page.evaluate("viewed.orders")
    page.locator("#stage").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("orders => viewed.orders > orders", arg=orders, timeout=60000)
    page.wait_for_timeout(500)
    assert max(ImageStat.Stat(ImageChops.difference(first, looks(page))).mean) > 1


def test_a_mesh_is_shown_too(view):
    page = view("me.glb", "--contents", "mesh")
    page.wait_for_function("viewed.stats.triangles > 1000", timeout=60000)
    page.wait_for_timeout(300)
    assert max(ImageStat.Stat(looks(page)).stddev) > 10


def test_what_is_no_scene_is_refused(tmp_path):
    if not visavis_program():
        pytest.skip("no visavis; swift build -c release")
    file = tmp_path / "broken.ply"
    file.write_text("ply\nformat binary_little_endian 1.0\nelement vertex 9\nend_header\n")
    done = subprocess.run([visavis_program(), "view", str(file)], capture_output=True, text=True)
    assert done.returncode not in (0, 70)
    assert len(done.stderr.strip().splitlines()) == 1
