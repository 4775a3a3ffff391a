"""The names of days and months as Unicode's CLDR has them, by Babel."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache

from babel import Locale, localedata


@lru_cache(maxsize=64)
def locale(name: str) -> Locale:
    """The locale called *name*, such as `zh_Hans`. Raises `ValueError` or `babel.UnknownLocaleError`.

    What it inherits becomes its own first. Babel 2.18 writes what it looked up for one locale into the data that all
    inherit, so that dates in French named months in Chinese once a Chinese date had been written:
    https://github.com/python-babel/babel/issues/1234
    """
    found = Locale.parse(name)
    data = localedata.load(str(found))
    data.update(deepcopy(data))  # twice at one moment does no harm: keys stay, and values are equal
    return found
