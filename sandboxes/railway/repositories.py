"""Repositories: GitHub is not asked, but a folder of this machine may stand for one of its names.

`PUT /_sandbox/railway/repositories/OWNER/NAME` says which folder that is.
"""

import asyncio
from pathlib import Path

from sandboxes.kit.records import Document
from sandboxes.railway.archives import BadArchive, unpack
from sandboxes.railway.asking import Asking, new_id
from sandboxes.railway.errors import NotEmulated, Problem


async def snapshot(
    asking: Asking, repo: str, branch: str | None, commit: str | None
) -> Document | None:
    """A commit of a repository, laid out as if it were uploaded; raises NotEmulated and Problem."""
    kept = await asking.records.get("repository", repo)
    if kept is None:
        raise NotEmulated(
            f"GitHub, and does not know {repo}; name a folder that stands for it with"
            f" PUT /_sandbox/railway/repositories/{repo}"
        )
    asking.ground.needed()
    assert asking.ground.snapshots is not None, "a runner has a folder"  # noqa: S101
    folder, wanted = kept["folder"], commit or branch or "HEAD"
    told = await _git(folder, "log", "-1", "--format=%H%n%an%n%s", "--end-of-options", wanted)
    hash_, author, subject = told.decode("utf-8", "replace").split("\n", 2)
    archive = await _git(folder, "archive", "--format=tar.gz", hash_)
    id_ = new_id()
    try:
        await asyncio.to_thread(unpack, archive, asking.ground.snapshots / id_)
    except BadArchive as error:
        raise Problem(f"{repo} can not be deployed: {error}") from error
    commit_told = {"repo": repo, "branch": branch, "commitHash": hash_, "commitAuthor": author}
    return {"snapshotId": id_, "commit": commit_told | {"commitMessage": subject.strip()}}


async def _git(folder: str, *arguments: str) -> bytes:
    process = await asyncio.create_subprocess_exec(
        "git",
        *("-C", str(Path(folder)), *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await process.communicate()
    if process.returncode:
        raise Problem(f"The source can not be read: {said.decode('utf-8', 'replace').strip()}")
    return out
