"""A quarter pack as one file: the workbook and the paper of the same figures."""

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from server.ledgers.packs import book, paper
from server.ledgers.packs.contents import Pack

BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The first moment a ZIP can tell, so that the same figures are the same bytes."""


def packed(pack: Pack) -> bytes:
    """Return both files in one."""
    file = io.BytesIO()
    with ZipFile(file, "w") as parcel:
        for ending, content in (("xlsx", book.written(pack)), ("pdf", paper.drawn(pack))):
            named = ZipInfo(f"{pack.branch}{pack.quarter}.{ending}", BEGINNING)
            named.compress_type = ZIP_DEFLATED
            parcel.writestr(named, content)
    return file.getvalue()
