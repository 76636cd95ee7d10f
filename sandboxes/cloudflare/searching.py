"""Which videos a list is asked for."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from sandboxes.cloudflare.envelope import BadRequest
from sandboxes.kit.records import Document
from sandboxes.kit.sandbox import Call

MOST = 1000
State = Literal[
    "pendingupload", "downloading", "queued", "inprogress", "ready", "error", "live-inprogress"
]


class Search(BaseModel):
    """What the query of `GET /stream` may say."""

    id: str | None = None
    after: AwareDatetime | None = None
    start: AwareDatetime | None = None
    before: AwareDatetime | None = None
    end: AwareDatetime | None = None
    asc: bool = False
    creator: str | None = None
    include_counts: bool = False
    limit: int = Field(default=MOST, ge=1)
    live_input_id: str | None = None
    name: str | None = None
    search: str | None = None
    status: State | None = None
    type: Literal["vod", "live"] | None = None
    video_name: str | None = None

    def wants(self, video: Document) -> bool:
        """Whether a video is among those that are asked for."""
        title = str((video["meta"] or {}).get("name", ""))
        created = datetime.fromisoformat(video["created"])
        kind = "vod" if video["liveInput"] is None else "live"
        since, until = self.after or self.start, self.before or self.end
        return all(
            (
                self.id is None or video["uid"] in self.id.split(","),
                since is None or created > since,
                until is None or created < until,
                self.creator in {None, video["creator"]},
                self.live_input_id in {None, video["liveInput"]},
                self.name is None or bool({title, video["uid"]} & set(self.name.split(","))),
                self.search is None or self.search.lower() in title.lower(),
                self.status in {None, video["status"]["state"]},
                self.type in {None, kind},
                self.video_name in {None, title},
            )
        )


def read_search(call: Call) -> Search:
    """What the query of a call says; raises BadRequest."""
    try:
        search = Search.model_validate(dict(call.request.query_params))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadRequest(f"{first['loc'][0]}: {first['msg']}") from error
    if search.limit > MOST:
        raise BadRequest(f"results are limited to {MOST} entries per request")
    return search
