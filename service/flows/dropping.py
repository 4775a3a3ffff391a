"""A folder into which another program drops files: each is taken once it is complete, then moved out of the way.

A file is moved only after what it says is kept for good. Whoever is stopped in between takes it again, and all of it
is known already: nothing is lost, and nothing is there twice.
"""

from __future__ import annotations

import os
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from service.flows import files
from service.flows.files import Taken
from service.flows.kit import Kit
from service.formats import registry
from service.records.results import SourceView

DONE = "done"
REFUSED = "refused"

UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~")
"""How names end under which programs write what is not complete."""

NOTE = ".txt"
"""What the name of a file gets to be that of the note beside it."""

_LONGEST_SUFFIX = 20

LARGEST_CSV = 100_000_000
"""Bytes of a CSV file, which is taken piece by piece."""

Mark = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Dropped:
    """What became of one file: where it is now, or None where it stays until the next look, and what was in it."""

    name: str
    moved: Path | None
    taken: Taken


class Folder:
    """The folder, and how its files looked last time. A file that looks the same twice is complete."""

    def __init__(self, path: Path, largest: int) -> None:
        self._path = path
        self._largest = largest
        self._before: dict[str, Mark] = {}
        self._stuck: dict[str, tuple[Mark, Taken]] = {}
        self._odd: set[str] = set()
        self._told: set[str] = set()

    def complete(self) -> list[Path]:
        """The files that have not changed since the last look, oldest first."""
        now: dict[str, Mark] = {}
        odd: set[str] = set()
        for entry in self._path.iterdir():
            if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED):
                continue
            mark = _mark(entry)
            if mark is not None:
                now[entry.name] = mark
            elif _is_odd(entry):
                odd.add(entry.name)
        self._odd = odd
        self._stuck = {name: stuck for name, stuck in self._stuck.items() if name in now}
        self._told &= odd
        same = [name for name, mark in now.items() if self._before.get(name) == mark]
        self._before = now
        return [self._path / name for name in sorted(same, key=lambda name: (now[name][1], name))]

    def never_taken(self) -> list[str]:
        """Names of links, pipes and the like, which are never taken: each once, as long as it lies there."""
        new = sorted(self._odd - self._told)
        self._told |= self._odd
        return new

    def take(self, kit: Kit, source: SourceView, path: Path) -> Dropped:
        """Keep what the file says and move it to `done`, or to `refused` where nothing of it could be taken.

        It stays where it is if somebody has written to it meanwhile. Raises OSError where it cannot be read or moved;
        what is kept and could not be moved is not taken again, only moved.
        """
        before = _mark(path)
        stuck = self._stuck.pop(path.name, None)
        if before is not None and stuck is not None and stuck[0] == before:
            return self._put_away(path, before, stuck[1], source.name)
        limit = max(self._largest, LARGEST_CSV) if source.format == files.CSV else self._largest
        if before is not None and before[0] > limit:
            taken = Taken()
            taken.refused.append((1, f"The file is larger than {limit // 1_000_000} MB.", "Drop it in several files."))
        else:
            taken = files.take(kit, source, path.read_bytes(), registry.get(source.format).content_types[0])
        if before is None or _mark(path) != before:
            self._before.pop(path.name, None)
            return Dropped(path.name, None, taken)
        return self._put_away(path, before, taken, source.name)

    def _put_away(self, path: Path, mark: Mark, taken: Taken, name: str) -> Dropped:
        try:
            return Dropped(path.name, self._move(path, taken, name), taken)
        except OSError:
            self._stuck[path.name] = mark, taken
            raise

    def _move(self, path: Path, taken: Taken, name: str) -> Path:
        folder = self._path / (DONE if taken.kept and taken.unreadable is None else REFUSED)
        folder.mkdir(exist_ok=True)
        target, note = _reserved(folder, path.name)
        words = said(taken, name)
        ours = [target]
        try:
            if words:
                with note.open("x", encoding="utf-8", errors="replace") as file:
                    ours.append(note)
                    file.write(words)
            path.rename(target)
        except OSError:
            for one in ours:
                one.unlink(missing_ok=True)
            raise
        return target


def said(taken: Taken, source: str) -> str:
    """Why items of a file of *source* were not taken, and which codes need a meaning; empty where all is well."""
    lines = []
    if taken.unreadable is not None:
        lines.append(f"{taken.unreadable.message} {taken.unreadable.fix}")
    lines += [f"{at}: {problem} {fix}" for at, problem, fix in sorted(taken.refused)]
    for code, number in taken.unmapped.most_common():
        often = "once" if number == 1 else f"{number} times"
        lines.append(
            f"{code} stands in no table ({often}). It is kept: say what it means with `milepost sources map "
            f"{shlex.quote(source)} {shlex.quote(code)} MILESTONE`, or ignore in place of MILESTONE."
        )
    return "".join(f"{line}\n" for line in lines)


def _mark(path: Path) -> Mark | None:
    """Size, time of change and number of a plain file with something in it; None for anything else."""
    try:
        found = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode) or not found.st_size:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _is_odd(path: Path) -> bool:
    """Whether *path* is neither a plain file nor a folder."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _reserved(folder: Path, name: str) -> tuple[Path, Path]:
    """A file of our own in *folder*, for *name* to be moved onto, and a free name for the note beside it.

    Where either name was used before, both get a number: what lies there is never replaced, also by whoever else
    moves files at the same moment.
    """
    number = 1
    while True:
        target = folder / _numbered(name, number, os.pathconf(folder, "PC_NAME_MAX"))
        note = target.with_name(target.name + NOTE)
        if not os.path.lexists(target) and not os.path.lexists(note):
            try:
                target.touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                return target, note
        number += 1


def _numbered(name: str, number: int, longest: int) -> str:
    """*name* with a number from the second on, so short that its note has a name too."""
    path = Path(name)
    suffix = path.suffix if len(os.fsencode(path.suffix)) <= _LONGEST_SUFFIX else ""
    stem, end = name.removesuffix(suffix), f"{f'-{number}' if number > 1 else ''}{suffix}"
    room = longest - len(os.fsencode(end + NOTE))
    said = os.fsencode(stem)
    return (stem if len(said) <= room else said[:room].decode("utf-8", "ignore")) + end
