"""How Railway is asked: which token carries what, what is asked again, and how it fails."""

import tarfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from pydantic import BaseModel

from staging.obstacles import Failed, Refused
from staging.processes import Obstacle
from staging.railway import documents, errors, tokens
from staging.railway.archive import packed
from staging.railway.client import ATTEMPTS, Railway, Upload
from staging.railway.tokens import Token, account_token, address, any_token, project_token
from tests.staging.railway_standin import Answer, Standin, limits, refuses, says

ACCOUNT, PROJECT = Token("account", "account-of-this-test"), Token("project", "project-of-it")
DROPPED = httpx2.ReadError("dropped")
AWAY = httpx2.ConnectError("no route")
FINE = {"deployment": {"id": "d-1"}}
WORKSPACES = {"apiToken": {"workspaces": [{"id": "w-1", "name": "WWMAA"}]}}
SCOPE = {"projectToken": {"id": "t-1"}}


class Deployment(BaseModel):
    id: str


class Deployed(BaseModel):
    deployment: Deployment


async def ask(
    *answers: Answer, of: Token = PROJECT, document: documents.Document = documents.DEPLOYMENT
) -> tuple[Standin, Obstacle | None]:
    """Who stood in, and what was raised."""
    standin, raised = Standin([*answers]), None
    async with Railway(of, transport=standin, pause=0) as railway:
        try:
            await railway.ask(document, id="d-1")
        except Obstacle as obstacle:
            raised = obstacle
    return standin, raised


async def test_an_answer_is_read_as_far_as_it_is_needed() -> None:
    async with Railway(PROJECT, transport=Standin([says(FINE)])) as railway:
        told = await railway.read(Deployed, documents.DEPLOYMENT, id="d-1")
    assert told.deployment.id == "d-1"


async def test_an_answer_of_another_shape_names_the_place_and_no_value() -> None:
    standin = Standin([says({"deployment": {"id": ["s3cret"]}})])
    async with Railway(PROJECT, transport=standin) as railway:
        with pytest.raises(errors.AnswerMakesNoSense, match=r"deployment\.id") as raised:
            await railway.read(Deployed, documents.DEPLOYMENT, id="d-1")
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("token", "header", "value"),
    [
        (ACCOUNT, "authorization", f"Bearer {ACCOUNT.secret}"),
        (PROJECT, "project-access-token", PROJECT.secret),
    ],
)
async def test_each_kind_of_token_has_its_header(token: Token, header: str, value: str) -> None:
    standin, raised = await ask(says(FINE), of=token)
    assert raised is None
    assert standin.asked[0]["headers"][header] == value
    others = {"authorization", "project-access-token"} - {header}
    assert not others & {*standin.asked[0]["headers"]}


@pytest.mark.parametrize(
    ("token", "document"),
    [(PROJECT, documents.PROJECT_CREATE), (ACCOUNT, documents.TOKEN_SCOPE)],
)
async def test_a_token_is_not_used_where_it_can_not_work(
    token: Token, document: documents.Document
) -> None:
    standin, raised = await ask(says(FINE), of=token, document=document)
    assert isinstance(raised, errors.WrongKindOfToken)
    assert not standin.asked


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ((refuses("Not Authorized"), says(WORKSPACES)), errors.NotAuthorised),
        ((refuses("Not Authorized"), refuses("no"), says(SCOPE)), errors.TokenIsInTheWrongVariable),
        ((refuses("Not Authorized"), refuses("no"), refuses("no")), errors.TokenIsUnknown),
        ((says(None, 401), says(None, 401), says(None, 401)), errors.TokenIsUnknown),
    ],
)
async def test_why_a_token_does_not_do_is_found_out(
    answers: Sequence[Answer], kind: type[Obstacle]
) -> None:
    _, raised = await ask(*answers, of=ACCOUNT)
    assert type(raised) is kind
    assert isinstance(raised, Refused)
    assert "RAILWAY_API_TOKEN" in raised.fact
    assert ACCOUNT.secret not in str(raised)


async def test_a_lost_connection_is_tried_again_where_that_is_safe() -> None:
    standin, raised = await ask(DROPPED, AWAY, says(FINE))
    assert raised is None
    assert len(standin.asked) == 3


async def test_what_may_have_been_done_is_not_done_twice() -> None:
    standin, raised = await ask(DROPPED, says(FINE), document=documents.ROLLBACK)
    assert isinstance(raised, errors.AnswerWasLost)
    assert "same command" in raised.advice
    assert len(standin.asked) == 1


async def test_what_was_surely_not_sent_is_sent_again_whatever_it_is() -> None:
    standin, raised = await ask(AWAY, says(FINE), document=documents.ROLLBACK)
    assert raised is None
    assert len(standin.asked) == 2


async def test_a_network_that_is_not_there_ends_it() -> None:
    standin, raised = await ask(AWAY)
    assert isinstance(raised, errors.RailwayIsUnreachable)
    assert len(standin.asked) == ATTEMPTS


async def test_a_short_pause_that_railway_asks_for_is_made_and_told() -> None:
    told: list[float] = []
    standin = Standin([limits(1), says(FINE)])
    async with Railway(PROJECT, transport=standin, waits=lambda s, _: told.append(s)) as railway:
        await railway.ask(documents.ROLLBACK, id="d-1")
    assert told == [1.0]
    assert len(standin.asked) == 2


@pytest.mark.parametrize(("seconds", "when"), [(1800, "in 30 min"), (None, "until when")])
async def test_a_long_pause_is_left_to_people(seconds: int | None, when: str) -> None:
    standin, raised = await ask(limits(seconds), says(FINE))
    assert isinstance(raised, errors.RateLimited)
    assert when in raised.fact
    assert len(standin.asked) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refuses("Two Factor Authentication Required"), errors.TwoFactorIsRequired, "dashboard"),
        (refuses("Service limit reached"), errors.RailwayRefused, "Service limit reached"),
        (says(None), errors.AnswerMakesNoSense, "neither data nor errors"),
        (httpx2.RemoteProtocolError("cut"), errors.AnswerWasLost, "RemoteProtocolError"),
        (says(None, 502), errors.AnswerWasLost, "502"),
    ],
)
async def test_each_failure_is_a_fact(answer: Answer, kind: type[Obstacle], words: str) -> None:
    _, raised = await ask(answer, document=documents.ROLLBACK)
    assert type(raised) is kind
    assert words in str(raised)


async def test_railways_sentence_never_carries_a_secret_of_ours() -> None:
    told = 'Variable "$input" got invalid value { variables: { JWT_SECRET: "correct-horse" } }'
    secrets = {"variables": {"JWT_SECRET": "correct-horse"}}
    async with Railway(PROJECT, transport=Standin([refuses(told)])) as railway:
        with pytest.raises(errors.RailwayRefused) as raised:
            await railway.ask(documents.VARIABLES_SET, input=secrets)
    assert "correct-horse" not in str(raised.value)
    assert "JWT_SECRET" in str(raised.value)


async def upload(tmp_path: Path, *answers: Answer) -> tuple[Standin, Upload]:
    (tmp_path / "app.py").write_text("print('hello')")
    standin = Standin([*answers])
    with packed(tmp_path) as archive:
        async with Railway(PROJECT, transport=standin, pause=0) as railway:
            told = await railway.upload("p-1", "e-1", "s-1", archive, "a change")
    return standin, told


async def test_source_code_is_handed_over_whole_beside_the_api(tmp_path: Path) -> None:
    standin, told = await upload(tmp_path, _taken())
    assert told.deploymentId == "d-9"
    sent = standin.asked[0]
    where = "https://backboard.railway.com/project/p-1/environment/e-1/up"
    assert sent["url"] == f"{where}?serviceId=s-1&message=a+change"
    assert sent["headers"]["content-type"] == "application/gzip"
    assert int(sent["headers"]["content-length"]) == len(standin.bodies[0])
    with tarfile.open(fileobj=BytesIO(standin.bodies[0]), mode="r:gz") as archive:
        assert archive.getnames() == ["./app.py"]


async def test_an_upload_that_drops_is_sent_again_whole(tmp_path: Path) -> None:
    standin, told = await upload(tmp_path, httpx2.WriteError("cut"), DROPPED, _taken())
    assert told.deploymentId == "d-9"
    first, second, third = standin.bodies
    assert first == second == third


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx2.Response(413), errors.UploadIsTooLarge),
        (httpx2.Response(400, json={"message": "no service"}), errors.RailwayRefused),
        (httpx2.Response(200, json={"other": 1}), errors.AnswerMakesNoSense),
        (httpx2.Response(503), errors.AnswerWasLost),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_an_upload_that_fails_says_why(
    tmp_path: Path, answer: Answer, kind: type[Obstacle]
) -> None:
    with pytest.raises(kind):
        await upload(tmp_path, answer)


def _taken() -> httpx2.Response:
    return httpx2.Response(200, json={"deploymentId": "d-9", "url": "https://x.up.railway.app"})


BOTH = {"RAILWAY_TOKEN": "a-project", "RAILWAY_API_TOKEN": "an-account"}


def test_a_token_is_taken_from_the_variable_of_its_kind() -> None:
    assert account_token(BOTH) == Token("account", "an-account")
    assert project_token(BOTH) == Token("project", "a-project")
    assert any_token(BOTH).kind == "project"
    assert any_token({"RAILWAY_API_TOKEN": "an-account"}).kind == "account"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "RAILWAY_API_TOKEN is not set"),
        ({"RAILWAY_TOKEN": "x"}, "makes no project"),
        ({"RAILWAY_API_TOKEN": "two words"}, "a space"),
        ({"RAILWAY_API_TOKEN": '"quoted"'}, "a quote"),
    ],
)
def test_what_is_no_token_is_said(environ: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        account_token(environ)


def test_a_token_is_not_shown() -> None:
    assert ACCOUNT.secret not in repr(ACCOUNT)


@pytest.mark.parametrize(
    "url", ["http://railway.example/graphql", "ftp://localhost", "localhost:8000", "https://"]
)
def test_a_token_is_sent_to_https_or_to_this_machine(url: str) -> None:
    with pytest.raises(tokens.AddressIsRefused):
        address({"RAILWAY_API_URL": url})


@pytest.mark.parametrize("url", ["http://127.0.0.1:8100/railway", "https://railway.example/v2"])
def test_the_address_is_a_setting(url: str) -> None:
    assert address({"RAILWAY_API_URL": url}) == url
    assert address({}) == tokens.RAILWAY


def test_errors_are_refusals_where_nothing_was_done_and_failures_where_something_may_be() -> None:
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    ours = [each for each in kinds if each.__module__ == errors.__name__]
    assert len(ours) > 10
    assert all(issubclass(each, Refused | Failed) for each in ours)
