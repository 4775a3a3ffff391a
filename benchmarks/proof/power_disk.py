"""A disk that loses power: it keeps what was synced, and of what was not a random half of the sectors."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512

KEPT = ("", "-wal", "-journal")
"""What lies on a disk beside a database; the shared memory (`-shm`) is made again after a cut."""


@dataclass(slots=True)
class _File:
    """What is on the disk for certain, and in order what was written since: (offset, bytes), or (size, None)."""

    synced: bytearray
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for at, data in self.since:
            _apply(self.synced, at, data)
        self.since.clear()

    def after_cut(self, chance: random.Random) -> bytes:
        """What is found when the power is back."""
        found = bytearray(self.synced)
        for at, data in self.since:
            if data is None:
                if chance.random() < 0.5:
                    _apply(found, at, None)
                continue
            for begin in range(0, len(data), SECTOR):
                if chance.random() < 0.5:
                    _apply(found, at + begin, data[begin : begin + SECTOR])
        return bytes(found)


def _apply(content: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del content[at:]
        return
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


class PowerDisk(apsw.VFS):
    """A file system for SQLite over this machine's own, whose power goes after so many writes.

    `off` is set from then on: nothing is read or written any more. `image` is what is found afterwards.
    """

    def __init__(self, name: str, chance: random.Random, writes: int) -> None:
        super().__init__(name, "")
        self.name = name
        self.off = threading.Event()
        self.files: dict[str, _File] = {}
        self._chance = chance
        self._left = writes
        self._gate = threading.Lock()

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's own name
        """Open a file, or a temporary one without a name."""
        return _Wire(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Remove a file; that is taken to be kept."""
        self.alive()
        with self._gate:
            self.files.pop(filename, None)
        super().xDelete(filename, syncdir)

    def alive(self) -> None:
        """Raise where the power is off."""
        if self.off.is_set():
            raise apsw.IOError("the power is off")

    def known(self, path: str) -> _File:
        """The file at *path*; what lay there before we looked is on the disk."""
        with self._gate:
            if path not in self.files:
                there = Path(path)
                self.files[path] = _File(bytearray(there.read_bytes() if there.exists() else b""))
            return self.files[path]

    def changed(self, file: _File, at: int, data: bytes | None) -> None:
        """Note a write; the power may go at this very moment."""
        with self._gate:
            self.alive()
            file.since.append((at, data))
            self._left -= 1
            if self._left == 0:
                self.off.set()
        self.alive()

    def synced(self, file: _File) -> None:
        """Note that all of a file is on the disk."""
        with self._gate:
            self.alive()
            file.sync()

    def image(self, source: Path, to: Path) -> None:
        """Cut the power, and write what is found of the database *source* to *to*."""
        with self._gate:
            self.off.set()
            for end in KEPT:
                file = self.files.get(f"{source}{end}")
                if file is not None:
                    to.with_name(to.name + end).write_bytes(file.after_cut(self._chance))


class _Wire(apsw.VFSFile):
    """An open file: what is written goes to the machine's own file as well, which others read."""

    def __init__(self, disk: PowerDisk, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._file = disk.known(str(path)) if path else None

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        """Read."""
        self._disk.alive()
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write; whether it is kept shows only after a sync."""
        if self._file is not None:
            self._disk.changed(self._file, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Shorten; as with a write."""
        if self._file is not None:
            self._disk.changed(self._file, newsize, None)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: ARG002, N802
        """From here on it is kept. The machine's own disk is not waited for: this one decides."""
        if self._file is not None:
            self._disk.synced(self._file)
