"""Every page in one router."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from service.flows.kit import Kit
from service.web.home import home_routes
from service.web.loopback_pages import Sign, loopback_routes
from service.web.tracking import tracking_routes


def pages(kit: Kit, *, sign: Sign, names: Mapping[str, str] | None = None) -> APIRouter:
    """The pages of a running service. *sign* signs what the phone page sends back, *names* may name phones."""
    router = APIRouter(include_in_schema=False)
    router.include_router(home_routes(kit))
    router.include_router(tracking_routes(kit))
    router.include_router(loopback_routes(kit, sign, names))
    return router
