"""One build serves every environment: it names none, and production has no ways in for trying."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import httpx2
import pytest

from staging.node import node
from staging.seeds import make
from staging.website import Build
from tests.browser.pages import Site
from tests.conftest import free_port, wait_for

HOSTS = re.compile(
    rb"localhost:[38]\d{3}|127\.0\.0\.1:\d|railway\.(?:app|internal)|(?<!@)\b[a-z-]*\.?wwmaa\.com"
)
DOORS = {
    "console": "http://127.0.0.1:8100/console",
    "inbox": "http://127.0.0.1:8100/inbox",
    "password": "correct horse battery",
    "personas": [
        {"email": "a@b.example", "full_name": "A", "role": "r", "tier": "t", "to_try": "x"}
    ],
}
Start = Callable[..., str]


def environ(port: int, **more: str) -> dict[str, str]:
    """What a website of production is told, and more."""
    here = f"http://localhost:{port}"
    told = {"NEXT_PUBLIC_ENVIRONMENT": "production", "NEXT_PUBLIC_SITE_URL": here}
    apis = dict.fromkeys(("NEXT_PUBLIC_API_URL", "SERVER_API_URL"), "http://127.0.0.1:9")
    apis["NEXT_PUBLIC_WS_URL"] = "ws://127.0.0.1:9"
    listening = {"PATH": os.environ["PATH"], "HOSTNAME": "127.0.0.1", "PORT": str(port)}
    return listening | told | apis | more


@pytest.fixture
def start(website: Build) -> Iterator[Start]:
    """Starts the website's build with what it is told, and gives its address."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(**told: str) -> str:
        port = free_port()
        running.append(
            subprocess.Popen(
                [node().program, "server.js"], cwd=website.folder, env=environ(port, **told)
            )
        )
        wait_for(port, running[-1])
        return f"http://localhost:{port}"

    yield begin
    for process in running:
        process.terminate()
        process.wait(timeout=20)


def refusal(build: Build, told: dict[str, str]) -> str:
    """What a website says that does not start with what it is told."""
    said = subprocess.run(
        [node().program, "server.js"],
        cwd=build.folder,
        env=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 1
    return said.stderr


def written(build: Build) -> Iterator[bytes]:
    """What stands in the files that the build made of our sources."""
    rooms = [build.folder / ".next" / each for each in ("server/app", "server/chunks", "static")]
    files = [path for room in rooms for path in room.rglob("*") if path.is_file()]
    assert len(files) > 50
    return (path.read_bytes() for path in files)


def test_a_build_names_no_host_of_any_environment(website: Build) -> None:
    assert not {hit for each in written(website) for hit in HOSTS.findall(each)}


def test_nothing_that_the_seeds_make_up_stands_in_a_build(website: Build) -> None:
    seeds = make(datetime(2026, 5, 6, 12, tzinfo=UTC))
    names = {it.full_name for it in seeds.profiles} | {it.title for it in seeds.events}
    assert len(names) > 50
    made_up = [name.encode() for name in names]
    assert not {name for each in written(website) for name in made_up if name in each}


def test_a_website_of_production_shows_no_ribbon_and_lets_nobody_be_somebody_else(
    start: Start, site: Site
) -> None:
    production = start()
    page = httpx2.get(production, trust_env=False)
    assert page.status_code == 200
    assert "ribbon" not in page.text
    assert "noindex" not in page.text
    staging = httpx2.get(site.url, trust_env=False)
    assert 'class="ribbon"' in staging.text
    assert "noindex" in staging.text
    robots = [
        httpx2.get(f"{url}/robots.txt", trust_env=False).text for url in (production, site.url)
    ]
    assert ["Disallow: /\n" in text for text in robots] == [False, True]
    # The form of the ribbon, sent to production: the action is there, and refuses.
    ribbon = staging.text.partition('class="ribbon"')[2].partition("</form>")[0]
    action = re.search(r'name="(\$ACTION_ID_[0-9a-f]+)"', ribbon)
    assert action
    form = {action[1]: (None, ""), "email": (None, "admin@staging.wwmaa.example")}
    for url, lets_in in ((production, False), (site.url, True)):
        answer = httpx2.post(url, files=form, headers={"origin": url}, trust_env=False)
        assert ("set-cookie" in answer.headers) is lets_in


def test_a_website_of_production_refuses_ways_in_for_trying_and_a_chat_that_is_not_encrypted(
    website: Build,
) -> None:
    told = environ(free_port(), STAGING_DOORS=json.dumps(DOORS))
    said = refusal(website, told | {"NEXT_PUBLIC_SITE_URL": "https://www.wwmaa.example"})
    assert "never allowed in production" in said
    assert "NEXT_PUBLIC_WS_URL begins with ws://" in said


def test_a_website_that_is_not_told_where_it_is_does_not_start_and_says_all_that_is_missing(
    website: Build,
) -> None:
    less = {k: v for k, v in environ(free_port()).items() if not k.startswith(("NEXT_", "SERVER_"))}
    said = refusal(website, less)
    names = ("NEXT_PUBLIC_ENVIRONMENT", "NEXT_PUBLIC_SITE_URL", "NEXT_PUBLIC_WS_URL")
    for name in (*names, "SERVER_API_URL"):
        assert f"{name} is missing" in said


def test_a_website_takes_no_visitors_while_its_api_is_absent_or_anothers(
    start: Start, site: Site
) -> None:
    absent = httpx2.get(f"{start()}/health", trust_env=False)
    assert absent.status_code == 503
    api = httpx2.get(f"{site.url}/status", trust_env=False).text
    staging = re.search(r'href="(http://[^"]+)/openapi.json"', api)
    assert staging
    anothers = httpx2.get(f"{start(SERVER_API_URL=staging[1])}/health", trust_env=False)
    assert anothers.status_code == 503
    assert anothers.json()["detail"] == "the API is staging's, not production's"
    assert httpx2.get(f"{site.url}/health", trust_env=False).status_code == 200


def test_a_page_is_shown_with_what_is_missing_where_the_api_is_absent(start: Start) -> None:
    page = httpx2.get(f"{start()}/events", trust_env=False)
    assert page.status_code == 200
    assert "can not reach our own service" in page.text
    with closing(httpx2.Client(trust_env=False)) as client:
        policies = {client.get(page.url).headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3
    assert all("unsafe" not in policy for policy in policies)


def test_scripts_and_styles_are_sent_as_small_as_a_browser_takes_them(
    website: Build, site: Site
) -> None:
    static = website.folder / ".next" / "static"
    files = [path for path in static.rglob("*") if path.suffix in (".js", ".css")]
    assert len(files) > 10
    with closing(httpx2.Client(base_url=site.url, trust_env=False)) as client:
        for accepted, kind in (("gzip, deflate, br", "br"), ("gzip, br;q=0", "gzip")):
            for path in files:
                asked = f"/_next/static/{path.relative_to(static)}"
                told = client.head(asked, headers={"accept-encoding": accepted}).headers
                assert "immutable" in told["cache-control"]
                assert told["vary"] == "Accept-Encoding"
                if kind == "br":
                    sent = path.with_name(f"{path.name}.br").stat().st_size
                    assert (told["content-encoding"], int(told["content-length"])) == (kind, sent)
                    assert told["content-type"].startswith("text/")
                else:
                    assert told.get("content-encoding") in (kind, None)
