"""The settings of the web application: small, immutable, validated when built."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


class WebSettings(BaseModel):
    """How the station is served.

    ``hosts``: names the browser may call the server by (without port); any other ``Host`` is refused, which stops DNS
    rebinding. ``user_header``: a header in which a proxy names the signed-in user; believed from ``trusted_proxies``
    only. ``secure``: whether pages come over https (``auto``: as a trusted proxy says, else no). ``cache`` holds crops
    and tiles, at most ``cache_bytes`` of them; ``pages_bytes`` of decoded pages stay in memory. ``critical``: address
    patterns of double keying, shown to seniors.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cache: Path
    hosts: tuple[str, ...] = LOOPBACK_NAMES
    user_header: str | None = None
    trusted_proxies: tuple[Network, ...] = ()
    secure: Literal["auto", "yes", "no"] = "auto"
    cache_bytes: int = Field(default=2_000_000_000, ge=0)
    pages_bytes: int = Field(default=600_000_000, ge=0)
    body_bytes: int = Field(default=256_000, ge=1)
    title: str = ""

    @field_validator("hosts")
    @classmethod
    def _lower(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(host.lower() for host in hosts)

    @field_validator("user_header")
    @classmethod
    def _header_name(cls, name: str | None) -> str | None:
        if name is not None and not (name.isascii() and name.replace("-", "").isalnum()):
            raise ValueError(f"{name!r} is no name of an HTTP header")
        return name

    def trusts(self, address: str) -> bool:
        """True for the address of a proxy whose headers are believed."""
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self.trusted_proxies)
