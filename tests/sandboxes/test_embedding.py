"""The vectors that sandboxes of models give: real ones, in any dimension that is asked for."""

import math

import pytest

from sandboxes.kit.embedding import embed

TEXTS = ("Judo is a martial art from Japan.", "Karate comes from Okinawa.", "The invoice is due.")


def similarity(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("dimension", [1, 64, 256, 384, 768, 1024, 1536, 3072])
async def test_a_vector_has_the_dimension_asked_for_and_length_one(dimension: int) -> None:
    for vector in await embed([*TEXTS, "", " \n"], dimension):
        assert len(vector) == dimension
        assert math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-9)


async def test_what_is_alike_is_near_in_every_dimension() -> None:
    for dimension in (128, 256, 1536):
        judo, karate, invoice = await embed(TEXTS, dimension)
        assert similarity(judo, karate) > similarity(judo, invoice) + 0.1


async def test_a_longer_vector_changes_no_similarity() -> None:
    short, long = await embed(TEXTS, 256), await embed(TEXTS, 1536)
    assert similarity(*short[:2]) == pytest.approx(similarity(*long[:2]), abs=1e-9)


async def test_the_same_text_has_the_same_vector_in_any_company() -> None:
    alone, together = await embed(TEXTS[:1], 384), await embed(TEXTS, 384)
    assert alone[0] == together[0]
    assert await embed([], 384) == []
