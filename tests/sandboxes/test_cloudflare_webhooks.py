"""Stream's webhook: subscribed to, signed as documented, sent when a video is ready or failed."""

import hashlib
import hmac
from datetime import timedelta

import cloudflare
import pytest

from tests.sandboxes.listener import HOOK, Heard
from tests.sandboxes.studio import ACCOUNT, HOOK_SECRET, Studio, a_studio, film

OTHER = "http://backend.test/stream"


def is_signed(heard: Heard, secret: str) -> bool:
    """Whether a webhook's signature holds, checked by the documentation's own steps."""
    fields = dict(part.split("=") for part in heard.headers["webhook-signature"].split(","))
    source = f"{fields['time']}.{heard.body}"
    digest = hmac.new(secret.encode(), source.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(digest, fields["sig1"])


def test_a_ready_video_is_told_as_the_api_shows_it(studio: Studio) -> None:
    video = studio.ready(meta={"name": "Kata"})
    (heard,) = studio.listener.heard
    assert is_signed(heard, HOOK_SECRET)
    assert not is_signed(heard, "another secret")
    assert not is_signed(Heard(heard.path, heard.headers, heard.body + " "), HOOK_SECRET)
    shown = studio.ask("GET", f"/accounts/{ACCOUNT}/stream/{video.uid}").json()["result"]
    assert heard.json() == shown
    assert shown["status"]["state"] == "ready"
    (told,) = studio.control.get("/_sandbox/deliveries?vendor=cloudflare").json()
    assert (told["event"], told["event_id"], told["state"]) == (
        *("video.ready", video.uid, "delivered"),
    )


def test_a_failed_video_is_told_and_one_that_waits_is_not(studio: Studio) -> None:
    studio.upload(film(seconds=61))
    studio.advance(2)
    assert studio.listener.heard == []
    studio.advance(5)
    (heard,) = studio.listener.heard
    status = heard.json()["status"]
    assert (status["state"], status["step"]) == ("error", "encoding")
    assert status["errorReasonCode"] == "ERR_DURATION_EXCEED_CONSTRAINT"
    assert heard.json()["readyToStream"] is False


def test_a_recording_is_told_when_it_is_ready(studio: Studio) -> None:
    live = studio.live_input()
    studio.broadcast(live, "start")
    studio.broadcast(live, "stop")
    studio.advance(10)
    assert [each.json()["liveInput"] for each in studio.listener.heard] == [live.uid]


def test_an_account_has_one_subscription_with_one_secret(studio: Studio) -> None:
    hooks = studio.client.stream.webhooks
    there = hooks.get(account_id=ACCOUNT)
    assert there
    assert (there.notification_url, there.secret) == (HOOK, HOOK_SECRET)
    changed = hooks.update(account_id=ACCOUNT, body_notification_url_2=OTHER)
    assert changed
    assert (changed.notification_url, changed.secret) == (OTHER, HOOK_SECRET)
    studio.ready()
    assert [heard.path for heard in studio.listener.heard] == ["/stream"]
    hooks.delete(account_id=ACCOUNT)
    with pytest.raises(cloudflare.NotFoundError):
        hooks.get(account_id=ACCOUNT)
    new = hooks.update(account_id=ACCOUNT, body_notification_url_2=OTHER)
    assert new
    assert new.secret != HOOK_SECRET
    studio.ready()
    assert is_signed(studio.listener.heard[-1], str(new.secret))
    with pytest.raises(cloudflare.BadRequestError, match="http:// or https://"):
        hooks.update(account_id=ACCOUNT, body_notification_url_2="backend.test")


def test_a_deaf_listener_is_told_again_later(studio: Studio) -> None:
    studio.listener.status = 500
    studio.ready()
    studio.listener.status = 200
    assert len(studio.listener.heard) == 1
    studio.advance(timedelta(minutes=2).total_seconds())
    assert len(studio.listener.heard) == 2
    first, second = studio.listener.heard
    assert first.body == second.body
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


def test_what_was_begun_goes_on_after_a_restart(postgres_url: str) -> None:
    with a_studio(postgres_url) as studio:
        studio.reset()
        live = studio.live_input(timeout_seconds=600)
        video = studio.broadcast(live, "start").json()["video"]
        studio.advance(3600)
        studio.broadcast(live, "stop")
    with a_studio(postgres_url) as studio:
        found = studio.client.stream.live_inputs.get(str(live.uid), account_id=ACCOUNT)
        assert found
        assert (found.status, found.rtmps) == ("client_disconnect", live.rtmps)
        assert studio.play(video).status_code == 200
        studio.advance(700)
        assert studio.video(video).duration == pytest.approx(3600, abs=30)
        assert [heard.json()["uid"] for heard in studio.listener.heard] == [video]
