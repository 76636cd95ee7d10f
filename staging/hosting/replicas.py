"""One replica: a fresh copy of the image, a process in it, and restarts by the policy."""

import asyncio
import shutil
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from staging.hosting.following import Follower, follow
from staging.hosting.rules import Rules
from staging.hosting.told import Told
from staging.processes.children import Child, DidNotStart, log_file


@dataclass(frozen=True)
class Program:
    """What a replica runs, and where: in a copy of `files`, or in its folder where there are none.

    `port` is where it is told to listen.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    port: int
    files: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(frozen=True)
class Policy:
    """When it is started again after it ended: `ON_FAILURE`, `ALWAYS` or `NEVER`."""

    restart: str
    max_retries: int

    def wants_again(self, ended: str, retries: int) -> bool:
        """Whether it is started again, for the `retries`-th time; `ended` is "" for exit 0."""
        if self.restart == "ON_FAILURE":
            return bool(ended) and retries <= self.max_retries
        return self.restart == "ALWAYS"


class Container:
    """A folder with a fresh copy of an image, for one process; nothing in it is kept."""

    def __init__(self, folder: Path, name: str) -> None:
        self._home, self.name = folder, name
        self.folder = folder / "containers" / name

    async def run(self, program: Program) -> Child:
        """Run a program in it, as new. Raises `DidNotStart`."""
        await self.throw_away()
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if program.files:
            await asyncio.to_thread(shutil.copytree, program.files, self.folder, symlinks=True)
        else:
            self.folder.mkdir()
        cwd = str(self.folder.resolve())
        return await Child.start(self.name, program.argv, program.env, cwd, self._home)

    async def throw_away(self) -> None:
        """Delete its files."""
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)

    def follower(self, told: Told) -> Follower:
        """Hands over what is said in it."""
        return Follower(log_file(self._home, self.name), told.said)


class Replica:
    """A process that is kept up until it is stopped, completes, or failed too often."""

    def __init__(
        self, folder: Path, program: Program, policy: Policy, rules: Rules, told: Told
    ) -> None:
        self.id = str(uuid4())
        self.program = program
        self._policy, self._rules, self._told = policy, rules, told
        self._container = Container(folder, f"{program.name}-{self.id[:8]}")
        self._child: Child | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._follower = self._container.follower(told)
        self._following = asyncio.create_task(follow(self._follower))
        self.gone: asyncio.Event = asyncio.Event()
        """Set when it runs no more and is not started again."""
        self.has_crashed = self._is_stopped = False

    async def start(self) -> None:
        """Start it, and keep it up from then on."""
        self._told.instance(self.id, "INITIALIZING")
        first = await self._run()
        self._keeping = asyncio.create_task(self._keep(first))

    async def stop(self, within: float) -> bool:
        """Ask it to end, and after `within` seconds make it; True when it went by itself.

        Whoever asks again is told the same, and nothing is done.
        """
        if self._is_stopped:
            return True
        self._is_stopped = True
        if self._keeping:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        went = True
        if self._child:
            self._told.instance(self.id, "REMOVING")
            went = await self._child.stop(self.program.stop_signal, within)
            self._child = None
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        await self._container.throw_away()
        self._told.instance(self.id, "REMOVED")
        self.gone.set()
        return went

    async def _run(self) -> Child | str:
        """The process, or why there is none."""
        env = {**self.program.env, "RAILWAY_REPLICA_ID": self.id}
        try:
            child = self._child = await self._container.run(replace(self.program, env=env))
        except DidNotStart as refused:
            self._told.said(f"The executable could not be started: {refused}")
            return "could not be started"
        self._told.instance(self.id, "RUNNING")
        return child

    async def _keep(self, running: Child | str) -> None:
        """Watch it, and start it again as the policy says."""
        retries = 0
        while True:
            ended = await running.exit() if isinstance(running, Child) else running
            self._child = None
            self._follower.read(all_of_it=True)
            retries += 1
            if not self._policy.wants_again(ended, retries):
                break
            self._told.instance(self.id, "RESTARTING")
            self._told.said(f"Restarting: it {ended or 'exited with 0'} (restart {retries})")
            await asyncio.sleep(self._rules.restart_pause_s * self._rules.pace)
            running = await self._run()
        self.has_crashed = bool(ended)
        self._told.said(f"It {ended} and is not started again" if ended else "Completed")
        self._told.instance(self.id, "CRASHED" if ended else "EXITED")
        self.gone.set()
