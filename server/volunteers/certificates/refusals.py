"""Why a certificate is not issued yet."""

from server.errors import Conflict


class NameUnknown(Conflict):
    """A certificate bears a name, and we do not know it."""

    code = "certificates.name_unknown"


class NothingFinal(Conflict):
    """No hour is final yet."""

    code = "certificates.nothing_final"
