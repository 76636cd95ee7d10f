"""HLS and DASH: lists of the test card's segments, finished or going on."""

from datetime import datetime, timedelta

from sandboxes.cloudflare.films import BANDWIDTH, CODECS, OWN, SEGMENT_S, SEGMENTS

RENDITION = "360p"
VARIANT = f"stream_{RENDITION}.m3u8"
FOLDER = f"../video/{RENDITION}"
LIVE_WINDOW = 6

MASTER = f"""#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH={BANDWIDTH},RESOLUTION={OWN.width}x{OWN.height},\
FRAME-RATE=15.000,CODECS="{CODECS}"
{VARIANT}
"""

HEAD = f"""#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:{SEGMENT_S:.0f}
"""

DASH = f"""<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" minBufferTime="PT{SEGMENT_S:.0f}S"
  mediaPresentationDuration="PT{OWN.duration:.0f}S"
  profiles="urn:mpeg:dash:profile:isoff-live:2011">
  <Period>
    <AdaptationSet mimeType="video/mp4" segmentAlignment="true" startWithSAP="1">
      <SegmentTemplate timescale="1" duration="{SEGMENT_S:.0f}" startNumber="1"
        initialization="{FOLDER}/init.mp4" media="{FOLDER}/seg_$Number$.m4s"/>
      <Representation id="{RENDITION}" bandwidth="{BANDWIDTH}" codecs="{CODECS}"
        width="{OWN.width}" height="{OWN.height}" frameRate="15"/>
    </AdaptationSet>
  </Period>
</MPD>
"""


def finished() -> str:
    """The list of a video from beginning to end."""
    segments = "".join(map(_segment, range(len(SEGMENTS))))
    kind = "#EXT-X-PLAYLIST-TYPE:VOD\n"
    return f"{HEAD}{kind}{_map()}{segments}#EXT-X-ENDLIST\n"


def going_on(began: datetime, until: datetime) -> str:
    """The list of a broadcast as it is at a moment: the last segments of a card that repeats.

    A segment is listed when it is over, and the first at once.
    """
    sent = max(1, int((until - began).total_seconds() // SEGMENT_S))
    first = max(0, sent - LIVE_WINDOW)
    rounds = max(0, first - 1) // len(SEGMENTS)
    lines = [f"#EXT-X-MEDIA-SEQUENCE:{first}\n#EXT-X-DISCONTINUITY-SEQUENCE:{rounds}\n", _map()]
    for number in range(first, sent):
        if number and number % len(SEGMENTS) == 0:
            lines.append("#EXT-X-DISCONTINUITY\n")
        at = began + timedelta(seconds=number * SEGMENT_S)
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{at.isoformat(timespec='milliseconds')}\n")
        lines.append(_segment(number % len(SEGMENTS)))
    return HEAD + "".join(lines)


def _map() -> str:
    return f'#EXT-X-MAP:URI="{FOLDER}/init.mp4"\n'


def _segment(index: int) -> str:
    return f"#EXTINF:{SEGMENT_S:.3f},\n{FOLDER}/{SEGMENTS[index]}\n"
