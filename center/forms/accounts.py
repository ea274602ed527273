"""Getting in, staying in, and one's own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_otp import match_token

from center.models import Staff
from center.site import shortcuts

if TYPE_CHECKING:
    from django_otp.models import Device

    from center.site.guard import StaffRequest


class LoginForm(AuthenticationForm):
    """Name and password. Pasting and password managers work; there is no picture puzzle."""

    error_messages = {
        "invalid_login": _("User name and password do not match. Check the caps lock; both distinguish capitals."),
        "inactive": _("This account is closed. Ask the administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password"}


class PasswordForm(PasswordChangeForm):
    """A new password. The old one is tried like a login, and is no new one: not even the one-time password."""

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        given: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.username, password=given) is None:
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return given

    def clean_new_password1(self) -> str:
        chosen: str = self.cleaned_data["new_password1"]
        if self.user.check_password(chosen):
            raise forms.ValidationError(_("This is the password that you have. Choose another one."))
        return chosen


class UnlockForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """Tried like a login: wrong ones are counted, and five of them lock the name."""
        staff, password = self.request.staff, self.cleaned_data["password"]
        if authenticate(self.request, username=staff.username, password=password) is None:
            raise forms.ValidationError(_("That is not the password of %(name)s.") % {"name": staff})
        return str(password)


class CodeForm(forms.Form):
    """Six digits from the phone, or one of the backup codes on paper."""

    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        help_text=_("Six digits from the phone, or one of your backup codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}),
    )

    def __init__(self, *args: Any, staff: Staff, device: Device | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        self.device = device

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].replace(" ", "").lower()
        matched = self.device if self.device and self.device.verify_token(code) else None
        if self.device is None:
            matched = match_token(self.staff, code)
        if matched is None:
            raise forms.ValidationError(
                _("This code is not right. A phone whose clock is wrong shows wrong codes; each code works once.")
            )
        self.matched = matched
        return code


class ShortcutsForm(forms.Form):
    """One choice for each key; two things on one key are refused."""

    def __init__(self, *args: Any, staff: Staff, **options: Any) -> None:
        super().__init__(*args, **options)
        held = shortcuts.of_staff(staff)
        for code, label in shortcuts.labels(staff).items():
            self.fields[code] = forms.ChoiceField(
                label=label, choices=shortcuts.choices(code), initial=held[code], required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        taken: dict[str, str] = {}
        for code, key in list(cleaned.items()):
            if key and key in taken:
                self.add_error(
                    code,
                    gettext("%(key)s is taken already by “%(other)s”.")
                    % {"key": key, "other": self.fields[taken[key]].label},
                )
            taken.setdefault(key, code)
        return cleaned

    def apply(self, *, by: Staff) -> None:
        """Only what differs from the house's keys is kept."""
        own = {code: key for code, key in self.cleaned_data.items() if key != shortcuts.DEFAULTS[code]}
        by.shortcuts = own
        by.save(update_fields=["shortcuts"])


class ProfileForm(forms.ModelForm[Staff]):
    class Meta:
        model = Staff
        fields = ("language", "text_size", "names_masked", "phone", "window")
        widgets = {"text_size": forms.RadioSelect, "language": forms.RadioSelect(choices=settings.LANGUAGES)}
