"""Uploads: a tar.gz is unpacked whole and nowhere else; what is broken leaves nothing."""

import asyncio
import gzip
import io
import socket
import subprocess
import tarfile
from pathlib import Path

import httpx2
import pytest

from sandboxes.railway import archives, railway
from tests.sandboxes.railway import Place, Refused, rails
from tests.sandboxes.railway_runner import Walker
from tests.sandboxes.served import served
from tests.sandboxes.yard import Yard, archive

DEPLOYMENTS = "query D($i: DeploymentListInput!) { deployments(input: $i) { edges { cursor } } }"


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644) -> bytes:
    """An archive with one entry of this kind."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, mode
    return archive({name: info})


def lying(folder: Path) -> set[Path]:
    """What lies in a folder, and beside it."""
    return {*folder.iterdir(), *folder.parent.iterdir()}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one commit on its branch `staging`."""
    who = ("-c", "user.name=Aiko", "-c", "user.email=aiko@wwmaa.example")
    git = ("git", "-C", str(tmp_path), *who)
    subprocess.run([*git, "init", "-q", "-b", "staging"], check=True)
    (tmp_path / "fate").write_text("healthy")
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Begin"], check=True)
    return tmp_path


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not an archive",
        archive({"a": "1"})[:-20],
        entry("../outside"),
        entry("a/../../outside"),
        entry("link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("link", tarfile.SYMTYPE, "../../outside"),
        entry("link", tarfile.LNKTYPE, "../outside"),
        entry("device", tarfile.CHRTYPE),
        entry("pipe", tarfile.FIFOTYPE),
    ],
    ids=["empty", "words", "half", "above", "round", "symlink", "symlink above"]
    + ["hard link", "device", "pipe"],
)
async def test_what_must_not_be_unpacked_is_refused_and_leaves_nothing(
    yard: Yard, body: bytes
) -> None:
    before = lying(yard.snapshots)
    refused = await yard.send(body)
    assert refused.status_code == 400, refused.text
    assert refused.json()["message"].startswith("Failed to read the upload")
    assert lying(yard.snapshots) == before
    assert await yard.all() == []


async def test_links_inside_and_modes_are_kept(yard: Yard) -> None:
    script = tarfile.TarInfo("./run.sh")
    script.mode = 0o4755
    link = tarfile.TarInfo("./again")
    link.type, link.linkname = tarfile.SYMTYPE, "run.sh"
    absolute = tarfile.TarInfo("/etc/motd")
    files: dict[str, str | tarfile.TarInfo] = {
        "run.sh": script,
        "again": link,
        ".env.example": "A=1",
        "motd": absolute,
    }
    answer = await yard.send(archive(files))
    there = await yard.until(answer.json()["deploymentId"])
    folder = yard.snapshots / there["snapshotId"]
    assert (folder / "again").readlink() == Path("run.sh")
    assert (folder / "run.sh").stat().st_mode & 0o7777 == 0o755
    assert (folder / "etc" / "motd").is_file()
    assert (folder / ".env.example").read_text() == "A=1"


def test_too_much_inside_is_refused(tmp_path: Path) -> None:
    large = tarfile.TarInfo("large")
    large.size = archives.MOST_BYTES + 1
    held = io.BytesIO()
    with gzip.open(held, "wb") as packed:
        packed.write(large.tobuf())
    with pytest.raises(archives.BadArchive, match="bytes are in it"):
        archives.unpack(held.getvalue(), tmp_path / "snapshot")
    assert list(tmp_path.iterdir()) == []


async def test_an_upload_that_nobody_may_make_is_refused(yard: Yard) -> None:
    at, body = yard.place, archive({"a": "1"})
    for place, status, message in (
        (Place("nowhere", at.environment, at.service), 404, "Project not found"),
        (Place(at.project, "nowhere", at.service), 404, "Environment not found"),
        (Place(at.project, at.environment, "nowhere"), 404, "Service not found"),
    ):
        refused = await yard.send(body, place)
        assert (refused.status_code, refused.json()) == (status, {"message": message})
    nameless = await yard.send(body, Place(at.project, at.environment, ""))
    assert nameless.status_code == 200
    await yard.rails.service(at.project, at.environment, "frontend")
    nameless = await yard.send(body, Place(at.project, at.environment, ""))
    assert (nameless.status_code, "serviceId is needed" in nameless.text) == (400, True)


async def test_without_a_runner_a_deployment_is_refused_aloud(
    sandboxes: httpx2.AsyncClient,
) -> None:
    account = await rails(sandboxes)
    place = await account.place(source={"image": "redis:8.2"})
    refused = await sandboxes.post(
        f"/railway/project/{place.project}/environment/{place.environment}/up",
        params={"serviceId": place.service},
        content=archive({"a": "1"}),
        headers=account.headers,
    )
    assert refused.status_code == 501
    assert "`staging rehearse --keep` raises Railway" in refused.json()["message"]
    query = (
        "mutation Go($s: String!, $e: String!)"
        " { serviceInstanceDeployV2(serviceId: $s, environmentId: $e) }"
    )
    with pytest.raises(Refused, match="staging rehearse --keep"):
        await account.ask(query, s=place.service, e=place.environment)


async def test_a_repository_is_a_folder_of_this_machine(yard: Yard, repository: Path) -> None:
    at, name = yard.place, "wwmaa/platform"
    unknown = (
        "mutation C($s: String!) { serviceConnect(id: $s,"
        f' input: {{repo: "{name}", branch: "staging"}}) {{ id }} }}'
    )
    with pytest.raises(Refused, match="GitHub, and does not know wwmaa/platform"):
        await yard.rails.ask(unknown, s=at.service)
    path = f"/_sandbox/railway/repositories/{name}"
    assert (await yard.client.put(path, json={"folder": str(repository / "no")})).status_code == 422
    (await yard.client.put(path, json={"folder": str(repository)})).raise_for_status()
    await yard.rails.ask(unknown, s=at.service)
    (made,) = await yard.all()
    there = await yard.until(made["id"], "SUCCESS")
    assert there["meta"]["commitMessage"] == "Begin"
    given = yard.walker.orders[made["id"]].variables
    assert given["RAILWAY_GIT_COMMIT_SHA"] == there["meta"]["commitHash"]
    assert given["RAILWAY_GIT_BRANCH"] == "staging"
    hostile = (
        "mutation Go($s: String!, $e: String!) { serviceInstanceDeployV2("
        'serviceId: $s, environmentId: $e, commitSha: "--output=/tmp/x") }'
    )
    with pytest.raises(Refused, match="The source can not be read"):
        await yard.rails.ask(hostile, s=at.service, e=at.environment)


async def test_a_connection_that_drops_in_the_middle_leaves_nothing(
    postgres_url: str, tmp_path: Path
) -> None:
    with served(postgres_url, railway(Walker(), tmp_path)) as address:
        async with httpx2.AsyncClient(base_url=address) as client:
            account = await rails(client)
            place = await account.place()
            path = f"/railway/project/{place.project}/environment/{place.environment}/up"
            body = archive({"a": "1"})
            head = (
                f"POST {path}?serviceId={place.service} HTTP/1.1\r\nHost: railway\r\n"
                f"Authorization: Bearer {account.token}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            host, port = address.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as line:
                line.sendall(head.encode() + body[: len(body) // 2])
            await asyncio.sleep(0.3)
            assert not [path for path in lying(tmp_path) if path.parent == tmp_path]
            query = (
                "query D($i: DeploymentListInput!) { deployments(input: $i) { edges { cursor }}}"
            )
            found = await account.ask(query, i={"environmentId": place.environment})
            assert found == {"edges": []}
