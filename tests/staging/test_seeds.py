"""The seeds as documents: as many as promised, marked, the same every time, valid by reference."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from backend.schema import COLLECTIONS, Document
from backend.schema.blog_posts import BlogPost, BlogPostStatus
from staging.seeds import BATCH, EXPECTED, PERSONAS, Seeds, make, profiles, totals
from staging.seeds.edition import Edition

NOON = datetime(2026, 5, 6, 12, 30, tzinfo=UTC)
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA"


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return make(NOON, password_hash=HASH)


@pytest.fixture(scope="module")
def threefold() -> Seeds:
    return make(NOON, 3, password_hash=HASH)


def counted(documents: Iterable[Document], field: str) -> dict[str, int]:
    return {str(k): n for k, n in Counter(getattr(it, field) for it in documents).items()}


def test_the_seed_gets_what_it_asks_for() -> None:
    asked = {"profiles": 50, "events": 20, "blog_posts": 100}
    asked |= {"applications": 30, "subscriptions": 40}
    assert asked.items() <= totals().items()
    assert (EXPECTED["events"].past, EXPECTED["events"].upcoming) == (8, 12)
    assert EXPECTED["profiles"].by["tier"] == {"basic": 17, "standard": 17, "premium": 16}
    assert EXPECTED["subscriptions"].by["tier"] == {"basic": 14, "standard": 13, "premium": 13}
    assert set(EXPECTED["subscriptions"].by["status"].values()) == {10}


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("kind", COLLECTIONS, ids=lambda kind: kind.collection)
def test_there_are_as_many_as_promised(
    seeds: Seeds, threefold: Seeds, kind: type[Document], scale: int
) -> None:
    documents, expected = (threefold if scale == 3 else seeds).of(kind), EXPECTED[kind.collection]
    assert len(documents) == expected.total * scale
    for field, counts in expected.by.items():
        assert counted(documents, field) == {value: n * scale for value, n in counts.items()}
        assert sum(counts.values()) == expected.total
    if "starts_at" in kind.model_fields:
        past = sum(getattr(it, "starts_at") < NOON for it in documents)  # noqa: B009
        assert (past, len(documents) - past) == (expected.past * scale, expected.upcoming * scale)


def test_every_document_is_marked_and_has_an_id_of_its_own(threefold: Seeds) -> None:
    assert {(it.is_seed_data, it.seed_batch) for it in threefold} == {(True, BATCH)}
    assert max(Counter(it.id for it in threefold).values()) == 1


def test_what_must_be_unique_is(threefold: Seeds) -> None:
    for kind in COLLECTIONS:
        for index in kind.declared_indexes():
            if index.unique:
                documents = threefold.of(kind)
                keys = [tuple(getattr(it, name) for name in index.fields) for it in documents]
                # As PostgreSQL has it: what is not there is the same as nothing else.
                there = [key for key in keys if None not in key]
                assert len(set(there)) == len(there), f"{kind.collection} {index.name}"


@pytest.mark.parametrize("number", [1, 2, 50, 51, 52, 100])
def test_whoever_has_the_same_name_in_another_edition_has_another_address(number: int) -> None:
    editions = [profiles.make(Edition(NOON, it), None).values() for it in (number, number + 50)]
    addresses = [person.email for people in editions for person in people]
    assert len(set(addresses)) == len(addresses) == 100


def test_every_reference_leads_to_a_document_of_the_seeds(threefold: Seeds) -> None:
    ids = {kind.collection: {it.id for it in threefold.of(kind)} for kind in COLLECTIONS}
    for document in threefold:
        for field, collection in document.references().items():
            assert getattr(document, field) in ids[collection]


def test_nothing_was_made_or_changed_in_the_future(threefold: Seeds) -> None:
    assert max(it.created_at for it in threefold) < NOON
    assert max(it.updated_at for it in threefold) < NOON


def test_documents_survive_the_way_through_json(seeds: Seeds) -> None:
    assert all(type(it).model_validate_json(it.model_dump_json()) == it for it in seeds)


def test_the_same_day_gives_the_same_documents(seeds: Seeds) -> None:
    midnight = NOON.replace(hour=0, minute=0)
    assert make(midnight, password_hash=HASH) == seeds
    assert make(midnight + timedelta(hours=23, minutes=59), password_hash=HASH) == seeds


def test_a_day_is_a_day_of_utc_wherever_the_developer_sits(seeds: Seeds) -> None:
    elsewhere = NOON.astimezone().replace(tzinfo=None).astimezone()
    assert make(elsewhere, password_hash=HASH) == seeds


def test_a_day_later_every_date_has_moved_by_a_day_and_nothing_else(seeds: Seeds) -> None:
    later = make(NOON + timedelta(days=1), password_hash=HASH)
    for one, other in zip(seeds, later, strict=True):
        assert other.id == one.id
        assert other.created_at - one.created_at == timedelta(days=1)
        moved = {k for k, v in other.model_dump().items() if v != one.model_dump()[k]}
        dated = {"created_at", "updated_at", "terms_accepted_at", "starts_at", "ends_at"}
        dated |= {"checked_in_at", "submitted_at", "approvals", "rejection", "reapply_from"}
        dated |= {"current_period_start", "current_period_end", "canceled_at", "trial_end"}
        dated |= {"past_due_since"}
        dated |= {"published_at", "subscribed_at", "unsubscribed_at"}
        assert moved <= dated


def test_a_larger_scale_leaves_the_smaller_one_as_it_is(seeds: Seeds, threefold: Seeds) -> None:
    for kind in COLLECTIONS:
        assert threefold.of(kind)[: len(seeds.of(kind))] == seeds.of(kind)


def test_a_moment_without_a_time_zone_and_a_scale_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make(NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="scale is 0"):
        make(NOON, 0)


def test_no_address_can_be_delivered_to_and_no_telephone_rings(threefold: Seeds) -> None:
    addresses = {it.email for it in threefold.profiles}
    addresses |= {it.email for it in threefold.newsletter_subscribers}
    addresses |= {it.applicant_email for it in threefold.applications}
    addresses |= {r.email for it in threefold.applications for r in it.references_given}
    assert all(it.endswith("staging.wwmaa.example") for it in addresses)
    assert all(it.phone[:-2] == "+1-202-555-01" for it in threefold.profiles)


def test_personas_are_who_they_say_and_only_they_have_a_password(threefold: Seeds) -> None:
    by_email = {it.email: it for it in threefold.profiles}
    for persona in PERSONAS:
        profile = by_email[persona.email]
        shown = (profile.role, profile.tier, profile.full_name, profile.status)
        assert shown == (persona.role, persona.tier, persona.full_name, persona.status)
    named = {it.email for it in PERSONAS}
    assert {it.email for it in threefold.profiles if it.password_hash == HASH} == named
    assert {it.password_hash for it in threefold.profiles if it.email not in named} == {None}


def test_the_password_is_given_and_never_made_here() -> None:
    assert not any(it.password_hash for it in make(NOON).profiles)


def test_there_is_a_persona_for_every_role_and_every_interesting_state() -> None:
    assert {it.key for it in PERSONAS} >= {
        *("visitor", "applicant", "applicant.reviewed", "applicant.rejected"),
        *("member.basic", "member.standard", "member.premium", "member.trialing"),
        *("member.pastdue", "member.canceled", "instructor", "board.one", "board.two"),
        *("admin", "unverified", "suspended"),
    }
    assert {it.key for it in PERSONAS if not it.may_log_in} == {"unverified", "suspended"}


def test_posts_are_spread_over_two_years_and_their_categories_are_mixed(seeds: Seeds) -> None:
    published = [it for it in seeds.blog_posts if it.status is BlogPostStatus.published]
    dates = [it.published_at for it in published if it.published_at]
    assert dates == sorted(dates, reverse=True)
    assert NOON - timedelta(days=3) < dates[0]
    assert NOON - timedelta(days=740) < dates[-1] < NOON - timedelta(days=700)
    assert max(a - b for a, b in pairwise(dates)) < timedelta(days=24)
    assert len({it.category for it in published[:12]}) >= 6


def test_every_article_is_a_text_of_its_own(threefold: Seeds) -> None:
    def unlike(field: str) -> int:
        return len({getattr(it, field) for it in threefold.blog_posts})

    assert unlike("title") == unlike("content") == len(threefold.blog_posts)
    assert min(len(it.content.split()) for it in threefold.blog_posts) > 100


def test_variants_are_numbered(threefold: Seeds) -> None:
    slugs = {it.slug: it for it in threefold.blog_posts}
    post: BlogPost = slugs["losing-well-edition-2"]
    assert post.title == f"{slugs['losing-well'].title} (edition 2)"
