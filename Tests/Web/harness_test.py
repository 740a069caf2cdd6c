"""The tests' own tools: each must be able to fail."""

import http.client

import pytest


def write(site, tmp_path, name, html):
    (tmp_path / name).write_text(html)
    return site.mount(f"/harness/{name}", tmp_path / name)


GOOD = """<!doctype html><html lang="en"><title>Good</title>
<link rel="icon" href="data:,"><main><h1>Good</h1>
<button>One</button><label>Two <input></label><a href="#three">Three</a></main></html>"""


def test_pages_are_isolated_secure_and_have_webgl2(open_page, site, tmp_path):
    page = open_page(write(site, tmp_path, "good.html", GOOD))
    assert page.evaluate("crossOriginIsolated && isSecureContext")
    assert page.evaluate("!!document.createElement('canvas').getContext('webgl2')")


def test_accessible_page_passes(open_page, site, tmp_path, check_accessible):
    check_accessible(open_page(write(site, tmp_path, "good.html", GOOD)))


@pytest.mark.parametrize("change", [
    ("<button>One</button>", "<button></button>"),
    ("<label>Two <input></label>", "<input>"),
    ('lang="en"', ""),
    ("<button>", '<button style="color: #777; background: #888">'),
    ("<button>", '<button style="outline: none">'),
    ("<button>", '<button onblur="this.focus()">'),
    ("<label>", '<label style="position: absolute; top: 0"><input tabindex="3" title="x">'),
])
def test_inaccessible_page_fails(open_page, site, tmp_path, check_accessible, change):
    page = open_page(write(site, tmp_path, "bad.html", GOOD.replace(*change)))
    with pytest.raises(AssertionError):
        check_accessible(page)


def test_camera_plays_the_sample_clip(open_page, camera_browser, site, tmp_path):
    page = open_page(write(site, tmp_path, "good.html", GOOD), browser=camera_browser)
    size = page.evaluate("""async () => {
      const stream = await navigator.mediaDevices.getUserMedia({video: true});
      const video = document.createElement('video');
      video.srcObject = stream;
      await video.play();
      return [video.videoWidth, video.videoHeight];
    }""")
    assert size[0] * 9 == size[1] * 16


def test_missing_file_is_not_found(site, open_page):
    page = open_page("/no-such-page", allow_errors="404")
    assert page.evaluate("document.body.innerText") == "Not found."
    connection = http.client.HTTPConnection("localhost", site.server.server_port)
    connection.request("GET", "/tests/../../Package.swift")
    assert connection.getresponse().status == 404
