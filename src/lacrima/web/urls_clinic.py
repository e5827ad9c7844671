"""Addresses that only a clinic has: the way in, one's own sign-in, the people, the server's health.

Names with a leading `account_` or `mfa_` are those by which allauth looks for its pages.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from lacrima.web.views import health, own_sign_in, people, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lacrima.web.urls_door_clinic")),
    path("", include("lacrima.web.urls_own_key")),
    path("health", health.health, name="health"),
    path("sign-in", sign_in.sign_in, name="account_login"),
    path("sign-in/passkey", sign_in.passkey_in, name="mfa_login_webauthn"),
    path("sign-in/code", sign_in.code, name="mfa_authenticate"),
    path("sign-in/again", sign_in.again, name="account_reauthenticate"),
    path("sign-in/again/code", sign_in.code_again, name="mfa_reauthenticate"),
    path("sign-in/again/passkey", sign_in.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("sign-in/second-factor", sign_in.second_factor, name="second-factor"),
    path("invited", sign_in.invited, name="invited"),
    path("lock", sign_in.sign_out, name="lock"),
    path("rest", sign_in.rest, name="rest"),
    path("here", sign_in.here, name="here"),
    path("my-sign-in", own_sign_in.overview, name="mfa_index"),
    path("my-sign-in/password", own_sign_in.password, name="account_change_password"),
    path("my-sign-in/app", own_sign_in.totp_new, name="mfa_activate_totp"),
    path("my-sign-in/passkey", own_sign_in.passkey_new, name="mfa_add_webauthn"),
    path("my-sign-in/codes", own_sign_in.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "my-sign-in/codes/new", own_sign_in.recovery_codes_new, name="mfa_generate_recovery_codes"
    ),
    path("my-sign-in/<str:factor_id>/remove", own_sign_in.factor_remove, name="factor-remove"),
    path("my-sign-in/browsers/end", own_sign_in.browsers_end, name="browsers-end"),
    path("my-sign-in/browsers/<uuid:browser_id>/end", own_sign_in.browser_end, name="browser-end"),
    path("people", people.people, name="people"),
    path("people/new", people.invite, name="person-invite"),
    path("people/<uuid:member_id>/code", people.invite_again, name="person-invite-again"),
    path("people/<uuid:member_id>/role", people.role, name="person-role"),
    path("people/<uuid:member_id>/leave", people.leave, name="person-leave"),
    path("people/<uuid:member_id>/sign-out", people.sign_out, name="person-sign-out"),
]
