"""An environment on Railway as it stands, found by whatever token there is; nothing is changed."""

from dataclasses import dataclass
from typing import Final

from staging.definition import Environment
from staging.railway.choosing import Wish, choose, project_of
from staging.railway.client import Railway
from staging.railway.documents import TOKEN_SCOPE
from staging.railway.held import Answer, Held, Named, read_held
from staging.railway.link import FILE, Link

PROJECT: Final = "wwmaa-staging"
"""What the project is called unless somebody calls it otherwise."""


@dataclass(frozen=True)
class Found:
    """An environment by the name of its project; `held` is none where there is none."""

    name: str
    held: Held | None


class _Scope(Answer):
    class _Bound(Answer):
        project: Named
        environment: Named

    project_token: _Bound


async def find(
    railway: Railway, environment: Environment, project: str | None, link: Link | None
) -> Found:
    """A project token knows its environment; an account's finds it by the link or by its name.

    Raises what `choosing.choose` and the client raise.
    """
    names = {service.name for service in environment.hosted}
    if railway.token.kind == "project":
        bound = (await railway.read(_Scope, TOKEN_SCOPE)).project_token
        whole = await project_of(railway, bound.project.id)
        return Found(whole.name, await read_held(railway, whole, bound.environment.id, names))
    wish = Wish(project or PROJECT, is_named=project is not None, adopt=True)
    choice = await choose(railway, environment, wish, link, FILE)
    if not (choice.project and choice.environment):
        return Found(choice.name, None)
    held = await read_held(railway, choice.project, choice.environment.id, names)
    return Found(choice.name, held)
