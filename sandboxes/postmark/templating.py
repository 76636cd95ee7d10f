"""Templates put to use: sent with a model, alone or in a batch, and tried without sending.

See https://postmarkapp.com/developer/api/templates-api. CSS is left where the template has it.
"""

from typing import Any

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call
from sandboxes.postmark.asking import body
from sandboxes.postmark.bounce_types import BY_NAME
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.mustachio import (
    Template,
    TemplateIsBroken,
    read_template,
    render,
    suggest,
)
from sandboxes.postmark.sending import send, send_each
from sandboxes.postmark.templates import PARTS, find_template

OWN = ("TemplateId", "TemplateAlias", "TemplateModel", "InlineCss")
FAILED = BY_NAME["templaterenderingfailed"]


async def send_with_template(call: Call) -> Response:
    """Send one mail whose subject and bodies are a template's."""
    return JSONResponse(await _send(call, body(call)))


async def send_batch_with_templates(call: Call) -> Response:
    """Send up to 500 of them, each judged by itself."""
    told = body(call)
    batch = told.get("Messages") if isinstance(told, dict) else None
    return await send_each(call, batch, _send)


async def validate_template(call: Call) -> Response:
    """Read each part that is given, tell what is wrong, and render what is right."""
    told = body(call)
    if not isinstance(told, dict) or not any(told.get(name) for name in PARTS):
        words = "Give at least one of 'Subject', 'HtmlBody' and 'TextBody'."
        raise PostmarkError(1120, words)
    parts = {name: read_template(str(told[name])) for name in PARTS if told.get(name)}
    layout = await _layout(call.records, told.get("LayoutTemplate"))
    suggested = suggest((*parts.values(), *map(read_template, layout.values())))
    model = _merged(suggested, told.get("TestRenderModel") or {})
    results = {
        name: _result(name, part, layout.get(name, ""), model) for name, part in parts.items()
    }
    return JSONResponse(
        {
            "AllContentIsValid": all(each["ContentIsValid"] for each in results.values()),
            **{name: results.get(name) for name in PARTS},
            "SuggestedTemplateModel": model,
        }
    )


async def _send(call: Call, data: Any) -> Document:
    if not isinstance(data, dict):
        return await send(call, data)
    mixed = [name for name in PARTS if data.get(name) is not None]
    if mixed:
        words = f"The '{mixed[0]}' field cannot be used when sending with a template."
        raise PostmarkError(1123, words)
    model = data.get("TemplateModel")
    template = await _template(call.records, data)
    if not isinstance(model, dict):
        raise PostmarkError(1120, "A 'TemplateModel' is required, and is an object.")
    mail = {name: value for name, value in data.items() if name not in OWN}
    try:
        return await send(call, mail | await _rendered(call.records, template, model))
    except TemplateIsBroken as error:
        # Postmark takes the mail all the same, and lets it bounce when it comes to render it.
        told = {"Subject": template["Subject"], "TextBody": f"This was never rendered: {error}"}
        return await send(call, mail | told, FAILED)


async def _template(records: Records, data: Document) -> Document:
    id_, alias = data.get("TemplateId"), data.get("TemplateAlias")
    what = "Template's 'Alias'" if alias and not id_ else "'TemplateId'"
    template = await find_template(records, str(id_ or alias or ""), what)
    if template["TemplateType"] != "Standard":
        raise PostmarkError(1101, f"The {what} is a layout's, which can not be sent.")
    return template


async def _rendered(records: Records, template: Document, model: Document) -> Document:
    layout = await _layout(records, template["LayoutTemplate"])
    return {
        name: _laid_out(name, read_template(template[name]), layout.get(name, ""), model)
        for name in PARTS
        if template[name]
    }


async def _layout(records: Records, alias: Any) -> dict[str, str]:
    """The parts of a layout that there are; none where there is no layout."""
    if not alias:
        return {}
    layout = await find_template(records, str(alias), "'LayoutTemplate'")
    return {name: layout[name] for name in PARTS if layout[name]}


def _laid_out(name: str, part: Template, layout: str, model: Document) -> str:
    as_html = name == "HtmlBody"
    content = render(part, model, as_html=as_html)
    return render(read_template(layout), model, content, as_html=as_html) if layout else content


def _result(name: str, part: Template, layout: str, model: Document) -> Document:
    mistakes = [
        {"Message": each.message, "Line": each.line, "CharacterPosition": each.character}
        for each in part.mistakes
    ]
    rendered = None
    if not mistakes:
        try:
            rendered = _laid_out(name, part, layout, model)
        except TemplateIsBroken as error:
            mistakes = [{"Message": str(error), "Line": None, "CharacterPosition": None}]
    return {
        "ContentIsValid": not mistakes,
        "ValidationErrors": mistakes,
        "RenderedContent": rendered,
    }


def _merged(suggested: Any, told: Any) -> Any:
    """The suggested model, with what was told in its place."""
    if not (isinstance(suggested, dict) and isinstance(told, dict)):
        return told
    same = {name: _merged(suggested[name], told[name]) for name in told if name in suggested}
    return suggested | told | same
