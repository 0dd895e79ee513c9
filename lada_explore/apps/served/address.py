"""Where the application listens: an address of this machine and a free port of it."""

from __future__ import annotations

import ipaddress
import socket

from lada_explore.errors import ConfigError

ADDRESS = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
PORT = 8866


def free_port(port: int | None, listen: str = ADDRESS) -> int:
    """A free port of an address of this machine.

    Args:
        port: the port wanted; when None 8866, or any free one if that is taken.
        listen: the address.

    Raises:
        ConfigError: the port does not exist or is in use, or `listen` is no IPv4 address of this machine.
    """
    try:
        ipaddress.IPv4Address(listen)
    except ValueError as error:
        raise ConfigError(
            f"{listen!r} is no IPv4 address to listen on; use {ADDRESS} for this machine alone, or {EVERYWHERE} for "
            "every network it is in"
        ) from error
    if port is not None and not 1 <= port <= 65535:
        raise ConfigError(f"port {port} does not exist; choose one from 1024 to 65535 with --port")
    for wanted in (PORT, 0) if port is None else (port,):
        with socket.socket() as probe:
            try:
                probe.bind((listen, wanted))
            except OSError as error:
                if port is not None:
                    raise ConfigError(
                        f"port {port} cannot be used ({error.strerror}); choose another with --port"
                    ) from error
                continue
            return int(probe.getsockname()[1])
    raise ConfigError(f"no port of {listen} can be used; is it an address of this machine, or are all ports taken?")
