"""Which page stands under which address? Indonesian words, kebab-case."""

from django.urls import path

from requests_app.web import (
    blanks,
    certificates,
    downloads,
    drafts,
    exchange,
    exits,
    files,
    health,
    inbox,
    numbers,
    opening,
    owner,
    register,
    request_page,
    requests,
    sop_page,
    steps,
    verification,
    versions,
)

app_name = "web"

REQUEST = "permohonan/<uuid:public_id>/"
OWNER = "jawab/<uuid:public_id>/"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("permohonan/", requests.requests, name="requests"),
    path("permohonan/baru/", opening.new_request, name="new_request"),
    path(REQUEST, request_page.show_request, name="request"),
    path(f"{REQUEST}batalkan/", exits.cancel, name="cancel"),
    path(f"{REQUEST}penerima/<int:number>/tidak-ditunggu/", exits.waive, name="waive"),
    path(f"{REQUEST}surat/versi/", versions.compare_versions, name="versions"),
    path(f"{REQUEST}draf/surat.pdf", drafts.draft_pdf, name="draft_pdf"),
    path(f"{REQUEST}draf/surat.docx", exchange.draft_docx, name="draft_docx"),
    path(f"{REQUEST}draf/salinan.pdf", exchange.signed_copy_pdf, name="signed_copy_pdf"),
    path(
        f"{REQUEST}draf/salinan/halaman/<int:number>.webp",
        exchange.signed_copy_page,
        name="signed_copy_page",
    ),
    path(f"{REQUEST}draf/halaman/<int:number>.webp", drafts.draft_page, name="draft_page"),
    path(f"{REQUEST}draf/laporan.pdf", drafts.report_pdf, name="report_draft_pdf"),
    path(
        f"{REQUEST}draf/laporan/halaman/<int:number>.webp",
        drafts.report_page,
        name="report_draft_page",
    ),
    path(f"{REQUEST}media/blanko/", drafts.template_file, name="template_file"),
    path(f"{REQUEST}media/blanko.pdf", blanks.blank_pdf, name="blank_pdf"),
    path(f"{REQUEST}media/blanko/halaman/<int:number>.webp", blanks.blank_page, name="blank_page"),
    path("sop/", sop_page.sop_page, name="sop"),
    path(f"{REQUEST}langkah/<slug:segment>/", steps.take_step, name="step"),
    path(f"{REQUEST}langkah/<slug:segment>/isian/", steps.keep_form, name="keep_form"),
    path(
        f"{REQUEST}penerima/<int:number>/langkah/<slug:segment>/",
        steps.take_step,
        name="recipient_step",
    ),
    path(f"{REQUEST}naskah/<slug:code>/pdf/", downloads.document_pdf, name="document_pdf"),
    path(f"{REQUEST}naskah/<slug:code>/salinan/", downloads.archive_copy, name="archive_copy"),
    path(
        f"{REQUEST}naskah/<slug:code>/halaman/<int:number>/",
        downloads.document_page,
        name="document_page",
    ),
    path(
        f"{REQUEST}penerima/<int:number>/lembar-pengantar/",
        downloads.covering_sheet,
        name="covering_sheet",
    ),
    path("v/<slug:code>/", verification.verify_document, name="verification"),
    path("berkas/<uuid:file_id>/", files.open_file, name="open_file"),
    path("buku-catatan/", register.register, name="register"),
    path("buku-catatan/unduh/<slug:form>/", register.export_register, name="register_export"),
    path("nomor-surat/", numbers.agenda, name="agenda"),
    path("nomor-surat/unduh/<slug:form>/", numbers.export_agenda, name="agenda_export"),
    path("nomor-surat/baru/<slug:way>/", numbers.new_number, name="new_number"),
    path("nomor-surat/<int:number_id>/batalkan/", numbers.void_number, name="void_number"),
    path("t/<str:token>/", owner.follow_link, name="owner_link"),
    path("jawab/", owner.enter, name="owner_door"),
    path("jawab/keluar/", owner.leave, name="owner_leave"),
    path(OWNER, owner.tasks, name="owner_tasks"),
    path(f"{OWNER}langkah/<slug:segment>/", owner.take_step, name="owner_step"),
    path(f"{OWNER}naskah/<slug:code>/", owner.document, name="owner_document"),
    path(f"{OWNER}surat/<int:number>/", owner.letter_page, name="owner_letter_page"),
    path(f"{OWNER}berkas/<uuid:file_id>/", owner.own_file, name="owner_file"),
    path(f"{OWNER}blanko/", owner.blank_form, name="owner_blank"),
    path(f"{OWNER}blanko.pdf", owner.blank_pdf, name="owner_blank_pdf"),
    path("sertifikat/", certificates.own_certificate, name="certificate"),
    path("sertifikat/unduh/", certificates.own_certificate_file, name="certificate_file"),
    path("sehat/", health.health, name="health"),
]
