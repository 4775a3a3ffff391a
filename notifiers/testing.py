"""What a notifier's author and the service's own tests need: a fake that remembers, and tests to inherit.

The stand-ins are imported from their own modules: `notifiers.stand_in_twilio.StandInTwilio` (standard library and
twilio) and `notifiers.stand_in_mail.MailCatcher` (aiosmtpd).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

from notifiers import contract
from notifiers.base import Accepted, Callback, Channel, Message, Notifier, ReportsDelivery
from notifiers.errors import NotifierError

__all__ = ["NotifierContract", "Recorder"]


class Recorder:
    """A notifier that remembers what it was given.

    *script* says what becomes of the next messages, in order: None takes one, an error is raised for one; after its
    end everything is taken. *name* tells several of one channel apart. Safe to use from several threads.
    """

    name: str = "recorder"
    two_way: bool = True

    def __init__(
        self,
        channel: Channel,
        script: Iterable[NotifierError | None] = (),
        *,
        sender: str = "+447700900000",
        name: str = "",
    ) -> None:
        self.channel = channel
        self.name = name or type(self).name
        self.sender = sender
        self._script = iter(tuple(script))
        self._asked: list[Message] = []
        self._taken: list[Message] = []
        self._changed = threading.Condition()

    def send(self, message: Message) -> Accepted:
        """Remember *message*, then do what the script says. See `Notifier.send`."""
        with self._changed:
            self._asked.append(message)
            error = next(self._script, None)
            if error is None:
                self._taken.append(message)
            number = len(self._asked)
            self._changed.notify_all()
        if error is not None:
            raise error
        return Accepted(f"rec_{number}")

    @property
    def messages(self) -> list[Message]:
        """The messages that were taken, oldest first."""
        with self._changed:
            return list(self._taken)

    @property
    def asked(self) -> list[Message]:
        """Every message that was handed over, taken or not, oldest first."""
        with self._changed:
            return list(self._asked)

    def wait_for(self, count: int, seconds: float = 10.0) -> list[Message]:
        """Wait until *count* messages were taken, and return them. Raises `TimeoutError`."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._taken) >= count, seconds):
                raise TimeoutError(f"{len(self._taken)} of {count} messages came within {seconds} s")
            return list(self._taken)


class NotifierContract:
    """The tests that every notifier passes. Inherit, and give a pytest fixture `notifier` (against a sandbox).

    Override `message` for another ordinary message, and `receipt` with a genuine delivery callback where the notifier
    reads them.
    """

    def message(self, notifier: Notifier) -> Message:
        """An ordinary message that the sandbox takes."""
        return replace(contract.SAMPLES[notifier.channel])

    def receipt(self) -> Callback | None:
        """A genuine call of the provider about one message, signed; None where it makes no such calls."""
        return None

    def test_it_says_what_it_is(self, notifier: Notifier) -> None:
        """`name` and `channel`."""
        contract.identifies_itself(notifier)

    def test_it_takes_a_message(self, notifier: Notifier) -> None:
        """An ordinary message is accepted under the provider's id."""
        contract.takes_a_message(notifier, self.message(notifier))

    def test_it_names_messages_apart(self, notifier: Notifier) -> None:
        """Two messages have two ids."""
        contract.names_messages_apart(notifier, self.message(notifier))

    def test_it_leaves_the_message_alone(self, notifier: Notifier) -> None:
        """A message is a value."""
        contract.leaves_the_message_alone(notifier, self.message(notifier))

    def test_it_serves_several_threads(self, notifier: Notifier) -> None:
        """The sender pool calls from many threads."""
        contract.serves_several_threads(notifier, self.message(notifier))

    def test_it_raises_only_the_four(self, notifier: Notifier) -> None:
        """Hostile content is taken or refused, and nothing else."""
        contract.raises_only_the_four(notifier, self.message(notifier))

    def test_it_refuses_strangers(self, notifier: Notifier) -> None:
        """Unsigned calls are nobody's."""
        contract.refuses_strangers(notifier)

    def test_it_refuses_forgeries(self, notifier: Notifier) -> None:
        """A genuine call that was changed is refused."""
        receipt = self.receipt()
        assert isinstance(notifier, ReportsDelivery) == (receipt is not None), "override receipt()"
        if receipt is not None:
            contract.refuses_forgeries(notifier, receipt)

    def test_it_reads_a_repeat_the_same(self, notifier: Notifier) -> None:
        """A provider may call twice."""
        receipt = self.receipt()
        assert isinstance(notifier, ReportsDelivery) == (receipt is not None), "override receipt()"
        if receipt is not None:
            contract.reads_a_repeat_the_same(notifier, receipt)
