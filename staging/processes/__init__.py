"""A generic supervisor for the processes of one environment on one machine.

A command describes what to run (`Process`, `Task`, the probes), holds the folder
(`only_command`), and raises, watches, asks and lowers:

    require_room(folder)
    with only_command(folder, "staging up"):
        here = current(folder)
        if here is None or not here.is_held:
            await mend(folder)
            require_free_ports({"database": 5432, "backend": 8000})
        await raise_detached(processes, folder, "staging")
        async for snapshot in watch(folder):
            show(snapshot)

Everything that stands in the way is an `Obstacle`: a fact, and what to do about it. In the
folder lie `state.json` (how it stands), `logs/<name>.log` and `lock`.
"""

from staging.processes.definition import Process, Restart, Task
from staging.processes.errors import (
    AnotherCommandIsRunning,
    DataFolderIsUnusable,
    EnvironmentDiffers,
    Obstacle,
    PortsAreTaken,
    StillRunning,
    SupervisorDidNotStart,
    TakenPort,
)
from staging.processes.foreground import current, lower, mend, raise_detached, watch
from staging.processes.preconditions import (
    only_command,
    port_owner,
    require_free_ports,
    require_room,
)
from staging.processes.probes import CommandProbe, HttpProbe, RedisProbe
from staging.processes.snapshot import Phase, Snapshot, Standing, State, write_private
from staging.processes.supervisor import supervise

__all__ = [
    "AnotherCommandIsRunning",
    "CommandProbe",
    "DataFolderIsUnusable",
    "EnvironmentDiffers",
    "HttpProbe",
    "Obstacle",
    "Phase",
    "PortsAreTaken",
    "Process",
    "RedisProbe",
    "Restart",
    "Snapshot",
    "Standing",
    "State",
    "StillRunning",
    "SupervisorDidNotStart",
    "TakenPort",
    "Task",
    "current",
    "lower",
    "mend",
    "only_command",
    "port_owner",
    "raise_detached",
    "require_free_ports",
    "require_room",
    "supervise",
    "watch",
    "write_private",
]
