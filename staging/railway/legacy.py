"""railway.json and railway.toml, for services that were given them before Railway ended that.

They say the same, and less than the definition: one service, and no variables. Railway takes the
.toml where both stand, and reads neither from 2026-12-01.
"""

import json
from collections.abc import Mapping

from staging.definition import Service
from staging.railway.config import ENDS, Json
from staging.railway.instances import build, deploy

SCHEMA = "https://railway.com/railway.schema.json"

HEAD = f"""\
# Legacy: Railway reads this file, and railway.json beside it, until {ENDS}, and only for a service
# that was given it before; what holds is what `staging setup` tells Railway.
#
# Generated from staging/environment.py by `staging generate`: change the definition, not this file.
"""


def configuration(service: Service) -> Json:
    """What either file says of the service."""
    return {"$schema": SCHEMA, "build": build(service), "deploy": deploy(service)}


def as_json(service: Service) -> str:
    """railway.json, which can hold no comment; docs/environments.md says what it is."""
    return json.dumps(configuration(service), indent=2) + "\n"


def as_toml(service: Service) -> str:
    """railway.toml."""
    told = configuration(service)
    first = f'"$schema" = {json.dumps(told["$schema"])}\n'
    tables = (f"[{name}]\n{_lines(told[name])}" for name in ("build", "deploy"))
    return "\n".join((HEAD, first, *tables))


def _lines(values: Mapping[str, object]) -> str:
    # Texts, whole numbers and lists of texts look the same in JSON and in TOML.
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
