"""The whole life of an environment on this machine's Railway, with people using it all the time."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from staging.hosting.rehearsing import rehearsal
from staging.hosting.rules import Rules
from staging.processes.ours import belongings
from staging.railway.follow import Pace
from staging.railway.life import PHASES, Living, defined
from staging.railway.load import Crowd
from staging.railway.releasing import Standing
from staging.seeds import totals
from staging.verify import CHECKS
from tests.staging.places import free_base

ASKED = {"health", "tls", "railway", "dependencies", "collections", "seed_counts", "token_accepted"}
UNHURRIED = tuple(replace(each, limit_s=120) for each in CHECKS if each.name in ASKED)
"""What tells one deployment, its certificate, its data and its secrets from another's; that every
check holds of what is deployed is the matter of `staging rehearse --life`."""
CROWD = Crowd(clients=2, pause_s=0.2)
"""Enough to be asking at every moment of a switch, and no load: the machine has others."""


class Heard:
    """Keeps what was told of each phase."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = {}

    def going(self, name: str, what: str) -> None:
        self.told.setdefault(name, []).append(what)

    def ended(self, name: str, what: str, _state: Standing = "done") -> None:
        self.going(name, what)


async def test_an_environment_is_lived_through_and_not_one_request_fails(
    tmp_path: Path, postgres_url: str, record_property: Callable[[str, object], None]
) -> None:
    folder, heard = tmp_path / "railway", Heard()
    (tmp_path / "life").mkdir()
    async with rehearsal(folder, postgres_url, free_base(), Rules(pace=0.05)) as here:
        wanted = defined("postgres", "redis", "backend", "seeds")
        living = Living(here, tmp_path / "life", heard, wanted, UNHURRIED, Pace(0.3), crowd=CROWD)
        life = await living.live()
    assert not belongings(folder)
    told = life.as_data()
    record_property("life", told)
    assert tuple(each["phase"] for each in told["phases"]) == PHASES
    assert (told["requests"]["failed"], told["failures"]) == (0, [])
    seen = {each.name: each for each in life.phases}
    for under_traffic in ("deploy again", "break, and back", "preview"):
        assert seen[under_traffic].sent > 3, under_traffic
    assert len(life.traffic.answered_by) == 4, "first, second, the broken one, and what is back"
    assert "not 'ping'" in seen["break, and back"].saw
    assert re.match(r"(\d+) of \1 checks passed", seen["verify what is back"].saw)
    assert "pr-42" in seen["preview"].saw
    assert any("JWT_SECRET" in what for what in heard.told["preview"])
    for where_nothing_was in ("deploy", "preview"):
        filled = f"seeds: {sum(totals(1).values())} inserted"
        assert filled in heard.told[where_nothing_was], "and nobody opened its database for that"
    assert "seeds: they were put in before" in heard.told["deploy again"]
