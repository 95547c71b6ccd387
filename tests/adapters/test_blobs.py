"""The store keeps every file whole or not at all, once, and notices damage."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.adapters.blobs import Blob, BlobDamaged, BlobMissing, FolderStore, store_at

pytestmark = pytest.mark.once
HELLO = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "blobs")


def _file(store: FolderStore, sha256: str) -> Path:
    return store.folder / sha256[:2] / sha256


def test_what_is_put_in_comes_out(store: FolderStore) -> None:
    assert store.put(b"hello") == Blob(HELLO, 5)
    assert store.put(io.BytesIO(b"")).size == 0
    assert store.get(HELLO) == b"hello"
    with store.open(HELLO) as file:
        assert file.read() == b"hello"
    assert store.exists(HELLO)
    store.check(HELLO)


def test_files_are_their_owners_alone_and_no_temporary_one_stays(store: FolderStore) -> None:
    store.put(b"hello")
    path = _file(store, HELLO)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert list((store.folder / "incoming").iterdir()) == []


def test_the_same_content_is_kept_once_and_never_overwritten(store: FolderStore) -> None:
    store.put(b"hello")
    first = _file(store, HELLO).stat().st_ino
    store.put(b"hello")
    assert _file(store, HELLO).stat().st_ino == first
    _file(store, HELLO).write_bytes(b"hell")
    with pytest.raises(BlobDamaged):
        store.put(b"hello")
    assert store.get(HELLO) == b"hell"


def test_damage_and_loss_are_noticed(store: FolderStore) -> None:
    store.put(b"hello")
    _file(store, HELLO).write_bytes(b"hellO")
    with pytest.raises(BlobDamaged):
        store.check(HELLO)
    _file(store, HELLO).unlink()
    with pytest.raises(BlobMissing):
        store.check(HELLO)
    with pytest.raises(BlobMissing):
        store.get(HELLO)
    assert not store.exists(HELLO)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "incoming", "0" * 63, "0" * 64 + "\n"])
def test_only_hashes_are_names(store: FolderStore, name: str) -> None:
    assert not store.exists(name)
    with pytest.raises(BlobMissing):
        store.get(name)


def test_a_stream_that_breaks_leaves_nothing(store: FolderStore) -> None:
    class Breaking(io.RawIOBase):
        def read(self, _size: int = -1) -> bytes:
            raise OSError("the line is cut")

    with pytest.raises(OSError, match="cut"):
        store.put(Breaking())  # type: ignore[arg-type]
    assert list((store.folder / "incoming").iterdir()) == []


def test_the_sweeper_takes_old_orphans_only(store: FolderStore) -> None:
    known, old, young = (store.put(content).sha256 for content in (b"known", b"old", b"young"))
    half = store.folder / "incoming" / "half"
    half.write_bytes(b"half")
    for path in (_file(store, known), _file(store, old), half):
        os.utime(path, (1, 1))
    assert sorted(store.sweep({known})) == sorted([old, "half"])
    assert store.exists(known) and store.exists(young) and not store.exists(old)
    assert store.sweep({known}, older=timedelta(0)) == [young]


def test_an_orphan_that_is_put_again_is_young_again(store: FolderStore) -> None:
    sha256 = store.put(b"again").sha256
    os.utime(_file(store, sha256), (1, 1))
    store.put(b"again")
    assert store.sweep(set()) == []


def test_many_writers_of_one_content(store: FolderStore) -> None:
    content = os.urandom(300_000)
    threads = [threading.Thread(target=store.put, args=(content,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.check(hashlib.sha256(content).hexdigest())


def test_twenty_megabytes_are_streamed(tmp_path: Path) -> None:
    """Memory of the process grows by less than 30 MB, measured in a process of its own."""
    program = """
import resource, sys
from pathlib import Path
from sandbox.adapters.blobs import FolderStore
store = FolderStore(Path(sys.argv[1]))
store.put(b"warm")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open("/dev/zero", "rb") as zero:
    class Twenty:
        left = 20 * 2**20
        def read(self, size):
            size = min(size, self.left)
            self.left -= size
            return zero.read(size)
    sha = store.put(Twenty()).sha256
store.check(sha)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 30 * 2**20


def test_the_setting_names_a_folder_or_is_refused(tmp_path: Path) -> None:
    assert store_at(str(tmp_path)).put(b"hello").sha256 == HELLO
    with pytest.raises(ValueError, match="s3"):
        store_at("s3://bucket")
