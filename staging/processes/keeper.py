"""What keeps one process up: its tasks, its gate, and a few restarts when it fails."""

import asyncio
import signal
import time
from contextlib import suppress
from pathlib import Path

from staging.processes.children import Child, DidNotStart
from staging.processes.definition import Process, Task
from staging.processes.probes import NeverReady, passes
from staging.processes.snapshot import Board, State


class Keeper:
    """Keeps one process up and writes on the board how it stands."""

    def __init__(self, process: Process, folder: Path, board: Board) -> None:
        self._process, self._folder, self._board = process, folder, board
        self._child: Child | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._began = 0.0
        self._failures = 0  # in a row
        self._restarts = 0  # in all

    async def start(self) -> None:
        """Do its tasks, start it, wait for its answer, and keep it up from then on.

        Raises `DidNotStart`; then nothing of it is left running.
        """
        self._began = time.monotonic()
        try:
            for task in self._process.before:
                self._say("preparing")
                await self._do(task)
            child = await self._come_up()
        except DidNotStart as failure:
            self._say("failed", why=str(failure))
            raise
        self._keeping = asyncio.create_task(self._keep(child))

    async def stop(self) -> None:
        """Stop it if it runs: first by its signal, after its time by force."""
        if self._keeping:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self._child:
            self._say("stopping")
            went = await self._end_child(self._child)
            within = self._process.stop_within
            why = "" if went else f"did not stop within {within:g} s and was killed"
            self._say("stopped", why=why)

    async def _come_up(self) -> Child:
        """One start, from the program to its answer. Raises `DidNotStart`, with nothing left."""
        process = self._process
        child = self._child = await Child.start(
            process.name, process.argv, process.env, process.cwd, self._folder
        )
        self._say("starting", ready_in_s=None)
        try:
            await self._gate(child)
            for task in process.after:
                await self._do(task)
        except DidNotStart:
            await self._end_child(child)
            raise
        self._say("ready", ready_in_s=round(time.monotonic() - self._began, 3))
        return child

    async def _gate(self, child: Child) -> None:
        """Wait for the answer. Raises `DidNotStart` when it ends first or its time is over."""
        asking = asyncio.create_task(passes(self._process.ready))
        ended = asyncio.create_task(child.exit())
        try:
            await asyncio.wait({asking, ended}, return_when=asyncio.FIRST_COMPLETED)
            # The end comes first: an answer from a dead process was somebody else's.
            if ended.done():
                how = ended.result() or "exited with 0"
                raise DidNotStart(f"{how} before it was ready{child.last_words()}")
            asking.result()
        except NeverReady as silence:
            raise DidNotStart(f"was {silence}{child.last_words()}") from silence
        finally:
            asking.cancel()
            ended.cancel()
            await asyncio.gather(asking, ended, return_exceptions=True)

    async def _do(self, task: Task) -> None:
        """Run a task to its end. Raises `DidNotStart` when that is not exit 0 within its time."""
        cwd, name = self._process.cwd, self._process.name
        child = await Child.start(name, task.argv, task.env, cwd, self._folder)
        try:
            async with asyncio.timeout(task.within):
                ended = await child.exit()
        except TimeoutError:
            ended = f"took longer than {task.within:g} s"
        finally:
            await child.stop(signal.SIGTERM, within=2)
        if ended:
            raise DidNotStart(f"`{task.name}` {ended}{child.last_words()}")

    async def _keep(self, child: Child | None) -> None:
        """Watch it until it completes or has failed too often."""
        while child:
            ready_at = time.monotonic()
            ended = await child.exit()
            self._child = None
            if not ended:
                self._say("completed")
                return
            if time.monotonic() - ready_at >= self._process.restart.healthy_after:
                self._failures = 0
            child = await self._restart(f"{ended}{child.last_words()}")

    async def _restart(self, why: str) -> Child | None:
        """Start it again, each time after a longer pause; None when it failed too often."""
        rule = self._process.restart
        while self._failures < rule.at_most:
            pause = rule.pause * 2**self._failures
            self._failures += 1
            self._restarts += 1
            self._say("restarting", why=why, restarts=self._restarts, ready_in_s=None)
            await asyncio.sleep(pause)
            self._began = time.monotonic()
            try:
                return await self._come_up()
            except DidNotStart as failure:
                why = str(failure)
        self._say("crashed", why=why)
        return None

    async def _end_child(self, child: Child) -> bool:
        """Stop it in its own way; True when it went by itself."""
        went = await child.stop(self._process.stop_signal, self._process.stop_within)
        self._child = None
        return went

    def _say(self, state: State, **changes: object) -> None:
        here = self._child.identity if self._child else None
        pid, created = (here.pid, here.created) if here else (None, None)
        self._board.change(self._process.name, state=state, pid=pid, created=created, **changes)
