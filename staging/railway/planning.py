"""What must be done on Railway so that it holds what the definition says: a plan, not yet done.

It follows from the definition, from what Railway holds, and from what was given; nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from staging.definition import Environment, Service
from staging.obstacles import Refused
from staging.railway.choosing import Choice
from staging.railway.given import Place, ValuesAreRefused, wrong
from staging.railway.held import SHARED, Held, HeldInstance
from staging.railway.instances import update
from staging.railway.settings import differences
from staging.railway.telling import Means, Telling, variables_of

Kind = Literal[
    "project", "environment", "service", "volume", "variables", "unset", "settings", "host", "start"
]
Standing = Literal["exists", "create", "change"]

GONE = frozenset({"FAILED", "CRASHED", "REMOVED", "SKIPPED"})
"""States of a deployment that serves nobody, and will not by itself."""


class ServiceIsElsewhere(Refused):
    """A service of this name is in the project, and not in this environment."""

    def __init__(self, name: str, environment: str) -> None:
        super().__init__(
            f"The project has a service {name} that is not in the environment {environment}.",
            "Add it to the environment in Railway's dashboard, rename it, or choose another "
            "project with --project.",
        )


class ServiceIsAnother(Refused):
    """A service of this name runs something else, and has data."""

    def __init__(self, name: str, found: str, wanted: str) -> None:
        super().__init__(
            f"{name} runs {found} and has a volume; the definition says {wanted}. What one "
            "version has written, another may not be able to read.",
            f"Take its data along: `staging backup`, then change the image of {name} in Railway's "
            "dashboard, then `staging restore`. Or choose another project with --project.",
        )


class EnvironmentIsProduction(Refused):
    """The environment says of itself that it is production."""

    def __init__(self) -> None:
        super().__init__(
            "PYTHON_ENV of this environment is production on Railway. Production is never set up, "
            "seeded or reset by this tool.",
            "Choose another project with --project.",
        )


@dataclass(frozen=True)
class Change:
    """One thing of Railway's: that it exists, is made, or is changed."""

    kind: Kind
    owner: str
    """The service; empty for what belongs to the environment."""
    standing: Standing
    what: str
    """For people; without a value."""
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What Railway is told: secrets may be among it."""

    @property
    def name(self) -> str:
        """How it is called in a list of steps."""
        if self.kind in ("project", "environment"):
            return self.kind
        return " ".join((self.owner or "shared", self.kind, *self.values.get("domain", "").split()))


@dataclass(frozen=True)
class Plan:
    """What is there, what is to be made and changed, and what nobody has given yet."""

    changes: tuple[Change, ...]
    missing: tuple[Place, ...] = ()
    kept: tuple[str, ...] = ()
    """Secrets that were given, and stay as they are on Railway all the same."""

    @property
    def to_do(self) -> tuple[Change, ...]:
        """What is not there yet, in the order in which it is done."""
        return tuple(each for each in self.changes if each.standing != "exists")

    @property
    def lacks(self) -> tuple[str, ...]:
        """The variables without which the environment is not complete."""
        return tuple(dict.fromkeys(each.name for each in self.missing if each.is_needed))

    @property
    def does_without(self) -> tuple[str, ...]:
        """The variables that nobody has given, and that the platform does without."""
        return tuple(dict.fromkeys(it.name for it in self.missing if not it.is_needed))


def plan(
    environment: Environment,
    choice: Choice,
    held: Held | None,
    means: Means,
) -> Plan:
    """The way from what Railway holds to what the definition says.

    Raises the refusals above, `SecretCanNotBeMadeAnew`, and `ValuesAreRefused` where Railway
    holds a live key.
    """
    if held:
        _must_be_ours(environment, held)
    telling = Telling(environment, held, means)
    changes = [*_place(environment, choice), *_variables(telling, held, SHARED)]
    for service in environment.hosted:
        there = held.services.get(service.name) if held else None
        made = [_service(service, there), *_volume(service, there)]
        made += [*_variables(telling, held, service.name), _settings(service, there)]
        is_changed = any(change.standing != "exists" for change in made)
        changes += [*made, *_hosts(environment, service, there)]
        changes += _start(service, there, is_changed)
    return Plan(tuple(changes), tuple(telling.missing()), tuple(telling.kept()))


def _place(environment: Environment, choice: Choice) -> Iterator[Change]:
    exists: Standing = "exists" if choice.project else "create"
    values = {"workspaceId": choice.workspace.id, "name": choice.name}
    yield Change("project", "", exists, choice.name, values)
    exists = "exists" if choice.environment else "create"
    yield Change("environment", "", exists, environment.name, {"name": environment.name})


def _service(service: Service, there: HeldInstance | None) -> Change:
    made_of = service.image or f"built by {service.build.dockerfile if service.build else '?'}"
    what = f"{service.what}, {made_of}"
    return Change("service", service.name, "exists" if there else "create", what)


def _volume(service: Service, there: HeldInstance | None) -> Iterator[Change]:
    if service.volume:
        is_there = there is not None and service.volume.path in there.volumes
        values = {"mountPath": service.volume.path}
        what = f"at {service.volume.path}"
        yield Change("volume", service.name, "exists" if is_there else "create", what, values)


def _variables(telling: Telling, held: Held | None, owner: str) -> Iterator[Change]:
    wanted, there = telling.wanted(owner), variables_of(held, owner)
    new = {name: value for name, value in wanted.items() if value != there.values.get(name)}
    if gone := telling.undeclared(owner):
        yield Change("unset", owner, "change", ", ".join(gone), {"names": gone})
    if not new:
        if wanted:
            yield Change("variables", owner, "exists", f"{len(wanted)} as declared")
        return
    standing: Standing = "change" if any(map(there.has, new)) else "create"
    yield Change("variables", owner, standing, ", ".join(new), new)


def _settings(service: Service, there: HeldInstance | None) -> Change:
    wanted = update(service)
    differing = differences(wanted, there.settings if there else {})
    standing: Standing = "change" if differing else "exists"
    told = ", ".join(differing) if there else "how it is built and run"
    return Change("settings", service.name, standing, told or "as declared", wanted)


def _hosts(
    environment: Environment, service: Service, there: HeldInstance | None
) -> Iterator[Change]:
    if not service.public:
        return
    own = environment.domains.get(service.name)
    theirs = there.hosts.service_domains if there else ()
    port = {"targetPort": service.port}
    what = theirs[0].domain if theirs else "a host of Railway's"
    yield Change("host", service.name, "exists" if theirs else "create", what, port)
    if own:
        known = {host.domain for host in there.hosts.custom_domains} if there else set()
        standing: Standing = "exists" if own in known else "create"
        yield Change("host", service.name, standing, own, {"domain": own, **port})


def _start(service: Service, there: HeldInstance | None, is_changed: bool) -> Iterator[Change]:
    """An image runs as soon as it is there; what is built, `staging deploy` brings."""
    if service.image:
        why = _is_to_be_started(service, there)
        if is_changed and not why:
            why = "run it again, with what is changed"
        standing: Standing = "exists" if not why else "change" if there else "create"
        yield Change("start", service.name, standing, why or f"runs {service.image}")


def _is_to_be_started(service: Service, there: HeldInstance | None) -> str:
    """Why a deployment of an image is needed; empty where one serves that knows everything."""
    if there is None or there.latest is None:
        return f"run {service.image}"
    if there.latest.status in GONE:
        return f"run it again, for its last deployment is {there.latest.status}"
    meta = there.latest.meta or {}
    told = (meta.get("serviceManifest") or {}).get("deploy") or {}
    wanted, ran = update(service), {"source": {"image": meta.get("image")}, **told}
    old = differences({name: wanted[name] for name in ("source", "startCommand")}, ran)
    if meta.get("image") and old:
        return "run it again, as it is declared now"
    times = there.variables.set_at.values()
    if any(moment > there.latest.created_at for moment in times):
        return "run it again, for its variables have changed"
    return ""


def _must_be_ours(environment: Environment, held: Held) -> None:
    """Nothing of production is touched, nor anything that can not be made ours without loss."""
    for service in environment.hosted:
        if service.name in held.absent:
            raise ServiceIsElsewhere(service.name, environment.name)
        there = held.services.get(service.name)
        if service.image and there and there.volumes and there.image not in (None, service.image):
            raise ServiceIsAnother(service.name, there.image or "", service.image)
    told = [held.shared.values, *(each.variables.values for each in held.services.values())]
    if any(each.get("PYTHON_ENV") == "production" for each in told):
        raise EnvironmentIsProduction
    live = {it: None for each in told for it in wrong(each) if it.kind == "refused"}
    if live:
        raise ValuesAreRefused(tuple(live), "what Railway holds")
