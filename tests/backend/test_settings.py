"""Settings: read at the start, refused whole with one message, and silent about secrets."""

import subprocess
import sys
from collections.abc import Mapping

import hypothesis
import pytest
from hypothesis.strategies import dictionaries, sampled_from, text
from pydantic import ValidationError

from backend.settings import GROUPS, PythonEnv, Settings, Website, refused
from backend.variables import Group, InvalidEnvironment, List, Problem, ReadBy, Variable

GOOD = {
    "PYTHON_ENV": "staging",
    "ENVIRONMENT_NAME": "pr-42",
    "BACKEND_URL": "https://api.wwmaa.test/",
    "FRONTEND_URL": "https://wwmaa.test",
    "FROM_EMAIL": " Staging@WWMAA.com",
    "DATABASE_URL": "postgresql://wwmaa:open-sesame@db.test/wwmaa",
    "REDIS_URL": "redis://:open-sesame@cache.test",
    "JWT_SECRET": "open-sesame-open-sesame-open-sesame",
    "POSTMARK_API_KEY": "open-sesame",
}
PRODUCTION = {"PYTHON_ENV": "production", "ENVIRONMENT_NAME": "production"}
LIVE_KEYS = ["sk_" + "live_1", "rk_" + "live_1", "pk_" + "live_1"]
ALL: tuple[type[Group], ...] = (*GROUPS.values(), Website)
VARIABLES = {variable.name: variable for group in ALL for variable in group.variables()}


def load(**changed: str) -> Settings:
    """Settings of the good environment with these variables changed."""
    return Settings.load({**GOOD, **changed})


def problems(environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong with an environment; nothing when it is read."""
    try:
        Settings.load(environ)
    except InvalidEnvironment as invalid:
        return invalid.problems
    return ()


def kinds(**changed: str) -> list[tuple[str, str]]:
    """What is wrong with the good environment when these variables are changed."""
    return [(problem.variable, problem.kind) for problem in problems({**GOOD, **changed})]


def test_a_good_environment_is_read_in_the_types_that_are_declared() -> None:
    settings = load(PORT="9000", DEBUG="true", RATE_LIMIT_ENABLED="false")
    assert settings.core.python_env is PythonEnv.staging
    assert settings.core.port == 9000
    assert settings.core.debug is True
    assert settings.security.rate_limit_enabled is False
    assert settings.database.database_url.get_secret_value() == GOOD["DATABASE_URL"]


def test_addresses_are_brought_into_one_form() -> None:
    settings = load()
    assert settings.core.backend_url == "https://api.wwmaa.test"
    assert settings.core.from_email == "staging@wwmaa.com"


def test_what_is_not_given_has_its_default_and_an_empty_value_is_not_given() -> None:
    assert load() == load(PORT="", SENTRY_DSN="", CORS_ORIGINS="")
    assert load().core.port == 8000
    assert load().observability.sentry_dsn is None


def test_an_empty_environment_is_refused_with_everything_that_is_required() -> None:
    assert [(p.variable, p.kind) for p in problems({})] == [(name, "missing") for name in GOOD]


def test_one_message_names_all_that_is_missing_malformed_and_refused() -> None:
    environ = {**GOOD, "PORT": "x", "STRIPE_SECRET_KEY": LIVE_KEYS[0], "SENTRY_DSN": "<dsn>"}
    del environ["BACKEND_URL"], environ["POSTMARK_API_KEY"]
    with pytest.raises(InvalidEnvironment) as caught:
        Settings.load(environ)
    message = str(caught.value)
    assert message.startswith("The environment is not usable (5 to mend):")
    for told in (
        "BACKEND_URL is missing: The address by which the world reaches this API.",
        "POSTMARK_API_KEY is missing",
        "PORT is malformed",
        "SENTRY_DSN is malformed: it still holds a placeholder",
        "STRIPE_SECRET_KEY is refused: a live key belongs in production only",
        "`staging env check FILE`",
    ):
        assert told in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PYTHON_ENV", "test"),
        ("ENVIRONMENT_NAME", "PR 42"),
        ("LOG_LEVEL", "loud"),
        ("PORT", "65536"),
        ("PORT", "eighty"),
        ("WEB_CONCURRENCY", "0"),
        ("DEBUG", "perhaps"),
        ("BACKEND_URL", "api.wwmaa.test"),
        ("BACKEND_URL", "ftp://api.wwmaa.test"),
        ("BACKEND_URL", "https://api.wwmaa.test:99999"),
        ("FRONTEND_URL", "http://[::1"),
        ("FROM_EMAIL", "nobody"),
        ("DATABASE_URL", "mysql://db.test"),
        ("REDIS_URL", "http://cache.test"),
        ("JWT_SECRET", "short"),
        ("JWT_ALGORITHM", "none"),
        ("PASSWORD_HASH_MEMORY_KIB", "1024"),
        ("JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "61"),
        ("SENTRY_TRACES_SAMPLE_RATE", "1.1"),
        ("SENTRY_TRACES_SAMPLE_RATE", "nan"),
        ("CORS_ORIGINS", '["https://a.test"'),
        ("CORS_ORIGINS", "[1, 2]"),
    ],
)
def test_a_malformed_variable_is_named_once(name: str, value: str) -> None:
    assert kinds(**{name: value}) == [(name, "malformed")]


@pytest.mark.parametrize(
    "value",
    ["<64 random characters>", "change-me", "CHANGEME", "your-key-here", "xxx", "a placeholder"],
)
def test_a_placeholder_is_not_a_value(value: str) -> None:
    assert kinds(POSTMARK_API_KEY=value) == [("POSTMARK_API_KEY", "malformed")]


@pytest.mark.parametrize("key", LIVE_KEYS)
@pytest.mark.parametrize("kind", ["development", "staging"])
def test_a_live_key_is_refused_outside_production(key: str, kind: str) -> None:
    assert kinds(PYTHON_ENV=kind, STRIPE_SECRET_KEY=key) == [("STRIPE_SECRET_KEY", "refused")]


@pytest.mark.parametrize("pasted", [" {}", '"{}"', "Bearer {}"])
@pytest.mark.parametrize("name", ["STRIPE_WEBHOOK_SECRET", "RELEASE", "OPENAI_API_KEY"])
def test_a_live_key_is_refused_however_and_wherever_it_was_pasted(name: str, pasted: str) -> None:
    assert kinds(**{name: pasted.format(LIVE_KEYS[0])}) == [(name, "refused")]


def test_the_websites_variables_are_searched_for_live_keys_too() -> None:
    name = "NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY"
    assert kinds(**{name: LIVE_KEYS[2]}) == [(name, "refused")]


def test_a_live_key_is_fine_in_production_and_a_test_key_anywhere() -> None:
    assert load(**PRODUCTION, STRIPE_SECRET_KEY=LIVE_KEYS[0])
    assert load(STRIPE_SECRET_KEY="sk_" + "test_1")


@pytest.mark.parametrize("yes", ["1", "t", "true", "TRUE", "y", "yes", "on", "On"])
def test_production_does_not_run_in_debug_mode(yes: str) -> None:
    assert load(DEBUG=yes).core.debug
    assert kinds(**PRODUCTION, DEBUG=yes) == [("DEBUG", "refused")]


def test_production_and_its_name_belong_together() -> None:
    assert load(**PRODUCTION).prefix == "production_"
    assert kinds(ENVIRONMENT_NAME="production") == [("ENVIRONMENT_NAME", "refused")]
    assert kinds(PYTHON_ENV="production") == [("ENVIRONMENT_NAME", "refused")]


def test_nothing_is_refused_of_an_environment_that_is_empty() -> None:
    assert refused({}, tuple(GROUPS.values())) == []


def test_no_secret_shows_in_settings_or_in_what_is_said_of_them() -> None:
    assert "open-sesame" not in repr(load()) + str(load())
    secrets = {name: "open-sesame" for name, variable in VARIABLES.items() if variable.is_secret}
    with pytest.raises(InvalidEnvironment) as caught:
        load(**secrets | {"STRIPE_SECRET_KEY": f"open-sesame{LIVE_KEYS[0]}"})
    assert {"DATABASE_URL", "REDIS_URL", "JWT_SECRET", "CSRF_SECRET", "STRIPE_SECRET_KEY"} == {
        problem.variable for problem in caught.value.problems
    }
    assert "open-sesame" not in str(caught.value) + repr(caught.value.problems)
    assert caught.value.__context__ is None


def test_a_group_that_is_made_by_hand_does_not_show_what_it_was_given_either() -> None:
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate({"needed": ["open-sesame"]})
    assert "open-sesame" not in str(caught.value)


@hypothesis.settings(max_examples=40, deadline=None)
@hypothesis.given(dictionaries(sampled_from(sorted(VARIABLES)), text(max_size=40)))
def test_whatever_is_given_is_either_read_or_refused_by_name(environ: dict[str, str]) -> None:
    assert {problem.variable for problem in problems({**GOOD, **environ})} <= VARIABLES.keys()


def test_importing_the_settings_reads_nothing() -> None:
    asks = "import backend.settings, backend.variables"
    subprocess.run([sys.executable, "-I", "-c", asks], env={}, check=True)


def test_a_list_is_written_with_commas_or_as_json() -> None:
    expected = ("https://a.test", "https://b.test")
    assert load(CORS_ORIGINS="https://a.test, https://b.test,").security.cors_origins == expected
    as_json = '["https://a.test", "https://b.test"]'
    assert load(CORS_ORIGINS=as_json).security.cors_origins == expected


def test_the_prefix_is_the_environments_name_as_a_database_takes_it() -> None:
    assert load().prefix == "pr_42_"


def test_the_hosts_are_its_own_those_allowed_and_railways_health_check() -> None:
    hosts = load(ALLOWED_HOSTS="backend.railway.internal").hosts
    assert hosts == {"api.wwmaa.test", "healthcheck.railway.app", "backend.railway.internal"}


def test_the_websites_origin_comes_first_and_each_only_once() -> None:
    origins = load(CORS_ORIGINS="https://b.test,https://wwmaa.test").origins
    assert origins == ("https://wwmaa.test", "https://b.test")


class Sample(Group):
    """One variable of each kind."""

    needed: str
    """First line
    and second."""
    rate: float = 0.5
    flag: bool = False
    names: List = ("a", "b")
    kind: PythonEnv = PythonEnv.staging
    seen_by: str | None = None


def test_a_variable_tells_what_documents_and_commands_show() -> None:
    needed, rate, flag, names, kind, seen_by = Sample.variables()
    assert (needed.name, needed.meaning) == ("NEEDED", "First line and second.")
    assert [v.is_required for v in (needed, rate)] == [True, False]
    assert [v.default for v in (needed, rate, flag, names)] == ["", "0.5", "false", "a,b"]
    assert [v.default for v in (kind, seen_by)] == ["staging", ""]
    assert kind.choices == ("development", "staging", "production")
    assert rate.choices == ()
    assert rate.example == "0.5"


def test_a_mark_is_found_on_the_variable_that_bears_it() -> None:
    assert VARIABLES["PYTHONUNBUFFERED"].mark(ReadBy) == ReadBy("the Python interpreter")
    assert VARIABLES["PORT"].mark(ReadBy) is None


@pytest.mark.parametrize("end", ["_SECRET", "_API_KEY", "_TOKEN", "_DSN", "_HEADERS"])
def test_whatever_is_named_like_a_secret_is_one(end: str) -> None:
    named: list[Variable] = [v for name, v in VARIABLES.items() if name.endswith(end)]
    assert named
    assert all(variable.is_secret for variable in named)
