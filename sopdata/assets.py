"""How are static files named and packed? By their content, and with gzip."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class GzippedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    """Leave brotli out: it takes 15 seconds of every start for some per cent of the bytes."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return super().create_compressor(use_brotli=False, **kwargs)
