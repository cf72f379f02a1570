"""What does this installation run with? Read from the environment; the defaults are safe.

Every variable is listed in docs/operations.md. This module starts nothing: whoever starts the
embedded PostgreSQL (`make run`, manage.py, pytest) hands over its address in `DATABASE_URL`.
"""

import os
from pathlib import Path

from sopdata import environment, logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- Trial or production -------------------------------------------------------------------------
# SOPDATA_EMBEDDED is set beside DATABASE_URL by whoever started the embedded server.
EMBEDDED = environment.read_switch("SOPDATA_EMBEDDED", default="DATABASE_URL" not in os.environ)
DEMO = environment.read_switch("DEMO", default=EMBEDDED)
DEBUG = environment.read_switch("DEBUG", default=False)

SECRETS_DIR = environment.private_folder(VAR_DIR / "secrets")
_trial = DEMO or EMBEDDED
SECRET_KEY = environment.read_secret("SECRET_KEY", folder=SECRETS_DIR, may_generate=_trial)
# Tokens of shared links are an HMAC under this key, which is not in the database (ADR 0011).
LINK_KEY = environment.read_secret("LINK_KEY", folder=SECRETS_DIR, may_generate=_trial)
# Seals the key of each office's own certificate authority (ADR 0024).
AUTHORITY_KEY = environment.read_secret("AUTHORITY_KEY", folder=SECRETS_DIR, may_generate=_trial)
# Seals the secrets of authenticator apps and the seeds of recovery codes (ADR 0023).
MFA_KEY = environment.read_secret("MFA_KEY", folder=SECRETS_DIR, may_generate=_trial)
# Seals the NIK of whoever signs by the certified provider.
NIK_KEY = environment.read_secret("NIK_KEY", folder=SECRETS_DIR, may_generate=_trial)
# The certified provider's Esign Client Service (BSrE), under the agency's account; BSRE_CA is a
# file of certificates to trust instead of the public ones.
BSRE_URL = os.environ.get("BSRE_URL", "")
BSRE_USERNAME = os.environ.get("BSRE_USERNAME", "")
BSRE_PASSWORD = os.environ.get("BSRE_PASSWORD", "")
BSRE_CA = os.environ.get("BSRE_CA", "")
# A time-stamping authority (RFC 3161), where the office has one.
TSA_URL = os.environ.get("TSA_URL", "")
# The certificates (PEM) that its stamps are judged by.
TSA_ANCHORS = environment.read_certificates("TSA_CA")
# One password for the four people of the demo office; `make run` prints it.
DEMO_PASSWORD_FILE = SECRETS_DIR / "demo_password"
DEMO_PASSWORD = DEMO and environment.read_secret(
    "DEMO_PASSWORD",
    folder=SECRETS_DIR,
    may_generate=True,
    generate=environment.random_password,
)

# --- Address -------------------------------------------------------------------------------------
PORT = os.environ.get("PORT", "8000")
PUBLIC_BASE_URL = os.environ.get("PUBLIC_BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
_address = environment.parse_base_url(PUBLIC_BASE_URL)
SECURE = _address.scheme == "https"
_local = _address.hostname in environment.LOCAL_HOSTS
ALLOWED_HOSTS = [
    str(_address.hostname),
    *(["localhost", "127.0.0.1", "[::1]"] if _local else []),
    *environment.read_list("ALLOWED_HOSTS"),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
USE_X_FORWARDED_HOST = False
# Only behind a proxy that strips these headers from what a visitor sends.
if environment.read_switch("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# --- Parts ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "requests_app.apps.RequestsAppConfig",
    # no autodiscovery: only what requests_app/admin registers is shown, so neither the queue (a
    # Schedule may name any function, ADR 0014) nor allauth's tables (what proves a second factor)
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_q",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "requests_app.web.headers.SmallPages",
    "csp.middleware.CSPMiddleware",
    "requests_app.web.headers.private_by_default",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "requests_app.web.uploads.StreamsUploads",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "requests_app.web.accounts.end_old_sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "requests_app.web.second_factor.lead_to_set_up",
]

ROOT_URLCONF = "sopdata.urls"
WSGI_APPLICATION = "sopdata.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "requests_app.web.chrome.chrome",
            ],
            # tags stand with the pages (floor 4), where Django does not look by itself
            "libraries": {"sopdata": "requests_app.web.templatetags.sopdata"},
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Database, cache, queue ----------------------------------------------------------------------
DATABASES = {
    "default": environment.parse_database_url(
        os.environ.get("DATABASE_URL", "postgresql:///sopdata")
    )
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False},
}
# A page gives up after half a minute; commands and the worker (manage.py) take their time.
DATABASES["default"]["OPTIONS"]["options"] = " ".join(
    [
        "-c lock_timeout=5s",
        "-c idle_in_transaction_session_timeout=60s",
        f"-c statement_timeout={os.environ.get('DB_STATEMENT_TIMEOUT', '30s')}",
    ]
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits count here: shared by all processes, and large enough that a counter is not pushed out
# (with the default of 300 entries it was).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

Q_CLUSTER = {
    "name": "sopdata",
    "orm": "default",
    "workers": 1,
    "timeout": 120,  # seconds
    "retry": 180,  # must be more than the timeout, else a running job is begun a second time
    "max_attempts": 5,
    "ack_failures": False,
    "catch_up": False,
    "poll": 1,  # seconds
    "save_limit": 1000,
    "queue_limit": 4,
    "bulk": 1,
    "sync": environment.read_switch("QUEUE_SYNC", default=False),
}

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "requests_app.User"
AUTHENTICATION_BACKENDS = ["requests_app.web.backend.PeopleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_validation = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_validation}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_validation}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_validation}.CommonPasswordValidator"},
    {"NAME": f"{_validation}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "requests_app.web.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "requests_app.web.forms.account.SignInForm",
    "change_password": "requests_app.web.forms.account.PasswordForm",
    "reauthenticate": "requests_app.web.forms.account.AgainForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    # an office sits behind one address: the key is name and address (web.accounts)
    "login_failed": "30/m/ip,5/5m/key",
    "sign": "5/5m/user",
    "sign_proof": "5/5m/user",
    # the public check (web.verification): guessed codes, files to compare, certificates
    "check_unknown": "30/10m/ip,600/m/key",
    "check_upload": "20/m/ip",
    "check_download": "60/m/ip",
    # the owner's door (web.owner): links that do not open
    "link_unknown": "30/10m/ip,600/m/key",
}
MFA_ADAPTER = "requests_app.web.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "requests_app.web.forms.second_factor.CodeForm",
    "reauthenticate": "requests_app.web.forms.second_factor.CodeAgainForm",
    "authenticate_webauthn": "requests_app.web.forms.second_factor.PasskeyProofForm",
    "login_webauthn": "requests_app.web.forms.second_factor.PasskeyLoginForm",
    "reauthenticate_webauthn": "requests_app.web.forms.second_factor.PasskeyAgainForm",
    "activate_totp": "requests_app.web.forms.second_factor.AppForm",
    "add_webauthn": "requests_app.web.forms.second_factor.PasskeyForm",
    "edit_webauthn": "requests_app.web.forms.second_factor.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "sopdata"
MFA_TOTP_TOLERANCE = 1  # a code may be one step (30 seconds) old or early; it is good once
MFA_PASSKEY_LOGIN_ENABLED = True
# asking for a challenge counts too, and an office sits behind one address
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 1800  # seconds without a click
SESSION_SAVE_EVERY_REQUEST = True
SESSION_MAX_AGE = 8 * 3600  # seconds since the login, however busy (read by end_old_sessions)

# --- Cookies, transport, headers -----------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "requests_app.web.stale_forms.refuse"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
# Browsers' preload lists bind a whole domain for years: the owner of the domain decides, not we.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes every form fail (Origin: null)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- Files ---------------------------------------------------------------------------------------
# Received and made files: private, under random names, given out by a view that checks permission.
FILES_ROOT = environment.private_folder(Path(os.environ.get("FILES_ROOT", VAR_DIR / "files")))
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "sopdata.store.FirmStorage",
        "OPTIONS": {"location": FILES_ROOT},
    },
    "staticfiles": {"BACKEND": "sopdata.assets.GzippedStaticFiles"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
MAX_FILE_BYTES = int(os.environ.get("MAX_FILE_MB", "25")) * 1024 * 1024
MAX_DELIVERY_FILES = int(os.environ.get("MAX_DELIVERY_FILES", "20"))
MAX_DELIVERY_BYTES = int(os.environ.get("MAX_DELIVERY_MB", "200")) * 1024 * 1024
# All that one owner may have lying here, over all deliveries; and a request, of its own.
MAX_LINK_BYTES = int(os.environ.get("MAX_LINK_MB", "500")) * 1024 * 1024
# Pages that take files stream them to the disk (requests_app.web.uploads); on all others a small
# file comes into memory, and a larger one not at all.
FILE_UPLOAD_HANDLERS = ["requests_app.web.uploads.SmallFiles"]
# The virus scanner: the path of clamd's socket, or host:port. Without one nothing is scanned.
CLAMD = os.environ.get("CLAMD_SOCKET", "") or os.environ.get("CLAMD_HOST", "")
# On the store's file system, so that taking a file in is a rename and not a second copy.
FILE_UPLOAD_TEMP_DIR = environment.private_folder(FILES_ROOT / "incoming")
# Empty inputs count too, and an owner's page has one per item; the bytes are limited elsewhere.
DATA_UPLOAD_MAX_NUMBER_FILES = 400
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a table of 300 items has 3,600

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "requests_app" / "locale"]
FORMAT_MODULE_PATH = "sopdata.formats"
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

# --- Mail ----------------------------------------------------------------------------------------
EMAIL_TIMEOUT = 10  # seconds; without it a silent server holds the worker for ever
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "sopdata@localhost")
if DEMO and "EMAIL_URL" not in os.environ:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = environment.private_folder(VAR_DIR / "mail")
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(environment.parse_email_url(os.environ.get("EMAIL_URL", "smtp://localhost")))

# --- Logs ----------------------------------------------------------------------------------------
LOGGING = logs.configure(
    security_log=os.environ.get(
        "SECURITY_LOG", str(environment.private_folder(VAR_DIR / "log") / "security.log")
    ),
    access_log=environment.read_switch("ACCESS_LOG", default=False),
)
