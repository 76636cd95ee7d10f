"""What went wrong when the association first tried: each failure has tests that see it."""

import json
import re

import pytest

from tests.architecture.former_routes import LEFT_OUT, NOW
from tests.architecture.house import ROOT

FAILURES = {
    "A login succeeds, and its session is dead": (
        "test_everybody_is_who_they_are",
        "test_somebody_registers_by_mail_and_logs_in_with_a_token_that_is_theirs",
    ),
    "A session can not be continued or ended": (
        "test_a_session_is_continued_and_its_old_token_ends_it_when_it_comes_back_late",
        "test_logging_out_ends_both_tokens",
    ),
    "Roles are read in several ways, and whoever may is refused": (
        "test_every_route_lets_in_whom_it_should_and_nobody_else",
    ),
    "New people never become usable": (
        "test_somebody_registers_reads_the_mail_follows_the_link_and_logs_in",
        "test_who_forgot_the_password_chooses_a_new_one_and_is_logged_out_elsewhere",
    ),
    "People are invented where somebody is unknown": ("test_everybody_is_who_they_are",),
    "The website goes round in circles after a login": (
        "test_a_member_logs_in_and_out_where_no_script_runs",
    ),
    "A status says something else than what happened": (
        "test_a_wrong_password_and_an_unknown_address_are_answered_alike",
        "test_every_error_is_a_problem_that_the_site_may_read",
    ),
    "Webhooks are taken for forgeries": (
        "test_probes_and_signed_webhooks_are_never_refused",
        "test_forgeries_are_refused_and_change_nothing",
    ),
    "Errors bear no header that lets the site read them": (
        "test_every_error_is_a_problem_that_the_site_may_read",
    ),
    "The session's cookie works in no topology": (
        "test_no_script_reads_a_session_and_no_other_site_sends_it",
    ),
    "The origins are written into the code": (
        "test_a_preflight_from_the_site_is_answered_and_from_elsewhere_refused",
    ),
    "Three interfaces of the store's vendor in one client": (
        "test_what_is_kept_comes_back_as_it_was",
        "test_a_row_is_kept_read_replaced_and_deleted",
    ),
    "Conditions match nothing, and the limit comes before the filter": (
        "test_conditions_hold_together",
        "test_the_filter_comes_before_the_limit",
    ),
    "Health is green while the store is away": (
        "test_a_critical_dependency_that_is_away_turns_health_red_and_back",
    ),
    "The store's token expires, and nobody renews it": (
        "test_who_logs_in_reaches_the_project_until_the_token_expires",
    ),
    "The seed hides everything that it brings": (
        "test_there_are_as_many_as_promised",
        "test_every_reference_leads_to_a_document_of_the_seeds",
    ),
    "Updates overwrite, and repeats double": (
        "test_an_old_version_is_not_written",
        "test_a_hundred_writers_lose_no_update",
        "test_what_would_count_twice_is_not_repeated",
    ),
    "One address has two accounts": (
        "test_of_a_hundred_with_one_address_one_is_kept",
        "test_a_hundred_registrations_of_one_address_make_one_account",
    ),
    "A membership that was paid for is another one": (
        "test_a_membership_is_paid_for_on_stripes_page_and_its_webhook_brings_the_tier",
    ),
    "A webhook that failed is never tried again": (
        "test_events_have_their_effect_once_while_the_backend_is_killed",
        "test_what_makes_no_sense_is_asked_for_again",
    ),
    "Who does not pay never hears of it": (
        "test_who_does_not_pay_is_written_to_four_times_and_lapses_after_fourteen_days",
    ),
    "The site itself asks for a card": ("test_no_page_of_ours_asks_for_a_card",),
    "More seats are given away than there are": (
        "test_of_a_crowd_that_asks_at_once_none_gets_a_seat_twice_and_none_is_left",
    ),
    "The API's description can not be read": (
        "test_the_description_needs_no_environment_and_is_json",
        "test_every_operation_has_a_summary_errors_and_an_example_that_fits",
    ),
    "The board's two approvals make nobody a member": (
        "test_two_approvals_make_a_member_and_everybody_hears_of_it",
    ),
    "The newsletter's list is anybody's to change": (
        "test_who_confirms_is_subscribed_here_and_at_beehiiv",
        "test_preferences_open_by_the_signed_link_alone",
    ),
    "Search finds nothing, and answers all the same": (
        "test_questions_find_their_post",
        "test_what_is_closed_is_neither_found_nor_answered_nor_cached_for_others",
    ),
    "Plain words are taken for an attack": (
        "test_any_words_may_be_asked",
        "test_no_name_and_no_telephone_is_taken_for_an_attack",
    ),
    "A second post of one title hangs": ("test_posts_of_one_title_have_slugs_of_their_own",),
    "Links to recordings are signed in name only": (
        "test_rooms_are_made_an_hour_before_and_seen_by_signed_links",
    ),
    "Nobody can be forgotten": ("test_somebody_is_forgotten_everywhere",),
    "A host's port and its probe are misread": (
        "test_a_host_that_is_not_ours_is_refused_and_railways_probe_is_let_in",
    ),
    "A build of the website names a host": ("test_a_build_names_no_host_of_any_environment",),
    "Variables are missing, and placeholders stand in": (
        "test_one_message_names_all_that_is_missing_malformed_and_refused",
        "test_a_placeholder_is_not_a_value",
    ),
    "Secrets are in the repository": ("test_nothing_is_exposed",),
    "Production is where things are tried": ("test_production_is_neither_seeded_nor_reset",),
    "A hash of a password is never verified": (
        "test_somebody_registers_by_mail_and_logs_in_with_a_token_that_is_theirs",
    ),
    "Who has paid is led to the API's host": (
        "test_a_seat_that_costs_money_is_held_paid_for_at_stripe_and_given_back",
        "test_a_visitor_applies_answers_the_board_and_becomes_a_member",
    ),
    "A build of the website depends on what an earlier one left": (
        "test_a_content_is_built_once_and_each_content_has_its_own_build",
        "test_what_tools_leave_behind_is_no_content",
        "test_what_the_caller_is_told_does_not_get_into_a_build",
    ),
    "Made-up people are shipped to production": (
        "test_nothing_that_the_seeds_make_up_stands_in_a_build",
    ),
    "Packages are missing from the locks, and Python is past its end": (
        "test_whatever_a_room_imports_is_in_its_lock",
        "test_one_version_of_python_is_named_and_it_is_one_that_we_support",
    ),
    "A verifier passes a broken system": (
        "test_a_lie_is_caught",
        "test_each_lie_of_the_first_attempt_is_enough",
    ),
}
"""A failure, and the tests that are red where it happens again."""

TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_of_the_first_attempt_has_its_tests(failure: str) -> None:
    assert [name for name in FAILURES[failure] if name not in TESTS] == []


def test_no_page_of_ours_asks_for_a_card() -> None:
    """Cards are Stripe's; what a browser would fill one in by stands in no page of ours."""
    asks = re.compile(r"cc-(?:number|csc|exp)|card[_-]?number|\bcvc\b", re.IGNORECASE)
    pages = [
        *(ROOT / "frontend/app").rglob("*.tsx"),
        *(ROOT / "frontend/components").rglob("*.tsx"),
    ]
    assert pages
    assert [str(each.relative_to(ROOT)) for each in pages if asks.search(each.read_text())] == []


def test_what_a_route_of_the_first_attempt_did_is_done_or_left_out_for_a_reason() -> None:
    described = json.loads((ROOT / "frontend" / "openapi.json").read_text())["paths"]
    ours = {f"{method.upper()} {path}" for path, each in described.items() for method in each}
    assert {former: now for former, now in NOW.items() if now not in ours} == {}
    assert not NOW.keys() & LEFT_OUT.keys()
    assert [former for former, why in LEFT_OUT.items() if not why.endswith(".")] == []
