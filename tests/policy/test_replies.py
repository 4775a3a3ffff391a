"""What a reply means, and by when it is answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.policy.hours import answer_by, open_now, opens_at
from service.policy.replies import STOP, Heard, Read, read_reply
from service.records.enums import Meaning
from service.records.situation import AccountView

DESK = AccountView(
    id="acc_1",
    brand="Harbour",
    care_email="care@example.com",
    zone="Europe/London",
    hours={str(day): [["08:00", "12:00"], ["13:00", "18:00"]] for day in range(5)},
    holidays=("2026-09-21",),
)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *((word, Meaning.STOP) for word in sorted(STOP)),
        (" Stop. ", Meaning.STOP),
        ("stop all", Meaning.STOP),
        ("opt-out", Meaning.STOP),
        ("ＳＴＯＰ", Meaning.STOP),
        ("ARRÊT", Meaning.STOP),
        ("Arreter", Meaning.STOP),
        ("Baja", Meaning.STOP),
        ("ALTO!", Meaning.STOP),
        ("Abmelden", Meaning.STOP),
        ("إيقاف", Meaning.STOP),
        ("توقَّف", Meaning.STOP),
        ("إلغاء الاشتراك", Meaning.STOP),
        ("退订", Meaning.STOP),
        ("退訂", Meaning.STOP),
        ("停止。", Meaning.STOP),
        ("TD", Meaning.STOP),
        ("START", Meaning.START),
        ("unstop!", Meaning.START),
        ("ابدأ", Meaning.START),
        ("开始", Meaning.START),
        ("Reprendre", Meaning.START),
        ("yes", Meaning.QUESTION),
        ("help?", Meaning.HELP),
        ("INFO", Meaning.HELP),
        ("Ayuda", Meaning.HELP),
        ("Hilfe", Meaning.HELP),
        ("aide", Meaning.HELP),
        ("مساعدة", Meaning.HELP),
        ("幫助", Meaning.HELP),
        ("cancel my delivery", Meaning.QUESTION),
        ("please stop by on Friday", Meaning.QUESTION),
        ("", Meaning.QUESTION),
        ("1", Meaning.QUESTION),
        ("🛑", Meaning.QUESTION),
    ],
)
def test_words(text: str, meaning: Meaning) -> None:
    assert read_reply(text).meaning is meaning


def test_every_opt_out_word_of_the_carriers_is_known() -> None:
    twilio = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
    aws = {"ARRET", "REMOVE", "TD"}
    assert {word.lower() for word in twilio | aws} <= STOP


@pytest.mark.parametrize("text", ["Yes", "sí", "Ja", "oui", "نعم", "是的"])
def test_yes_opts_in_only_who_had_stopped(text: str) -> None:
    assert read_reply(text, suppressed=True).meaning is Meaning.START
    assert read_reply(text).meaning is Meaning.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "please stop texting me",
        "Please stop.",
        "Stop texting me!!",
        "Can you please stop messaging us?",
        "stop sending me these messages",
        "Stop sending messages",
        "Stop the texts please",
        "stop all notifications",
        "Don't text me anymore",
        "do not contact me again",
        "don’t message me",
        "Do not send me any more texts",
        "no more messages please",
        "I don't want these messages",
        "I no longer want to receive your texts",
        "unsubscribe me",
        "Remove me from your list",
        "take me off this list now",
        "opt me out",
        "I revoke my consent",
        "I want to unsubscribe.",
        "Leave me alone",
        "I am driving. Stop texting me, thanks",
        "no me escriban más",
        "Por favor, no me envíen más mensajes",
        "¡Dejen de escribirme!",
        "deje de enviarme mensajes",
        "No quiero recibir más mensajes, gracias",
        "No me manden nada más",
        "Quiero darme de baja",
        "borren mi número",
        "Bitte hören Sie auf, mir zu schreiben",
        "Schreiben Sie mir nicht mehr",
        "Schicken Sie mir bitte keine Nachrichten mehr.",
        "Bitte keine SMS mehr",
        "Ich möchte keine Nachrichten mehr",
        "Kontaktieren Sie mich nicht mehr",
        "Löschen Sie meine Nummer",
        "Nehmt mich aus der Liste",
        "Arrêtez de m'envoyer des messages",
        "Arrêtez de m’écrire s'il vous plaît",
        "Ne m'envoyez plus de SMS",
        "ne m'écrivez plus",
        "Je ne veux plus recevoir de messages",
        "Plus de SMS svp",
        "Désabonnez-moi",
        "Supprimez mon numéro",
        "لا تراسلني",
        "من فضلك لا ترسلوا لي رسائل مرة أخرى",
        "توقفوا عن إرسال الرسائل",
        "لا أريد رسائل",
        "أوقفوا الرسائل من فضلكم",
        "الغوا اشتراكي",
        "请不要再给我发短信",
        "不要再发短信了",
        "別再給我發簡訊了",
        "停止发送消息",
        "别再联系我",
        "我不想再收到你们的短信",
        "请取消我的订阅",
        "我要退订",
    ],
)
def test_whoever_takes_back_their_leave_in_plain_words_is_obeyed(text: str) -> None:
    assert read_reply(text) == Read(Meaning.STOP, sentence=True)


@pytest.mark.parametrize(
    "text",
    [
        "don't stop the truck",
        "stop sign",
        "The driver missed the stop sign",
        "stop the truck",
        "please stop the delivery",
        "Please don't stop texting me",
        "Stop texting me about PO 12, I only want PO 13",
        "stop texting me after 9pm",
        "If it is late again, stop texting me and call",
        "Did he stop?",
        "no stop in Leeds please",
        "Is there a bus stop?",
        "can you stop by tomorrow",
        "Text me when it arrives",
        "don't send the truck",
        "Don't send me the invoice",
        "do not contact the driver",
        "I don't want the goods",
        "remove the container from the list",
        "no more delays please",
        "the end of the week",
        "cancel order 12",
        "no me manden el contenedor",
        "no me escriban al trabajo",
        "dejen de cargar el camión",
        "no quiero más retrasos",
        "No paren el camión",
        "Alto, el muelle está cerrado",
        "Schicken Sie mir nicht die Rechnung",
        "Bitte keine Lieferung mehr",
        "Hören Sie auf zu laden",
        "Schreiben Sie mir die neue Adresse",
        "Ich will keine Verspätung mehr",
        "Wenn es zu spät ist, schreiben Sie mir nicht mehr",
        "Ne m'envoyez pas la facture",
        "Arrêtez le camion",
        "Je ne veux plus de retard",
        "plus de palettes",
        "لا ترسلوا الشاحنة",
        "أوقفوا الشاحنة",
        "لا أريد البضاعة",
        "توقف عند الباب الثاني",
        "不要再发货了",
        "停止发货",
        "别给我送货",
        "不想收到坏的货",
        "如果晚到就不要再给我发短信",
    ],
)
def test_what_only_sounds_like_it_reaches_a_person(text: str) -> None:
    assert read_reply(text).meaning is Meaning.QUESTION


@pytest.mark.parametrize(
    "text",
    [
        "wrong number",
        "Wrong number!",
        "Sorry, you have the wrong number",
        "I think you have the wrong person. Who is this?",
        "You've got the wrong number, stop texting me please.",
        "This is the wrong number",
        "Número equivocado",
        "Creo que tiene el número equivocado",
        "Se ha equivocado de número",
        "Falsche Nummer",
        "Sie haben die falsche Nummer",
        "Falsch verbunden, wer ist da?",
        "Mauvais numéro",
        "Vous vous êtes trompé de numéro",
        "C'est un faux numéro, désolé",
        "رقم خاطئ",
        "الرقم غلط",
        "عفوا، الرقم غير صحيح",
        "你打错了",
        "发错人了",
        "號碼錯了",
    ],
)
def test_a_wrong_number(text: str) -> None:
    assert read_reply(text).meaning in {Meaning.WRONG_NUMBER, Meaning.STOP}
    assert "stop" in text or read_reply(text) == Read(Meaning.WRONG_NUMBER)


@pytest.mark.parametrize(
    "text",
    [
        "wrong number of boxes",
        "The wrong number is on the box",
        "Wrong number, 12 boxes and not 11",
        "You have the wrong number of pallets",
        "número equivocado de cajas",
        "Falsche Nummer auf dem Karton",
        "mauvais numéro de conteneur",
        "رقم خاطئ على الصندوق",
        "箱子的号码错了，应该是12",
        "wrong address",
    ],
)
def test_what_only_sounds_like_a_wrong_number(text: str) -> None:
    assert read_reply(text).meaning is Meaning.QUESTION


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("1", "1"),
        (" 1. ", "1"),
        ("1)", "1"),
        ("#2", "2"),
        ("1 ok", "1"),
        ("2 please", "2"),
        ("Option 2", "2"),
        ("opción 2, gracias", "2"),
        ("１", "1"),
        ("١", "1"),
        ("٢ من فضلك", "2"),
        ("۲", "2"),
        ("1️⃣", "1"),
        ("one", "1"),
        ("Uno", "1"),
        ("zwei", "2"),
        ("deux", "2"),
        ("واحد", "1"),
        ("二", "2"),
        ("选2", "2"),
    ],
)
def test_a_choice_however_it_is_written(text: str, digit: str) -> None:
    assert read_reply(text, asked=Heard(open={"1", "2", "3"})) == Read(Meaning.CHOICE, digit)


@pytest.mark.parametrize(
    "text",
    [
        "1 but only after 3 pm",
        "12",
        "1 2",
        "1 or 2",
        "-",
        "1 box is missing",
        "PO 1",
        "at 1",
        "10:30",
        "1st",
        "11 ok",
        "0",
    ],
)
def test_what_is_more_than_a_digit_is_read_by_a_person(text: str) -> None:
    assert read_reply(text, asked=Heard(open={"1", "2", "3"})) == Read(Meaning.QUESTION)


def test_a_digit_that_is_not_open_is_named_and_never_acts() -> None:
    assert read_reply("4", asked=Heard(open={"1", "2"})) == Read(Meaning.QUESTION, "4")


@pytest.mark.parametrize("text", ["👍", "👍🏽", "ok", "Yes!", "vale", "sí", "ja", "oui", "d'accord", "نعم", "好的"])
def test_agreeing_counts_only_where_one_question_is_open(text: str) -> None:
    assert read_reply(text, asked=Heard(open={"1", "2"}, single="1")) == Read(Meaning.CHOICE, "1")
    assert read_reply(text, asked=Heard(open={"1", "2"})) == Read(Meaning.QUESTION)


def test_stop_outweighs_an_open_question() -> None:
    assert read_reply("END", asked=Heard(open={"1"}, single="1")).meaning is Meaning.STOP
    assert read_reply("2 stop texting me", asked=Heard(open={"2"})).meaning is Meaning.QUESTION


def london(text: str) -> datetime:
    """A London summer time as an instant."""
    return datetime.fromisoformat(text + "+01:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ("2026-09-17T08:00", "2026-09-17T12:00"),
        ("2026-09-17T10:00", "2026-09-17T15:00"),
        ("2026-09-17T16:00", "2026-09-18T10:00"),
        ("2026-09-17T03:00", "2026-09-17T12:00"),
        ("2026-09-18T17:00", "2026-09-22T11:00"),  # Friday; Monday is a holiday
    ],
)
def test_an_answer_is_promised_in_care_hours(asked: str, by: str) -> None:
    assert answer_by(DESK, london(asked)) == london(by)


@pytest.mark.parametrize(
    "account",
    [AccountView(id="a", brand="b", hours=DESK.hours), AccountView(id="a", brand="b", care_email="c@example.com")],
)
def test_nothing_is_promised_where_nobody_would_see_it(account: AccountView) -> None:
    assert answer_by(account, london("2026-09-17T08:00")) is None


def test_whether_the_desk_is_open() -> None:
    assert open_now(DESK, london("2026-09-17T09:00"))
    assert not open_now(DESK, london("2026-09-17T12:30"))
    assert not open_now(DESK, london("2026-09-21T09:00"))
    assert opens_at(DESK, london("2026-09-19T09:00")) == london("2026-09-22T08:00")
    assert opens_at(DESK, london("2026-09-17T09:00")) == london("2026-09-17T09:00")
    assert opens_at(AccountView(id="a", brand="b"), london("2026-09-17T09:00")) is None


def test_hours_past_midnight_belong_to_the_day_they_begin() -> None:
    night = AccountView(id="a", brand="b", zone="Europe/London", hours={"3": [["22:00", "02:00"]]})
    assert open_now(night, london("2026-09-18T01:00"))
    assert not open_now(night, london("2026-09-17T01:00"))
