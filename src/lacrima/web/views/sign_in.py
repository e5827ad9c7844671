"""The way into a clinic: name and password or a passkey, the second factor, once more, and out."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lacrima.errors import BadInput, LacrimaError, NotFound
from lacrima.practice import accounts, browser_sessions, people
from lacrima.vault.folder import Folder
from lacrima.web import half_typed, held_files, sign_in_steps
from lacrima.web.forms.sign_in import InvitedForm
from lacrima.web.keeping import page, see_other
from lacrima.web.routes import GET, GET_AND_POST, POST, Needs, anyone, half_in

_PAGES = "lacrima/pages"


class _Again(ReauthenticateView):  # type: ignore[misc]
    """With what else she could prove it is she."""

    template_name = f"{_PAGES}/sign_in_again.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which kinds she has, and whether she fell quiet."""
        return {
            **super().get_context_data(**kwargs),
            "kinds": _kinds_of(self.request),
            "is_resting": sign_in_steps.is_resting(self.request),
        }


def _kinds_of(request: HttpRequest) -> set[str]:
    of_her = Authenticator.objects.filter(user_id=request.user.pk)
    return set(of_her.values_list("type", flat=True))


class _PasskeyAgain(ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = f"{_PAGES}/sign_in_again_passkey.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say so, and let her try another way."""
        messages.info(self.request, _("The passkey did not answer. Try another way."))
        return see_other(reverse("account_reauthenticate"))


class _PasskeyIn(LoginWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:
        """Say so, and let her try another way."""
        messages.info(self.request, _("This passkey opens nothing here. Try another way."))
        return see_other(reverse("account_login"))


sign_in = anyone(LoginView.as_view(template_name=f"{_PAGES}/sign_in.html"))
passkey_in = anyone(methods=GET_AND_POST)(_PasskeyIn.as_view())
code = anyone(AuthenticateView.as_view(template_name=f"{_PAGES}/sign_in_code.html"))
again = half_in(needs=Needs.NAME)(_Again.as_view())
code_again = half_in(needs=Needs.NAME)(
    CodeAgainView.as_view(template_name=f"{_PAGES}/sign_in_again_code.html")
)
passkey_again = half_in(needs=Needs.NAME)(_PasskeyAgain.as_view())


@anyone
def invited(request: HttpRequest) -> HttpResponse:
    """By the code of an invitation: choose a password, and come in."""
    form = InvitedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            account = accounts.accept(
                said["code"], sign_in_name=said["sign_in_name"], password=said["password"]
            )
        except NotFound as error:
            form.add_error("code", f"{error.found}. {error.next_step}")
        except BadInput as error:
            form.add_error(error.where or None, f"{error.found}. {error.next_step}".strip())
        else:
            logout(request)  # whoever was signed in at this browser is not who comes in now
            answer: HttpResponse = perform_password_login(request, {}, Login(user=account))
            return answer
    return page(request, "invited", {"form": form})


@anyone(methods=POST)
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave: the session ends here, with what was half typed sealed first."""
    _seal_half_typed(request)
    _let_go_of_files(request)
    logout(request)
    answer = see_other(reverse("account_login"))
    answer["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@anyone(methods=POST)
def rest(request: HttpRequest) -> HttpResponse:
    """Nobody is at this browser: show nothing until somebody proves who she is."""
    if not request.user.is_authenticated:
        return see_other(reverse("account_login"))
    _seal_half_typed(request)
    sign_in_steps.rest(request)
    return see_other(reverse("account_reauthenticate"))


def _let_go_of_files(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        held_files.forget_of(request.user.member.pk)  # type: ignore[attr-defined]


def _seal_half_typed(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        return
    try:
        half_typed.seal_from_script(request, Folder(settings.LACRIMA_DIR))
    except LacrimaError:
        messages.info(request, _("What was half typed could not be kept: too much is waiting."))


@anyone(methods=POST)
def here(request: HttpRequest) -> HttpResponse:
    """Somebody is typing, though no page was asked for: she is not idle."""
    practice = people.the_practice() if request.user.is_authenticated else None
    row = getattr(request.session, "row", None)
    if practice is None or row is None or sign_in_steps.is_resting(request):
        return HttpResponse(status=423)
    if browser_sessions.is_quiet(row, idle_minutes=practice.idle_minutes):
        return HttpResponse(status=423)
    browser_sessions.note_seen(row)
    return HttpResponse(status=204)


@half_in(needs=Needs.PRESENCE, methods=GET)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Before anything else: something she has, beside the password that she knows."""
    is_in = sign_in_steps.has_second_factor(request, str(request.user.pk))
    return page(request, "second_factor", {"is_in": is_in})
