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
    Milestone.IN_TRANSIT: ("on the way", "under way"),
    Milestone.ARRIVED_DESTINATION: ("arrived", "arrived at destination", "arrived at port"),
    Milestone.DISCHARGED: ("unloaded",),
    Milestone.CUSTOMS_STARTED: ("in customs",),
    Milestone.CUSTOMS_HOLD: ("held by customs",),
    Milestone.CUSTOMS_CLEARED: ("cleared by customs",),
    Milestone.AVAILABLE_PICKUP: ("ready for collection", "ready for pickup"),
    Milestone.OUT_FOR_DELIVERY: ("on delivery",),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("delivery failed", "not delivered"),
    Milestone.DELIVERED: ("pod", "pod received", "proof of delivery"),
    Milestone.DELAYED: ("late",),
    Milestone.EXCEPTION: ("damaged", "lost"),
    Milestone.RETURNED_SHIPPER: ("returned", "returned to sender"),
}
_GERMAN: dict[Milestone, tuple[str, ...]] = {
    Milestone.INFO_RECEIVED: ("auftrag erhalten", "erfasst"),
    Milestone.BOOKING_CONFIRMED: ("gebucht", "buchung bestatigt"),
    Milestone.BOOKING_CHANGED_CANCELLED: ("storniert",),
    Milestone.PICKED_UP: ("abgeholt",),
    Milestone.LOADED: ("verladen",),
    Milestone.DEPARTED: ("abgefahren", "abgegangen"),
    Milestone.IN_TRANSIT: ("unterwegs",),
    Milestone.ARRIVED_DESTINATION: ("angekommen", "eingetroffen"),
    Milestone.DISCHARGED: ("entladen", "geloscht"),
    Milestone.CUSTOMS_STARTED: ("in verzollung", "beim zoll"),
    Milestone.CUSTOMS_HOLD: ("zollstopp", "vom zoll angehalten"),
    Milestone.CUSTOMS_CLEARED: ("verzollt",),
    Milestone.AVAILABLE_PICKUP: ("abholbereit", "bereit zur abholung"),
    Milestone.OUT_FOR_DELIVERY: ("in zustellung", "in auslieferung"),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("zustellung fehlgeschlagen", "nicht zugestellt"),
    Milestone.DELIVERED: ("zugestellt", "ausgeliefert", "abgeliefert"),
    Milestone.DELAYED: ("verspatet", "verzogert"),
    Milestone.EXCEPTION: ("beschadigt", "verloren"),
    Milestone.RETURNED_SHIPPER: ("zuruckgesendet",),
}
_FRENCH: dict[Milestone, tuple[str, ...]] = {
    Milestone.INFO_RECEIVED: ("commande recue",),
    Milestone.BOOKING_CONFIRMED: ("reservation confirmee",),
    Milestone.BOOKING_CHANGED_CANCELLED: ("annule",),
    Milestone.PICKED_UP: ("enleve", "ramasse"),
    Milestone.LOADED: ("embarque",),
    Milestone.DEPARTED: ("parti",),
    Milestone.IN_TRANSIT: ("en transit", "en route"),
    Milestone.ARRIVED_DESTINATION: ("arrive", "arrive a destination"),
    Milestone.DISCHARGED: ("decharge",),
    Milestone.CUSTOMS_STARTED: ("en douane", "en cours de dedouanement"),
    Milestone.CUSTOMS_HOLD: ("retenu en douane", "bloque en douane"),
    Milestone.CUSTOMS_CLEARED: ("dedouane",),
    Milestone.AVAILABLE_PICKUP: ("pret a l enlevement", "disponible pour retrait"),
    Milestone.OUT_FOR_DELIVERY: ("en livraison", "en cours de livraison"),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("echec de livraison", "non livre"),
    Milestone.DELIVERED: ("livre", "livree"),
    Milestone.DELAYED: ("retarde", "en retard"),
    Milestone.EXCEPTION: ("endommage", "perdu"),
    Milestone.RETURNED_SHIPPER: ("retourne", "retour expediteur"),
}
_SPANISH: dict[Milestone, tuple[str, ...]] = {
    Milestone.INFO_RECEIVED: ("pedido recibido",),
    Milestone.BOOKING_CONFIRMED: ("reservado", "reserva confirmada"),
    Milestone.BOOKING_CHANGED_CANCELLED: ("cancelado", "anulado"),
    Milestone.PICKED_UP: ("recogido",),
    Milestone.LOADED: ("embarcado",),
    Milestone.DEPARTED: ("zarpado", "ha salido"),
    Milestone.IN_TRANSIT: ("en transito", "en camino"),
    Milestone.ARRIVED_DESTINATION: ("llegado", "arribado"),
    Milestone.DISCHARGED: ("descargado",),
    Milestone.CUSTOMS_STARTED: ("en aduana",),
    Milestone.CUSTOMS_HOLD: ("retenido en aduana",),
    Milestone.CUSTOMS_CLEARED: ("despachado de aduana",),
    Milestone.AVAILABLE_PICKUP: ("listo para recoger",),
    Milestone.OUT_FOR_DELIVERY: ("en reparto",),
    Milestone.DELIVERY_ATTEMPT_FAILED: ("entrega fallida", "no entregado"),
    Milestone.DELIVERED: ("entregado",),
    Milestone.DELAYED: ("retrasado", "demorado"),
    Milestone.EXCEPTION: ("danado", "perdido"),
    Milestone.RETURNED_SHIPPER: ("devuelto", "devuelto al remitente"),
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
