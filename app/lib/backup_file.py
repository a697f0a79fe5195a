"""The file that `flask backup` writes: a ZIP archive of one member for each table, and a manifest that counts them.

A member holds one JSON array a line, in the order of the columns that the manifest names. The comment of the archive,
at its very end, is the SHA-256 sum of every byte before it: cut or altered anywhere, the file is refused.
"""

import errno
import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"
MARK = b"daymark backup sha256:"
SUM = 64  # hexadecimal digits
PIECE = 1024 * 1024


class Unusable(Exception):
    """No whole backup of ours; the message says what is wrong with it."""


class Writer:
    """Writes a backup beside its final place and moves it there when it is whole, readable by its owner alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tables: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> "Writer":
        # A new file, 0600 from its first instant: in a folder of many, nobody can have put one of his own there.
        descriptor, part = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name[:100]}.", suffix=".part")
        self.part = Path(part)
        self.file = os.fdopen(descriptor, "w+b")
        self.zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED)
        return self

    def table(self, name: str, columns: list[str], rows: Iterable[str]) -> int:
        """Add a table, row by row; answers how many there were."""
        count, digest = 0, hashlib.sha256()
        with self.zip.open(f"tables/{name}.jsonl", "w", force_zip64=True) as member:
            for row in rows:
                line = f"{row}\n".encode()
                digest.update(line)
                member.write(line)
                count += 1
        self.tables[name] = {"rows": count, "sha256": digest.hexdigest(), "columns": columns}
        return count

    def finish(self, manifest: dict[str, Any]) -> None:
        """Add the manifest and the sum, and have the file in its place."""
        self.zip.writestr(MANIFEST, json.dumps({"format": FORMAT, **manifest, "tables": self.tables}, indent=1))
        self.zip.comment = MARK + b"0" * SUM
        self.zip.close()
        digest = _sum(self.file)
        self.file.seek(-SUM, os.SEEK_END)
        self.file.write(digest)
        self.file.flush()
        os.fsync(self.file.fileno())
        _move(self.part, self.path)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError, ValueError):
            self.zip.close()  # or it does so when it is forgotten, and says that it cannot any more
        with suppress(OSError):
            self.file.close()
        self.part.unlink(missing_ok=True)


class Reader:
    """Opens a backup. Raises Unusable for a file that is not whole, or not one, and OSError."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            _check(file)
        try:
            self.zip = zipfile.ZipFile(path)
            self.manifest: dict[str, Any] = json.loads(self.zip.read(MANIFEST))
            if self.manifest["format"] > FORMAT:
                raise Unusable(f"was made by a newer Daymark, {self.manifest.get('daymark')}; update this one first")
            self.tables: dict[str, dict[str, Any]] = self.manifest["tables"]
        except (zipfile.BadZipFile, KeyError, ValueError):
            raise Unusable("is no backup of Daymark") from None

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The rows of a table, each as its values in the manifest's order."""
        with self.zip.open(f"tables/{name}.jsonl") as member:
            yield from map(json.loads, member)

    def check_tables(self) -> None:
        """Read everything once. Raises Unusable where a table is not as the manifest says."""
        for name, said in self.tables.items():
            count, digest = 0, hashlib.sha256()
            try:
                with self.zip.open(f"tables/{name}.jsonl") as member:
                    for line in member:
                        digest.update(line)
                        count += 1
            except (KeyError, zipfile.BadZipFile, zlib.error):
                raise Unusable(f"is damaged: table {name} is missing or cannot be read") from None
            if (count, digest.hexdigest()) != (said["rows"], said["sha256"]):
                raise Unusable(f"is damaged: table {name} is not what was written")


def _move(part: Path, path: Path) -> None:
    """Give it its name, which two may want at the same time. Raises FileExistsError."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # there are file systems without links
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        os.replace(part, path)


def _check(file: Any) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - SUM - len(MARK), 0))
    end = file.read()
    if not end.startswith(MARK):
        raise Unusable("is no backup of Daymark, or its end is missing")
    if _sum(file) != end[-SUM:]:
        raise Unusable("is damaged: it was altered, or not all of it has arrived")


def _sum(file: Any) -> bytes:
    """The sum of all but the sum."""
    left, digest = file.seek(0, os.SEEK_END) - SUM, hashlib.sha256()
    file.seek(0)
    while left > 0 and (piece := file.read(min(left, PIECE))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest().encode()
