"""Archives: files that are packed into one, the same bytes for the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Pack files, in their order; `mimetype`, by which an EPUB begins, as it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # without the time, so that bytes repeat
            entry.external_attr = 0o644 << 16
            is_plain = name == "mimetype"
            kind = zipfile.ZIP_STORED if is_plain else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, kind)
    return target.getvalue()
