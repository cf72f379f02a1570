"""What does the collection form say on paper? Made anew from its questions each time, kept nowhere.

A medium that is a template file has its paper already: the file.
"""

from functools import lru_cache

from requests_app.documents import blanks as paper
from requests_app.documents import wording
from requests_app.models import CollectionForm, DataRequest, FormQuestion, Recipient, RequestedItem
from requests_app.services import forms, stationery


def can_be_printed(form: CollectionForm | None) -> bool:
    """Tell whether a form has questions of ours to print."""
    return form is not None and form.kind == CollectionForm.Kind.QUESTIONS


def render_blank(form: CollectionForm, *, recipient: Recipient | None = None) -> bytes:
    """Make the PDF of a form, for one owner with that owner's items only; a draft says DRAF."""
    return _rendered(compose(form, recipient=recipient))


def compose(form: CollectionForm, *, recipient: Recipient | None = None) -> paper.BlankForm:
    """Build the paper from the form's questions, item by item."""
    data_request = form.data_request if recipient is None else recipient.data_request
    office = data_request.office
    items = data_request.items.all() if recipient is None else recipient.asked_items()
    letter = data_request.signed_letter()
    questions: dict[int, list[FormQuestion]] = {}
    for question in form.questions.all():
        questions.setdefault(question.item_id, []).append(question)
    return paper.BlankForm(
        letterhead=stationery.letterhead_of(office),
        measures=stationery.measures_of(office),
        title=data_request.title,
        version=form.number,
        office=office.name,
        contact=f"{office.contact_name} ({office.contact_phone})",
        items=tuple(_item(item, questions.get(item.pk, [])) for item in items),
        letter="" if letter is None else str(letter.number),
        owner="" if recipient is None else str(recipient),
        days=_days(data_request),
        return_to=", ".join(part for part in (office.name, office.address) if part),
        instructions=form.instructions,
        draft=form.published_at is None,
    )


def _item(item: RequestedItem, questions: list[FormQuestion]) -> paper.Item:
    details = (
        item.definition,
        f"Periode: {item.period}" if item.period else "",
        f"Cakupan: {item.coverage}" if item.coverage else "",
        f"Satuan: {item.unit}" if item.unit else "",
    )
    told_already = forms.question_for(item).help
    return paper.Item(
        name=item.name,
        details=". ".join(part.rstrip(".") for part in details if part),
        required=item.required,
        questions=tuple(
            paper.Question(
                text=one.text,
                kind=one.kind,
                unit=one.unit,
                choices=tuple(one.choices),
                rows=tuple(one.rows),
                columns=tuple(one.columns),
                holds_numbers=one.holds_numbers,
                required=one.required,
                help="" if one.help == told_already else one.help,
            )
            for one in questions
        ),
    )


def _days(data_request: DataRequest) -> str:
    standard = data_request.edition.as_plain().standard_of("process_request")
    return "" if standard is None else wording.amount(standard.amount, "hari kerja")


@lru_cache(maxsize=8)
def _rendered(form: paper.BlankForm) -> bytes:
    # Pages of one preview are asked for one by one; equal papers give equal bytes.
    return paper.render_blank(form)
