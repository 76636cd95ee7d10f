"""Cloudflare, imitated from https://developers.cloudflare.com: Stream, and Calls, now Realtime.

Operations bear the names that Cloudflare's reference and SDKs give to their methods.
"""

from sandboxes.cloudflare import (
    access,
    calls,
    captions,
    downloads,
    hooks,
    live,
    outputs,
    playback,
    sessions,
    signing,
    timetable,
    uploads,
    videos,
)
from sandboxes.cloudflare.board import board_pages, latest
from sandboxes.cloudflare.envelope import as_status
from sandboxes.cloudflare.processing import run_due
from sandboxes.kit.sandbox import Sandbox

CLOUDFLARE = Sandbox(
    name="cloudflare",
    # What has a word where a video's name could stand comes before the videos.
    operations=(
        *access.OPERATIONS,
        *live.OPERATIONS,
        *outputs.OPERATIONS,
        *hooks.OPERATIONS,
        *signing.OPERATIONS,
        *uploads.OPERATIONS,
        *captions.OPERATIONS,
        *downloads.OPERATIONS,
        *videos.OPERATIONS,
        *calls.OPERATIONS,
        *sessions.OPERATIONS,
        *playback.OPERATIONS,
    ),
    error=as_status,
    admit=access.admit,
    about="Stream keeps videos and live inputs, and Calls opens rooms. Every video that is played"
    " is the same test card of six seconds, in real HLS and DASH; on air it goes round and round."
    " Somebody goes live, and ends, on this sandbox's own page. Videos become ready by the clock:"
    " an upload in six seconds, a broadcast four seconds after the pause of its live input."
    " Signed URLs and webhooks are signed as Cloudflare signs them; the pauses between a"
    " webhook's attempts are ours, since Cloudflare publishes none. Calls is signalling alone: it"
    " answers offers, and no media flows. Any account and any API token will do that does not look"
    " live; an app of Calls that nobody made here is opened by the first secret that names it.",
    does_not=(
        "encoding: of an uploaded MP4 length and size are read, and the test card is played",
        "broadcasts by RTMPS, SRT or WebRTC, simulcasts to outputs, and DASH of what is on air",
        "uploads by tus, uploads above 64 MiB, copies from other machines, clips, watermarks,"
        " audio tracks, generated captions, captions in manifests, downloads of audio,"
        " animated and timed thumbnails",
        "more of a live input's connection than the one word that Cloudflare's contract has for it",
        "notifications of live inputs (`live_input.connected`), which are not Stream's webhook",
        "rate limits: their headers are told, and nobody is ever held to them",
        "data channels, WebSocket adapters, `tracks/update`, TURN and RealtimeKit of Calls",
    ),
    stamp=access.stamp,
    spelled=sessions.spelled,
    pages=board_pages,
    doors=(("Stream and Calls", "/cloudflare"),),
    lately=latest,
    webhooks=hooks.WEBHOOKS,
    run_due=run_due,
    schema=timetable.SCHEMA,
    tables=(timetable.TABLE,),
)
