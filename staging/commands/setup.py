"""`staging setup`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from staging import env
from staging.commands.call import Call, Json, new_app
from staging.commands.ending import FAILED, FINE
from staging.commands.planned import document, show_hosts, show_plan
from staging.environment import STAGING
from staging.obstacles import Refused
from staging.output import Output, Steps
from staging.processes import only_command, require_room, write_private
from staging.railway import given as values
from staging.railway.choosing import Wish
from staging.railway.client import Railway
from staging.railway.finding import PROJECT
from staging.railway.link import FILE, Link
from staging.railway.setup import Looked, carry_out, look, project_token
from staging.railway.telling import Means
from staging.railway.tokens import account_token, address

app = new_app()

TRIES = 3


Project = Annotated[
    str | None,
    typer.Option(metavar="NAME", help=f"The project's name or id; {PROJECT} if not told."),
]
Workspace = Annotated[
    str, typer.Option(metavar="NAME", help="Where the project is made, if there are several.")
]
Adopt = Annotated[
    bool, typer.Option("--adopt", help="Take a project of this name that others have made.")
]
Variables = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Lines of NAME=value: the vendors' test keys.")
]
OnlyPlan = Annotated[bool, typer.Option("--plan", help="Show what would be done, no more.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
TokenFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Make a project token for CI, and write it there."),
]
Anew = Annotated[
    list[str] | None,
    typer.Option("--anew", metavar="NAME", help="Make this secret anew; may be repeated."),
]
Prune = Annotated[bool, typer.Option("--prune", help="Delete the variables that nobody declares.")]


@app.command()
def setup(
    context: typer.Context,
    *,
    project: Project = None,
    workspace: Workspace = "",
    adopt: Adopt = False,
    variables: Variables = None,
    plan: OnlyPlan = False,
    yes: Yes = False,
    token_file: TokenFile = None,
    anew: Anew = None,
    prune: Prune = False,
    as_json: Json = False,
) -> int:
    """Make the environment on Railway what the definition says.

    Looks first at what is there, and shows what will be made and changed: project, environment,
    services, disks, variables, hosts. Then does it. Twice changes nothing, and where it broke off
    the same command goes on. Secrets that are missing are made, never shown, and made anew only
    with --anew; what only a person knows is asked for, or taken from --variables or from the
    variables of this process. RAILWAY_API_TOKEN must hold an account's token. Ends with 1 when the
    environment is not complete.

    \b
    Examples: staging setup --plan
              staging setup --yes --variables .env.staging --token-file ci-token
    """
    output, call = Output(as_json), context.obj
    wish = Wish(project or PROJECT, project is not None, workspace, adopt)
    means = Means(_given(call, variables, output), anew or (), prune)
    _require_a_hand(output, yes=yes or plan, token_file=token_file)
    session = _Session(call, output, yes=yes, only_plan=plan)
    looked, link = session.run(wish, means, token_file)
    if as_json:
        output.document(document(looked, link, only_plan=plan))
    return FAILED if looked.plan.lacks and not plan else FINE


class _Session:
    """One set-up, as somebody follows it."""

    def __init__(self, call: Call, output: Output, *, yes: bool, only_plan: bool) -> None:
        self._folder, self._environ, self._output = call.folder, call.environ, output
        self._yes, self._only_plan = yes, only_plan
        self._steps: Steps | None = None
        self._step = ""

    def run(self, wish: Wish, means: Means, token_file: Path | None) -> tuple[Looked, Link | None]:
        """All of it, while no other command changes the folder."""
        token, url = account_token(self._environ), address(self._environ)
        require_room(self._folder, megabytes=1)
        with only_command(self._folder, "staging setup"):
            railway = Railway(token, url, waits=self._waits)
            return asyncio.run(self._set_up(railway, wish, means, token_file))

    async def _set_up(
        self, railway: Railway, wish: Wish, means: Means, token_file: Path | None
    ) -> tuple[Looked, Link | None]:
        """Look, show, ask, do; what holds in the end."""
        link, file = Link.at(self._folder), str(self._folder / FILE)
        async with railway:
            looked = await look(railway, STAGING, wish, means, link=link, file=file)
            show_plan(self._output, looked)
            if not self._only_plan:
                looked = await self._carry_out(railway, self._with_answers(looked))
                link = Link.at(self._folder)
                await self._hand_out(railway, link, token_file)
        return looked, link

    def _waits(self, seconds: float, why: str) -> None:
        """Tell that something lasts, and why."""
        said = f"waiting {seconds:g} s: {why}"
        if self._steps:
            self._steps.going(self._step, said)
        else:
            self._output.say(f"  {said}", "dim")

    def _with_answers(self, looked: Looked) -> Looked:
        """Ask for what the environment can not be without; Enter leaves it for later."""
        if self._yes:
            return looked
        for name in looked.plan.lacks:
            for _ in range(TRIES):
                said = self._output.hears(f"{name} (not shown; Enter leaves it for later):")
                told = {name: said} if said else {}
                try:
                    looked = looked.with_given(values.usable(STAGING, told, "what you typed"))
                    break
                except values.ValuesAreRefused as refusal:
                    self._output.failure(refusal.fact, refusal.advice)
        if looked.plan.to_do and not self._output.confirms("Do this on Railway?"):
            raise Refused("Nothing was changed.", "")
        return looked

    async def _carry_out(self, railway: Railway, looked: Looked) -> Looked:
        names = [change.name for change in looked.plan.to_do]
        if not names:
            return await self._as_it_is(railway, looked)
        with self._output.steps(names) as steps:
            self._steps = steps

            def going(change: object) -> None:
                index = names.index(getattr(change, "name", ""))
                if index:
                    steps.ended(names[index - 1], "")
                self._step = names[index]
                steps.going(self._step, "")

            again = await carry_out(railway, looked, going, lambda link: link.keep(self._folder))
            steps.ended(names[-1], "")
        self._steps = None
        show_hosts(self._output, again)
        return again

    async def _as_it_is(self, railway: Railway, looked: Looked) -> Looked:
        keep = await carry_out(railway, looked, lambda _: None, lambda it: it.keep(self._folder))
        show_hosts(self._output, keep)
        return keep

    async def _hand_out(self, railway: Railway, link: Link | None, file: Path | None) -> None:
        if link and file:
            write_private(file, f"{await project_token(railway, link, STAGING)}\n")
            self._output.say(f"\nA project token lies in {file}; it is told once. Keep it in CI")
            self._output.say("as RAILWAY_TOKEN, and delete the file.")


def _given(call: Call, file: Path | None, output: Output) -> dict[str, str]:
    """The values that were given, the file's before the process's. Raises `ValuesAreRefused`."""
    given = values.usable(
        STAGING, values.from_environ(STAGING, call.environ), "the variables of this process"
    )
    if file is None:
        return given
    try:
        told = values.from_file(file)
    except env.FileIsUnreadable as unreadable:
        raise typer.BadParameter(str(unreadable), param_hint="--variables") from unreadable
    used = values.usable(STAGING, told, str(file))
    if decided := sorted(told.keys() - used.keys()):
        output.say(f"Not taken from {file}, for the definition decides: {', '.join(decided)}.")
    return {**given, **used}


def _require_a_hand(output: Output, *, yes: bool, token_file: Path | None) -> None:
    """Refuses to ask where nobody sits, and to write over a file."""
    if not yes and not output.may_ask():
        why = "Setting up needs a yes, and nobody is here to give it."
        raise Refused(why, "See it with `staging setup --plan`, say it with `staging setup --yes`.")
    if token_file and token_file.exists():
        why = f"{token_file} is there already, and nothing is written over it."
        raise Refused(why, "Name a file that is not there yet.")
