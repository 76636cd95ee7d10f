"""The page for people: broadcasts that begin and end by a button, videos that are watched."""

import re

import httpx2

from tests.sandboxes.studio import Studio, film
from tests.sandboxes.test_console import Fields

BOARD = "/_sandbox/cloudflare"


def press(studio: Studio, page: str, label: str) -> httpx2.Response:
    """What comes after the one button of this label is pressed, as a browser sends its form."""
    form = rf'<form class="row" method="post" action="([^"]+)">\s*<button[^>]*>{label}'
    (action,) = re.findall(form, page)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return studio.control.post(action, headers=kind, follow_redirects=True)


def test_somebody_goes_live_and_ends_and_watches_what_became_of_it(studio: Studio) -> None:
    empty = studio.control.get(BOARD)
    assert "No live input yet" in empty.text
    assert "No video yet" in empty.text
    studio.live_input(require_signed_urls=True)
    page = studio.control.get(BOARD).text
    assert "Sunday training" in page
    assert "never used" in page
    on_air = press(studio, page, "Go live").text
    assert "on air" in on_air
    (player,) = re.findall(r'<iframe [^>]*src="([^"]+)"', on_air)
    assert studio.control.get(player.replace("&amp;", "&")).status_code == 200
    ended = press(studio, on_air, "End the broadcast").text
    assert "off air" in ended
    studio.advance(20)
    assert re.search(r'state delivered">ready<', studio.control.get(BOARD).text)


def test_what_went_wrong_is_told(studio: Studio) -> None:
    studio.upload(film(seconds=61), meta={"name": "<b>Long</b>"})
    studio.advance(20)
    page = studio.control.get(BOARD).text
    assert "The video duration exceeds the constraints of its upload." in page
    assert "&lt;b&gt;Long" in page
    gone = studio.control.get(f"{BOARD}?video=none")
    assert (gone.status_code, "This video is gone" in gone.text) == (404, True)


def test_the_page_lets_nothing_in_and_the_console_leads_to_it(studio: Studio) -> None:
    video = studio.ready(meta={"name": "Kata"})
    page = studio.control.get(f"{BOARD}?video={video.uid}")
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert Fields(page.text).nameless == []
    console = studio.control.get("/_sandbox/console").text
    assert f'href="{BOARD}">Stream and Calls</a>' in console
    assert f'href="{BOARD}?video={video.uid}">Video Kata · ready</a>' in console
