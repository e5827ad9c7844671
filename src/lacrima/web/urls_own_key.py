"""The addresses of a member's own key. They exist in a clinic alone."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lacrima.web.views import own_key

_HERE = "own-things"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_HERE, own_key.overview, name="own-things"),
    path(f"{_HERE}/make", own_key.make, name="own-key-make"),
    path(f"{_HERE}/open", own_key.open_things, name="own-key-open"),
    path(f"{_HERE}/open/passkey", own_key.open_by_passkey, name="own-key-open-passkey"),
    path(f"{_HERE}/close", own_key.close, name="own-key-close"),
    path(f"{_HERE}/recover", own_key.recover, name="own-key-recover"),
    path(f"{_HERE}/passphrase", own_key.passphrase, name="own-key-passphrase"),
    path(f"{_HERE}/recovery-code", own_key.recovery_code, name="own-key-recovery-code"),
    path(f"{_HERE}/recovery-code/prove", own_key.prove, name="own-key-prove"),
    path(f"{_HERE}/passkey", own_key.passkey, name="own-key-passkey"),
    path(f"{_HERE}/passkeys/remove", own_key.passkeys_remove, name="own-key-passkeys-remove"),
    path(f"{_HERE}/begin-anew", own_key.begin_anew, name="own-key-begin-anew"),
]
