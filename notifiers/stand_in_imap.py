"""A mailbox on this machine, spoken to by IMAP, for tests: the commands that a reader of bounces needs (RFC 3501)."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Self


@dataclass
class Letter:
    """One e-mail of the folder."""

    uid: int
    content: bytes
    day: date
    flags: set[str] = field(default_factory=set)


class StandInMailbox:
    """A real IMAP server with one folder on a free port of this machine; a context manager.

    *log_in* is the only user and password that it takes. With *drops* it closes the connection in place of answering a
    command of that name; without *moves* it does not know MOVE (RFC 6851). *tls* secures it from the first byte,
    *starttls* when it is asked to.
    """

    def __init__(
        self,
        *,
        log_in: tuple[str, str] = ("desk", "secret"),
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        moves: bool = True,
    ) -> None:
        self.starttls = starttls
        self.log_in = log_in
        self.moves = moves
        self.drops: str | None = None
        self.validity = 1
        self.letters: list[Letter] = []
        self.moved: dict[str, list[Letter]] = {"Read": []}
        self.commands: list[str] = []
        self._next = 1
        self._gate = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"mailbox": self}))
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.host = "127.0.0.1"

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def put(self, content: bytes, day: date) -> int:
        """Let an e-mail arrive; returns its UID."""
        with self._gate:
            self.letters.append(Letter(self._next, content, day))
            self._next += 1
            return self._next - 1

    def number_anew(self) -> None:
        """Become another folder with the same e-mails, as after a restore: UIDVALIDITY changes."""
        with self._gate:
            self.validity += 1
            for number, letter in enumerate(self.letters, 1):
                letter.uid = number
            self._next = len(self.letters) + 1

    @property
    def next_uid(self) -> int:
        """UIDNEXT."""
        return self._next


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Handler(socketserver.StreamRequestHandler):
    mailbox: ClassVar[StandInMailbox]
    timeout = 20

    def handle(self) -> None:
        # Whoever called may hang up at any time.
        with suppress(OSError):
            self._converse()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()

    def _converse(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            name, _, given = rest.partition(" ")
            if name.upper() == "UID":
                second, _, given = given.partition(" ")
                name = f"UID {second}"
            name = name.upper()
            self.mailbox.commands.append(name)
            if self.mailbox.drops == name:
                return
            self._say(f"{tag} {self._answer(name, given)}")
            if name == "STARTTLS" and self.mailbox.starttls is not None:
                self._secure(self.mailbox.starttls)
            if name == "LOGOUT":
                return

    def _secure(self, tls: ssl.SSLContext) -> None:
        self.rfile.close()
        self.request = tls.wrap_socket(self.request, server_side=True)
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", 0)

    def _answer(self, name: str, given: str) -> str:
        answers: dict[str, Callable[[str], str]] = {
            "CAPABILITY": self._capability,
            "LOGIN": self._login,
            "SELECT": lambda folder: self._select(folder, "READ-WRITE"),
            "EXAMINE": lambda folder: self._select(folder, "READ-ONLY"),
            "LIST": self._list,
            "SEARCH": self._search,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
            "UID MOVE": self._move,
        }
        return answers[name](given) if name in answers else "OK done"

    def _capability(self, _: str) -> str:
        more = (" MOVE" if self.mailbox.moves else "") + (" STARTTLS" if self.mailbox.starttls else "")
        self._say(f"* CAPABILITY IMAP4rev1{more}")
        return "OK done"

    def _login(self, given: str) -> str:
        found = [one.strip('"') for one in re.findall(r'"[^"]*"|\S+', given)]
        return "OK logged in" if tuple(found) == self.mailbox.log_in else "NO [AUTHENTICATIONFAILED] refused"

    def _select(self, given: str, how: str) -> str:
        if given.strip('"') != "INBOX":
            return "NO [NONEXISTENT] no such folder"
        self._say(f"* {len(self.mailbox.letters)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self.mailbox.validity}] valid")
        self._say(f"* OK [UIDNEXT {self.mailbox.next_uid}] next")
        return f"OK [{how}] done"

    def _list(self, given: str) -> str:
        for name in ("INBOX", *self.mailbox.moved):
            if name in given:
                self._say(f'* LIST () "/" "{name}"')
        return "OK done"

    def _search(self, given: str) -> str:
        found = " ".join(str(letter.uid) for letter in self._named(given))
        self._say(f"* SEARCH {found}".rstrip())
        return "OK done"

    def _named(self, given: str) -> Iterator[Letter]:
        letters = self.mailbox.letters
        if since := re.search(r"SINCE \"?(\d{1,2}-\w{3}-\d{4})", given):
            day = datetime.strptime(since.group(1), "%d-%b-%Y").date()  # noqa: DTZ007 - a day has no zone
            yield from (letter for letter in letters if letter.day >= day)
        elif after := re.search(r"UID (\d+):\*", given):
            last = max((letter.uid for letter in letters), default=0)
            # `n:*` always names the last one, in whatever order the two stand.
            yield from (letter for letter in letters if letter.uid >= min(int(after.group(1)), last))
        elif "UNSEEN" in given:
            yield from (letter for letter in letters if "\\Seen" not in letter.flags)

    def _fetch(self, given: str) -> str:
        uids = self._uids(given)
        cut = re.search(r"<0\.(\d+)>", given)
        for number, letter in enumerate(self.mailbox.letters, 1):
            if letter.uid in uids:
                content = letter.content[: int(cut.group(1))] if cut else letter.content
                head = f"* {number} FETCH (UID {letter.uid} BODY[]<0> {{{len(content)}}}\r\n"
                self.wfile.write(head.encode() + content + b")\r\n")
        return "OK done"

    def _store(self, given: str) -> str:
        for letter in self.mailbox.letters:
            if letter.uid in self._uids(given):
                letter.flags.add("\\Seen")
        return "OK done"

    def _move(self, given: str) -> str:
        folder = given.rpartition(" ")[2].strip('"')
        if folder not in self.mailbox.moved:
            return "NO [TRYCREATE] no such folder"
        uids = self._uids(given)
        self.mailbox.moved[folder] += [letter for letter in self.mailbox.letters if letter.uid in uids]
        self.mailbox.letters = [letter for letter in self.mailbox.letters if letter.uid not in uids]
        return "OK done"

    @staticmethod
    def _uids(given: str) -> set[int]:
        found: set[int] = set()
        for piece in given.split(" ", 1)[0].split(","):
            first, _, last = piece.partition(":")
            found |= set(range(int(first), int(last or first) + 1))
        return found

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
