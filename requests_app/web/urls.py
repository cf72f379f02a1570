"""Which page stands under which address? Indonesian words, kebab-case."""

from django.urls import path

from requests_app.web import health, steps

app_name = "web"

REQUEST = "permohonan/<uuid:public_id>/"

urlpatterns = [
    path(f"{REQUEST}langkah/<slug:segment>/", steps.take_step, name="step"),
    path(
        f"{REQUEST}penerima/<int:number>/langkah/<slug:segment>/",
        steps.take_step,
        name="recipient_step",
    ),
    path("sehat/", health.health, name="health"),
]
