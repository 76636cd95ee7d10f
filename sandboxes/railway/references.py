"""References between variables: `${{Service.VAR}}`, `${{shared.VAR}}`, `${{VAR}}`. Pure.

Names are case-sensitive. A reference to what is not there is nothing, as it is on Railway; here
that is also said.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

REFERENCE = re.compile(r"\$\{\{\s*(?:(?P<of>[^{}.]+?)\s*\.\s*)?(?P<name>\w+)\s*\}\}")
FUNCTION = re.compile(r"\$\{\{\s*(?P<name>secret|randomInt)\s*\((?P<given>[^)]*)\)\s*\}\}")
SHARED = "shared"
Variables = Mapping[str, str]


@dataclass
class References:
    """The variables of every service of an environment as they were written, and the shared ones.

    `dangling` gathers the references that led nowhere, each as it was written.
    """

    services: Mapping[str, Variables]
    shared: Variables
    dangling: list[str] = field(default_factory=list)

    def resolved(self, service: str) -> dict[str, str]:
        """The variables of a service with every reference in them followed."""
        return {name: self._follow(service, name, ()) for name in self.services.get(service, {})}

    def resolved_shared(self) -> dict[str, str]:
        """The shared variables, which may refer to each other."""
        return {name: self._follow(SHARED, name, ()) for name in self.shared}

    def _follow(self, of: str, name: str, way: tuple[tuple[str, str], ...]) -> str:
        text = (self.shared if of == SHARED else self.services[of])[name]

        def replaced(found: re.Match[str]) -> str:
            target = (found["of"] or of, found["name"])
            there = self.shared if target[0] == SHARED else self.services.get(target[0], {})
            if target[1] not in there or target in way or target == (of, name):
                self.dangling.append(found[0])
                return ""
            return self._follow(*target, (*way, (of, name)))

        return REFERENCE.sub(replaced, text)


def referred(text: str) -> list[tuple[str | None, str]]:
    """The references in a value, as service and name."""
    return [(found["of"], found["name"]) for found in REFERENCE.finditer(text)]
