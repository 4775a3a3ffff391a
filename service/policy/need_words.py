"""The phrases by which people say until when they need the goods, and the words of dates, in six languages.

All in the letters that `reply_text.bare` leaves. Whole texts count, so that "I do not need it by Friday" sets nothing.
Words that may mean "before that day" ("before", "avant", "antes de", "vor", "قبل", "前") are left to a person.
"""

from __future__ import annotations

from collections.abc import Mapping

_NAMES = (
    "jan january januar enero ene janvier janv يناير",
    "feb february februar febrero fevrier fevr فبراير",
    "mar march marz maerz marzo mars مارس",
    "apr april abril abr avril avr ابريل",
    "may mai mayo مايو",
    "jun june juni junio juin يونيو",
    "jul july juli julio juillet juil يوليو",
    "aug august agosto ago aout اغسطس",
    "sep sept september septiembre setiembre septembre سبتمبر",
    "oct october oktober okt octubre octobre اكتوبر",
    "nov november noviembre novembre نوفمبر",
    "dec december dezember dez diciembre dic decembre ديسمبر",
)

MONTHS: Mapping[str, int] = {name: number for number, line in enumerate(_NAMES, 1) for name in line.split()}

_DAYS = (
    "monday mon lunes montag lundi الاثنين 周一 星期一",
    "tuesday tue tues martes dienstag mardi الثلاثاء 周二 星期二",
    "wednesday wed miercoles mittwoch mercredi الاربعاء 周三 星期三",
    "thursday thu thur thurs jueves donnerstag jeudi الخميس 周四 星期四",
    "friday fri viernes freitag vendredi الجمعه 周五 星期五",
    "saturday sat sabado samstag sonnabend samedi السبت 周六 星期六",
    "sunday sun domingo sonntag dimanche الاحد 周日 星期日 星期天",
)

WEEKDAYS: Mapping[str, int] = {name: number for number, line in enumerate(_DAYS) for name in line.split()}
"""0 is Monday."""

_TIMES = (
    "am pm uhr h hr hrs hour hours min mins minute minutes o clock oclock st nd rd th x day days week weeks month",
    "months stunde stunden tag tage woche wochen hora horas dia dias semana semanas heure heures jour jours semaine",
)

TIMES = frozenset(word for line in _TIMES for word in line.split())
"""Words behind a number that make it a time, and no score."""

_IT_EN = "( (it|this|that|them|these|the goods|(the|my|our) (order|shipment|delivery|cargo|container)))?"
_BY_EN = "(by|no later than|not later than|latest by|latest on|at the latest by|at the latest on)"
_LAST_EN = "( (latest|at the latest))?"
_IT_DE = "( (es|sie|das|die (ware|waren|sendung|lieferung|bestellung)|den container))?"
_BY_DE = "(bis|bis spatestens|spatestens|spatestens bis)( (am|zum))?"
_IT_ES = "( (el (pedido|envio|contenedor)|la (mercancia|carga|entrega)|las mercancias))?"
_LAST_ES = "(a mas tardar|como muy tarde|como maximo)"
_IT_FR = "( (de ca|de cela|de la (marchandise|commande|livraison)|du (conteneur|colis)|des marchandises))?"
_FAUT_FR = "( (ca|cela|la (marchandise|commande|livraison)|le (colis|conteneur)))?"
_BY_FR = "(pour|d ici|au plus tard)( (le|au))?"
_NEED_AR = "(احتاجها|احتاجه|نحتاجها|نحتاجه|اريدها|نريدها|احتاج|نحتاج)( (البضاعه|الشحنه|الطلب|الطلبيه|الحاويه))?"
_LAST_AR = "(كحد اقصي|علي ابعد تقدير)"

PHRASES = (
    f"((i|we) )?((really|still|also|will|ll) )*(need|require){_IT_EN}( (here|there))? {_BY_EN} DATE{_LAST_EN}",
    f"((i|we) )?(need|require){_IT_EN}( (here|delivered|there))?( on)? DATE (latest|at the latest)",
    f"((it|this|they|the goods) )?((is|are) )?(needed|required)( here)? {_BY_EN} DATE{_LAST_EN}",
    f"((it|they|the (goods|order|container)) )?(must|has to|have to) (be here|arrive) {_BY_EN} DATE{_LAST_EN}",
    "need ?by( date)?( is)? DATE",
    "(at the )?latest( (by|on|is))? DATE",
    "(by )?DATE (at the latest|latest)",
    "(no|not) later than DATE",
    f"((ich|wir) )?(brauche|brauchen|benotige|benotigen){_IT_DE}( (unbedingt|noch))* {_BY_DE} DATE",
    f"((wird|werden) )?(benotigt|gebraucht) {_BY_DE} DATE",
    f"((es|sie|die (ware|sendung)) )?(muss|mussen) {_BY_DE} DATE (da|hier|geliefert) sein",
    "(bis )?spatestens( (bis|am|zum|bis zum))? DATE",
    f"((lo|la|los|las) )?(necesito|necesitamos){_IT_ES} (para|{_LAST_ES})( el( dia)?)? DATE",
    f"(debe|tiene que) (llegar|estar aqui) {_LAST_ES}( el)? DATE",
    f"{_LAST_ES}( el)? DATE",
    f"(j( en)? ai|nous( en)? avons|on( en)? a) besoin{_IT_FR} {_BY_FR} DATE",
    f"il ((me|nous) )?((le|la|les) )?faut{_FAUT_FR} {_BY_FR} DATE",
    "(doit|doivent) (arriver|etre la) (au plus tard|d ici)( (le|au))? DATE",
    "au plus tard( le)? DATE",
    f"{_NEED_AR} (بحلول|في موعد اقصاه) DATE",
    f"{_NEED_AR}( في)? DATE {_LAST_AR}",
    "(في موعد اقصاه|كحد اقصي) DATE",
    "((我|我们)?(需要|要))?货?(最晚|最迟|不晚于)(在|于)?DATE(要|需要)?(到|到货|送到|送达|收到)?",
    "(我|我们)?(最晚|最迟)(需要|要)(在|于)?DATE(到货|送到|送达|收到)?",
)
"""Whole texts, politeness and the order's name aside; DATE is what is read as a date. Chinese has no blanks."""
