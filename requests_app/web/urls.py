"""Which page stands under which address? Indonesian words, kebab-case."""

from django.urls import path

from requests_app.web import (
    exits,
    health,
    inbox,
    opening,
    request_page,
    requests,
    sop_page,
    steps,
)

app_name = "web"

REQUEST = "permohonan/<uuid:public_id>/"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("permohonan/", requests.requests, name="requests"),
    path("permohonan/baru/", opening.new_request, name="new_request"),
    path(REQUEST, request_page.show_request, name="request"),
    path(f"{REQUEST}batalkan/", exits.cancel, name="cancel"),
    path(f"{REQUEST}penerima/<int:number>/tidak-ditunggu/", exits.waive, name="waive"),
    path("sop/", sop_page.sop_page, name="sop"),
    path(f"{REQUEST}langkah/<slug:segment>/", steps.take_step, name="step"),
    path(
        f"{REQUEST}penerima/<int:number>/langkah/<slug:segment>/",
        steps.take_step,
        name="recipient_step",
    ),
    path("sehat/", health.health, name="health"),
]
