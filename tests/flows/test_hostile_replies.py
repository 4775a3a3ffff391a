"""Whatever people or machines write, every text ends as one kept reply with a meaning."""

from __future__ import annotations

import random
from collections import Counter

from service.records.enums import Meaning
from service.records.tables import Reply, Thread
from tests.flows.test_replies import writes
from tests.kits import MINUTE, Works

HOW_MANY = 500

PIECES = (
    *"0123456789",
    *("STOP", "stop", "START", "HELP", "yes", "ok", "👍", "１", "٣", "5️⃣", "no", "5 great", "2 driver was rude"),
    *("need it by", "need by 14 Oct", "bis Freitag", "au plus tard le 31/02", "最晚10月14日", "كحد أقصى", "99/99/9999"),
    *(
        "wrong number",
        "don't text me",
        "不要再发短信了",
        "لا تراسلني",
        "remove me",
        "PO 4711",
        "{ref}",
        "{0}",
        "%s",
        "\\N",
    ),
    *(
        "'; DROP TABLE reply;--",
        "<script>alert(1)</script>",
        "\x00",
        "\x1b[31m",
        "\u202e",
        "\ufeff",
        "\ud83d",
        "\n\r\t",
    ),
    *("🛑" * 50, "a" * 4000, "é" * 1600, "９" * 300, "1" * 5000, "( " * 200, "\u0301" * 300, "ﷺ", "²", "½", "Ⅷ", "①"),
)


def hostile(dice: random.Random) -> str:
    """A text made of pieces that each mean something, or are meant to break something."""
    glue = dice.choice([" ", "", ", ", "\n", ". "])
    return glue.join(dice.choice(PIECES) for _ in range(dice.randint(0, 6)))


def test_five_hundred_hostile_texts_each_end_with_a_kept_meaning(works: Works) -> None:
    works.go(services=["rating", "call_me", "ok"], care_email="care@example.com", zone="Europe/London")
    works.post(ref="PO 4711", milestone="customs_hold", at="2026-09-17T11:00:00Z", tell=["+447700900123"])
    works.settle()
    dice = random.Random(4711)
    meanings: Counter[str] = Counter()
    for number in range(HOW_MANY):
        results = writes(works, hostile(dice), key=f"in_hostile_{number}")
        assert [one.repeated for one in results] == [False]
        meanings[results[0].meaning] += 1
        works.clock.advance(MINUTE)
    kept = works.rows(Reply)
    assert len(kept) == HOW_MANY
    assert Counter(row.meaning.value for row in kept) == meanings
    assert set(meanings) >= {"stop", "start", "question", "need_by"}
    assert set(meanings) <= {one.value for one in Meaning}
    threads = {row.id for row in works.rows(Thread)}
    assert all(row.thread_id in threads for row in kept if row.meaning is Meaning.QUESTION), "a question is owned"
