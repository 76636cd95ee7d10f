"""The seeds as a story: what they say of people, seats, money and decisions fits together.

It is read on ordinary and on awkward days, and at more than one scale.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.schema.applications import APPROVALS_NEEDED, Application, ApplicationStatus
from backend.schema.blog_posts import BlogPostStatus
from backend.schema.document import AccessType
from backend.schema.events import EventStatus
from backend.schema.newsletter_subscribers import NewsletterStatus
from backend.schema.profiles import Profile, ProfileStatus, Role
from backend.schema.rsvps import Rsvp, RsvpStatus
from backend.schema.subscriptions import Subscription, SubscriptionStatus
from backend.schema.training_sessions import TrainingStatus
from staging.seeds import Seeds, make

LIVE = {SubscriptionStatus.active, SubscriptionStatus.past_due, SubscriptionStatus.trialing}
WAITING = {ApplicationStatus.pending, ApplicationStatus.under_review}
DAYS = {
    "the first minute of a leap day": (datetime(2028, 2, 29, tzinfo=UTC), 1),
    "the last minute of a year": (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 1),
    "the eve of summer time, threefold": (datetime(2027, 3, 27, 15, tzinfo=UTC), 3),
}


class Story:
    """The seeds of a moment, with the people at hand."""

    def __init__(self, moment: datetime, scale: int) -> None:
        self.moment = moment
        self.seeds: Seeds = make(moment, scale)
        self.people: dict[str, Profile] = {it.id: it for it in self.seeds.profiles}


@pytest.fixture(scope="module", params=list(DAYS.values()), ids=list(DAYS))
def story(request: pytest.FixtureRequest) -> Story:
    return Story(*request.param)


def test_an_approved_applicant_was_approved_by_two_of_the_board_and_is_a_member(
    story: Story,
) -> None:
    approved = of_status(story, ApplicationStatus.approved)
    for application in approved:
        approvers = {approval.by for approval in application.approvals}
        assert len(approvers) == APPROVALS_NEEDED
        assert application.profile_id not in approvers
        assert {story.people[it].role for it in approvers} == {Role.board_member}
        assert story.people[application.profile_id].role is Role.member
        moments = [application.submitted_at, *(approval.at for approval in application.approvals)]
        assert moments == sorted(moments, key=lambda it: it or story.moment)
    assert approved


def test_a_rejected_applicant_is_told_why_and_when_to_apply_again(story: Story) -> None:
    for application in of_status(story, ApplicationStatus.rejected):
        assert application.rejection
        assert application.rejection.note
        assert story.people[application.rejection.by].role is Role.board_member
        assert application.reapply_from == application.rejection.at + timedelta(days=30)
        assert not application.approvals


def test_whoever_applied_again_waited_until_they_might(story: Story) -> None:
    again = 0
    for rejected in of_status(story, ApplicationStatus.rejected):
        for later in story.seeds.applications:
            if later.profile_id == rejected.profile_id and later is not rejected:
                assert later.submitted_at
                assert rejected.reapply_from
                assert later.submitted_at >= rejected.reapply_from
                again += 1
    assert again == 6 * len(of_status(story, ApplicationStatus.rejected)) // 7


def test_who_waits_is_a_visitor_with_less_than_two_approvals(story: Story) -> None:
    for application in story.seeds.applications:
        if application.status in WAITING:
            assert story.people[application.profile_id].role is Role.visitor
    assert not any(it.approvals for it in of_status(story, ApplicationStatus.pending))
    reviewed = of_status(story, ApplicationStatus.under_review)
    assert {len(it.approvals) for it in reviewed} == {0, 1}


def test_nobody_has_two_applications_open_and_every_one_is_complete(story: Story) -> None:
    open_ = Counter(it.profile_id for it in story.seeds.applications if it.status in WAITING)
    assert max(open_.values()) == 1
    for application in story.seeds.applications:
        applicant = story.people[application.profile_id]
        told = (application.applicant_email, application.applicant_name)
        assert told == (applicant.email, applicant.full_name)
        assert application.requested_tier is applicant.tier
        assert application.disciplines
        assert len({it.email for it in application.references_given}) == 3
        assert 40 <= len(application.motivation.split()) <= 90
        assert application.submitted_at
        assert applicant.created_at < application.submitted_at < story.moment


def test_every_motivation_is_a_text_of_its_own(story: Story) -> None:
    assert len({it.motivation for it in story.seeds.applications}) == 30


def test_a_subscription_is_for_the_tier_of_its_owner_at_most_one_is_live(story: Story) -> None:
    live = Counter(it.profile_id for it in story.seeds.subscriptions if it.status in LIVE)
    assert max(live.values()) == 1
    customers = defaultdict(set)
    for subscription in story.seeds.subscriptions:
        owner = story.people[subscription.profile_id]
        assert subscription.tier is owner.tier
        assert owner.created_at <= subscription.current_period_start
        if subscription.status in LIVE:
            assert owner.role.at_least(Role.member)
        customers[owner.id].add(subscription.stripe_customer_id)
    assert {len(it) for it in customers.values()} == {1}


def test_periods_say_what_the_status_says(story: Story) -> None:
    now = story.moment
    for it in story.seeds.subscriptions:
        match it.status:
            case SubscriptionStatus.active:
                assert it.current_period_start < now < it.current_period_end
            case SubscriptionStatus.past_due:
                assert it.past_due_since == it.current_period_start + timedelta(hours=1)
                assert now - timedelta(days=14) < it.past_due_since < now < it.current_period_end
            case SubscriptionStatus.trialing:
                assert it.trial_end == it.current_period_end
                assert it.current_period_start < now < it.current_period_end
            case SubscriptionStatus.canceled:
                assert it.canceled_at
                assert it.current_period_start < it.canceled_at < it.current_period_end
                assert it.canceled_at < now


def test_whoever_is_a_member_pays_or_has_paid_for_today(story: Story) -> None:
    def opens_today(it: Subscription) -> bool:
        return it.status in LIVE or it.current_period_end > story.moment

    paid = {it.profile_id for it in story.seeds.subscriptions if opens_today(it)}
    assert paid == {it.id for it in story.seeds.profiles if it.role.at_least(Role.member)}


def test_a_membership_begins_with_the_boards_second_word(story: Story) -> None:
    began = {it.profile_id: it for it in story.seeds.subscriptions if it.status in LIVE}
    for application in of_status(story, ApplicationStatus.approved):
        first_day = began[application.profile_id].created_at
        assert first_day - application.approvals[-1].at == timedelta(hours=3)


def test_seats_are_counted_and_no_event_is_overfull(story: Story) -> None:
    taken = Counter(it.event_id for it in story.seeds.rsvps if it.status is RsvpStatus.confirmed)
    waited_for = {it.event_id for it in story.seeds.rsvps if it.status is RsvpStatus.waitlist}
    for event in story.seeds.events:
        assert event.seats_taken == taken[event.id]
        assert event.capacity is None or event.seats_taken <= event.capacity
        assert event.id not in waited_for or event.seats_taken == event.capacity
        assert event.status is EventStatus.published or event.seats_taken == 0
    assert len(waited_for) == 4 * len(story.seeds.events) // 20


def test_people_answer_events_that_they_may_see(story: Story) -> None:
    events = {it.id: it for it in story.seeds.events}
    for rsvp in story.seeds.rsvps:
        guest, event = story.people[rsvp.profile_id], events[rsvp.event_id]
        assert event.access_type in guest.opens()
        assert guest.status is ProfileStatus.active
        assert guest.id != event.organizer_id
        assert event.status is not EventStatus.draft
        assert max(guest.created_at, event.created_at) < rsvp.created_at
        assert rsvp.created_at < min(event.starts_at, story.moment)


def test_new_members_answered_members_events_after_they_became_members(story: Story) -> None:
    member_since = {
        it.profile_id: it.approvals[-1].at for it in of_status(story, ApplicationStatus.approved)
    }
    closed = {it.id for it in story.seeds.events if it.access_type is not AccessType.public}
    theirs = [
        it for it in story.seeds.rsvps if it.event_id in closed and it.profile_id in member_since
    ]
    assert theirs
    assert all(it.created_at > member_since[it.profile_id] for it in theirs)


def test_who_waits_for_a_seat_came_after_those_who_have_one(story: Story) -> None:
    by_event: dict[str, list[Rsvp]] = defaultdict(list)
    for rsvp in story.seeds.rsvps:
        by_event[rsvp.event_id].append(rsvp)
    for rsvps in by_event.values():
        seated = [it.created_at for it in rsvps if it.status is RsvpStatus.confirmed]
        waiting = [it.created_at for it in rsvps if it.status is RsvpStatus.waitlist]
        assert len({*seated, *waiting}) == len(seated) + len(waiting)
        assert not waiting or max(seated) < min(waiting)


def test_only_guests_of_past_events_were_checked_in(story: Story) -> None:
    past = {it.id for it in story.seeds.events if it.ends_at < story.moment}
    came = [it for it in story.seeds.rsvps if it.checked_in_at]
    assert {it.event_id for it in came} == past
    assert {it.status for it in came} == {RsvpStatus.confirmed}


def test_events_begin_at_a_sensible_hour_of_their_place(story: Story) -> None:
    for event in story.seeds.events:
        assert 9 <= event.starts_at.astimezone(ZoneInfo(event.timezone)).hour <= 19
        assert len(event.description) > 150


def test_events_are_organised_by_staff(story: Story) -> None:
    for event in story.seeds.events:
        assert story.people[event.organizer_id].role.at_least(Role.instructor)


def test_posts_are_written_by_those_who_teach_and_lead_under_their_own_name(story: Story) -> None:
    for post in story.seeds.blog_posts:
        author = story.people[str(post.author_id)]
        assert author.role in (Role.instructor, Role.board_member)
        assert post.author == author.full_name
        assert post.status is BlogPostStatus.draft or author.created_at < post.created_at
        assert (post.published_at is None) == (post.status is BlogPostStatus.draft)


def test_members_are_on_the_newsletters_list_and_the_others_are_outsiders(story: Story) -> None:
    listed = {it.email for it in story.seeds.newsletter_subscribers}
    members = {it.email for it in story.seeds.profiles if it.role.at_least(Role.member)}
    assert members <= listed
    assert all(it.endswith("@readers.staging.wwmaa.example") for it in listed - members)


def test_the_newsletters_dates_fit_its_states(story: Story) -> None:
    for it in story.seeds.newsletter_subscribers:
        assert (it.subscribed_at is None) == (it.status is NewsletterStatus.pending)
        assert (it.unsubscribed_at is not None) == (it.status is NewsletterStatus.unsubscribed)
        if it.subscribed_at and it.unsubscribed_at:
            assert it.subscribed_at < it.unsubscribed_at < story.moment


def test_past_sessions_ended_with_a_recording_and_one_begins_within_a_day(story: Story) -> None:
    soon = []
    for it in story.seeds.training_sessions:
        assert story.people[it.instructor_id].role.at_least(Role.instructor)
        ended = it.starts_at + timedelta(minutes=it.duration_minutes) < story.moment
        assert ended == (it.status is TrainingStatus.ended) == (it.recording_url is not None)
        if timedelta() < it.starts_at - story.moment <= timedelta(days=1):
            soon.append(it.status)
    assert soon == [TrainingStatus.scheduled]


def of_status(story: Story, status: ApplicationStatus) -> list[Application]:
    return [it for it in story.seeds.applications if it.status is status]
