"""The variables of an environment, told and checked without ever showing a secret."""

from collections.abc import Callable
from pathlib import Path

import pytest

from staging.env import ALL_GROUPS, FileIsUnreadable, Line, State, check, describe, problems
from staging.generate import example

WHOLE = {
    "PYTHON_ENV": "staging",
    "ENVIRONMENT_NAME": "staging",
    "BACKEND_URL": "https://api-staging.wwmaa.com",
    "FRONTEND_URL": "https://staging.wwmaa.com",
    "FROM_EMAIL": "staging@wwmaa.com",
    "DATABASE_URL": "postgresql://wwmaa:open-sesame@db.test/wwmaa",
    "REDIS_URL": "${{redis.REDIS_URL}}",
    "JWT_SECRET": "nobody-should-ever-see-this-one-here",
    "POSTMARK_API_KEY": "nor-this-one",
    "NEXT_PUBLIC_SITE_URL": "https://staging.wwmaa.com",
    "NEXT_PUBLIC_API_URL": "https://api-staging.wwmaa.com",
    "NEXT_PUBLIC_WS_URL": "wss://api-staging.wwmaa.com",
    "NEXT_PUBLIC_ENVIRONMENT": "staging",
    "SERVER_API_URL": "http://backend.test:8000",
}
"""An environment in which nothing is wrong, with a reference as Railway writes it."""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of these lines and gives its path."""

    def file(text: str) -> Path:
        path = tmp_path / "variables"
        path.write_text(text)
        return path

    return file


def lines(**changed: str | None) -> str:
    """The whole environment as a file, with these variables changed, or taken out by none."""
    given = {name: value for name, value in {**WHOLE, **changed}.items() if value is not None}
    return "".join(f"{name}={value}\n" for name, value in given.items())


def told(path: Path) -> list[tuple[str, str]]:
    """What is wrong with a file: names and kinds."""
    return [(problem.variable, problem.kind) for problem in check(path)]


def line(name: str, **environ: str) -> Line:
    """How this variable stands in the environment."""
    return next(line for line in describe(environ) if line.name == name)


def test_every_declared_variable_has_its_line_in_order() -> None:
    declared = [(g, v.name) for g, group in ALL_GROUPS.items() for v in group.variables()]
    assert [(line.group, line.name) for line in describe({})] == declared


def test_a_variable_is_set_or_missing_or_at_its_default_or_done_without() -> None:
    assert line("BACKEND_URL", BACKEND_URL="https://api.test").state is State.set
    assert line("BACKEND_URL").state is State.missing
    assert line("PORT") == Line("core", "PORT", State.default, "8000")
    assert line("SENTRY_DSN") == Line("observability", "SENTRY_DSN", State.unset, "")


def test_an_empty_value_counts_as_not_set() -> None:
    assert line("BACKEND_URL", BACKEND_URL="").state is State.missing
    assert line("PORT", PORT="").state is State.default


def test_of_a_secret_only_that_it_is_set_is_shown() -> None:
    shown = repr(describe(WHOLE))
    assert "api-staging.wwmaa.com" in shown
    for secret in ("open-sesame", "nobody-should", "nor-this"):
        assert secret not in shown
    assert line("JWT_SECRET", JWT_SECRET="abc").shown == "(secret)"


def test_credentials_inside_an_address_are_not_shown() -> None:
    shown = line("OPENAI_BASE_URL", OPENAI_BASE_URL="https://me:open-sesame@ai.test/v1").shown
    assert shown == "https://(secret)@ai.test/v1"


def test_a_good_file_has_no_problems(write: Write) -> None:
    assert check(write(lines())) == ()


def test_exports_quotes_and_comments_are_understood(write: Write) -> None:
    text = lines(RELEASE="'1.0 beta' # a comment", FROM_EMAIL=None)
    assert check(write(f"# first\n\nexport FROM_EMAIL=staging@wwmaa.com\n{text}")) == ()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"BACKEND_URL": None}, ("BACKEND_URL", "missing")),
        ({"BACKEND_URL": ""}, ("BACKEND_URL", "missing")),
        ({"NEXT_PUBLIC_API_URL": None}, ("NEXT_PUBLIC_API_URL", "missing")),
        ({"PORT": "eighty"}, ("PORT", "malformed")),
        ({"JWT_SECRET": "<64 random characters>"}, ("JWT_SECRET", "malformed")),
        ({"POSTMARK_API_KEY": "changeme"}, ("POSTMARK_API_KEY", "malformed")),
        ({"ENVIRONMENT_NAME": "production"}, ("ENVIRONMENT_NAME", "refused")),
        ({"STRIPE_SECRET_KEY": "sk_" + "live_1"}, ("STRIPE_SECRET_KEY", "refused")),
        ({"REDIS_URL": "$redis.REDIS_URL"}, ("REDIS_URL", "malformed")),
        ({"JWT_SECRTE": "x"}, ("JWT_SECRTE", "unknown")),
    ],
)
def test_what_is_wrong_is_named(
    write: Write, changed: dict[str, str | None], expected: tuple[str, str]
) -> None:
    assert told(write(lines(**changed))) == [expected]


def test_everything_wrong_is_named_at_once(write: Write) -> None:
    path = write(lines(BACKEND_URL=None, PORT="x", STRPE_SECRET_KEY="y") + "PORT=1\nPORT=x\n")
    assert set(told(path)) == {
        ("BACKEND_URL", "missing"),
        ("PORT", "malformed"),
        ("PORT", "repeated"),
        ("STRPE_SECRET_KEY", "unknown"),
    }


def test_an_unknown_variable_is_told_what_was_probably_meant(write: Write) -> None:
    (near,) = check(write(lines(STRIPE_SECRET="x")))
    assert "did you mean STRIPE_SECRET_KEY?" in str(near)
    (far,) = check(write(lines(ZZZ="x")))
    assert "nobody reads it" in str(far)


def test_a_variable_given_twice_is_told_with_its_lines(write: Write) -> None:
    (problem,) = check(write(f"RELEASE=1\n\n\n{lines()}RELEASE=2\n"))
    assert "lines 1, 18;" in str(problem)


@pytest.mark.parametrize("broken", ["=value", "NAME", "RELEASE='never closed", "two words=1"])
def test_a_broken_line_is_told_by_its_number(write: Write, broken: str) -> None:
    assert told(write(f"\n{broken}\n{lines()}")) == [("line 2", "malformed")]


def test_a_secret_that_spans_lines_without_quotes_is_not_shown(write: Write) -> None:
    spilled = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nQx7z2Kw==\n"
    shown = "\n".join(map(str, check(write(f"{lines()}SENTRY_DSN=start\n{spilled}"))))
    assert shown.count("malformed") == 3
    assert not any(part in shown for part in spilled.split())


def test_no_problem_shows_a_value(write: Write) -> None:
    path = write(lines(JWT_SECRET="too-short-a-secret", DATABASE_URL="mysql://me:open-sesame@db"))
    shown = repr(check(path))
    assert "JWT_SECRET" in shown
    assert "too-short" not in shown
    assert "open-sesame" not in shown


def test_a_reference_inside_a_value_is_left_to_railway(write: Write) -> None:
    path = write(lines(BACKEND_URL="https://${{RAILWAY_PUBLIC_DOMAIN}}", WEB_CONCURRENCY="${{ }}"))
    assert told(path) == [("WEB_CONCURRENCY", "malformed")]


def test_of_the_example_only_the_secrets_are_still_to_be_given(write: Write) -> None:
    wrong = check(write(example("")))
    assert {problem.variable for problem in wrong} == {"JWT_SECRET", "POSTMARK_API_KEY"}
    assert all("placeholder" in problem.why for problem in wrong)


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileIsUnreadable, match="nowhere can not be read: No such file"):
        check(tmp_path / "nowhere")
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    with pytest.raises(FileIsUnreadable, match="UTF-8"):
        check(tmp_path / "picture")


def test_an_empty_environment_lacks_what_is_required_and_nothing_else() -> None:
    required = [v.name for g in ALL_GROUPS.values() for v in g.variables() if v.is_required]
    assert [(p.variable, p.kind) for p in problems({})] == [(name, "missing") for name in required]
