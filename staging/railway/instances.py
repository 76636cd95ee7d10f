"""How Railway builds and runs a service: the same facts in each of the forms that it reads.

Railway never fills in a form of ours: what a service does not have is told as none, so that what
was once there goes.
"""

import shlex
from typing import Any

from staging.definition import Service

Json = dict[str, Any]


def build(service: Service) -> Json:
    """What Railway builds, as `build` of a configuration; empty for an image."""
    if not service.build:
        return {}
    return {
        "builder": "DOCKERFILE",
        "dockerfilePath": service.build.dockerfile,
        "watchPatterns": list(service.build.watch),
    }


def deploy(service: Service) -> Json:
    """How Railway runs it, as `deploy` of a configuration; what it does not have is left out."""
    return {name: value for name, value in _deploy(service).items() if value is not None}


def source(service: Service) -> Json:
    """Where it comes from, as `source` of a configuration; empty for what is uploaded."""
    return {"image": service.image} if service.image else {}


def update(service: Service) -> Json:
    """A ServiceInstanceUpdateInput with every field that the definition speaks of.

    The builder is not among them: Railway's input knows no DOCKERFILE, and takes it from the path.
    """
    made = service.build
    return {
        "source": source(service) or None,
        "rootDirectory": None,
        "dockerfilePath": made.dockerfile if made else None,
        "watchPatterns": list(made.watch) if made else [],
        **_deploy(service),
    }


def _deploy(service: Service) -> Json:
    before = [shlex.join(service.pre_deploy)] if service.pre_deploy else None
    again = service.restarts_on_failure
    return {
        "startCommand": shlex.join(service.start) if service.start else None,
        "preDeployCommand": before,
        "healthcheckPath": service.health_path,
        "healthcheckTimeout": service.health_timeout_s if service.health_path else None,
        "restartPolicyType": "ON_FAILURE" if again else "NEVER",
        "restartPolicyMaxRetries": again or None,
        "numReplicas": service.replicas,
        "overlapSeconds": service.overlap_s,
        "drainingSeconds": service.draining_s,
    }
