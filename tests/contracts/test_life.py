"""No order of clicks breaks the SOP: anyone tries anything, and the house still stands.

The second rule is needed: with random deeds alone a request hardly ever leaves its first rows. For
the same reason some lives begin later, walked there by the real services.
"""

import os
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

from requests_app.models import (
    AuditEntry,
    DataRequest,
    Delivery,
    Initial,
    ItemAnswer,
    Letter,
    LetterNumber,
    LetterVersion,
    Notice,
    NumberCounter,
    OfficialDocument,
    Recipient,
    RegisterEntry,
    ShareLink,
    UsageReport,
)
from requests_app.services import audit, checks, deeds, requests, usage, workflow
from requests_app.services.workflow import Refused, Subject
from requests_app.sop.roles import Actor, Capacity, Role
from requests_app.sop.steps import (
    EXITS,
    RECIPIENT_STEPS,
    REQUEST_ENDS,
    STEPS,
)
from tests.contracts.conftest import fingerprint
from tests.factories import MONDAY, WALK, World, data_request_at, fresh

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
STARTS = ("list_needs", "list_needs", "verify_letter", "receive_letter", "process_data")
DECISIONS = ("return:list_needs", "return:draft_letter", "close_without_data")
OF_RECIPIENTS = {"return:process_request", "decline", "waive"}
GUIDED = {"cancel", *DECISIONS, "return:prepare_form", "return:use_results", *OF_RECIPIENTS}
"""Deeds whose services do more than move a state: the life goes through them."""
TABLES = [
    model._meta.db_table
    for model in (
        AuditEntry,
        DataRequest,
        Delivery,
        Initial,
        ItemAnswer,
        Letter,
        LetterNumber,
        LetterVersion,
        NumberCounter,
        Notice,
        OfficialDocument,
        Recipient,
        RegisterEntry,
        ShareLink,
        UsageReport,
    )
]
"""What a refused deed must leave as it was, to the last byte."""
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

    @initialize(recipients=st.integers(1, 3), start=st.sampled_from(STARTS))
    def open(self, recipients: int, start: str) -> None:
        self.world, self.data_request = data_request_at(start, recipients=recipients)

    # -- rules ------------------------------------------------------------------------------

    @rule(deed=st.sampled_from(DEEDS), who=st.sampled_from([*Role, None]), data=st.data())
    def anyone_tries_anything(self, deed: str, who: Role | None, data: Any) -> None:
        subject = data.draw(st.sampled_from(self.subjects()), label="subject")
        before, entries = fingerprint(TABLES), self.entries()
        self.world.tick()
        try:
            with transaction.atomic():
                self.attempt(subject, deed, self.actor(who, subject))
        except Refused:
            assert fingerprint(TABLES) == before, "a refusal changed something"
        else:
            assert self.entries() == entries + 1, "one change, one entry"

    def attempt(self, subject: Subject, deed: str, actor: Actor) -> None:
        """Leave and send back through the services, complete past them."""
        at, of_recipient = self.world.now, isinstance(subject, Recipient)
        recipient = None if of_recipient else subject.recipients.order_by("number").first()
        if deed == "return:receive_data" and recipient is not None:
            usage.return_recipient(
                subject=subject, recipient=recipient.pk, reason=REASON, actor=actor, at=at
            )
        elif deed in GUIDED and of_recipient == (deed in OF_RECIPIENTS):
            facts: dict[str, Any] = {"reason": REASON}
            if deed == "decline":
                facts["ground"] = "Lainnya"
            if deed == "return:process_request":
                facts = {
                    "findings": [
                        checks.Finding(item_id=item.pk, verdict="correction", note=REASON)
                        for item in subject.asked_items()[:1]
                    ]
                }
            deeds.take(subject=subject, deed=deed, actor=actor, at=at, **facts)
        else:
            facts = {"how": "confirmed", "received_at": MONDAY} if deed == "receive_letter" else {}
            if deed == "decline":
                facts["ground"] = "Lainnya"
            workflow.perform(subject=subject, deed=deed, actor=actor, at=at, reason=REASON, **facts)

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
            self.decide(data_request, data.draw(st.sampled_from(DECISIONS), label="decision"))
            return
        if subject is data_request and not data_request.recipients.waiting().exists():
            self.find_another_owner(data_request)
        WALK[subject.state](self.world, subject)

    def decide(self, data_request: DataRequest, decision: str) -> None:
        deeds.take(
            subject=data_request,
            deed=decision,
            actor=self.world.actor(Role.SECTION_HEAD),
            at=self.world.now,
            reason=REASON,
        )

    def find_another_owner(self, data_request: DataRequest) -> None:
        """After refusals a new round needs somebody to ask; who declined may be asked again."""
        if data_request.state in requests.ROWS_OPEN_TO_OWNERS:
            requests.add_recipient(
                subject=data_request,
                data_owner=self.world.owners[0],
                actor=self.world.actor(Role.SECTION_HEAD),
                at=self.world.now,
            )
            self.world.tick()

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

    def record(self) -> list[AuditEntry]:
        return list(audit.entries_of(self.data_request.pk))

    def entries(self) -> int:
        """Count what changed a state; services may note more beside it."""
        return sum(entry.kind != "notes" for entry in self.record())


LIVES = int(os.environ.get("LIVES", "0"))
"""How many lives the long set plays, each of 50 steps and never twice the same (make test: 50)."""


def test_no_order_of_clicks_breaks_the_sop(db: None) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        RequestLife,
        settings=settings(
            max_examples=LIVES or 50,
            stateful_step_count=50 if LIVES else 20,
            derandomize=not LIVES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
