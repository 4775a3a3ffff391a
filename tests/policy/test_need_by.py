"""A day by which the goods are needed: read where there is one way to read it, in six languages."""

from __future__ import annotations

from datetime import date

import pytest

from service.policy.need_by import read_date, read_need_by

THURSDAY = date(2026, 9, 17)
FRIDAY = date(2026, 9, 18)
OCT_14 = date(2026, 10, 14)


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("need by 14 Oct", OCT_14),
        ("Need it by Friday", FRIDAY),
        ("latest 14.10.", OCT_14),
        ("We really need the goods by Wed 14 October, please.", OCT_14),
        ("I need PO 4711 by 14/10, thanks", OCT_14),
        ("I need 4711 here by October 14th, 2026", OCT_14),
        ("need-by 2026-10-14", OCT_14),
        ("It must be here by 14.10.2026", OCT_14),
        ("by Friday at the latest", FRIDAY),
        ("no later than Fri 18 Sep", FRIDAY),
        ("we'll need it by 10/14", OCT_14),
        ("Lo necesito para el 14 de octubre", OCT_14),
        ("Necesitamos la mercancía para el viernes, gracias", FRIDAY),
        ("a más tardar el 14/10/2026", OCT_14),
        ("Tiene que llegar como muy tarde el miércoles 14 de octubre", OCT_14),
        ("Wir brauchen die Ware bis Freitag", FRIDAY),
        ("Brauche es bis zum 14. Oktober", OCT_14),
        ("Ich benötige PO 4711 bitte spätestens am 14.10.", OCT_14),
        ("Die Ware muss bis 14.10. da sein", OCT_14),
        ("spätestens Mi 14.10.", None),
        ("spätestens Mittwoch 14.10.", OCT_14),
        ("Il me faut la marchandise pour le 14 octobre", OCT_14),
        ("Nous en avons besoin d'ici vendredi", FRIDAY),
        ("J'en ai besoin pour le 14/10, merci", OCT_14),
        ("au plus tard mercredi 14 octobre 2026", OCT_14),
        ("نحتاجها بحلول 14 أكتوبر", OCT_14),
        ("أحتاج البضاعة في موعد أقصاه ١٤ أكتوبر", OCT_14),
        ("في موعد أقصاه يوم الجمعة", FRIDAY),
        ("نحتاج الشحنة 14 أكتوبر كحد أقصى", OCT_14),
        ("最晚10月14日到货", OCT_14),
        ("我们最晚要在10月14日收到", OCT_14),
        ("最迟周五", FRIDAY),
        ("需要货最晚在2026年10月14日到", OCT_14),
    ],
)
def test_what_sets_a_day(text: str, on: date | None) -> None:
    assert read_need_by(text, THURSDAY, "PO 4711") == on


@pytest.mark.parametrize(
    "text",
    [
        "I don't need it by Friday",
        "Do you need papers by Friday?",
        "need it by 10/11",
        "need it by next Friday",
        "need it by Thursday",
        "need it by the 14th",
        "need by Tue 14 Oct",
        "need by 31 Feb",
        "need by 10 Sep",
        "need by 14 Oct 2025",
        "need by 14 Oct or 15 Oct",
        "need it by Friday if possible",
        "need it before Friday",
        "need it until Friday",
        "need PO 9999 by Friday",
        "need the papers by Friday",
        "by Friday",
        "Friday",
        "14.10.",
        "Can you deliver by Friday",
        "The driver needs an hour by Friday",
        "no lo necesito para el viernes",
        "lo necesito antes del viernes",
        "¿lo necesitan para el viernes?",
        "Wir brauchen es nicht bis Freitag",
        "Ich brauche die Papiere bis Freitag",
        "Brauche es vor Freitag",
        "Je n'en ai pas besoin pour vendredi",
        "il le faut avant vendredi",
        "لا نحتاجها بحلول 14 أكتوبر",
        "نحتاجها قبل 14 أكتوبر",
        "10月14日前",
        "最晚什么时候到",
        "",
    ],
)
def test_what_a_person_reads(text: str) -> None:
    assert read_need_by(text, THURSDAY, "PO 4711") is None


@pytest.mark.parametrize(
    ("words", "today", "on"),
    [
        ("monday", FRIDAY, date(2026, 9, 21)),
        ("14 jan", date(2026, 12, 20), date(2027, 1, 14)),
        ("1 mar", date(2026, 12, 20), date(2027, 3, 1)),
        ("14 dec", date(2027, 1, 2), None),
        ("29 feb", date(2027, 12, 1), date(2028, 2, 29)),
        ("13/13", THURSDAY, None),
        ("10/10", THURSDAY, date(2026, 10, 10)),
        ("17 sep", THURSDAY, THURSDAY),
        ("14 oct 2030", THURSDAY, None),
        ("14.10.26", THURSDAY, OCT_14),
    ],
)
def test_a_day_to_come(words: str, today: date, on: date | None) -> None:
    assert read_date(words, today) == on
