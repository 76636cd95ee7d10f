"""Toy programs, orders to bring them up, and what was told of them."""

import asyncio
import json
import textwrap
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Literal

import httpx2

from sandboxes.railway.running import Order
from staging.hosting.hosting import Hosting
from staging.hosting.ports import Ports
from staging.hosting.routes import Doors
from staging.hosting.rules import Rules
from tests.staging.places import free_base

NUMBERS = count(1)

SERVER = """
import json, os, signal, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RELEASE, STATUS, BUSY = "{release}", {status}, []

class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        BUSY.append(self)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/exit":
            os._exit(3)
        if self.path == "/parts":
            return self.parts()
        if self.headers["upgrade"]:
            return self.echo()
        if self.path.startswith("/slow"):
            time.sleep(float(self.path.partition("=")[2]))
        told = {
            "release": RELEASE, "pid": os.getpid(), "method": self.command, "length": len(body),
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "variables": dict(os.environ), "folder": os.getcwd(), "files": os.listdir(),
        }
        text = json.dumps(told).encode()
        self.send_response(STATUS)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        self.wfile.flush()
        BUSY.remove(self)

    do_GET = do_POST = answer

    def parts(self):
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"5\\r\\nfirst\\r\\n")
        self.wfile.flush()
        time.sleep(1)
        self.wfile.write(b"6\\r\\nsecond\\r\\n0\\r\\n\\r\\n")
        BUSY.remove(self)

    def echo(self):
        self.send_response(101)
        self.send_header("connection", "upgrade")
        self.send_header("upgrade", self.headers["upgrade"])
        self.end_headers()
        BUSY.remove(self)
        while said := self.connection.recv(100):
            self.connection.sendall(said)

    def log_message(self, *words):
        pass

def end(*_):
    print("ending", RELEASE, flush=True)
    threading.Thread(target=server.shutdown).start()

server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer)
signal.signal(signal.SIGTERM, end)
print("listening", RELEASE, flush=True)
server.serve_forever(poll_interval=0.02)
quiet = 0
while quiet < 10:
    # What has reached the machine and no thread has seen yet is answered, too.
    quiet = 0 if BUSY else quiet + 1
    time.sleep(0.02)
os._exit(0)
"""
"""A program that answers with what it knows, and ends as a good one does: it answers first."""

DOCKERFILE = """
FROM python:3.13-slim
WORKDIR /app
COPY . .
CMD ["python", "app.py"]
"""


def upload(folder: Path, app: str | None = None, **files: str) -> Path:
    """An upload of a toy: its program, its Dockerfile, and more files by name."""
    root = folder / f"upload-{next(NUMBERS)}"
    root.mkdir()
    written = {"app.py": app or server(), "Dockerfile": DOCKERFILE} | files
    for name, text in written.items():
        (root / name).write_text(textwrap.dedent(text))
    return root


def server(release: str = "one", status: int = 200) -> str:
    """A program that answers."""
    return SERVER.replace("{release}", release).replace("{status}", str(status))


def order(source: Path | None, **changes: Any) -> Order:
    """An order to bring up the toy `web`, by the rules that the project uses for its own."""
    number = next(NUMBERS)
    usual = Order(
        deployment_id=f"deployment-{number}",
        snapshot_id=f"snapshot-{number}",
        project_id="project",
        environment_id="environment",
        environment_name="staging",
        service_id="service-web",
        service_name="web",
        image=None,
        source=source,
        root_directory=None,
        dockerfile_path=None,
        builder="RAILPACK",
        build_command=None,
        start_command=None,
        pre_deploy_command=None,
        healthcheck_path="/health",
        healthcheck_timeout_s=20,
        restart_policy="ON_FAILURE",
        restart_max_retries=3,
        overlap_s=0,
        draining_s=5,
        replicas=1,
        volume_mount_path=None,
        variables={},
        hosts=("web.test",),
        built_from=None,
    )
    return replace(usual, **changes)


@dataclass
class Heard:
    """Everything that was told of deployments, in its order."""

    statuses: list[tuple[str, str]] = field(default_factory=list)
    events: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)
    lines: list[tuple[str, str, str, str]] = field(default_factory=list)
    instances: list[tuple[str, str, str]] = field(default_factory=list)
    requests: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    def status(self, deployment_id: str, status: str) -> None:
        """A deployment is in a status."""
        self.statuses.append((deployment_id, status))

    def event(self, deployment_id: str, step: str, **payload: object) -> None:
        """A step goes on."""
        self.events.append((deployment_id, step, payload))

    def log(
        self,
        deployment_id: str,
        kind: Literal["build", "deploy"],
        message: str,
        severity: str = "info",
    ) -> None:
        """A line."""
        self.lines.append((deployment_id, kind, message, severity))

    def instance(self, deployment_id: str, replica_id: str, status: str) -> None:
        """A replica is in a status."""
        self.instances.append((deployment_id, replica_id, status))

    def request(self, deployment_id: str, **fields: object) -> None:
        """A request was passed on."""
        self.requests.append((deployment_id, json.loads(json.dumps(fields))))

    def of(self, order: Order) -> list[str]:
        """The statuses of a deployment."""
        return [status for id_, status in self.statuses if id_ == order.deployment_id]

    def said(self, order: Order, kind: str = "deploy") -> list[str]:
        """The lines of a deployment."""
        return [line for id_, of, line, _ in self.lines if (id_, of) == (order.deployment_id, kind)]

    def replicas(self, order: Order) -> list[str]:
        """What became of the replicas of a deployment."""
        return [status for id_, _, status in self.instances if id_ == order.deployment_id]


@dataclass
class Machine:
    """Railway on this machine for a test: the hosting, and what it told."""

    hosting: Hosting
    doors: Doors
    folder: Path
    client: httpx2.AsyncClient
    heard: Heard = field(default_factory=Heard)

    async def up(self, asked: Order) -> list[str]:
        """Bring a deployment up; its statuses."""
        await self.hosting.bring_up(asked, self.heard)
        return self.heard.of(asked)

    async def ask(self, path: str = "/", host: str = "web.test", **more: Any) -> Any:
        """What the edge answers to a GET, or to a POST of `content`."""
        method = "POST" if "content" in more else "GET"
        headers = {"host": host, **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def release(self, host: str = "web.test") -> str:
        """Which release answers."""
        return str((await self.ask(host=host)).json()["release"])


@asynccontextmanager
async def ready(folder: Path, *, tls: bool = False) -> AsyncIterator[Machine]:
    """Railway's hosting, twenty times as fast where it only waits."""
    ports = Ports(free_base())
    doors = Doors(ports.take(), ports.take(), ports.take() if tls else None)
    hosting = await Hosting.open(folder, doors, ports, Rules(pace=0.05))
    url = f"http://127.0.0.1:{doors.http}"
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
        yield Machine(hosting, doors, folder, client)
    await hosting.close()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds; what a process says comes a moment after it said so."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 -- nobody tells of what is waited for.
            await asyncio.sleep(0.02)
