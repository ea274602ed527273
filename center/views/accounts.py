"""Getting in: login, lock, second factor, password; and one's own page."""

from __future__ import annotations

import secrets
from base64 import b32encode
from typing import TYPE_CHECKING

import segno
from axes.helpers import get_client_ip_address
from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as open_session
from django.contrib.auth import logout as close_session
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as verify_session
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from center.forms.accounts import CodeForm, LoginForm, PasswordForm, ProfileForm, ShortcutsForm, UnlockForm
from center.models import StaffSession
from center.site.guard import posted, public
from center.site.middleware import LANGUAGES

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest

    from center.models import Staff
    from center.site.guard import StaffRequest

BACKUP_CODES = 8


def _next(request: HttpRequest, fallback: str = "/") -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or request.session.pop("after", "") or fallback
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else fallback


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Name and password; five failures lock the name at this machine for half an hour."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect("center:home")
    form = LoginForm(request, data=posted(request))
    if not form.is_valid():
        context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
        return render(request, "center/login.html", context, status=422 if form.errors else 200)
    staff = form.get_user()
    staff.previous_login = staff.last_login
    staff.save(update_fields=["previous_login"])
    open_session(request, staff)
    _remember_login(request, staff)
    return HttpResponseRedirect(_next(request))


def _remember_login(request: HttpRequest, staff: Staff) -> None:
    request.session["seen"] = int(timezone.now().timestamp())
    if request.session.session_key is None:
        request.session.save()
    device = request.headers.get("User-Agent", "")[:120]
    StaffSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={"staff": staff, "device": device, "address": request.META.get("REMOTE_ADDR") or None},
    )


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: object, **kwargs: object) -> HttpResponse:
    """What axes shows after too many failures: why, and when it ends."""
    minutes = int(settings.AXES_COOLOFF_TIME * 60)
    return render(request, "center/locked_out.html", {"minutes": minutes}, status=429)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    StaffSession.objects.filter(session_key=request.session.session_key).delete()
    close_session(request)
    return redirect("center:login")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def lock(request: StaffRequest) -> HttpResponse:
    """One key hides everything; the password brings the same page back. Somebody else may log in instead."""
    if request.method == "POST" and "password" not in request.POST:
        request.session["locked"] = True
        request.session["after"] = request.headers.get("Referer", "/")
        return redirect("center:lock")
    if not request.session.get("locked"):
        return redirect("center:home")
    form = UnlockForm(posted(request), request=request)
    if not form.is_valid():
        return render(request, "center/lock.html", {"form": form}, status=422 if form.errors else 200)
    forget_failures(username=request.staff.username, ip=get_client_ip_address(request))
    request.session["locked"] = False
    request.session["seen"] = int(timezone.now().timestamp())
    return HttpResponseRedirect(_next(request))


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: StaffRequest) -> HttpResponse:
    """The six digits from the phone, or a backup code; whoever has no phone enrolled yet is led to enrol one."""
    if not TOTPDevice.objects.filter(user=request.staff, confirmed=True).exists():
        return redirect("center:second_factor_setup")
    form = CodeForm(posted(request), staff=request.staff)
    if not form.is_valid():
        return render(request, "center/second_factor.html", {"form": form}, status=422 if form.errors else 200)
    verify_session(request, form.matched)
    return HttpResponseRedirect(_next(request))


@never_cache
@require_http_methods(["GET", "POST"])
def second_factor_setup(request: StaffRequest) -> HttpResponse:
    """Enrol a phone: scan, type one code, then write down the backup codes, which are shown once."""
    if TOTPDevice.objects.filter(user=request.staff, confirmed=True).exists():
        return redirect("center:second_factor")
    if request.method == "POST" and "start" in request.POST:
        TOTPDevice.objects.filter(user=request.staff, confirmed=False).delete()
        TOTPDevice.objects.create(user=request.staff, name="phone", confirmed=False)
        return redirect("center:second_factor_setup")
    device = TOTPDevice.objects.filter(user=request.staff, confirmed=False).first()
    form = CodeForm(posted(request), staff=request.staff, device=device) if device else None
    if form is None or device is None or not form.is_valid():
        context = {
            "form": form,
            "device": device,
            "key": _in_fours(b32encode(device.bin_key).decode().rstrip("=")) if device else "",
            "qr": segno.make(device.config_url).svg_data_uri(scale=4) if device else "",
        }
        return render(request, "center/second_factor_setup.html", context, status=422 if form and form.errors else 200)
    device.confirmed = True
    device.save()
    verify_session(request, device)
    return render(request, "center/backup_codes.html", {"codes": _new_backup_codes(request.staff)})


def _in_fours(key: str) -> str:
    """As people read a long key to one another."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def _new_backup_codes(staff: Staff) -> list[str]:
    device, _made = StaticDevice.objects.get_or_create(user=staff, name="backup")
    device.token_set.all().delete()
    codes = [secrets.token_hex(4) for _n in range(BACKUP_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: StaffRequest) -> HttpResponse:
    form = PasswordForm(request.staff, posted(request), request=request)
    if not form.is_valid():
        return render(request, "center/password.html", {"form": form}, status=422 if form.errors else 200)
    staff = form.save(commit=False)
    staff.must_change_password = False
    staff.password_changed_at = timezone.now()
    staff.save()
    update_session_auth_hash(request, staff)
    messages.success(request, _("Your password was changed."))
    return HttpResponseRedirect(_next(request))


@require_http_methods(["GET", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    form = ProfileForm(posted(request), instance=request.staff)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your settings were saved."))
        return redirect("center:profile")
    context = {"form": form, "sessions": _own_sessions(request.staff), "here": request.session.session_key}
    return render(request, "center/profile.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def own_keys(request: StaffRequest) -> HttpResponse:
    """Move a key, or switch it off; “as it comes” gives the house's keys back."""
    if "reset" in request.POST:
        request.staff.shortcuts = {}
        request.staff.save(update_fields=["shortcuts"])
        return redirect("center:own_keys")
    form = ShortcutsForm(posted(request), staff=request.staff)
    if form.is_valid():
        form.apply(by=request.staff)
        messages.success(request, _("Your keys were saved."))
        return redirect("center:keys")
    return render(request, "center/own_keys.html", {"form": form}, status=422 if form.errors else 200)


def _own_sessions(staff: Staff) -> list[StaffSession]:
    alive = set(Session.objects.filter(expire_date__gt=timezone.now()).values_list("session_key", flat=True))
    return [login for login in StaffSession.objects.filter(staff=staff) if login.session_key in alive]


@require_POST
def end_session(request: StaffRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions, wherever it runs."""
    ended = get_object_or_404(StaffSession, staff=request.staff, pk=pk)
    Session.objects.filter(session_key=ended.session_key).delete()
    ended.delete()
    messages.success(request, _("That session was ended."))
    return redirect("center:profile")


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and stay on the page; before login the choice is a cookie."""
    chosen = request.POST.get("language", "")
    answer = HttpResponseRedirect(_next(request))
    if chosen in LANGUAGES:
        if request.user.is_authenticated:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
        answer.set_cookie("language", chosen, max_age=365 * 86400, httponly=True, samesite="Lax")
    return answer


@require_POST
def mask_names(request: StaffRequest) -> HttpResponse:
    """F8: names are masked on every page while a third person stands at the window."""
    request.staff.names_masked = not request.staff.names_masked
    request.staff.save(update_fields=["names_masked"])
    return HttpResponseRedirect(_next(request))
