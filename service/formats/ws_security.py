"""The user name and password that SOAP senders put into the head of the envelope (WS-Security UsernameToken 1.0)."""

from __future__ import annotations

from service.formats.base import Unreadable
from service.formats.signature_calls import BadSignature, Call, same
from service.formats.strict_xml import each

_NAMES = frozenset({"UsernameToken", "Body"})


def username_token(body: bytes) -> tuple[str, str] | None:
    """User name and password as text, or None where the envelope has none before its body."""
    try:
        found = next(each(body, _NAMES), None)
    except Unreadable:
        return None
    if found is None or found.name != "UsernameToken":
        return None
    password = found.first("Password")
    if password is None or not password.text or password.attribute("Type").endswith("#PasswordDigest"):
        return None
    return found.said("Username"), password.text


def wsse_password(call: Call, secret: str) -> bool:
    """UsernameToken with PasswordText: the secret is the password; the user name counts where one is set."""
    given = username_token(call.body)
    if given is None:
        raise BadSignature(
            "signature_missing",
            "The envelope has no UsernameToken with a password as text.",
            "Set user name and password at the sender; the password is the secret of this source.",
        )
    user = call.option("user", "")
    named = not user or same(user, given[0])
    return same(secret, given[1]) and named


def wsse_user(call: Call) -> str:
    """What user name is expected, where the envelope names another."""
    user, given = call.option("user", ""), username_token(call.body)
    if not user or given is None or same(user, given[0]):
        return ""
    return f"The user name is {user}, as the option `user` of this source says: set it at the sender."
