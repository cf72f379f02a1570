"""Which address leads to which door? The pages are in requests_app/web/urls.py."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, reverse_lazy

from requests_app.web import second_factor

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
# Likewise of its second factor (ADR 0023); passkeys have no list of their own but the overview.
overview = reverse_lazy("mfa_index")
accounts += [
    path("masuk/kode/", mfa.authenticate, name="mfa_authenticate"),
    path("masuk/kunci-sandi/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("konfirmasi/kode/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path(
        "konfirmasi/kunci-sandi/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("tantangan/", second_factor.challenge, name="passkey_challenge"),
    path("keamanan/", second_factor.security, name="mfa_index"),
    path("keamanan/aplikasi/", totp.activate_totp, name="mfa_activate_totp"),
    path("keamanan/aplikasi/lepas/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("keamanan/kode-pemulihan/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "keamanan/kode-pemulihan/baru/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "keamanan/kode-pemulihan/unduh/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("keamanan/kunci-sandi/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path(
        "keamanan/kunci-sandi/<int:pk>/",
        webauthn.EditWebAuthnView.as_view(success_url=overview),
        name="mfa_edit_webauthn",
    ),
    path(
        "keamanan/kunci-sandi/<int:pk>/hapus/",
        webauthn.RemoveWebAuthnView.as_view(success_url=overview),
        name="mfa_remove_webauthn",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("akun/", include(accounts)),
    path("kelola/", admin.site.urls),
    path("", include("requests_app.web.urls")),
]
