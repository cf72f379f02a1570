"""Which address leads to which door? The pages are in requests_app/web/urls.py."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

# The admin's own login form knows no rate limit: send people to the one that does.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Only what this house uses of allauth, under Indonesian names: no sign-up, no reset by e-mail.
accounts: list[URLPattern | URLResolver] = [
    path("masuk/", account.login, name="account_login"),
    path("keluar/", account.logout, name="account_logout"),
    path("nonaktif/", account.account_inactive, name="account_inactive"),
    path("kata-sandi/", account.password_change, name="account_change_password"),
    path("konfirmasi/", account.reauthenticate, name="account_reauthenticate"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("akun/", include(accounts)),
    path("kelola/", admin.site.urls),
    path("", include("requests_app.web.urls")),
]
