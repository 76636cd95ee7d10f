"""Captions of a video: WebVTT files, one a language."""

import re

from starlette.responses import Response

from sandboxes.cloudflare.envelope import STREAM, BadRequest, NotFound, result
from sandboxes.cloudflare.library import CAPTION, asked_video
from sandboxes.cloudflare.uploads import form_file
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import MIB, Call, Operation

LARGEST = 10 * MIB
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
# A caption is called by its language's own name for itself; of those that are not here, by its tag.
LABELS = {
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "tr": "Türkçe",
    "uk": "Українська",
    "zh": "中文",
}


def _shown(caption: Document) -> Document:
    return {name: caption[name] for name in ("language", "label", "generated", "status")}


async def list_captions(call: Call) -> Response:
    """All captions of a video."""
    video = await asked_video(call)
    found = await call.records.find(CAPTION, {"uid": video["uid"]})
    return result([_shown(caption) for caption in reversed(found)])


async def put_caption(call: Call) -> Response:
    """Take a caption, or another file for one that is there."""
    video, language = await asked_video(call), call.parameters["language"]
    if not LANGUAGE.fullmatch(language):
        raise BadRequest("the language must be a tag of BCP 47")
    text = form_file(call).decode("utf-8", "replace").lstrip("\ufeff")
    if not text.startswith("WEBVTT"):
        raise BadRequest("the file is not WebVTT")
    caption = {
        "id": f"{video['uid']} {language}",
        "uid": video["uid"],
        "language": language,
        "label": LABELS.get(language, language),
        "generated": False,
        "status": "ready",
        "text": text,
    }
    await call.records.put(CAPTION, caption["id"], caption)
    return result(_shown(caption))


async def _asked(call: Call) -> Document:
    video = await asked_video(call)
    caption = await call.records.get(CAPTION, f"{video['uid']} {call.parameters['language']}")
    if caption is None:
        raise NotFound
    return caption


async def get_caption(call: Call) -> Response:
    """One caption."""
    return result(_shown(await _asked(call)))


async def get_caption_file(call: Call) -> Response:
    """The WebVTT file of a caption."""
    return Response((await _asked(call))["text"], media_type="text/vtt")


async def delete_caption(call: Call) -> Response:
    """Take a caption away."""
    await call.records.remove(CAPTION, (await _asked(call))["id"])
    return result("")


ALL = STREAM + "/{identifier}/captions"
ONE = ALL + "/{language}"
OPERATIONS = (
    Operation("stream.captions.get", "GET", ALL, list_captions),
    Operation("stream.captions.language.get", "GET", ONE, get_caption),
    Operation("stream.captions.language.update", "PUT", ONE, put_caption, body_limit=LARGEST),
    Operation("stream.captions.language.delete", "DELETE", ONE, delete_caption),
    Operation("stream.captions.language.vtt.get", "GET", f"{ONE}/vtt", get_caption_file),
)
