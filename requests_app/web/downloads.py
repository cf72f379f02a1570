"""Who may open which official document, as a PDF or page by page?

Official documents are the office's own papers: people of the office read them. Received data is
another matter and another door (`web/files.py`), which asks for the purpose.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from requests_app.documents import pages
from requests_app.models import DataRequest, OfficialDocument, SignedCopy
from requests_app.services import letters, sending, sharing
from requests_app.sop.roles import Actor
from requests_app.web.access import actors_here, request_page

SANDBOX = "default-src 'none'; sandbox"


@require_safe
@request_page
def document_pdf(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, code: str
) -> HttpResponseBase:
    """Give the frozen bytes of an official document, as an attachment."""
    return pdf_answer(find_document(data_request, code))


@require_safe
@request_page
def document_page(
    request: HttpRequest,
    *,
    data_request: DataRequest,
    actor: Actor,
    at: datetime,
    code: str,
    number: int,
) -> HttpResponseBase:
    """Give one page of an official document as a picture."""
    return page_answer(bytes_of(find_document(data_request, code)), number=number)


@require_safe
@request_page
def archive_copy(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, code: str
) -> HttpResponseBase:
    """Make the office's own copy of a letter, with its initials; owners have no door to it."""
    document = find_document(data_request, code)
    if not letters.keeps_its_paper(document):
        raise Http404
    return made_pdf(letters.archive_copy(document), f"salinan-arsip-{document.file_name}")


@require_safe
@request_page
def covering_sheet(
    request: HttpRequest, *, data_request: DataRequest, actor: Actor, at: datetime, number: int
) -> HttpResponseBase:
    """Make the sheet that travels with the letter to one owner: the link, never the code.

    For whoever sends letters here; the sheet is made anew each time and kept nowhere.
    """
    recipient = data_request.recipients.select_related("data_owner").filter(number=number).first()
    link = None if recipient is None else recipient.live_link()
    if recipient is None or link is None:
        raise Http404
    recipient.data_request, recipient.office = data_request, data_request.office
    if not any(sharing.may_handle(recipient, one) for one in actors_here(request, at)):
        raise PermissionDenied
    sheet = sending.covering_sheet(recipient, link)
    return made_pdf(sheet, f"lembar-pengantar-{recipient.number}.pdf")


def find_document(data_request: DataRequest, code: str) -> OfficialDocument:
    """Find a paper of this request by its code; 404 for another's."""
    document = data_request.documents.filter(code=code).first()
    if document is None:
        raise Http404
    return document


def bytes_of(document: OfficialDocument) -> bytes:
    """Read the stored bytes of a document."""
    return file_bytes(document.file)


def file_bytes(file: FieldFile) -> bytes:
    """Read a stored file."""
    with file.open("rb") as stored:
        content: bytes = stored.read()
    return content


def pdf_answer(document: OfficialDocument | SignedCopy) -> FileResponse:
    """Answer with the PDF as it was stored; never shown inline, never run."""
    answer = FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.file_name,
        content_type="application/pdf",
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def made_pdf(content: bytes, name: str) -> HttpResponse:
    """Answer with a PDF that was made just now, as an attachment."""
    return made_file(content, name, "application/pdf")


def made_file(content: bytes, name: str, media_type: str) -> HttpResponse:
    """Answer with a file that was made just now, as an attachment."""
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=name
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def page_answer(pdf: bytes, *, number: int) -> HttpResponse:
    """Answer with page `number` (from 1) as a picture; 404 where there is no such page."""
    try:
        image = pages.page_image(pdf, number=number)
    except pages.PageUnreadable as error:
        raise Http404 from error
    answer = HttpResponse(image.content, content_type=image.mime)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def copy_href(document: OfficialDocument) -> str:
    """Give the address of the office's own copy of a letter; "" where there is none."""
    if not letters.keeps_its_paper(document):
        return ""
    return reverse("web:archive_copy", args=[document.data_request.public_id, document.code])


def letter_of(document: OfficialDocument) -> dict[str, Any]:
    """Give what `components/letter_pages.html` shows of a document to people of the office."""
    content = bytes_of(document)
    place = {"public_id": document.data_request.public_id, "code": document.code}
    return shown_pages(
        content,
        address=lambda number: reverse("web:document_page", kwargs={**place, "number": number}),
        pdf_href=reverse("web:document_pdf", kwargs=place),
    )


def draft_shown(data_request: DataRequest) -> dict[str, Any]:
    """Give what `components/letter_pages.html` shows of the draft that is verified and signed."""
    place = {"public_id": data_request.public_id}
    shown = shown_pages(
        letters.render_draft(data_request),
        address=lambda number: reverse("web:draft_page", kwargs={**place, "number": number}),
        pdf_href=reverse("web:draft_pdf", kwargs=place),
    )
    return shown | {"draft": True, "docx_href": reverse("web:draft_docx", kwargs=place)}


def shown_pages(content: bytes, *, address: Any, pdf_href: str = "") -> dict[str, Any]:
    """Describe a PDF for `components/letter_pages.html`; `address` maps a page to its URL."""
    return {
        "pages": [
            {"src": address(number), "width": width, "height": height}
            for number, (width, height) in enumerate(pages.page_sizes(content), start=1)
        ],
        "text": "\n\n".join(pages.page_texts(content)).strip(),
        "pdf_href": pdf_href,
        "draft": False,
    }
