"""Templates of Postmark, in Mustachio: kept, tried, and sent with a model and a layout."""

from typing import Any

import httpx2
import pytest

from sandboxes.postmark.mustachio import TemplateIsBroken, read_template, render, suggest

TOKEN = {"X-Postmark-Server-Token": "sandbox"}
WELCOME = {
    "Name": "Welcome",
    "Alias": "welcome",
    "Subject": "Welcome, {{name}}",
    "HtmlBody": "<p>Bow, {{name}}.</p>",
    "TextBody": "Bow, {{name}}.",
}
LAYOUT = {
    "Name": "Scroll",
    "Alias": "scroll",
    "TemplateType": "Layout",
    "HtmlBody": "<html>{{{ @content }}}<i>{{club}}</i></html>",
    "TextBody": "{{{@content}}}\n{{club}}",
}
MAIL = {"From": "dojo@wwmaa.example", "To": "zoe@wwmaa.example", "TemplateAlias": "welcome"}
PEOPLE = {"club": "Kodokan", "people": [{"name": "Zoë"}, {"name": "Haruto"}], "words": ["a", "b"]}


async def ask(
    sandboxes: httpx2.AsyncClient, method: str, path: str, told: object = None
) -> httpx2.Response:
    return await sandboxes.request(method, f"/postmark{path}", json=told or {}, headers=TOKEN)


@pytest.fixture
async def made(sandboxes: httpx2.AsyncClient) -> dict[str, Any]:
    """The welcome, in the layout."""
    await ask(sandboxes, "POST", "/templates", LAYOUT)
    answer = await ask(sandboxes, "POST", "/templates", WELCOME | {"LayoutTemplate": "scroll"})
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{club}} {{ club }} {{nobody}}", "Kodokan Kodokan "),
        ("{{people}}{{{club}}}{{& club}}{{! a comment }}", "KodokanKodokan"),
        ("{{#each people}}{{name}},{{/each}}", "Zoë,Haruto,"),
        ("{{#each words}}{{.}}{{/each}}", "ab"),
        (
            "{{#each people}}{{name}} of {{../../club}}. {{/each}}",
            "Zoë of Kodokan. Haruto of Kodokan. ",
        ),
        ("{{#each people}}{{club}}{{/each}}", ""),
        ("{{#club}}{{.}}!{{/club}}{{^club}}none{{/club}}", "Kodokan!"),
        ("{{#nobody}}some{{/nobody}}{{^nobody}}none{{/nobody}}", "none"),
        ("{{#off}}on{{/off}}{{#zero}}on{{/zero}}{{#empty}}on{{/empty}}", ""),
        ("{{#a}}{{b.c}}{{#b}}{{c}}{{/b}}{{../club}}{{/a}}", "deepdeepKodokan"),
        ("{{{ pm:unsubscribe }}} {single} {{", "{{{ pm:unsubscribe }}} {single} {{"),
    ],
)
def test_mustachio_is_rendered(template: str, text: str) -> None:
    model = PEOPLE | {"off": False, "zero": 0, "empty": [], "a": {"b": {"c": "deep"}}}
    parsed = read_template(template)
    assert parsed.mistakes == []
    assert render(parsed, model, as_html=True) == text


def test_html_is_escaped_in_html_and_nowhere_else() -> None:
    parsed = read_template("{{x}} {{{x}}} {{&x}}")
    model = {"x": "<b>'&\"</b>"}
    escaped = "&lt;b&gt;&#39;&amp;&quot;&lt;/b&gt;"
    assert render(parsed, model, as_html=True) == f"{escaped} {model['x']} {model['x']}"
    assert render(parsed, model, as_html=False).split() == [model["x"]] * 3


@pytest.mark.parametrize(
    ("template", "words", "line", "character"),
    [
        ("a\n {{#b}}", "opened but not closed: 'b'", 2, 2),
        ("{{#each b}}", "opened but not closed: 'b'", 1, 1),
        ("{{#each}}{{/each}}", "requires a model path", 1, 1),
        ("{{/each}}", "no corresponding opening element", 1, 1),
        ("{{#a}}{{/b}}{{/a}}", "mismatched", 1, 7),
        ("x {{a..b}}", "The path 'a..b' is not valid", 1, 3),
        ("{{a b}}", "The path 'a b' is not valid", 1, 1),
        ("{{a/b}}", "The path 'a/b' is not valid", 1, 1),
        ("{{#if a}}{{/if a}}", "The path 'if a' is not valid", 1, 1),
        ("{{#a}}" * 60, "nested too deeply", 1, 301),
    ],
)
def test_a_mistake_is_told_with_its_place(
    template: str, words: str, line: int, character: int
) -> None:
    mistake = read_template(template).mistakes[0]
    assert words in mistake.message
    assert (mistake.line, mistake.character) == (line, character)


def test_a_model_that_does_not_fit_can_not_be_rendered() -> None:
    with pytest.raises(TemplateIsBroken, match="'club' is used like an array"):
        render(read_template("{{#each club}}{{/each}}"), PEOPLE, as_html=True)


def test_a_model_is_suggested_from_what_is_asked_for() -> None:
    template = "{{club}}{{#each people}}{{name}}{{../../year}}{{/each}}{{#each words}}x{{/each}}"
    assert suggest([read_template(template), read_template("{{#a}}{{b.c}}{{/a}}")]) == {
        "club": "club_Value",
        "people": [{"name": "name_Value"}],
        "year": "year_Value",
        "words": ["words_1", "words_2", "words_3"],
        "a": {"b": {"c": "c_Value"}},
    }


async def test_a_mail_is_sent_with_a_template_in_its_layout(
    sandboxes: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    model = {"name": "Zoë & co", "club": "Kodokan"}
    sent = await ask(sandboxes, "POST", "/email/withTemplate", MAIL | {"TemplateModel": model})
    assert (sent.json()["ErrorCode"], sent.json()["Message"]) == (0, "OK")
    (mail,) = (await sandboxes.get("/_sandbox/inbox.json")).json()
    assert mail["subject"] == "Welcome, Zoë & co"
    assert mail["html"] == "<html><p>Bow, Zoë &amp; co.</p><i>Kodokan</i></html>"
    assert mail["text"] == "Bow, Zoë & co.\nKodokan"
    by_id = {"TemplateId": made["TemplateId"], "TemplateModel": model, "TemplateAlias": None}
    assert (await ask(sandboxes, "POST", "/email/withTemplate", MAIL | by_id)).status_code == 200


async def test_each_mail_of_a_batch_with_templates_is_judged_by_itself(
    sandboxes: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    good = MAIL | {"TemplateModel": {"name": "Zoë"}}
    batch = [good, good | {"TemplateAlias": "nothing"}, good | {"To": "nobody"}, "no mail"]
    answer = await ask(sandboxes, "POST", "/email/batchWithTemplates", {"Messages": batch})
    assert answer.status_code == 200
    assert [each["ErrorCode"] for each in answer.json()] == [0, 1101, 300, 403]
    assert answer.json()[1]["Message"] == (
        "The Template's 'Alias' associated with this request is not valid or was not found."
    )
    assert (await ask(sandboxes, "POST", "/email/batchWithTemplates", good)).status_code == 422


async def test_a_model_that_does_not_fit_is_taken_and_bounces(
    sandboxes: httpx2.AsyncClient,
) -> None:
    each = WELCOME | {"TextBody": "{{#each name}}{{.}}{{/each}}"}
    await ask(sandboxes, "POST", "/templates", each)
    told = MAIL | {"TemplateModel": {"name": "Zoë"}}
    sent = (await ask(sandboxes, "POST", "/email/withTemplate", told)).json()
    assert sent["ErrorCode"] == 0
    path = f"/bounces?count=1&offset=0&messageID={sent['MessageID']}"
    (bounce,) = (await ask(sandboxes, "GET", path)).json()["Bounces"]
    assert (bounce["Type"], bounce["Inactive"]) == ("TemplateRenderingFailed", False)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"TemplateModel": {}, "TemplateAlias": None}, 1101),
        ({"TemplateModel": {}, "TemplateAlias": "scroll"}, 1101),
        ({"TemplateModel": {}, "TemplateId": 7}, 1101),
        ({}, 1120),
        ({"TemplateModel": "Zoë"}, 1120),
        ({"TemplateModel": {}, "TextBody": "Bow."}, 1123),
    ],
)
@pytest.mark.usefixtures("made")
async def test_a_mail_with_no_template_or_model_is_refused(
    sandboxes: httpx2.AsyncClient, told: dict[str, Any], code: int
) -> None:
    answer = await ask(sandboxes, "POST", "/email/withTemplate", MAIL | told)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, code)
    assert (await sandboxes.get("/_sandbox/inbox.json")).json() == []


async def test_a_template_is_read_changed_listed_and_retired(
    sandboxes: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    assert set(made) == {
        "TemplateId",
        "Name",
        "Active",
        "Alias",
        "TemplateType",
        "LayoutTemplate",
    }
    whole = (await ask(sandboxes, "GET", "/templates/welcome")).json()
    assert whole == made | WELCOME | {"AssociatedServerId": 1}
    path = f"/templates/{made['TemplateId']}"
    changed = await ask(sandboxes, "PUT", path, {"Name": "Hello", "LayoutTemplate": ""})
    assert (changed.json()["Name"], changed.json()["LayoutTemplate"]) == ("Hello", None)
    listed = (await ask(sandboxes, "GET", "/templates?count=5&offset=0")).json()
    assert [each["Name"] for each in listed["Templates"]] == ["Hello", "Scroll"]
    layouts = "/templates?Count=5&Offset=0&TemplateType=Layout"
    assert (await ask(sandboxes, "GET", layouts)).json()["TotalCount"] == 1
    gone = (await ask(sandboxes, "DELETE", "/templates/welcome")).json()
    assert gone == {"ErrorCode": 0, "Message": f"Template {made['TemplateId']} removed."}
    assert (await ask(sandboxes, "GET", path)).json()["Active"] is False
    assert (await ask(sandboxes, "GET", "/templates/welcome")).json()["ErrorCode"] == 1101
    assert (await ask(sandboxes, "POST", "/templates", WELCOME)).status_code == 200


async def test_a_layout_stays_as_long_as_it_is_needed(
    sandboxes: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    assert (await ask(sandboxes, "DELETE", "/templates/scroll")).json()["ErrorCode"] == 1130
    await ask(sandboxes, "DELETE", "/templates/welcome")
    assert (await ask(sandboxes, "DELETE", "/templates/scroll")).json()["ErrorCode"] == 0


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"Name": None}, 1120),
        ({"Subject": ""}, 1120),
        ({"HtmlBody": None, "TextBody": None}, 1120),
        ({"Subject": "s" * 2001}, 1121),
        ({"Alias": "7up"}, 1122),
        ({"Alias": "scroll"}, 1122),
        ({"Subject": 7}, 1122),
        ({"TemplateType": "Poster"}, 1122),
        ({"TextBody": "{{#a}}"}, 1122),
        ({"LayoutTemplate": "nothing"}, 1101),
        ({"LayoutTemplate": "welcome"}, 1122),
        ({"TextBody": "{{{@content}}}"}, 1131),
        ({"TemplateType": "Layout", "Subject": None}, 1131),
        ({"TemplateType": "Layout"}, 1123),
    ],
)
@pytest.mark.usefixtures("made")
async def test_a_template_that_may_not_be_is_refused(
    sandboxes: httpx2.AsyncClient, told: dict[str, Any], code: int
) -> None:
    answer = await ask(sandboxes, "POST", "/templates", WELCOME | {"Alias": "other"} | told)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (422, code)


async def test_content_is_tried_without_sending(
    sandboxes: httpx2.AsyncClient, made: dict[str, Any]
) -> None:
    told = {
        "Subject": "{{name}}",
        "HtmlBody": "<p>{{name}}</p>",
        "TextBody": "{{#name}}",
        "TestRenderModel": {"name": "Zoë"},
        "LayoutTemplate": "scroll",
    }
    tried = (await ask(sandboxes, "POST", "/templates/validate", told)).json()
    assert tried["AllContentIsValid"] is False
    assert tried["Subject"] == {
        "ContentIsValid": True,
        "ValidationErrors": [],
        "RenderedContent": "Zoë",
    }
    assert tried["HtmlBody"]["RenderedContent"] == "<html><p>Zoë</p><i>club_Value</i></html>"
    assert tried["TextBody"]["ValidationErrors"][0]["Line"] == 1
    assert tried["SuggestedTemplateModel"] == {"name": "Zoë", "club": "club_Value"}
    nothing = await ask(sandboxes, "POST", "/templates/validate")
    assert nothing.json()["ErrorCode"] == 1120
