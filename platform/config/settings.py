"""Every setting of Portlane, read from the environment and from nowhere else (docs/settings.md lists them)."""

from __future__ import annotations

from pathlib import Path

import environ
from django.conf.locale import LANG_INFO

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# ---------------------------------------------------------------- what this process is
DEBUG = env.bool("DEBUG", default=False)
PORTLANE_EMBEDDED = env.bool(
    "PORTLANE_EMBEDDED", default=False
)  # set by `manage.py up`: one machine, SQLite, Valkey child
PORTLANE_DATA_DIR = Path(env.str("PORTLANE_DATA_DIR", default=str(BASE_DIR / "var")))
PORTLANE_CLOCK = env.str("PORTLANE_CLOCK", default="")  # demo clock, read by core.clock; refused in production
PORTLANE_PUBLIC_URL = env.str("PORTLANE_PUBLIC_URL", default="http://127.0.0.1:8000")
PORTLANE_OUTBOX_PAGE = env.bool("PORTLANE_OUTBOX_PAGE", default=DEBUG or PORTLANE_EMBEDDED)
PORTLANE_PASS_KEY = env.str("PORTLANE_PASS_KEY", default="")  # Ed25519 seed, base64; made on first use when embedded
PORTLANE_PASS_KEYS_ALSO = env.list(
    "PORTLANE_PASS_KEYS_ALSO", default=[]
)  # public halves that verify too: a key rotates
PORTLANE_GATE_READS_DAYS = env.int("PORTLANE_GATE_READS_DAYS", default=30)  # then plates and passes are forgotten
PORTLANE_SMS_TRANSPORT = env.str("PORTLANE_SMS_TRANSPORT", default="console")
PORTLANE_SMS_URL = env.str("PORTLANE_SMS_URL", default="")
PORTLANE_SMS_TOKEN = env.str("PORTLANE_SMS_TOKEN", default="")
PORTLANE_WEBHOOK_PRIVATE = env.bool("PORTLANE_WEBHOOK_PRIVATE", default=False)  # receivers on this machine, over http

SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_PROXY = env.bool("SECURE_PROXY", default=False)  # behind the TLS proxy of docker-compose.yml
HTTPS = env.bool("HTTPS", default=SECURE_PROXY)

INSTALLED_APPS = [
    "servestatic.runserver_nostatic",
    "accounts.office_app.OfficeAppConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "simple_history",
    "csp",
    "core",
    "accounts",
    "realtime",
    "yards",
    "reservations",
    "reservations.declarations",
    "notifications",
    "notifications.webhooks",
    "web",
    "audit",
    "simulator",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.BusyMiddleware",
    "core.middleware.RealWorldMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorFirst",
    "core.middleware.SizeFirst",  # all these come before anybody looks into a form
    "simple_history.middleware.HistoryRequestMiddleware",
]

if DEBUG or PORTLANE_EMBEDDED:
    # In production the proxy serves static files: this middleware is asynchronous and would cost every WSGI request two thread hops.
    MIDDLEWARE.insert(1, "servestatic.middleware.ServeStaticMiddleware")

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "platform" / "web" / "templates"],  # ours come before allauth's
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.site",
            ],
        },
    },
]

# ---------------------------------------------------------------- database
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{PORTLANE_DATA_DIR / 'portlane.sqlite3'}")}
_db = DATABASES["default"]
if _db["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at BEGIN, so a transaction that reads first cannot fail half-way with "database is locked".
    _db.setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=env.int("DATABASE_BUSY_TIMEOUT_S", default=20),
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    )
else:
    _db.setdefault("OPTIONS", {})["options"] = "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=60000"
    # After so many times the statements of core/prepared.py are planned once for their connection.
    _db["OPTIONS"]["prepare_threshold"] = env.int("DATABASE_PREPARE_AFTER", default=5) or None
    # Each ASGI request runs in a fresh thread: persistent connections would leak, a pool does not.
    _db["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE_S", default=0)
    if env.bool("DATABASE_POOL", default=False):
        _db["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=16), "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---------------------------------------------------------------- Redis: pushes and wake-ups only, never a decision
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # socket_timeout=None and a high max_connections: redis-py 8 defaults cut idle subscriptions.
        "CONFIG": {
            "hosts": [{"address": REDIS_URL, "socket_timeout": None, "max_connections": 10000}],
            "prefix": "live",
        },
    }
}
CELERY_BROKER_URL = REDIS_URL

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PeopleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "web:sign_in"
LOGIN_REDIRECT_URL = "web:home_for_me"
LOGOUT_REDIRECT_URL = "web:home"
ACCOUNT_ADAPTER = "accounts.adapters.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# allauth counts in each process's cache, so its limits are off ({} would leave its defaults on). Ours are in the database and
# atomic: sign-ins in accounts/adapters.py, reset mails, old passwords and second factors in accounts/forms.py.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "reset_password": "accounts.forms.ResetPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Portlane"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or PORTLANE_EMBEDDED
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=not (DEBUG or PORTLANE_EMBEDDED))
# How many one-time codes one network address may ask for in an hour; when embedded, every client may come from this machine.
SIGN_IN_CODES_PER_ADDRESS_HOUR = env.int("SIGN_IN_CODES_PER_ADDRESS_HOUR", default=10_000 if PORTLANE_EMBEDDED else 30)
# Programs of enterprises: opaque tokens, client credentials only (accounts/api/oauth.py).
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# ---------------------------------------------------------------- the wire
if SECURE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.HasVerb"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Portlane",
    "DESCRIPTION": "Vehicle queue reservation and parking guidance for border ports.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "GET_LIB_DOC_EXCLUDES": "core.api.schema_words.unspoken",
    "ENUM_NAME_OVERRIDES": {
        "ReservationState": "reservations.models.ReservationState",
        "EntryState": "reservations.models.EntryState",
        "OverrideState": "reservations.models.OverrideState",
        "RequestState": "reservations.models.RequestState",
        "RoundState": "reservations.models.RoundState",
        "AppealState": "reservations.models.AppealState",
        "PortKind": "yards.models.PortKind",
        "PlaceKind": "yards.models.PlaceKind",
        "SensedKind": "reservations.api.shapes.gate.SENSED",
        "BlockKind": "yards.models.BlockKind",
        "DeclarationState": "reservations.declarations.models.DeclarationState",
        "EndpointState": "notifications.webhooks.models.EndpointState",
        "DeliveryState": "notifications.webhooks.models.DeliveryState",
        "EvacuationState": "yards.models.layouts.EvacuationState",
        "MarkKind": "reservations.models.MarkKind",
        "CrossingKind": "yards.models.CrossingKind",
        "DocumentKind": "reservations.declarations.models.DocumentKind",
        "CounterKind": "reservations.api.shapes.driver_conduct.COUNTERS",
        "DispositionKind": "reservations.models.DispositionKind",
        "ClosureState": "yards.models.ClosureState",
        "StayState": "yards.models.stays.StayState",
        "CargoKind": "yards.models.CargoKind",
        "LaneStateCode": "reservations.api.shapes.common.LANE_STATES",
        "BayStateCode": "reservations.api.shapes.common.BAY_STATES",
        "OrderRule": "reservations.api.shapes.common.RULES",
        "PassingRule": "reservations.api.shapes.common.PASSED_BY",
    },
}

# ---------------------------------------------------------------- languages
LANG_INFO.setdefault("lo", {"bidi": False, "code": "lo", "name": "Lao", "name_local": "ລາວ"})
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English"), ("vi", "Tiếng Việt"), ("lo", "ລາວ"), ("my", "မြန်မာ")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
LANGUAGE_COOKIE_NAME = "portlane_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---------------------------------------------------------------- files
STATIC_URL = "static/"
STATIC_ROOT = PORTLANE_DATA_DIR / "static"
MEDIA_ROOT = PORTLANE_DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or PORTLANE_EMBEDDED
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}
SERVESTATIC_USE_FINDERS = DEBUG or PORTLANE_EMBEDDED
SERVESTATIC_AUTOREFRESH = DEBUG

# ---------------------------------------------------------------- mail
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Portlane <no-reply@localhost>")

# ---------------------------------------------------------------- logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "structlog.stdlib.ProcessorFormatter", "processor": "structlog.processors.JSONRenderer"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": env.str("LOG_FORMAT", default="plain")}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"httpx": {"level": "WARNING"}, "django.server": {"level": "WARNING"}},
}
