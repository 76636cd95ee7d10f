"""Which variables Railway is to be told, from the definition and from what it holds already."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex, token_urlsafe

from staging.definition import Environment
from staging.obstacles import Refused
from staging.railway.given import Place, places
from staging.railway.held import SHARED, Held, HeldVariables
from staging.railway.variables import key_of
from staging.values import Given, Secret


class SecretCanNotBeMadeAnew(Refused):
    """A new value would not do what is hoped for."""

    def __init__(self, name: str, why: str, advice: str) -> None:
        super().__init__(f"{name} can not be made anew: {why}.", advice)


def made_up(prefix: str) -> str:
    """A random value; where it begins like a vendor's key, it goes on like one."""
    return f"{prefix}{token_hex(24)}" if prefix else token_urlsafe(32)


@dataclass(frozen=True)
class Means:
    """What a plan has at hand, and what it is asked for besides."""

    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values by name."""
    anew: Collection[str] = ()
    """Secrets to be made anew though they are there."""
    prune: bool = False
    """Whether variables that nobody declares are deleted."""
    make: Callable[[str], str] = made_up
    """Makes a random value that begins so."""


def variables_of(held: Held | None, owner: str) -> HeldVariables:
    """The variables that Railway holds of a service, or of the environment itself."""
    if held is None:
        return HeldVariables()
    if owner == SHARED:
        return held.shared
    service = held.services.get(owner)
    return service.variables if service else HeldVariables()


class Telling:
    """Which variables Railway is to be told, and what."""

    def __init__(self, environment: Environment, held: Held | None, means: Means) -> None:
        self._environment, self._held, self._means = environment, held, means
        self._places = tuple(places(environment))
        for name in means.anew:
            self._must_be_renewable(name)
        self._secrets = dict(self._kept())

    def wanted(self, owner: str) -> dict[str, str]:
        """The variables of this owner that somebody knows."""
        there = variables_of(self._held, owner)
        return {
            each.name: value
            for each in self._places
            if each.owner == owner and (value := self._wanted(each, there))
        }

    def missing(self) -> Iterator[Place]:
        """What nobody has given, and Railway does not have."""
        for each in self._places:
            there = variables_of(self._held, each.owner)
            is_open = isinstance(each.told, Given) and not self._means.given.get(each.name)
            if is_open and not there.has(each.name):
                yield each

    def kept(self) -> Iterator[str]:
        """The secrets that were given, where Railway has others already."""
        for each in self._places:
            if isinstance(each.told, Secret) and each.name in self._means.given:
                there = variables_of(self._held, each.owner)
                if (
                    there.has(each.name)
                    and there.values.get(each.name) != self._means.given[each.name]
                ):
                    yield each.name

    def undeclared(self, owner: str) -> tuple[str, ...]:
        """What is to be deleted: somebody has set it, and nobody declares it."""
        there = variables_of(self._held, owner)
        return undeclared(self._places, owner, there) if self._means.prune else ()

    def _must_be_renewable(self, name: str) -> None:
        found = [it for it in self._places if it.name == name and isinstance(it.told, Secret)]
        if not found:
            names = sorted({it.name for it in self._places if isinstance(it.told, Secret)})
            why = "this tool has not made it"
            advice = f"What comes from others is given by --variables; ours are {', '.join(names)}."
            raise SecretCanNotBeMadeAnew(name, why, advice)
        if found[0].owner and self._environment.service(found[0].owner).volume:
            why = f"the data of {found[0].owner} was made with the one that is there"
            raise SecretCanNotBeMadeAnew(name, why, "docs/runbook.md tells how it is changed.")

    def _wanted(self, place: Place, there: HeldVariables) -> str:
        """What a variable shall be; empty where nobody knows, or where it is not to be touched."""
        if place.name in there.sealed:
            return ""
        match place.told:
            case str() as text:
                return text
            case Secret(name, prefix):
                if name not in self._secrets:
                    self._secrets[name] = self._means.given.get(name) or self._means.make(prefix)
                return self._secrets[name]
            case Given():
                return self._means.given.get(place.name) or there.values.get(place.name, "")
        return ""

    def _kept(self) -> Iterator[tuple[str, str]]:
        """The secrets that Railway has already; these are never made anew."""
        for each in self._places:
            there = variables_of(self._held, each.owner)
            is_kept = isinstance(each.told, Secret) and each.name not in self._means.anew
            if is_kept and there.values.get(each.name):
                yield key_of(each.name, each.told), there.values[each.name]


def undeclared(declared: Collection[Place], owner: str, there: HeldVariables) -> tuple[str, ...]:
    """The variables that somebody has set there, and that the definition does not know.

    What Railway provides by itself has no time of being set.
    """
    known = {each.name for each in declared if each.owner == owner}
    return tuple(sorted(there.set_at.keys() - known))
