"""Expansion: an id in an answer becomes the object, `expand[]=latest_invoice.payments` goes on."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sandboxes.kit.records import Document
from sandboxes.stripe.errors import StripeError
from sandboxes.stripe.ledger import Ledger

DEEPEST = 4
Include = Callable[[Ledger, Document], Awaitable[Any]]


class Expansion:
    """What can be expanded: `references` tells of which kind the id in a field is, `included`
    makes what an object of a kind shows only when it is asked for."""

    def __init__(
        self, references: Mapping[str, str], included: Mapping[tuple[str, str], Include]
    ) -> None:
        self.references = references
        self.included = included

    async def expand(self, ledger: Ledger, answer: Document, paths: list[str]) -> Document:
        """The answer with all that is asked for in full; raises StripeError for what can not be."""
        for path in paths:
            steps = path.split(".")
            if len([step for step in steps if step != "data"]) > DEEPEST:
                words = f"You cannot expand more than {DEEPEST} levels of a property."
                raise StripeError(f"{words} Property: {path}", param="expand")
            await self._walk(ledger, answer, steps, path)
        return answer

    async def _walk(self, ledger: Ledger, value: Any, steps: list[str], path: str) -> None:
        if isinstance(value, list):
            for each in value:
                await self._walk(ledger, each, steps, path)
            return
        if value is None or not steps:
            return
        step, *rest = steps
        if not isinstance(value, dict) or not self._has(value, step):
            raise self._no(value, path)
        await self._open(ledger, value, step)
        if not rest and not self._is_expandable(value, step):
            raise self._no(value, path)
        await self._walk(ledger, value[step], rest, path)

    def _is_expandable(self, document: Document, step: str) -> bool:
        value, kind = document[step], str(document.get("object"))
        known = step in self.references or (kind, step) in self.included
        return known or (isinstance(value, dict) and "object" in value)

    def _has(self, document: Document, step: str) -> bool:
        return step in document or (str(document.get("object")), step) in self.included

    async def _open(self, ledger: Ledger, document: Document, step: str) -> None:
        kind = str(document.get("object"))
        include = self.included.get((kind, step))
        if include:
            document[step] = await include(ledger, document)
        elif step in self.references and isinstance(document[step], str):
            of = self.references[step]
            found = await ledger.look_up(of, document[step])
            found = found or await ledger.look_up(f"deleted_{of}", document[step])
            document[step] = found or document[step]

    def _no(self, value: Any, path: str) -> StripeError:
        sentence = f"This property cannot be expanded ({path})."
        if isinstance(value, dict) and value.get("object") == "list":
            sentence += f" You may want to try expanding 'data.{path}' instead."
        return StripeError(sentence, param="expand")
