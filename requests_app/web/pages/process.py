"""Row 10: what is made of the data, from which sources, and is the data good enough?"""

from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import DataFile, DataRequest, ProcessingResult, RegisterEntry
from requests_app.services import intake, options, usage
from requests_app.web import wording
from requests_app.web.access import Visit
from requests_app.web.forms.usage import ResultForm, ReturnRecipientForm, WithdrawForm
from requests_app.web.owner_view import said_row
from requests_app.web.pages.page import PageDeed, StepPage
from requests_app.web.presenters import Button
from requests_app.web.trail import trail_of
from requests_app.web.waiting import supplements_waiting


def context(visit: Visit) -> dict[str, Any]:
    """Give the trail, the results that stand or were withdrawn, and what may be done here."""
    data_request = visit.data_request
    may_edit = data_request.state == PAGE.key and options.has_turn(
        subject=visit.subject, actor=visit.actor
    )
    results = data_request.made_results()
    prefetch_related_objects(results, "files")
    return {
        "trail": trail_of(data_request, current="results"),
        "may_edit": may_edit,
        "waiting": supplements_waiting(data_request),
        "sources": sources_shown(data_request),
        "results": [result_row(visit, result) for result in results],
        "standing": len(data_request.standing_results()),
        "purpose": data_request.purpose,
        "add_result": Button("add_result", _("Tambah hasil olah"), allowed=True),
        "withdraw_result": Button("withdraw_result", _("Tarik hasil olah"), allowed=True),
        "return_data": Button(
            "return:receive_data",
            wording.RETURN_LABELS["process_data", "receive_data"],
            allowed=True,
        ),
    }


def sources_shown(data_request: DataRequest) -> list[dict[str, Any]]:
    """Lay out the standing lines of the register with the received files behind them."""
    return [
        {
            "number": entry.number.text,
            "owner": entry.recipient.data_owner.name,
            "data": entry.data,
            "received_on": entry.received_on,
            "href": reverse(
                "web:recipient_step", args=[data_request.public_id, entry.recipient.number, "9"]
            ),
            "answers": answers_shown(entry),
            "files": [file_shown(file) for file in usage.files_of(entry)],
        }
        for entry in usage.sources_of(data_request)
    ]


def answers_shown(entry: RegisterEntry) -> list[dict[str, Any]]:
    """Lay out what an owner has answered in words: it is data as much as any file."""
    return [
        {"item": answer.item.name, **said_row(said.question, said.value)}
        for answer in entry.delivery.answers.all()
        for said in answer.question_answers.all()
        if said.is_filled
    ]


def result_row(visit: Visit, result: ProcessingResult) -> dict[str, Any]:
    """Tell one result: how, from what, in which files, and whether it still counts."""
    return {
        "result": result,
        "entries": [
            _("No. {nomor} ({asal})").format(nomor=line.number, asal=line.origin)
            for line in visit.data_request.register_lines()
            if line.pk in result.entry_keys
        ],
        "sources": result.source_names,
        "files": [file_shown(file) for file in result.files.all()],
        "form": WithdrawForm(
            subject=visit.subject,
            actor=visit.actor,
            at=visit.at,
            initial={"result": result.pk},
            auto_id=f"withdraw-{result.pk}-%s",
        ),
    }


def file_shown(file: DataFile) -> dict[str, Any]:
    """Describe a file for `components/file_item.html`; its bytes are asked for with a purpose."""
    return {
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "at": file.stored_at,
        "warnings": [told] if (told := intake.why_closed(file)) else [],
        "kind": file.name.rpartition(".")[2].lower(),
        "href": reverse("web:open_file", args=[file.public_id]),
    }


PAGE = StepPage(
    key="process_data",
    deeds=(
        PageDeed(deed="process_data", beside="add_result"),
        PageDeed(
            deed="add_result",
            form=ResultForm,
            do=usage.add_result,
            stays=True,
            success=lambda _visit, result: _("Hasil olah “{judul}” tersimpan.").format(
                judul=result.title
            ),
        ),
        PageDeed(
            deed="withdraw_result",
            form=WithdrawForm,
            do=usage.withdraw_result,
            stays=True,
            success=lambda _visit, result: _("Hasil olah “{judul}” ditarik.").format(
                judul=result.title
            ),
        ),
        PageDeed(deed="return:receive_data", form=ReturnRecipientForm, do=usage.return_recipient),
    ),
    context=context,
)
