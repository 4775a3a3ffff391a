"""Ports and airports by UN/LOCODE (https://unece.org/trade/uncefact/unlocode): the English name of each.

A language lists only what it calls differently; a place that is not here is named as its source names it.
"""

from __future__ import annotations

ENGLISH_NAMES = {
    "AEJEA": "Jebel Ali",
    "AUSYD": "Sydney",
    "BEANR": "Antwerp",
    "BRSSZ": "Santos",
    "CAVAN": "Vancouver",
    "CNNGB": "Ningbo",
    "CNPVG": "Shanghai Pudong",
    "CNSHA": "Shanghai",
    "CNSZX": "Shenzhen",
    "DEHAM": "Hamburg",
    "DEMUC": "Munich",
    "EGPSD": "Port Said",
    "ESALG": "Algeciras",
    "ESVLC": "Valencia",
    "FRLEH": "Le Havre",
    "FRPAR": "Paris",
    "GBFXT": "Felixstowe",
    "GBLDS": "Leeds",
    "GBLHR": "London Heathrow",
    "GBLON": "London",
    "GBMNC": "Manchester",
    "GBSOU": "Southampton",
    "HKHKG": "Hong Kong",
    "INNSA": "Nhava Sheva",
    "ITGOA": "Genoa",
    "JPTYO": "Tokyo",
    "KRPUS": "Busan",
    "LKCMB": "Colombo",
    "NLRTM": "Rotterdam",
    "SGSIN": "Singapore",
    "THLCH": "Laem Chabang",
    "USCHI": "Chicago",
    "USHOU": "Houston",
    "USLAX": "Los Angeles",
    "USNYC": "New York",
    "USSAV": "Savannah",
    "ZADUR": "Durban",
    "ZAPLZ": "Port Elizabeth",
}

BY_NAME = {name.casefold(): code for code, name in ENGLISH_NAMES.items()}
