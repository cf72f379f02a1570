"""Which page stands under which address? (DESIGN §6: Indonesian, kebab-case.)"""

from django.urls import path

from requests_app.web import health

app_name = "web"

urlpatterns = [
    path("sehat/", health.health, name="health"),
]
