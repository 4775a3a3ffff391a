"""The words by which people stop, start, ask for help, say that a number is wrong, or agree, in six languages.

Whole texts count for the words, whole clauses for the sentences, so that "stop the truck" stops nobody's texts. All are
compared as `reply_text.bare` leaves them: no case, no accents, no vowel marks.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.wording.languages import Status

STOP = (
    # Twilio (https://help.twilio.com/articles/223134027) and AWS End User Messaging (REMOVE, ARRET, TD).
    "stop stopall unsubscribe cancel end quit revoke optout remove arret td",
    "alto parar pare baja dardebaja darmedebaja cancelar detener nomas nomasmensajes",
    "stopp abmelden abbestellen austragen beenden aufhoren",
    "arreter desabonner desinscrire desabonnement desinscription annuler",
    "توقف ايقاف اوقف قف كفى كفي الغاء الغاءالاشتراك الغا",
    "停止 停 退订 取消订阅 取消 不要再发 别发了",
)

START = (
    "start unstop resume",
    "iniciar empezar comenzar alta reanudar",
    "starten anmelden fortsetzen",
    "commencer demarrer reprendre reabonner",
    "ابدا اشتراك استيناف",
    "开始 订阅 恢复",
)

HELP = (
    "help info",
    "ayuda",
    "hilfe",
    "aide",
    "مساعده",
    "帮助",
)

YES = (
    "yes y yep yeah ok okay sure",
    "si vale de acuerdo",
    "ja okay",
    "oui daccord",
    "نعم موافق حسنا",
    "是 是的 好 好的 可以",
)

ONES = (
    ("one", "uno", "una", "eins", "un", "une", "واحد", "一"),
    ("two", "dos", "zwei", "deux", "اثنان", "اثنين", "二"),
    ("three", "tres", "drei", "trois", "ثلاثه", "三"),
    ("four", "cuatro", "vier", "quatre", "اربعه", "四"),
    ("five", "cinco", "funf", "fuenf", "cinq", "خمسه", "五"),
)
"""The first digits in words; anybody who is offered more writes the digit."""

FILLERS = (
    "please, pls, plz, hi, hello, hey, now, immediately, thanks, thank you, sorry, just, again, already, asap",
    "can you, could you, would you, will you, i said, i want you to, right away",
    "por favor, hola, gracias, ya, ahora, inmediatamente, perdon, disculpe, oiga, buenos dias, buenas tardes",
    "bitte, hallo, danke, sofort, jetzt, entschuldigung, endlich, guten tag",
    "s il vous plait, s il te plait, svp, stp, bonjour, merci, maintenant, tout de suite, immediatement, desole",
    "من فضلك, من فضلكم, رجاء, ارجوك, لو سمحت, لو سمحتم, شكرا, مرحبا, السلام عليكم, الان, عفوا, اسف",
)
"""Politeness, which changes nothing."""

CHINESE_FILLERS = "不好意思|对不起|麻烦|谢谢|你好|您好|马上|立刻|立即|^请|(?:了|吧)$"
"""The same in a language that writes no blanks."""

CONDITIONS = (
    "if unless until when till once except only before after about but at during",
    "si salvo hasta cuando excepto solo antes despues pero sobre durante",
    "wenn falls bis ausser nur bevor nachdem aber ab sobald uber",
    "si sauf jusqu quand excepte seulement avant apres mais sur pendant",
    "اذا الا حتي عندما فقط قبل بعد لكن",
    "如果 除非 直到 除了 只 之前 之后 以后 但",
)
"""Words after which a wish is no plain wish any more: a person reads it."""

_MSG_EN = r"(texts?|texting|messages?|messaging|sms|text messages|notifications?|updates?|alerts?|spam)"
_MSG_ES = r"(mensajes?|sms|textos?|avisos|notificaciones)"
_MSG_DE = r"(nachrichten|sms|texte|benachrichtigungen|mitteilungen)"
_MSG_FR = r"(sms|messages?|textos?|notifications?)"
_MSG_AR = r"(رسايل|الرسايل|رسايلكم|اشعارات|الاشعارات|هذه الرسايل)"
_MSG_ZH = r"(短信|信息|消息|简讯|通知)"

REVOCATIONS = (
    (
        r"stop( it| this| that| now| stop)*",
        (
            rf"(stop|quit|cease) (sending )?(me |us )?(all |these |those |the |your |any |more |any more )*{_MSG_EN}"
            r"( me| us| this number| my phone| to me)?( any ?more| at all| ever)*"
        ),
        (
            r"(stop|quit|cease) (texting|messaging|contacting|spamming|bothering|writing( to)?) (me|us|this number)"
            r"( any ?more| at all| ever)*"
        ),
        (
            r"(do not|dont|don t|never) (text|message|contact|sms|write|write to|spam) (me|us|this number)"
            r"( any ?more| ever| at all)*"
        ),
        rf"(do not|dont|don t|never) send (me |us )?(any |more |these )*{_MSG_EN}( to me)?( any ?more| ever)*",
        rf"no more {_MSG_EN}( for me| to me)?",
        r"(take|remove|delete) (me|my number|this number)( (off|from) (your|the|this) (lists?|texts|database))?",
        r"(un ?subscribe|opt out|optout) me( from (this|these|your|all) ?(list|texts|messages|updates)?)?|opt me out",
        (
            r"i (want|wish|would like|d like) to (unsubscribe|opt out|stop (getting|receiving) (these |your )?"
            rf"{_MSG_EN})"
        ),
        (
            rf"i (do not|dont|don t) want (any |more |any more |these |your |to get |to receive )*{_MSG_EN}"
            r"( from you)?( any ?more)?"
        ),
        rf"i no longer (want|wish to (get|receive)|want to (get|receive)) (these |your |any )?{_MSG_EN}",
        r"i (revoke|withdraw) (my )?consent",
        r"leave me alone",
    ),
    (
        (
            rf"(ya )?no (me|nos) (escrib[aeo]n?s?|envien?|envies|manden?|mandes|contacten?|contactes|molesten?)( mas)?"
            rf"( {_MSG_ES}| nada)?( mas| nunca)*"
        ),
        rf"(deja|deje|dejen|para|pare|paren) de (escribir|enviar|mandar|contactar)(me|nos)?( mas)?( {_MSG_ES})?",
        rf"no quiero (recibir )?(mas |sus |estos )*{_MSG_ES}( suyos| de ustedes| mas)*",
        rf"no mas {_MSG_ES}",
        r"(quiero|deseo) (darme|que me den|que me de) de baja|(deme|denme|dame) de baja|me doy de baja",
        r"(borre|borren|elimine|eliminen|quite|quiten) mi numero( de (su|la) lista)?",
    ),
    (
        r"(horen|hor|hort) (sie )?auf (mir|uns) (nachrichten |sms |texte )?zu (schreiben|schicken|senden|simsen)",
        rf"(schreiben|schicken|senden) sie (mir|uns) (keine|nicht)( weiteren)?( {_MSG_DE})?( mehr)?",
        rf"(schreib|schreibt|schick|schickt|sendet) (mir|uns) (keine|nicht)( weiteren)?( {_MSG_DE})?( mehr)",
        rf"keine( weiteren)? {_MSG_DE}( mehr)",
        rf"ich (will|mochte|mag|wunsche) keine (weiteren )?{_MSG_DE}( mehr)?( von ihnen)?( bekommen| erhalten)?",
        r"(kontaktieren sie|kontaktiert|kontaktiere) (mich|uns) nicht mehr",
        r"(loschen|entfernen) sie meine nummer( aus (ihrer|der) liste)?",
        r"(nehmen sie|nehmt|nimm) mich aus (der|ihrer|eurer|deiner) liste|melden sie mich ab|ich mochte mich abmelden",
        r"lassen sie mich in ruhe",
    ),
    (
        (
            rf"(arretez|arrete|cessez|cesse) (de |d )(m |me |nous )?(envoyer|ecrire|contacter|texter|importuner)"
            rf"( des| vos| ces| les)?( {_MSG_FR})?"
        ),
        rf"(ne )?(m |me |nous )(envoyez|ecrivez|contactez|envoie|ecris) plus( jamais)?( de| d| vos)?( {_MSG_FR})?",
        rf"(je )?(ne )?(veux|souhaite) plus (recevoir )?(de |vos |aucun |ces )?{_MSG_FR}( de votre part)?",
        rf"plus (de|aucun) {_MSG_FR}",
        r"(desabonnez|desinscrivez|retirez|supprimez|enlevez) moi( de (votre|la) liste)?",
        r"(supprimez|effacez) mon numero( de (votre|la) liste)?|laissez moi tranquille",
    ),
    (
        r"لا (تراسلني|تراسلوني|تكتب لي|تكتبوا لي|تتواصل معي|تتواصلوا معي)( مره اخري| ابدا| مجددا)*",
        rf"لا (ترسل|ترسلوا|تبعث|تبعثوا) (لي|الي)( اي| المزيد من)? {_MSG_AR}( مره اخري| ابدا| مجددا)*",
        rf"(توقف|توقفوا) عن (مراسلتي|التواصل معي|(ارسال|بعث) {_MSG_AR}( لي| الي)?)",
        rf"(اوقف|اوقفوا|ايقاف) (ارسال )?{_MSG_AR}( لي| الي)?",
        rf"لا اريد( استلام| تلقي)?( اي| المزيد من| هذه)? {_MSG_AR}( منكم)?( مره اخري)?",
        r"(الغ|الغوا|الغاء|اريد الغاء) (اشتراكي|الاشتراك)|(احذف|احذفوا) رقمي",
    ),
    (
        rf"(你们|你|您)?(不要|别|勿|停止|不用)(再)?(给我|向我)?(发|发送|发来)(任何|这些|这种)?{_MSG_ZH}(给我)?",
        r"(你们|你|您)?(不要|别)再?(联系|骚扰)我",
        rf"(我)?(不想|不要|不愿)(再)?(收到|接收|收)(你们的|任何|这些|这种)?{_MSG_ZH}",
        r"(我要|我想|给我)(退订|取消订阅)|取消我的订阅|(删除|删掉)我的(号码|手机号|电话)",
    ),
)
"""Plain sentences that take back the leave to write."""

WRONG_NUMBERS = (
    (
        r"(i think |i m afraid |im afraid )?(you (have|ve got|got|ve|have got)|you ve) (the |a )?wrong (number|person)",
        r"(this is |it is |it s |its |that is )?(the |a )?wrong (number|person)( here)?",
    ),
    (
        r"(creo que )?(tiene|tienen|tienes|es|este es|esta es) (el |un )?numero equivocado|numero equivocado",
        r"(creo que )?(se ha|se han|te has|se) (equivocado|equivoco|equivocaron|equivoca) de numero",
        r"esta(n|s)? equivocad[oa]s? de numero|numero incorrecto",
    ),
    (
        r"((sie haben|du hast|ihr habt|das ist|hier ist|ist) )?(die |eine )?falsche nummer( hier)?|falsch verbunden",
        r"sie haben sich (in der nummer geirrt|verwahlt)",
    ),
    (
        r"((vous avez|c est|tu as) )?(le |un )?(mauvais|faux) numero|erreur de numero",
        r"(vous vous etes|vous vous|tu t es|tu te) tromp(e|ee|ez|es) de numero",
    ),
    (
        r"((هذا|هذا هو|لديك|لديكم) )?(ال)?رقم (ال)?(خاطي|خاطء|خطا|غلط|غير صحيح)",
        r"(اخطات|اخطاتم|غلطت|غلطتم) (في |ب)?(ال)?رقم",
    ),
    (
        r"(你|您|你们)?(打|发|弄|搞)错(人|号|号码|号码)?",
        r"号码(错|不对|错误)|错误(的)?号码|错号",
    ),
)
"""Plain sentences that say that we write to somebody else."""

ASIDES = (
    "who is this",
    "who are you",
    "i dont know who this is",
    "i do not know you",
    "quien es",
    "quien eres",
    "wer ist da",
    "qui est ce",
    "qui etes vous",
    "من انت",
    "من معي",
    "你是谁",
)
"""What people add who were written to by mistake."""

LISTS = ("stop", "start", "help", "yes", "ones", "fillers", "conditions", "revocations", "wrong_numbers", "asides")
"""The lists of this file, as a native reader reviews them, each in every language."""

REVIEWED: Mapping[tuple[str, str], Status] = {}
"""How far a list has been reviewed, by (language, list), where it is more than a draft of ours."""


def status_of(language: str) -> dict[str, Status]:
    """The review status of each list in *language*."""
    return {name: REVIEWED.get((language, name), Status.DRAFT) for name in LISTS}
