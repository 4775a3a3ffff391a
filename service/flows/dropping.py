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

    def complete(self) -> list[Path]:
        """The files that have not changed since the last look, oldest first."""
        now: dict[str, Mark] = {}
        for entry in self._path.iterdir():
            mark = _mark(entry)
            if mark is not None and not entry.name.startswith(".") and not entry.name.lower().endswith(UNFINISHED):
                now[entry.name] = mark
        same = [name for name, mark in now.items() if self._before.get(name) == mark]
        self._before = now
        return [self._path / name for name in sorted(same, key=lambda name: (now[name][1], name))]

    def take(self, kit: Kit, source: SourceView, path: Path) -> Dropped:
        """Keep what the file says and move it to `done`, or to `refused` where nothing of it could be taken.

        It stays where it is if somebody has written to it meanwhile. Raises OSError where it cannot be read or moved.
        """
        before = _mark(path)
        limit = max(self._largest, LARGEST_CSV) if source.format == files.CSV else self._largest
        if before is not None and before[0] > limit:
            taken = Taken()
            taken.refused.append((1, f"The file is larger than {limit // 1_000_000} MB.", "Drop it in several files."))
        else:
            taken = files.take(kit, source, path.read_bytes(), registry.get(source.format).content_types[0])
        if _mark(path) != before:
            self._before.pop(path.name, None)
            return Dropped(path.name, None, taken)
        return Dropped(path.name, self._move(path, taken, source.name), taken)

    def _move(self, path: Path, taken: Taken, name: str) -> Path:
        folder = self._path / (DONE if taken.kept and taken.unreadable is None else REFUSED)
        folder.mkdir(exist_ok=True)
        target = _free(folder / path.name)
        words = said(taken, name)
        if words:
            note = target.with_name(f"{target.name}.txt")
            draft = note.with_name(f".{note.name}.tmp")
            draft.write_text(words, encoding="utf-8")
            draft.replace(note)
        path.rename(target)
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


def _free(path: Path) -> Path:
    """*path*, or the same with a number where a file of that name was moved there before."""
    tried, number = path, 1
    while os.path.lexists(tried):
        number += 1
        tried = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return tried
