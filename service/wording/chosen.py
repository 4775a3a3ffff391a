"""What is said back to whoever answered with a digit: what was noted, and how it is taken back; in every language.

No sentence claims more than that our desk has been told.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.wording.languages import language_of

_SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "ok": "noted as OK, thank you.",
        "call_me": "you asked for a call. Our desk has been told.",
        "options": "you asked for your options. Our desk has been told.",
        "other_day": "you need another day. Our desk has been told; nothing has changed yet.",
        "undone": "taken back. Our desk has been told.",
        "undo": "to take it back",
    },
    "es": {
        "ok": "anotado que le va bien, gracias.",
        "call_me": "usted ha pedido una llamada. Nuestro equipo ya lo sabe.",
        "options": "usted ha pedido sus opciones. Nuestro equipo ya lo sabe.",
        "other_day": "usted necesita otra fecha. Nuestro equipo ya lo sabe; por ahora nada ha cambiado.",
        "undone": "anulado. Nuestro equipo ya lo sabe.",
        "undo": "anular",
    },
    "de": {
        "ok": "als OK notiert, danke.",
        "call_me": "Sie möchten einen Anruf. Unser Team ist informiert.",
        "options": "Sie fragen, was möglich ist. Unser Team ist informiert.",
        "other_day": "Sie brauchen einen anderen Tag. Unser Team ist informiert; noch ist nichts geändert.",
        "undone": "zurückgenommen. Unser Team ist informiert.",
        "undo": "zurücknehmen",
    },
    "fr": {
        "ok": "noté comme OK, merci.",
        "call_me": "vous demandez un appel. Notre service est prévenu.",
        "options": "vous demandez vos options. Notre service est prévenu.",
        "other_day": "vous avez besoin d'un autre jour. Notre service est prévenu ; rien n'est encore modifié.",
        "undone": "annulé. Notre service est prévenu.",
        "undo": "annuler",
    },
    "ar": {
        "ok": "تم تسجيل موافقتك، شكرا.",
        "call_me": "طلبت اتصالا. تم إبلاغ فريقنا.",
        "options": "طلبت معرفة الخيارات. تم إبلاغ فريقنا.",
        "other_day": "تحتاج إلى يوم آخر. تم إبلاغ فريقنا، ولم يتغير شيء بعد.",
        "undone": "تم التراجع. تم إبلاغ فريقنا.",
        "undo": "تراجع",
    },
    "zh": {
        "ok": "已记录您同意，谢谢。",
        "call_me": "您希望我们致电。已通知我们的团队。",
        "options": "您想了解可选方案。已通知我们的团队。",
        "other_day": "您需要另选日期。已通知我们的团队，目前尚未更改。",
        "undone": "已撤回。已通知我们的团队。",
        "undo": "撤回",
    },
}


def chosen(service: str, language: str) -> str:
    """The sentence for a service that was asked for, for `undone`, or the label of `undo`; in English where unknown."""
    tag = language_of(language).tag.split("-")[0].lower()
    return _SAID.get(tag, _SAID["en"])[service]
