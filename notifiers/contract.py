"""What every notifier must do, as plain functions: `NotifierContract` runs them under pytest, `check_class` without.

Each takes a notifier (and what it needs) and raises `AssertionError` with a sentence when the promise is broken.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NoReturn

from notifiers.base import Accepted, Callback, Channel, Message, Notifier, Receipt, ReceivesReplies, ReportsDelivery
from notifiers.errors import (
    ChannelUnavailable,
    NotifierError,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
)

THE_FOUR = (TemporaryFailure, PermanentFailure, UncertainOutcome, ChannelUnavailable)

SAMPLES = {
    Channel.SMS: Message(
        id="msg_contract",
        channel=Channel.SMS,
        to="+447700900123",
        text="Acme: PO 4711 left Ningbo on 17 Sep. Arrival planned 9 Oct.",
    ),
    Channel.EMAIL: Message(
        id="msg_contract",
        channel=Channel.EMAIL,
        to="ann@example.com",
        subject="PO 4711 has left Ningbo",
        text="PO 4711 left Ningbo on 17 September.",
        html="<p>PO 4711 left Ningbo on 17 September.</p>",
    ),
    Channel.WEBHOOK: Message(
        id="msg_contract",
        channel=Channel.WEBHOOK,
        to="https://hooks.example.com/milepost",
        text="PO 4711 left Ningbo on 17 September.",
    ),
}
"""One ordinary message per channel, to reserved addresses (Ofcom's drama numbers, RFC 2606)."""


def hostile(message: Message) -> Sequence[Message]:
    """*message* in forms that have broken senders before; each must be taken or refused, and nothing else."""
    return (
        replace(message, text=""),
        replace(message, text="x" * 100_000),
        replace(message, text="NUL \x00 and bell \x07"),
        replace(message, text="a lone surrogate \ud800"),
        replace(message, text="\u202eright to left\u2066 and \U0001f6a2"),
        replace(message, to=""),
        replace(message, to="not an address"),
        replace(message, to=message.to + "\r\nBcc: eve@example.com"),
        replace(message, to=message.to + ",eve@example.com"),
        replace(message, subject="Hello\r\nBcc: eve@example.com"),
        replace(message, sender_name='"\\, <eve@example.com>'),
    )


def identifies_itself(notifier: Notifier) -> None:
    """`name` and `channel` say what it is."""
    name = getattr(notifier, "name", None)
    _must(isinstance(name, str) and name.isidentifier(), "the attribute name must be a plain word")
    _must(isinstance(notifier.channel, Channel), "the attribute channel must be a Channel")


def takes_a_message(notifier: Notifier, message: Message) -> None:
    """An ordinary message is taken, and the provider's name for it is returned."""
    accepted = _sent(notifier, message)
    _must(bool(accepted.provider_id), "send must return the provider's id of the message")


def names_messages_apart(notifier: Notifier, message: Message) -> None:
    """Two messages have two ids."""
    first = _sent(notifier, replace(message, id=message.id + "_1"))
    second = _sent(notifier, replace(message, id=message.id + "_2"))
    _must(first.provider_id != second.provider_id, "two messages must not share one provider id")


def leaves_the_message_alone(notifier: Notifier, message: Message) -> None:
    """What was handed over is as it was."""
    before = copy.deepcopy(message)
    _sent(notifier, message)
    _must(message == before, "send must not change the message")


def serves_several_threads(notifier: Notifier, message: Message, threads: int = 8) -> None:
    """Many messages at once are all taken, each under an id of its own."""
    batch = [replace(message, id=f"{message.id}_{number}") for number in range(threads * 3)]
    with ThreadPoolExecutor(threads) as pool:
        ids = {accepted.provider_id for accepted in pool.map(lambda each: _sent(notifier, each), batch)}
    _must(len(ids) == len(batch), "messages sent at once must each be taken under an id of their own")


def raises_only_the_four(notifier: Notifier, message: Message) -> None:
    """Hostile content is taken or refused with one of the four failures, which tell nothing about the person."""
    for each in hostile(message):
        try:
            accepted = notifier.send(each)
        except THE_FOUR as error:
            _tells_nothing(error, message)
        except Exception as error:  # noqa: BLE001, RUF100 - that is what is being looked for
            _fail(f"send must raise one of the four failures, and raised {type(error).__name__}")
        else:
            _must(isinstance(accepted, Accepted), "send must return an Accepted")


def refuses_strangers(notifier: Notifier) -> None:
    """A call without a signature is nobody's: `PermissionError` from receipts and replies."""
    call = Callback("https://example.com/v1/callbacks/x/y/z", {}, b"MessageSid=SM1&MessageStatus=delivered&Body=STOP")
    for read in _readers(notifier):
        _refused(read, call, "a call without a signature must raise PermissionError")


def refuses_forgeries(notifier: Notifier, receipt: Callback) -> None:
    """A genuine call that was changed (its body, its address, its headers) is refused."""
    if not isinstance(notifier, ReportsDelivery):
        _fail("a genuine receipt was given for a notifier that reads none")
    _must(bool(notifier.receipts(receipt)), "the genuine call must be read")
    forged = (
        replace(receipt, body=receipt.body + b"&Extra=1"),
        replace(receipt, url=receipt.url + "0"),
        replace(receipt, headers={}),
        replace(receipt, headers={name: value[::-1] for name, value in receipt.headers.items()}),
    )
    for each in forged:
        _refused(notifier.receipts, each, "a call that was changed on its way must raise PermissionError")


def reads_a_repeat_the_same(notifier: Notifier, receipt: Callback) -> None:
    """Providers call twice: the second reading equals the first."""
    if not isinstance(notifier, ReportsDelivery):
        _fail("a genuine receipt was given for a notifier that reads none")
    first, second = tuple(notifier.receipts(receipt)), tuple(notifier.receipts(receipt))
    _must(first == second, "a repeated call must be read as the first one was")
    _must(all(isinstance(each, Receipt) for each in first), "receipts must return Receipt values")


def _readers(notifier: Notifier) -> Sequence[Callable[[Callback], object]]:
    readers: list[Callable[[Callback], object]] = []
    if isinstance(notifier, ReportsDelivery):
        readers.append(notifier.receipts)
    if isinstance(notifier, ReceivesReplies):
        readers.append(notifier.replies)
    return readers


def _sent(notifier: Notifier, message: Message) -> Accepted:
    try:
        accepted = notifier.send(message)
    except NotifierError as error:
        _fail(f"an ordinary message must be taken, and was refused: {error.detail}")
    _must(isinstance(accepted, Accepted), "send must return an Accepted")
    return accepted


def _tells_nothing(error: NotifierError, message: Message) -> None:
    told = message.to in error.detail or message.text in error.detail
    _must(not told, "a failure's detail must not hold the address or the text")


def _refused(read: Callable[[Callback], object], call: Callback, sentence: str) -> None:
    try:
        read(call)
    except PermissionError:
        return
    except Exception as error:  # noqa: BLE001, RUF100 - any other answer breaks the promise
        _fail(f"{sentence}, and raised {type(error).__name__}")
    _fail(sentence)


def _must(true: bool, sentence: str) -> None:
    if not true:
        _fail(sentence)


def _fail(sentence: str) -> NoReturn:
    raise AssertionError(sentence)
