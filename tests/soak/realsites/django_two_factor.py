"""django-two-factor-auth with its own views and templates, one user: `python site.py PORT FOLDER`."""
import os
import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path
from django.http import HttpResponse

port, folder = sys.argv[1], sys.argv[2]
settings.configure(
    DEBUG=True,
    SECRET_KEY="of a server that lives for one test",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(folder, "db.sqlite3")}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
        "django_otp", "django_otp.plugins.otp_static", "django_otp.plugins.otp_totp", "two_factor",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware", "django_otp.middleware.OTPMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            # Its own base template asks other hosts for style sheets.
            "loaders": [
                ("django.template.loaders.locmem.Loader", {"two_factor/_base.html": "<!doctype html><title>Site</title>{% block content_wrapper %}{% block content %}{% endblock %}{% endblock %}"}),
                "django.template.loaders.app_directories.Loader",
            ],
            "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages"],
        },
    }],
    LOGIN_URL="two_factor:login", LOGIN_REDIRECT_URL="/",
)
django.setup()
from django.contrib.auth.models import User
from django.contrib.auth.views import LogoutView
from two_factor.urls import urlpatterns as two_factor_urls

urlpatterns = [
    path("", lambda request: HttpResponse(f'<p id="who">{request.user.get_username()} {request.user.is_verified()}</p>')),
    path("logout", LogoutView.as_view(http_method_names=["get", "post"], next_page="/")),
    path("", include(two_factor_urls)),
]
call_command("migrate", verbosity=0)
User.objects.create_user("ada", password="a password of the site")
call_command("runserver", f"127.0.0.1:{port}", use_reloader=False)
