"""Work that Railway does beside the answer: here it is done at once, and its end is kept."""

from sandboxes.kit.records import Document
from sandboxes.railway.asking import Asked, Asking, new_id


async def ended(asking: Asking, error: str | None = None) -> Document:
    """The id of work that is done, or that ended with an error."""
    id_ = new_id()
    told = {"id": id_, "status": "Error" if error else "Complete", "error": error}
    await asking.records.put("workflow", id_, told)
    return {"workflowId": id_}


async def workflow_status(asking: Asking, asked: Asked) -> Document:
    """How far a piece of work is."""
    found = await asking.records.get("workflow", asked["workflowId"])
    return found or {"status": "NotFound", "error": None}


QUERIES = {"workflowStatus": workflow_status}
