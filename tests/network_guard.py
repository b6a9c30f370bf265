"""What counts as leaving this machine, for the fixtures of all tests."""

import ipaddress


class OutsideConnectionError(RuntimeError):
    """A test tried to reach something outside this machine."""


def is_local(host):
    """Whether an address can only be this machine; names are local only as `localhost`."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
