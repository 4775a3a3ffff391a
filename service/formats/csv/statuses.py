"""What statuses of exports are called, in four languages: data, and nothing else.

Words are as `csv_words.plain` writes them. Only those stand here whose plain sense is the milestone's.
"""

from __future__ import annotations

from service.formats.vocabulary import Code, Vocabulary
from service.records.enums import Milestone

_ENGLISH: dict[Milestone, tuple[str, ...]] = {
    Milestone.INFO_RECEIVED: ("order received", "registered"),
    Milestone.BOOKING_CONFIRMED: ("booked",),
    Milestone.BOOKING_CHANGED_CANCELLED: ("cancelled", "canceled", "booking cancelled"),
    Milestone.PICKED_UP: ("collected", "pickup done"),
    Milestone.LOADED: ("on board", "loaded on board"),
    Milestone.DEPARTED: ("sailed",),
    Milestone.IN_TRANSIT: ("on the way", "under way", "at sea"),
    Milestone.ARRIVED_DESTINATION: ("arrived", "arrived at destination", "arrived at port"),
    Milestone.DISCHARGED: ("unloaded",),
    Milestone.CUSTOMS_STARTED: ("in customs",),
    Milestone.CUSTOMS_HOLD: ("held by customs",),
    Milestone.CUSTOMS_CLEARED: ("cleared by customs", "customs released"),
    Milestone.AVAILABLE_PICKUP: ("ready for collection", "ready for pickup"),
    Milestone.OUT_FOR_DELIVERY: ("on delivery",),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("delivery failed", "not delivered"),
    Milestone.DELIVERED: ("pod", "pod received", "proof of delivery"),
    Milestone.DELAYED: ("late", "delay"),
    Milestone.EXCEPTION: ("damaged", "lost"),
    Milestone.RETURNED_SHIPPER: ("returned", "returned to sender"),
}
_GERMAN: dict[Milestone, tuple[str, ...]] = {
    Milestone.INFO_RECEIVED: ("auftrag erhalten", "erfasst"),
    Milestone.BOOKING_CONFIRMED: ("gebucht", "buchung bestatigt"),
    Milestone.BOOKING_CHANGED_CANCELLED: ("storniert",),
    Milestone.PICKED_UP: ("abgeholt", "abholung erfolgt"),
    Milestone.LOADED: ("verladen", "geladen", "an bord"),
    Milestone.DEPARTED: ("abgefahren", "abgegangen", "ausgelaufen"),
    Milestone.IN_TRANSIT: ("unterwegs", "auf dem weg", "auf see"),
    Milestone.ARRIVED_DESTINATION: ("angekommen", "eingetroffen"),
    Milestone.DISCHARGED: ("entladen", "geloscht"),
    Milestone.CUSTOMS_STARTED: ("in verzollung", "beim zoll", "in zollabfertigung"),
    Milestone.CUSTOMS_HOLD: ("zollstopp", "vom zoll angehalten"),
    Milestone.CUSTOMS_CLEARED: ("verzollt", "verzollung abgeschlossen"),
    Milestone.AVAILABLE_PICKUP: ("abholbereit", "bereit zur abholung"),
    Milestone.OUT_FOR_DELIVERY: ("in zustellung", "in auslieferung"),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("zustellung fehlgeschlagen", "nicht zugestellt"),
    Milestone.DELIVERED: ("zugestellt", "ausgeliefert", "abgeliefert", "geliefert", "zustellung erfolgt"),
    Milestone.DELAYED: ("verspatet", "verzogert", "verspatung"),
    Milestone.EXCEPTION: ("beschadigt", "verloren"),
    Milestone.RETURNED_SHIPPER: ("zuruckgesendet", "zuruckgeschickt"),
}
_FRENCH: dict[Milestone, tuple[str, ...]] = {
    Milestone.INFO_RECEIVED: ("commande recue",),
    Milestone.BOOKING_CONFIRMED: ("reservation confirmee",),
    Milestone.BOOKING_CHANGED_CANCELLED: ("annule", "annulee"),
    Milestone.PICKED_UP: ("enleve", "ramasse", "enlevee"),
    Milestone.LOADED: ("embarque", "embarquee", "charge", "chargee"),
    Milestone.DEPARTED: ("parti", "partie", "appareille"),
    Milestone.IN_TRANSIT: ("en transit", "en route", "en cours d acheminement", "en cours de transport"),
    Milestone.ARRIVED_DESTINATION: ("arrive", "arrive a destination", "arrivee"),
    Milestone.DISCHARGED: ("decharge", "dechargee"),
    Milestone.CUSTOMS_STARTED: ("en douane", "en cours de dedouanement", "dedouanement en cours"),
    Milestone.CUSTOMS_HOLD: ("retenu en douane", "bloque en douane"),
    Milestone.CUSTOMS_CLEARED: ("dedouane", "dedouanee"),
    Milestone.AVAILABLE_PICKUP: ("pret a l enlevement", "disponible pour retrait"),
    Milestone.OUT_FOR_DELIVERY: ("en livraison", "en cours de livraison"),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("echec de livraison", "non livre", "non livree"),
    Milestone.DELIVERED: ("livre", "livree", "livraison effectuee"),
    Milestone.DELAYED: ("retarde", "en retard", "retardee"),
    Milestone.EXCEPTION: ("endommage", "perdu", "endommagee", "perdue"),
    Milestone.RETURNED_SHIPPER: ("retourne", "retour expediteur", "retournee"),
}
_SPANISH: dict[Milestone, tuple[str, ...]] = {
    Milestone.INFO_RECEIVED: ("pedido recibido",),
    Milestone.BOOKING_CONFIRMED: ("reservado", "reserva confirmada"),
    Milestone.BOOKING_CHANGED_CANCELLED: ("cancelado", "anulado", "cancelada", "anulada"),
    Milestone.PICKED_UP: ("recogido", "recolectado"),
    Milestone.LOADED: ("embarcado", "embarcada", "cargado", "cargada"),
    Milestone.DEPARTED: ("zarpado", "ha salido", "salido", "salio", "zarpo"),
    Milestone.IN_TRANSIT: ("en transito", "en camino", "en ruta"),
    Milestone.ARRIVED_DESTINATION: ("llegado", "arribado", "llegada", "llego"),
    Milestone.DISCHARGED: ("descargado", "descargada"),
    Milestone.CUSTOMS_STARTED: ("en aduana",),
    Milestone.CUSTOMS_HOLD: ("retenido en aduana",),
    Milestone.CUSTOMS_CLEARED: ("despachado de aduana", "liberado de aduana"),
    Milestone.AVAILABLE_PICKUP: ("listo para recoger",),
    Milestone.OUT_FOR_DELIVERY: ("en reparto",),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("entrega fallida", "no entregado", "no entregada"),
    Milestone.DELIVERED: ("entregado", "entregada", "entrega realizada"),
    Milestone.DELAYED: ("retrasado", "demorado", "retrasada", "demorada"),
    Milestone.EXCEPTION: ("danado", "perdido", "danada", "perdida"),
    Milestone.RETURNED_SHIPPER: ("devuelto", "devuelto al remitente", "devuelta"),
}

STATUSES = Vocabulary(
    name="csv-status",
    title="Status words of exports",
    source="our own list: words whose plain sense is the milestone's",
    rows=tuple(
        Code(word, language, milestone)
        for language, words in (
            ("English", _ENGLISH),
            ("German", _GERMAN),
            ("French", _FRENCH),
            ("Spanish", _SPANISH),
        )
        for milestone, several in words.items()
        for word in several
    ),
)
"""Words beside the milestones' own names, which are understood too. Everything else is the account's to map."""
