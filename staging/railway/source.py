"""Which code is deployed: a name for it that says what it is, and whether git has it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from staging.obstacles import Refused

SHOWN = 5


class TreeIsNotClean(Refused):
    """What would be deployed is in no commit, so that nobody could find it again."""

    def __init__(self, changed: tuple[str, ...]) -> None:
        more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        super().__init__(
            f"The tree is not clean: {', '.join(changed[:SHOWN])}{more}.",
            "Commit it, or deploy it as it is with --allow-dirty.",
        )


class NoCommit(Refused):
    """The source lies in no git repository, or in one without a commit."""

    def __init__(self, root: Path) -> None:
        super().__init__(
            f"{root} is no git repository with a commit, so that nobody could say what runs.",
            "Deploy from a clone, or as it is with --allow-dirty.",
        )


@dataclass(frozen=True)
class Source:
    """Where the code lies, and which it is."""

    root: Path
    commit: str
    """The commit's first 12 letters; empty where there is none."""
    changed: tuple[str, ...]
    """Files that differ from it."""

    def release(self, digest: str) -> str:
        """The name of a deployment of this: the commit, and the archive's mark where it differs."""
        mark = f"dirty-{digest[:8]}" if self.changed or not self.commit else ""
        return "-".join(filter(None, (self.commit, mark)))

    def require_clean(self) -> None:
        """Raises `NoCommit` and `TreeIsNotClean`."""
        if not self.commit:
            raise NoCommit(self.root)
        if self.changed:
            raise TreeIsNotClean(self.changed)


async def source_at(root: Path) -> Source:
    """The source that lies here."""
    commit = await _git(root, "rev-parse", "--short=12", "HEAD")
    changed = await _git(root, "status", "--porcelain", "--untracked-files=all", "--", ".")
    lines = tuple(line[3:] for line in changed.splitlines())
    return Source(root, commit.strip(), lines if commit else ())


async def branch_at(root: Path) -> str:
    """The branch that is checked out; empty where there is none."""
    return (await _git(root, "branch", "--show-current")).strip()


async def _git(root: Path, *words: str) -> str:
    """What git says; nothing where it is missing or refuses."""
    quiet = asyncio.subprocess.DEVNULL
    try:
        git = await asyncio.create_subprocess_exec(
            "git", "-C", str(root), *words, stdout=asyncio.subprocess.PIPE, stderr=quiet
        )
    except FileNotFoundError:
        return ""
    told, _ = await git.communicate()
    return told.decode(errors="replace") if git.returncode == 0 else ""
