"""What Railway accepts and then does wrong, or drops: each trap with its reason and its cure."""

from pathlib import Path

from staging.definition import Environment
from staging.railway.traps import (
    in_code,
    in_configurations,
    in_dockerfiles,
    in_running,
    in_variables,
)
from staging.railway.traps.material import Material
from staging.railway.traps.trap import Finding, Trap

TRAPS: tuple[Trap, ...] = (
    *in_running.TRAPS,
    *in_variables.TRAPS,
    *in_dockerfiles.TRAPS,
    *in_code.TRAPS,
    *in_configurations.TRAPS,
)


def findings(material: Material) -> tuple[Finding, ...]:
    """Every trap that the material steps into."""
    return tuple(
        Finding(trap, where, what) for trap in TRAPS for where, what in trap.find(material)
    )


def of(environment: Environment, root: Path) -> tuple[Finding, ...]:
    """The traps in an environment and in a preview of it, with the files below the root."""
    preview = environment.preview("pr-1")
    found = (each for kind in (environment, preview) for each in findings(Material.of(kind, root)))
    return tuple({str(each): each for each in found}.values())


__all__ = ["TRAPS", "Finding", "Material", "Trap", "findings", "of"]
