"""What would be deployed from here: the definition, and the files that Railway reads."""

import asyncio

from staging.environment import STAGING
from staging.railway import traps
from staging.verify.visit import DoesNotApply, Visit, Wrong


async def railway_traps(visit: Visit) -> str:
    """Would Railway do what the definition and its files say, in staging and in a preview?"""
    if not visit.target.source:
        raise DoesNotApply("The source that would be deployed was not shown.")
    found = await asyncio.to_thread(traps.of, STAGING, visit.target.source)
    if found:
        first, more = found[0], f"; and {len(found) - 1} more" if found[1:] else ""
        raise Wrong(f"{first.where}: {first.what}{more}", f"{first.trap.why} {first.trap.cure}")
    return f"none of {len(traps.TRAPS)} traps of Railway lies in the definition and its files"
