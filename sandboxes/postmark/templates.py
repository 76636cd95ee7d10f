"""Templates and the layouts that are laid around them: made, changed, tried.

See https://postmarkapp.com/developer/api/templates-api. A template that was deleted can still be
read, as inactive; its alias is free again.
"""

import re
from secrets import randbelow

from starlette.responses import JSONResponse, Response

from sandboxes.kit.records import Document, Records
from sandboxes.kit.sandbox import Call
from sandboxes.postmark.asking import body, page, query
from sandboxes.postmark.errors import PostmarkError
from sandboxes.postmark.mustachio import CONTENT, read_template
from sandboxes.postmark.server import SERVER_ID

KIND = "template"
MOST = 100
ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
PARTS = ("Subject", "HtmlBody", "TextBody")
TYPES = ("Standard", "Layout")
TEXTS = ("Name", "Alias", *PARTS, "LayoutTemplate")
LONGEST = {"Name": 100, "Alias": 100, "Subject": 2000, "HtmlBody": 512_000, "TextBody": 512_000}
SUMMARY = ("TemplateId", "Name", "Active", "Alias", "TemplateType", "LayoutTemplate")
NOT_FOUND = "The {} associated with this request is not valid or was not found."


async def find_template(records: Records, id_or_alias: str, what: str = "'TemplateId'") -> Document:
    """An active template; raises PostmarkError where there is none."""
    template = await _kept(records, id_or_alias)
    if template is None or not template["Active"]:
        raise PostmarkError(1101, NOT_FOUND.format(what))
    return template


async def list_templates(call: Call) -> Response:
    """The active ones, by name."""
    asked = query(call)
    asked_for = page(asked, 1100)
    type_ = asked.get("templatetype", "all").title()
    if type_ not in {"All", *TYPES}:
        raise PostmarkError(1100, "The 'TemplateType' is All, Standard or Layout.")
    like: Document = {"Active": True} | ({} if type_ == "All" else {"TemplateType": type_})
    if "layouttemplate" in asked:
        like["LayoutTemplate"] = asked["layouttemplate"]
    found = sorted(
        await call.records.find(KIND, like, limit=MOST), key=lambda each: str(each["Name"])
    )
    shown = found[asked_for.offset : asked_for.offset + asked_for.count]
    return JSONResponse({"TotalCount": len(found), "Templates": [_summary(each) for each in shown]})


async def get_template(call: Call) -> Response:
    """One template, whole."""
    template = await _kept(call.records, call.parameters["id"])
    if template is None:
        raise PostmarkError(1101, NOT_FOUND.format("'TemplateId'"))
    return JSONResponse(template)


async def create_template(call: Call) -> Response:
    """Make a template or a layout."""
    told = _told(call)
    template: Document = dict.fromkeys((*TEXTS,)) | {
        "TemplateId": 10_000_000 + randbelow(90_000_000),
        "AssociatedServerId": SERVER_ID,
        "Active": True,
        "TemplateType": str(told.get("TemplateType") or "Standard").title(),
    }
    async with call.records.exclusively(KIND) as records:
        if await records.count(KIND, {"Active": True}) >= MOST:
            raise PostmarkError(1105, f"A server may have {MOST} templates at most.")
        made = await _checked(records, template | _texts(told))
        await records.put(KIND, str(made["TemplateId"]), made)
    return JSONResponse(_summary(made))


async def edit_template(call: Call) -> Response:
    """Change what is told, and leave the rest; a template does not become a layout."""
    told = _told(call)
    async with call.records.exclusively(KIND) as records:
        template = await find_template(records, call.parameters["id"])
        changed = await _checked(records, template | _texts(told))
        await records.put(KIND, str(changed["TemplateId"]), changed)
    return JSONResponse(_summary(changed))


async def delete_template(call: Call) -> Response:
    """Retire one; a layout stays as long as templates need it."""
    async with call.records.exclusively(KIND) as records:
        template = await find_template(records, call.parameters["id"])
        if template["Alias"] and await records.count(KIND, _dependent(template["Alias"])):
            words = "The layout has templates that depend on it, and can not be deleted."
            raise PostmarkError(1130, words)
        id_ = template["TemplateId"]
        await records.put(KIND, str(id_), template | {"Active": False})
    return JSONResponse({"ErrorCode": 0, "Message": f"Template {id_} removed."})


async def _kept(records: Records, id_or_alias: str) -> Document | None:
    if id_or_alias.isdigit():
        return await records.get(KIND, id_or_alias)
    found = await records.find(KIND, {"Alias": id_or_alias, "Active": True}, limit=1)
    return found[0] if found else None


def _told(call: Call) -> Document:
    told = body(call)
    if not isinstance(told, dict) or not told:
        raise PostmarkError(1109, "No template data was received.")
    return told


def _texts(told: Document) -> Document:
    """The texts that are told, null being as good as nothing; an empty alias or layout is none."""
    texts = {name: told[name] for name in TEXTS if told.get(name) is not None}
    wrong = [name for name, text in texts.items() if not isinstance(text, str)]
    if wrong:
        raise PostmarkError(1122, f"The '{wrong[0]}' of a template is a text.")
    return texts | {
        name: texts[name] or None for name in ("Alias", "LayoutTemplate") if name in texts
    }


async def _checked(records: Records, template: Document) -> Document:
    """The template, when it keeps every rule; raises PostmarkError for the first that it breaks."""
    _check_fields(template)
    _check_contents(template)
    alias, layout = template["Alias"], template["LayoutTemplate"]
    others = await records.find(KIND, {"Alias": alias, "Active": True}) if alias else []
    if any(each["TemplateId"] != template["TemplateId"] for each in others):
        raise PostmarkError(1122, f"The alias '{alias}' belongs to another template.")
    if (
        layout
        and (await find_template(records, layout, "'LayoutTemplate'"))["TemplateType"] != "Layout"
    ):
        raise PostmarkError(1122, "The 'LayoutTemplate' is no layout.")
    return template


def _check_fields(template: Document) -> None:
    is_layout = template["TemplateType"] == "Layout"
    if template["TemplateType"] not in TYPES:
        raise PostmarkError(1122, "The 'TemplateType' is Standard or Layout.")
    needed = ("Name",) if is_layout else ("Name", "Subject")
    for name in needed:
        if not template[name]:
            raise PostmarkError(1120, f"The '{name}' of a template is required.")
    if not (template["HtmlBody"] or template["TextBody"]):
        raise PostmarkError(1120, "A template needs 'HtmlBody' or 'TextBody', or both.")
    if is_layout and (template["Subject"] or template["LayoutTemplate"]):
        raise PostmarkError(1123, "A layout has no 'Subject' and no 'LayoutTemplate'.")
    for name, most in LONGEST.items():
        if len(template[name] or "") > most:
            raise PostmarkError(1121, f"The '{name}' may have {most} characters at most.")
    if template["Alias"] and not ALIAS.fullmatch(template["Alias"]):
        words = "An 'Alias' starts with a letter; letters, digits, '.', '-' and '_' may follow."
        raise PostmarkError(1122, words)


def _check_contents(template: Document) -> None:
    is_layout = template["TemplateType"] == "Layout"
    for name in PARTS:
        parsed = read_template(template[name] or "")
        if parsed.mistakes:
            raise PostmarkError(1122, f"The '{name}' is not valid: {parsed.mistakes[0].message}")
        if is_layout and template[name] and parsed.placeholders != 1:
            words = f"The '{name}' of a layout has {{{{{{{CONTENT}}}}}}} exactly once."
            raise PostmarkError(1131, words)
        if not is_layout and parsed.placeholders:
            raise PostmarkError(1131, f"Only a layout has {{{{{{{CONTENT}}}}}}}.")


def _dependent(alias: str) -> Document:
    return {"LayoutTemplate": alias, "Active": True}


def _summary(template: Document) -> Document:
    return {name: template[name] for name in SUMMARY}
