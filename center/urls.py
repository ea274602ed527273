"""Routes of the center room."""

from django.urls import URLPattern, URLResolver, include, path

from center.views import accounts, health, shell

app_name = "center"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("center.privacy.urls")),
    path("", shell.home, name="home"),
    path("login/", accounts.login, name="login"),
    path("logout/", accounts.logout, name="logout"),
    path("lock/", accounts.lock, name="lock"),
    path("login/code/", accounts.second_factor, name="second_factor"),
    path("login/phone/", accounts.second_factor_setup, name="second_factor_setup"),
    path("me/", accounts.profile, name="profile"),
    path("me/password/", accounts.password, name="password"),
    path("me/sessions/<int:pk>/end/", accounts.end_session, name="end_session"),
    path("language/", accounts.language, name="language"),
    path("mask/", accounts.mask_names, name="mask_names"),
    path("search/", shell.search, name="search"),
    path("search/suggest/", shell.suggest, name="suggest"),
    path("tasks/", shell.tasks, name="tasks"),
    path("help/", shell.help_page, name="help"),
    path("help/keys/", shell.keys, name="keys"),
    path("help/words/", shell.glossary, name="glossary"),
    path("healthz", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
]
