"""Every question that Railway is asked, in its own language: GraphQL.

Each says by which tokens it may be asked, and whether asking twice does no more than asking once.
`tests/staging/railway/test_documents.py` holds each to Railway's schema.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["account", "project"]
"""An account's or workspace's token, or that of one environment of one project."""

_NAME = re.compile(r"\s*(?:query|mutation) (\w+)")
ACCOUNT: Final[tuple[Kind, ...]] = ("account",)
PROJECT: Final[tuple[Kind, ...]] = ("project",)
BOTH: Final[tuple[Kind, ...]] = ("account", "project")


@dataclass(frozen=True)
class Document:
    """One question; `name` is its operation's name."""

    text: str
    tokens: tuple[Kind, ...] = BOTH
    repeatable: bool = True

    @property
    def name(self) -> str:
        """The name of its operation."""
        found = _NAME.match(self.text)
        return found[1] if found else ""

    @property
    def is_account_only(self) -> bool:
        """Whether a project token can not ask it."""
        return "project" not in self.tokens


def _once(text: str, tokens: tuple[Kind, ...] = BOTH) -> Document:
    """A change of which a second asking makes a second one."""
    return Document(text, tokens, repeatable=False)


# Who asks.

WORKSPACES = Document("query Workspaces { apiToken { workspaces { id name } } }", ACCOUNT)
TOKEN_SCOPE = Document(
    "query TokenScope { projectToken { id name project { id name } environment { id name } } }",
    PROJECT,
)

# Projects and environments.

_PROJECT = """
  id name description
  environments { edges { node { id name isEphemeral sourceEnvironment { id } } } }
  services { edges { node { id name } } }
"""
PROJECTS = Document(
    """query Projects($workspaceId: String, $after: String) {
  projects(workspaceId: $workspaceId, first: 100, after: $after) {
    edges { node { id name description } }
    pageInfo { hasNextPage endCursor }
  }
}""",
    ACCOUNT,
)
PROJECT_BY_ID = Document(f"query Project($id: String!) {{ project(id: $id) {{{_PROJECT}}} }}")
PROJECT_CREATE = _once(
    f"""mutation ProjectCreate($input: ProjectCreateInput!) {{
  projectCreate(input: $input) {{{_PROJECT}}}
}}""",
    ACCOUNT,
)
PROJECT_TOKEN_CREATE = _once(
    """mutation ProjectTokenCreate($input: ProjectTokenCreateInput!) {
  projectTokenCreate(input: $input)
}""",
    ACCOUNT,
)
ENVIRONMENTS = Document(
    """query Environments($projectId: String!, $isEphemeral: Boolean) {
  environments(projectId: $projectId, isEphemeral: $isEphemeral, first: 100) {
    edges { node {
      id name isEphemeral createdAt updatedAt
      sourceEnvironment { id name }
      meta { prNumber branch baseBranch }
    } }
  }
}"""
)
ENVIRONMENT_CREATE = _once(
    """mutation EnvironmentCreate($input: EnvironmentCreateInput!) {
  environmentCreate(input: $input) { id name isEphemeral }
}""",
    ACCOUNT,
)
ENVIRONMENT_DELETE = Document(
    "mutation EnvironmentDelete($id: String!) { environmentDelete(id: $id) }", ACCOUNT
)

# What an environment holds.

ENVIRONMENT = Document(
    """query Environment($id: String!) {
  environment(id: $id) {
    id name isEphemeral
    serviceInstances(first: 100) { edges { node {
      serviceId serviceName
      builder startCommand preDeployCommand healthcheckPath healthcheckTimeout
      restartPolicyType restartPolicyMaxRetries overlapSeconds drainingSeconds
      numReplicas rootDirectory dockerfilePath watchPatterns sleepApplication cronSchedule
      source { repo image }
      latestDeployment { id status createdAt meta }
      activeDeployments { id status }
      domains {
        serviceDomains { id domain targetPort }
        customDomains { id domain targetPort status {
          verified certificateStatus verificationDnsHost verificationToken
          dnsRecords { fqdn recordType requiredValue currentValue status }
        } }
      }
    } } }
    volumeInstances(first: 100) { edges { node { id serviceId mountPath volume { id name } } } }
  }
}"""
)
VARIABLES = Document(
    """query Variables($projectId: String!, $environmentId: String!, $serviceId: String) {
  variables(
    projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId, unrendered: true
  )
}"""
)
RENDERED = Document(
    """query Rendered($projectId: String!, $environmentId: String!, $serviceId: String) {
  variables(projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId)
}"""
)
VARIABLE_AGES = Document(
    """query VariableAges($id: String!, $after: String) {
  environment(id: $id) {
    variables(first: 500, after: $after) {
      edges { node { name serviceId isSealed createdAt updatedAt } }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
)

# Making what it shall hold.

SERVICE_CREATE = _once(
    """mutation ServiceCreate($input: ServiceCreateInput!) {
  serviceCreate(input: $input) { id name }
}"""
)
SERVICE_UPDATE = Document(
    """mutation ServiceUpdate(
  $serviceId: String!, $environmentId: String!, $input: ServiceInstanceUpdateInput!
) {
  serviceInstanceUpdate(serviceId: $serviceId, environmentId: $environmentId, input: $input)
}"""
)
VOLUME_CREATE = _once(
    "mutation VolumeCreate($input: VolumeCreateInput!) { volumeCreate(input: $input) { id name } }"
)
VARIABLES_SET = Document(
    """mutation VariablesSet($input: VariableCollectionUpsertInput!) {
  variableCollectionUpsert(input: $input)
}"""
)
VARIABLE_DELETE = Document(
    "mutation VariableDelete($input: VariableDeleteInput!) { variableDelete(input: $input) }"
)
SERVICE_DOMAIN_CREATE = _once(
    """mutation ServiceDomainCreate($input: ServiceDomainCreateInput!) {
  serviceDomainCreate(input: $input) { id domain targetPort }
}"""
)
CUSTOM_DOMAIN_CREATE = _once(
    """mutation CustomDomainCreate($input: CustomDomainCreateInput!) {
  customDomainCreate(input: $input) { id domain targetPort }
}"""
)

# Deployments.

DEPLOY = _once(
    """mutation Deploy($serviceId: String!, $environmentId: String!) {
  serviceInstanceDeployV2(serviceId: $serviceId, environmentId: $environmentId)
}"""
)
REDEPLOY = _once(
    """mutation Redeploy($id: String!) {
  deploymentRedeploy(id: $id, usePreviousImageTag: true) { id status }
}"""
)
ROLLBACK = _once("mutation Rollback($id: String!) { deploymentRollback(id: $id) }")
RESTART = _once("mutation Restart($id: String!) { deploymentRestart(id: $id) }")
CANCEL = Document("mutation Cancel($id: String!) { deploymentCancel(id: $id) }")
REMOVE = Document("mutation Remove($id: String!) { deploymentRemove(id: $id) }")
DEPLOYMENT = Document(
    """query Deployment($id: String!) {
  deployment(id: $id) {
    id status createdAt statusUpdatedAt deploymentStopped canRedeploy canRollback
    url staticUrl meta environmentId serviceId snapshotId
    instances { id status }
  }
}"""
)
FOLLOW = Document(
    """query Follow($id: String!) {
  deployment(id: $id) { id status createdAt serviceId canRollback meta }
  deploymentEvents(id: $id, first: 100) {
    edges { node {
      step createdAt completedAt
      payload { attempt maxAttempts durationMs error reason detail skipped }
    } }
  }
}"""
)
DEPLOYMENTS = Document(
    """query Deployments($input: DeploymentListInput!, $first: Int) {
  deployments(input: $input, first: $first) {
    edges { node {
      id status createdAt statusUpdatedAt deploymentStopped canRedeploy canRollback
      url staticUrl meta environmentId serviceId snapshotId
      instances { id status }
    } }
  }
}"""
)
DEPLOYMENT_EVENTS = Document(
    """query DeploymentEvents($id: String!) {
  deploymentEvents(id: $id, first: 100) {
    edges { node {
      step createdAt completedAt
      payload { attempt maxAttempts durationMs error reason detail skipped }
    } }
  }
}"""
)
BUILD_LOGS = Document(
    """query BuildLogs($id: String!, $limit: Int) {
  buildLogs(deploymentId: $id, limit: $limit) { timestamp severity message }
}"""
)
DEPLOYMENT_LOGS = Document(
    """query DeploymentLogs($id: String!, $limit: Int, $filter: String) {
  deploymentLogs(deploymentId: $id, limit: $limit, filter: $filter) {
    timestamp severity message
  }
}"""
)
ENVIRONMENT_LOGS = Document(
    """query EnvironmentLogs($id: String!, $filter: String, $limit: Int, $after: String) {
  environmentLogs(environmentId: $id, filter: $filter, beforeLimit: $limit, afterDate: $after) {
    timestamp severity message tags { serviceId deploymentId }
  }
}"""
)
