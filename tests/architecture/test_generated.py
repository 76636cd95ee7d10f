"""What is written from code is what the code says now."""

from staging.generate import stale


def test_no_generated_file_is_stale() -> None:
    assert not stale(), "run `staging generate`"
