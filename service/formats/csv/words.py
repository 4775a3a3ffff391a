"""What columns of exports are called, in four languages: data, and nothing else.

Words are compared without accents, case and punctuation, so `Livré` is `livre`; headings without blanks
too, so `Auftrags-Nr.` is `auftragsnr`.
"""

from __future__ import annotations

import re
import unicodedata

from service.records.enums import ReferenceType

_NOT_ALNUM = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """The first 200 characters of *text* in lower case, without accents, words parted by single blanks."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text[:200]) if not unicodedata.combining(c))
    return _NOT_ALNUM.sub(" ", bare.casefold()).strip()


def joined(heading: str) -> str:
    """*heading* as headings are compared: plain, and without the blanks too."""
    return plain(heading).replace(" ", "")


REFERENCES: dict[str, ReferenceType] = {
    kind.value: kind for kind in ReferenceType if kind not in {ReferenceType.VOYAGE, ReferenceType.SYSTEM_ID}
}
"""Fields that name a shipment; several columns may hold the same kind."""

ONCE: dict[str, str] = {
    "milestone": "what happened, as a status or a milestone's name",
    "at": "when it happened: a date, or a date and time",
    "time": "the time of day, where it has a column of its own",
    "place": "where it happened: UN/LOCODE, airport code, or a town's name",
    "origin": "port or airport of departure",
    "destination": "port or airport of arrival",
    "customer": "your code of the customer",
    "vessel": "the ship's name",
    "flight_or_voyage": "voyage or flight number",
    "transport": "ocean, air, rail or road",
    "pieces": "how many pieces this is about",
    "pieces_total": "how many pieces there are in all",
    "remark": "a remark for the operator; it is never sent",
    "id": "an id of the row that stays when its content is corrected",
    "stated_at": "when the row was written; a later one corrects an earlier one with the same id",
}
"""Fields that one column may hold, each with what it means."""

HEADINGS: dict[str, tuple[str, ...]] = {
    "ref": (
        *("ref", "reference", "our ref", "our reference", "job", "job no", "job number", "order", "order no"),
        *("order number", "shipment", "shipment no", "shipment number", "shipment id", "file no"),
        *("auftrag", "auftragsnr", "auftragsnummer", "sendung", "sendungsnr", "sendungsnummer", "referenz"),
        *("positionsnr", "positionsnummer", "vorgang", "dossier", "n dossier", "no dossier", "numero dossier"),
        *("reference dossier", "expedition", "no expedition", "expediente", "referencia", "envio", "no envio"),
        *("numero de envio", "numero de expediente"),
    ),
    "house_bill": ("house bill", "hbl", "hawb", "house bl", "house awb", "hausfrachtbrief", "connaissement house"),
    "master_bill": (
        *("master bill", "mbl", "mawb", "awb", "bl", "bill of lading", "konnossement", "frachtbrief"),
        *("connaissement", "lta", "conocimiento", "conocimiento de embarque"),
    ),
    "booking": (
        *("booking", "booking no", "booking number", "carrier booking", "buchung", "buchungsnr", "buchungsnummer"),
        *("no reservation", "numero de reservation", "reserva", "no reserva", "numero de reserva"),
    ),
    "po": (
        *("po", "po no", "po number", "purchase order", "customer ref", "customer reference", "your ref"),
        *("bestellung", "bestellnr", "bestellnummer", "kundenreferenz", "ihre referenz", "commande", "no commande"),
        *("numero de commande", "reference client", "pedido", "no pedido", "numero de pedido", "referencia cliente"),
    ),
    "container": (
        *("container", "container no", "container number", "equipment", "containernr", "containernummer"),
        *("conteneur", "no conteneur", "numero conteneur", "contenedor", "no contenedor", "numero contenedor"),
    ),
    "milestone": (
        *("milestone", "status", "event", "event code", "status code", "shipment status", "sendungsstatus"),
        *("ereignis", "meilenstein", "statut", "etat", "evenement", "jalon", "estado", "evento", "hito"),
    ),
    "at": (
        *("at", "date", "date time", "event date", "event time", "status date", "timestamp"),
        *("datum", "zeitpunkt", "statusdatum", "ereignisdatum", "datum uhrzeit", "date evenement", "date statut"),
        *("date heure", "horodatage", "fecha", "fecha hora", "fecha evento", "fecha estado"),
    ),
    "time": ("time", "time of day", "uhrzeit", "zeit", "heure", "hora"),
    "place": (
        *("place", "location", "unlocode", "location code", "event location", "ort", "standort"),
        *("ortscode", "lieu", "localisation", "code lieu", "lugar", "ubicacion"),
    ),
    "origin": (
        *("origin", "pol", "port of loading", "from", "departure port", "ladehafen", "abgangshafen", "von"),
        *("abgangsort", "port de chargement", "port de depart", "origine", "puerto de carga", "puerto de origen"),
        *("origen",),
    ),
    "destination": (
        *("destination", "pod", "port of discharge", "to", "arrival port", "loschhafen", "zielhafen", "nach"),
        *("bestimmungsort", "port de dechargement", "port d arrivee", "puerto de descarga", "puerto de destino"),
        *("destino",),
    ),
    "customer": (
        *("customer", "customer code", "customer no", "account", "client", "kunde", "kundennr", "kundennummer"),
        *("code client", "no client", "cliente", "codigo cliente", "no cliente"),
    ),
    "vessel": ("vessel", "vessel name", "ship", "schiff", "schiffsname", "navire", "buque", "nave"),
    "flight_or_voyage": (
        *("voyage", "voyage no", "flight", "flight no", "flight number", "reise", "reisenr", "flug", "flugnr"),
        *("vol", "no vol", "no voyage", "viaje", "vuelo", "no vuelo"),
    ),
    "transport": ("transport", "mode", "transport mode", "verkehrstrager", "mode de transport", "modo"),
    "pieces": ("pieces", "packages", "pcs", "packstucke", "colli", "colis", "bultos"),
    "pieces_total": ("pieces total", "total pieces", "gesamt colli", "total colis", "total bultos"),
    "remark": ("remark", "remarks", "comment", "bemerkung", "kommentar", "remarque", "observaciones"),
    "id": ("id", "event id", "row id", "ereignis id"),
    "stated_at": ("stated at", "updated", "updated at", "last update", "geandert am", "modifie le", "actualizado"),
    "estimated:departed": ("etd", "expected departure", "voraussichtliche abfahrt", "depart prevu", "salida prevista"),
    "actual:departed": (
        *("atd", "actual departure", "departed at", "abgefahren am", "parti le", "depart reel", "salida real"),
    ),
    "estimated:arrived_destination": (
        *("eta", "expected arrival", "voraussichtliche ankunft", "arrivee prevue", "llegada prevista"),
    ),
    "actual:arrived_destination": (
        *("ata", "actual arrival", "arrived at", "angekommen am", "arrive le", "arrivee reelle", "llegada real"),
    ),
    "actual:picked_up": ("picked up at", "collected at", "abgeholt am", "enleve le", "recogido el"),
    "actual:customs_cleared": ("customs cleared at", "verzollt am", "dedouane le"),
    "estimated:delivered": (
        *("due", "due date", "planned delivery", "delivery planned", "liefertermin", "geplante zustellung"),
        *("livraison prevue", "entrega prevista"),
    ),
    "actual:delivered": (
        *("delivered at", "delivered on", "actual delivery", "zugestellt am", "geliefert am", "livre le"),
        *("entregado el", "entrega real"),
    ),
}
"""Each field, and the headings that name it."""

PAIRED: dict[str, str] = {"pod": "pol"}
"""Headings that mean what they stand for above only beside another: a POD alone may be a proof of delivery."""

UNCLEAR: dict[str, str] = {
    heading: milestone
    for milestone, headings in {
        "departed": ("departure date", "departure", "abfahrtsdatum", "abfahrt", "date de depart", "fecha de salida"),
        "arrived_destination": ("arrival date", "arrival", "ankunftsdatum", "ankunft", "date d arrivee"),
        "picked_up": ("pickup date", "collection date", "abholdatum", "date d enlevement", "fecha de recogida"),
        "delivered": (
            "delivery date",
            "zustelldatum",
            "lieferdatum",
            "date de livraison",
            "fecha de entrega",
            "pod date",
        ),
    }.items()
    for heading in headings
}
"""Headings that may mean a plan or what has happened: only the account knows."""
