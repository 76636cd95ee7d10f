"""What the sandboxes remember, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sandboxes.kit.records import Database, DatabaseIsAway, Records


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    await database.open()
    await Records(database, "dojo").reset()
    yield database
    await database.close()


async def test_documents_are_kept_found_counted_and_removed(database: Database) -> None:
    dojo = Records(database, "dojo")
    for number in range(5):
        await dojo.put("belt", str(number), {"colour": "black" if number > 2 else "white"})
    assert await dojo.get("belt", "4") == {"colour": "black"}
    assert await dojo.get("belt", "5") is None
    assert await dojo.find("belt", {"colour": "white"}, limit=1) == [{"colour": "white"}]
    assert (await dojo.count("belt"), await dojo.count("belt", {"colour": "black"})) == (5, 2)
    assert (await dojo.remove("belt", "4"), await dojo.remove("belt", "4")) == (True, False)
    assert await dojo.kinds() == {"belt": 4}


async def test_a_replaced_document_keeps_its_place(database: Database) -> None:
    dojo = Records(database, "dojo")
    for name in ("first", "second", "first"):
        await dojo.put("bout", name, {"name": name})
    assert [each["name"] for each in await dojo.find("bout")] == ["second", "first"]


async def test_only_the_newest_are_kept_when_told_so(database: Database) -> None:
    dojo = Records(database, "dojo")
    for number in range(7):
        await dojo.put("bout", str(number), {"number": number})
    await dojo.keep_newest("bout", 3)
    assert [each["number"] for each in await dojo.find("bout")] == [6, 5, 4]


async def test_vendors_do_not_see_each_other(database: Database) -> None:
    await Records(database, "dojo").put("belt", "1", {})
    assert await Records(database, "gym").find("belt") == []
    await Records(database, "gym").reset()
    assert await Records(database, "dojo").count("belt") == 1


async def test_what_is_kept_outlives_the_connection(database: Database, postgres_url: str) -> None:
    await Records(database, "dojo").put("belt", "1", {"colour": "red"})
    again = Database(postgres_url)
    await again.open()
    assert await Records(again, "dojo").get("belt", "1") == {"colour": "red"}
    await again.close()


async def test_characters_that_postgresql_cannot_keep_are_replaced(database: Database) -> None:
    await Records(database, "dojo").put("name", "\0", {"a\0": ["b\ud800", 1, None, "ō"]})
    assert await Records(database, "dojo").get("name", "\0") == {"a\ufffd": ["b?", 1, None, "ō"]}


async def test_several_may_open_an_empty_database_at_once(database: Database) -> None:
    await database.fetch("DROP SCHEMA sandbox CASCADE")
    others = [Database(database.url) for _ in range(4)]
    await asyncio.gather(*(other.open() for other in others))
    await Records(others[0], "dojo").put("belt", "1", {})
    assert await Records(others[1], "dojo").count("belt") == 1
    for other in others:
        await other.close()


async def test_a_database_that_is_away_is_named_so() -> None:
    with pytest.raises(DatabaseIsAway, match="PostgreSQL does not let us in"):
        await Database("postgresql://nobody@127.0.0.1:1/none").open()
    with pytest.raises(DatabaseIsAway, match="not connected"):
        await Records(Database("postgresql://nobody@127.0.0.1:1/none"), "dojo").count("belt")
