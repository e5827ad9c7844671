"""How she signs in: her password, second factors and recovery codes, and where she is signed in."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordChangeView
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from lacrima.errors import NotFound
from lacrima.practice import accounts, browser_sessions
from lacrima.practice.accounts import SignInChange
from lacrima.web import sign_in_adapters
from lacrima.web.keeping import page, say, see_other
from lacrima.web.routes import GET, POST, Needs, PageRequest, half_in, member

_PAGES = "lacrima/pages"


class _NewPasskey(AddWebAuthnView):  # type: ignore[misc]
    template_name = f"{_PAGES}/passkey_new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask for one that opens by itself."""
        found: dict[str, Any] = super().get_context_data(**kwargs)
        options = webauthn.begin_registration(self.request.user, True)
        return {**found, "form": kwargs.get("form", found["form"]), "options": options}


class _NewApp(ActivateTOTPView):  # type: ignore[misc]
    template_name = f"{_PAGES}/totp_new.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who has an app sets another one in its place: her phone is a new one."""
        if _apps_of(request).exists():
            return View.dispatch(self, request, *args, **kwargs)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what becomes of the app that she has."""
        return {**super().get_context_data(**kwargs), "has_app": _apps_of(self.request).exists()}

    def form_valid(self, form: Any) -> HttpResponse:
        """The one before goes only with the code of the new one."""
        with transaction.atomic():
            before, _kinds = _apps_of(self.request).delete()
            answer: HttpResponse = super().form_valid(form)
            if before:
                accounts.note_change(SignInChange.FACTOR_REMOVED, by=self.request.user.member)
        return answer


def _apps_of(request: HttpRequest) -> Any:
    return Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP)


class _NewPassword(PasswordChangeView):  # type: ignore[misc]
    template_name = f"{_PAGES}/password.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """All other browsers have to sign in anew."""
        super().form_valid(form)
        request = self.request
        row = request.session.row
        browser_sessions.end_all(request.user, but=row.pk if row else None)
        accounts.note_change(SignInChange.PASSWORD, by=request.user.member)
        say(request, _("The new password holds. Every other browser has to sign in anew."))
        return see_other(reverse("mfa_index"))

    def get_default_success_url(self) -> str:
        """Back to how she signs in."""
        return reverse("mfa_index")


totp_new = half_in(needs=Needs.PRESENCE, step_up=True)(_NewApp.as_view())
passkey_new = half_in(needs=Needs.PRESENCE, step_up=True)(_NewPasskey.as_view())
recovery_codes = member(methods=GET, step_up=True, keeps_drafts=False)(
    ViewRecoveryCodesView.as_view(template_name=f"{_PAGES}/recovery_codes.html")
)
recovery_codes_new = member(step_up=True, keeps_drafts=False)(
    GenerateRecoveryCodesView.as_view(template_name=f"{_PAGES}/recovery_codes_new.html")
)
password = member(step_up=True, keeps_drafts=False)(_NewPassword.as_view())


@member(methods=GET)
def overview(request: PageRequest) -> HttpResponse:
    """All of it at a glance."""
    of_her = Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at")
    factors = [one for one in of_her if one.type != Authenticator.Type.RECOVERY_CODES]
    codes = next((one for one in of_her if one not in factors), None)
    here = request.session.row  # type: ignore[attr-defined]
    context: dict[str, object] = {
        "factors": factors,
        "has_app": _apps_of(request).exists(),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "browsers": browser_sessions.of(request.user),  # type: ignore[arg-type]
        "here_id": here.pk if here else None,
    }
    return page(request, "own_sign_in", context)


@member(methods=POST, step_up=True, keeps_drafts=False)
def factor_remove(request: PageRequest, factor_id: str) -> HttpResponse:
    """Take one away; the last one stays."""
    found = _factor(request, factor_id)
    if sign_in_adapters.SecondFactors().can_delete_authenticator(found):
        delete_and_cleanup(request, found)
        say(request, _("It opens nothing any more."))
    else:
        say(request, _("This is the only one. Add another before you take it away."))
    return see_other(reverse("mfa_index"))


def _factor(request: HttpRequest, factor_id: str) -> Authenticator:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    of_her = Authenticator.objects.filter(user_id=request.user.pk, type__in=kinds)
    found = of_her.filter(pk=int(factor_id)).first() if factor_id.isdecimal() else None
    if found is None:
        raise NotFound("there is nothing here for you", next_step="Go back to Today.")
    return found


@member(methods=POST, step_up=True, keeps_drafts=False)
def browser_end(request: PageRequest, browser_id: str) -> HttpResponse:
    """Sign one other browser out."""
    accounts.end_one_session(browser_id, by=request.member)
    say(request, _("That browser is signed out."))
    return see_other(reverse("mfa_index"))


@member(methods=POST, step_up=True, keeps_drafts=False)
def browsers_end(request: PageRequest) -> HttpResponse:
    """Sign every other browser out."""
    here = request.session.row  # type: ignore[attr-defined]
    accounts.end_sessions(request.member, by=request.member, but=here.pk)
    say(request, _("Every other browser is signed out."))
    return see_other(reverse("mfa_index"))
