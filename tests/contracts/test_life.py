"""No order of clicks breaks the SOP: anyone tries anything, and the house still stands.

The second rule is needed: with random deeds alone a request hardly ever leaves its first rows.
"""

from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from requests_app.models import AuditEntry, DataRequest, LetterNumber, OfficialDocument, Recipient
from requests_app.services import audit, deeds, workflow
from requests_app.services.workflow import Refused, Subject
from requests_app.sop.roles import Actor, Capacity, Role
from requests_app.sop.steps import (
    EXITS,
    RECIPIENT_STEPS,
    REQUEST_ENDS,
    STEPS,
)
from tests.factories import MONDAY, WALK, World, fresh, make_world, open_request

DEEDS = sorted(
    {bound.move.deed for kind in (DataRequest, Recipient) for bound in workflow.moves_of(kind)}
)
LEADS = {
    *((step.key, step.next) for step in STEPS),
    *((step.key, target) for step in STEPS for target in step.returns_to),
    *((source, way.target) for way in EXITS for source in way.sources),
    ("recorded", "receive_data"),
}
"""Every way the table knows; the last is row 10's, which sends a recorded recipient back."""
REASON = "Alasan yang cukup panjang untuk dicatat."


class RequestLife(RuleBasedStateMachine):
    """One request with one to three recipients, in an office of its own."""

    world: World
    data_request: DataRequest

    def __init__(self) -> None:
        super().__init__()
        # Hypothesis' own Django test case leaks rows between examples, so this is done by hand.
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)

    @initialize(recipients=st.integers(1, 3))
    def open(self, recipients: int) -> None:
        self.world = make_world(owners=recipients)
        self.data_request = open_request(self.world, recipients=recipients)

    # -- rules ------------------------------------------------------------------------------

    @rule(deed=st.sampled_from(DEEDS), who=st.sampled_from([*Role, None]), data=st.data())
    def anyone_tries_anything(self, deed: str, who: Role | None, data: Any) -> None:
        subject = data.draw(st.sampled_from(self.subjects()), label="subject")
        before, entries = self.standing(), self.entries()
        self.world.tick()
        try:
            with transaction.atomic():
                workflow.perform(
                    subject=subject,
                    deed=deed,
                    actor=self.actor(who, subject),
                    at=self.world.now,
                    reason=REASON,
                    **_facts_of(deed),
                )
        except Refused:
            assert self.standing() == before, "a refusal changed something"
            assert self.entries() == entries, "a refusal is on the record"
        else:
            assert self.entries() == entries + 1, "one change, one entry"

    @precondition(lambda self: not fresh(self.data_request).is_ended)
    @rule(data=st.data())
    def somebody_does_what_is_awaited(self, data: Any) -> None:
        data_request = fresh(self.data_request)
        subject: Subject = data_request
        if data_request.waits_for_owners:
            waiting = [
                recipient
                for recipient in data_request.recipients.waiting().order_by("number")
                if recipient.state == data_request.state
            ]
            subject = data.draw(st.sampled_from(waiting), label="recipient")
        self.world.tick()
        if subject.state == "review_refusals":
            self.close_without_data(data_request)
        else:
            WALK[subject.state](self.world, subject)

    def close_without_data(self, data_request: DataRequest) -> None:
        deeds.take(
            subject=data_request,
            deed="close_without_data",
            actor=self.world.actor(Role.SECTION_HEAD),
            at=self.world.now,
            reason=REASON,
        )

    # -- invariants -------------------------------------------------------------------------

    @invariant()
    def states_follow_the_table(self) -> None:
        for entry in self.record():
            if entry.kind != "notes":
                assert (entry.from_state, entry.to_state) in LEADS, str(entry)

    @invariant()
    def the_chain_holds_and_time_runs_forward(self) -> None:
        assert list(audit.verify_chains()) == []
        times = [entry.at for entry in self.record()]
        assert times == sorted(times)

    @invariant()
    def the_request_stands_with_its_slowest_recipient(self) -> None:
        data_request = fresh(self.data_request)
        if data_request.waits_for_owners:
            order = [step.key for step in RECIPIENT_STEPS]
            waiting = [r.state for r in data_request.recipients.waiting()]
            assert data_request.state == min(waiting, key=order.index)

    @invariant()
    def closing_means_a_signed_letter_and_a_report(self) -> None:
        data_request = fresh(self.data_request)
        assert (data_request.closed_at is not None) == (data_request.state in REQUEST_ENDS)
        if data_request.outcome == DataRequest.Outcome.REPORTED:
            assert data_request.documents.filter(kind=OfficialDocument.Kind.LETTER).exists()
            assert data_request.reports.filter(status__in=["submitted", "accepted"]).exists()

    @invariant()
    def numbers_leave_no_gap(self) -> None:
        taken: dict[tuple[int, int], list[int]] = {}
        for number in LetterNumber.objects.filter(register__office=self.world.office):
            taken.setdefault((number.register_id, number.year), []).append(number.serial)
        for serials in taken.values():
            assert sorted(serials) == list(range(1, len(serials) + 1))

    # -- what the rules ask -----------------------------------------------------------------

    def subjects(self) -> list[Subject]:
        data_request = fresh(self.data_request)
        return [data_request, *data_request.recipients.order_by("number")]

    def actor(self, who: Role | None, subject: Subject) -> Actor:
        if who is None:
            return Actor(
                name="Sistem", role=None, capacity=Capacity.SYSTEM, office_id=subject.office_id
            )
        if who is Role.DATA_OWNER:
            return Actor(
                name="Pemilik Data",
                role=who,
                capacity=Capacity.LINK,
                office_id=subject.office_id,
                recipient_id=subject.pk if isinstance(subject, Recipient) else None,
            )
        return self.world.actor(who)

    def standing(self) -> list[tuple[str, int]]:
        return [(subject.state, subject.version) for subject in self.subjects()]

    def record(self) -> list[AuditEntry]:
        return list(audit.entries_of(self.data_request.pk))

    def entries(self) -> int:
        return len(self.record())


def _facts_of(deed: str) -> dict[str, Any]:
    """Give what a transition method asks for beside the subject."""
    if deed == "receive_letter":
        return {"how": "confirmed", "received_at": MONDAY}
    if deed == "decline":
        return {"ground": "Lainnya"}
    return {}


def test_no_order_of_clicks_breaks_the_sop(db: None) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        RequestLife,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
