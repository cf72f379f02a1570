"""How does an office revise its SOP without touching what runs under the old one?"""

from datetime import datetime
from typing import Final

from django.db import transaction

from requests_app.models import SopEdition, SopStep
from requests_app.services import audit
from requests_app.sop.roles import Actor

_OWN: Final = {"id", "is_current", "revision"}
_OF_THE_STEP: Final = {"id", "edition"}


def revise(*, edition: SopEdition, actor: Actor, at: datetime) -> SopEdition:
    """Copy an edition with its steps as the next one: unused, so it can be edited (ADR 0010)."""
    with transaction.atomic():
        copy = SopEdition.objects.create(**_fields_of(edition, without=_OWN))
        SopStep.objects.bulk_create(
            SopStep(edition=copy, **_fields_of(step, without=_OF_THE_STEP))
            for step in edition.steps.all()
        )
        audit.note_for_office(
            office_id=edition.office_id,
            deed="revise_edition",
            actor=actor,
            at=at,
            about_what=str(copy),
            copied=edition.pk,
            edition=copy.pk,
        )
    return copy


def begin_with(*, edition: SopEdition, actor: Actor, at: datetime) -> None:
    """Let new requests begin under this edition; running ones keep theirs."""
    with transaction.atomic():
        editions = SopEdition.objects.select_for_update().filter(office_id=edition.office_id)
        before = [other.pk for other in editions if other.is_current]
        editions.filter(is_current=True).update(is_current=False)
        editions.filter(pk=edition.pk).update(is_current=True)
        audit.note_for_office(
            office_id=edition.office_id,
            deed="begin_with_edition",
            actor=actor,
            at=at,
            about_what=str(edition),
            before=before,
            edition=edition.pk,
        )


def _fields_of(row: SopEdition | SopStep, *, without: set[str]) -> dict[str, object]:
    return {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in without
    }
