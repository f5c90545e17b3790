"""The files of the page, read once: in memory, packed, and under a name that changes with them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

FOLDER: Final = Path(__file__).parent / "static"
KINDS: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
PACKED: Final = frozenset({".js", ".css", ".svg", ".txt"})


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    kind: str
    plain: bytes
    packed: bytes | None


class Statics:
    """All files. ``prefix`` has a digest of them, so that a browser may keep them for ever."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files: dict[str, File] = {}
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.suffix not in KINDS:
                continue
            plain, name = path.read_bytes(), path.relative_to(folder).as_posix()
            digest.update(f"{name}\0{len(plain)}\0".encode() + plain)
            packed = gzip.compress(plain, 9, mtime=0) if path.suffix in PACKED else None
            self._files[name] = File(KINDS[path.suffix], plain, packed)
        self.prefix = f"/static/{digest.hexdigest()[:12]}/"

    async def serve(self, request: web.Request) -> web.Response:
        """Answer one file, packed if the browser can unpack it."""
        file = self._files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        headers = {
            "Content-Type": file.kind,
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        if file.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=file.packed, headers=headers | {"Content-Encoding": "gzip"})
        return web.Response(body=file.plain, headers=headers)
