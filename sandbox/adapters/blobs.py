"""The store of files: content-addressed, written once, never overwritten.

A file is complete or absent: temporary file → fsync → rename → fsync of the folder, before any row names it. What no
row names after a day is an orphan of a stopped upload and is swept. The name is the SHA-256 of the content, so a
damaged file shows itself.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from time import time
from typing import IO, BinaryIO, Protocol
from uuid import uuid4

CHUNK = 256 * 1024
DAY = timedelta(hours=24)
SHA256 = re.compile(r"[0-9a-f]{64}")


class BlobMissing(Exception):
    """The store has no file of this hash."""


class BlobDamaged(Exception):
    """The file is there, but its content is not what its hash says."""


@dataclass(frozen=True, slots=True)
class Blob:
    """What was put into the store; `size` in bytes."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """What a store of files can do, whatever keeps them."""

    def put(self, content: bytes | IO[bytes]) -> Blob:
        """Keep the content; the same content is kept once. Raises OSError when it cannot be kept whole."""

    def get(self, sha256: str) -> bytes:
        """The content. Raises BlobMissing."""

    def open(self, sha256: str) -> BinaryIO:
        """The content as a stream, to be closed by the caller. Raises BlobMissing."""

    def exists(self, sha256: str) -> bool:
        """True when the store has a file of this hash."""

    def check(self, sha256: str) -> None:
        """Read it whole. Raises BlobMissing or BlobDamaged."""

    def sweep(self, known: Container[str], *, older: timedelta = DAY) -> list[str]:
        """Remove files that nothing names and that are older than that; their hashes."""


class FolderStore:
    """Files in a folder of this machine, readable by its owner only."""

    def __init__(self, folder: Path):
        self.folder = folder

    def _path(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise BlobMissing(sha256)
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes | IO[bytes]) -> Blob:
        """See BlobStore. The content is streamed: memory does not grow with its size."""
        incoming = self.folder / "incoming"
        incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        waiting = incoming / uuid4().hex
        try:
            blob = _write(waiting, io.BytesIO(content) if isinstance(content, bytes) else content)
            self._settle(waiting, blob)
        finally:
            waiting.unlink(missing_ok=True)
        return blob

    def _settle(self, waiting: Path, blob: Blob) -> None:
        target = self._path(blob.sha256)
        try:
            kept = target.stat()
        except FileNotFoundError:
            if not target.parent.exists():
                target.parent.mkdir(mode=0o700, exist_ok=True)
                _sync_folder(self.folder)
            waiting.rename(target)
            _sync_folder(target.parent)
            return
        if kept.st_size != blob.size:
            raise BlobDamaged(blob.sha256)
        os.utime(target)  # young again, so that the sweeper leaves it until a row names it

    def get(self, sha256: str) -> bytes:
        """See BlobStore."""
        with self.open(sha256) as file:
            return file.read()

    def open(self, sha256: str) -> BinaryIO:
        """See BlobStore."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(sha256) from error

    def exists(self, sha256: str) -> bool:
        """See BlobStore."""
        return bool(SHA256.fullmatch(sha256)) and self._path(sha256).is_file()

    def check(self, sha256: str) -> None:
        """See BlobStore."""
        digest = hashlib.sha256()
        with self.open(sha256) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != sha256:
            raise BlobDamaged(sha256)

    def sweep(self, known: Container[str], *, older: timedelta = DAY) -> list[str]:
        """See BlobStore. Half-written files of stopped processes go too."""
        before = time() - older.total_seconds()
        removed = []
        for path in self._files():
            if path.name not in known and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                removed.append(path.name)
        return removed

    def _files(self) -> Iterator[Path]:
        if self.folder.is_dir():
            for folder in sorted(self.folder.iterdir()):
                if folder.is_dir():
                    yield from sorted(folder.iterdir())


def _write(path: Path, source: IO[bytes]) -> Blob:
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Blob(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def store_at(setting: str) -> BlobStore:
    """The store that the setting BLOBS names: a folder. Raises ValueError for a kind of store that is not built in."""
    if "://" in setting:
        raise ValueError(f"BLOBS: {setting.split('://')[0]} is not a kind of store that this portal has.")
    return FolderStore(Path(setting))
