"""The one settings module. Everything that differs between places comes from the environment or `.env`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import addresses, logs
from config.forgetful import Forgetful
from config.postgres import APP, IDLE_IN_TRANSACTION, OWNER, Cluster

BASE_DIR = Path(__file__).resolve().parent.parent
django_stubs_ext.monkeypatch()  # lets `ModelForm[Staff]` stand in the code that mypy reads
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

TESTING = "pytest" in sys.modules

# -- what this place is -------------------------------------------------------------------------------------------
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()
NAME_FILE = DATA_DIR / "center.env"  # what start_center was told; the environment and .env come before it
environ.Env.read_env(NAME_FILE)
CENTER_NAME = env.str("CENTER_NAME", default="困难职工帮扶中心")
CENTER_PHONE = env.str("CENTER_PHONE", default="")
NAME_IN_NOTICES_MASKED = env.bool("NAME_IN_NOTICES_MASKED", default=True)

# -- keys ---------------------------------------------------------------------------------------------------------
DEFAULT_SECRET_KEY = "demo-only-never-in-production"  # noqa: S105 - config.checks refuses to start with it
SECRET_KEY = env.str("SECRET_KEY", default=DEFAULT_SECRET_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=True)
# The privacy module reads FIELD_KEYS ("1:base64,2:base64", newest last), FINGERPRINT_KEY and SEAL_KEY itself.
KEYS_FILE = Path(env.str("KEYS_FILE", default=str(DATA_DIR / "keys.env")))

# -- rooms --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "center",
    "casework",
    "relief",
    "employment",
    "legal",
    *(["demo"] if DEMO or TESTING else []),
    "config.reference_admin.ReferenceAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "import_export",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "center.site.middleware.RequestIds",
    "center.site.middleware.ReadsCannotWrite",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "center.site.middleware.StaffLanguage",
    "center.site.middleware.NothingTooBig",
    "center.site.middleware.NothingUnwritable",
    "center.site.middleware.SessionGate",
    "center.site.idempotency.Idempotency",
    "center.site.middleware.SentFormsLeaveNoDraft",
    "center.site.middleware.WaitingIsCountedAnew",
    "center.site.privacy_gate.AccessIsLogged",
    "center.site.privacy_gate.NamesAreMasked",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "center.site.context.shell",
            ],
        },
    },
]

# -- database -----------------------------------------------------------------------------------------------------
# Web, worker and shell run as `center_app`, which owns nothing; `migrate` and other owner's commands drop the option.
CLUSTER: Cluster | None = None
if _url := env.str("DATABASE_URL", default=""):
    DATABASES: dict[str, Any] = {"default": addresses.database("DATABASE_URL", _url)}
else:
    # The tests have a server of their own: none of them comes near real rows.
    CLUSTER = Forgetful(DATA_DIR / "tests") if TESTING else Cluster(DATA_DIR)
    DATABASES = {"default": addresses.database("DATA_DIR", CLUSTER.url(APP))}
# Who migrates: the embedded server's owner; on a PostgreSQL of one's own whom DATABASE_OWNER_URL names, otherwise the same
# login without that role. The application's own login cannot become the owner.
_owner_url = env.str("DATABASE_OWNER_URL", default="") if CLUSTER is None else CLUSTER.url(OWNER)
OWNER_IS_NAMED = CLUSTER is None and bool(_owner_url)
if CLUSTER is not None and env.str("DATABASE_OWNER_URL", default=""):
    raise ImproperlyConfigured("DATABASE_OWNER_URL is set without DATABASE_URL: name both, or neither.")
OWNER_LOGIN = addresses.owner_login("DATABASE_OWNER_URL", _owner_url, beside=DATABASES["default"])
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "10s", env.str("STATEMENT_TIMEOUT", "60s")
if TESTING:  # a slow machine is no fault of a statement
    LOCK_TIMEOUT, STATEMENT_TIMEOUT = "2min", "5min"
APP_ROLE_OPTIONS = f"-c role={APP} -c lock_timeout={LOCK_TIMEOUT} -c statement_timeout={STATEMENT_TIMEOUT}"
APP_ROLE_OPTIONS += f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION}"
if TESTING:  # the rows of a test need not outlive the machine
    APP_ROLE_OPTIONS += " -c synchronous_commit=off"
_asked: dict[str, Any] = DATABASES["default"]["OPTIONS"]  # by the address: sslmode and the like, and options of its own
DATABASES["default"]["OPTIONS"] = {**_asked, "options": f"{_asked.get('options', '')} {APP_ROLE_OPTIONS}".strip()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- people and sessions ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "center.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:  # a slow hash tests nothing of ours
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "center.site.passwords.TenCharacters"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "center.site.passwords.ThreeKindsOfCharacters"},
]
PASSWORD_DAYS = 90  # 等保: changed at intervals (domain.md §7.2)
LOGIN_URL = "center:login"
LOGIN_REDIRECT_URL = "center:home"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS", default=not (DEMO or DEBUG or TESTING))
IDLE_LOCK_MINUTES = 10
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "center.views.accounts.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
OTP_TOTP_ISSUER = CENTER_NAME

# -- what goes wrong ----------------------------------------------------------------------------------------------
LOGGING = logs.LOGGING
logs.configure()

# -- language and time --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["config.formats"]

# -- files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # what browsers ask for by itself: /favicon.ico
MEDIA_ROOT = DATA_DIR / "documents"  # every file in it is encrypted (center.privacy)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
UPLOAD_MOST = 64 * 2**20  # one request, files included; refused before it is read
FILE_UPLOAD_PERMISSIONS = 0o600

# -- headers ------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's CSS holds data: SVGs
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# -- jobs, history, imports ---------------------------------------------------------------------------------------
PGHISTORY_BASE_MODEL = "center.models.history.Event"
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()  # who and which action, in the history row itself
SEAL_HEADS_FILE = DATA_DIR / "seal_heads.txt"  # outside the database: against a chain rebuilt or cut
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
IMPORT_EXPORT_SKIP_ADMIN_LOG = True
IMPORT_EXPORT_USE_TRANSACTIONS = True
