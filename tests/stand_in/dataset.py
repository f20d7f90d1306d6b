"""A dataset of the stand-in: a file of JSON lines that may change between requests."""

import gzip
import json
import os
import threading
from typing import Any, NamedTuple

from . import odsql


LINE_FEED = b"\x1e"     # stands for a raw one within a record


class Record(NamedTuple):
    """A record as the file has it, and what is in it."""
    raw: bytes
    fields: dict[str, Any]


class Query(NamedTuple):
    """Which records are asked for, in which order, and which of their fields."""
    where: str = ""
    order_by: str = ""
    select: str = ""


class Dataset:
    """The records of one file, read again whenever the file has changed."""

    QUERIES_KEPT = 16

    CUT = "identification_produits"     # the field that the portal cuts at "$"

    def __init__(self, name: str, path: str, form: str = "stored"):
        self.name = name
        self.path = path
        self.form = form        # of the field CUT: as stored, or as a `text`
        self._lock = threading.Lock()
        self._stamp = None
        self._records: list[Record] = []
        self._types: dict[str, str] = {}
        self._answers: dict[Query, list[bytes]] = {}
        self.reload()

    def swap(self, path: str):
        """Have the records of another file from now on."""
        with self._lock:
            self.path = path
            self.reload()

    def reload(self):
        """Read the file if it is not as it was; ValueError names a line that is no record."""
        status = os.stat(self.path)
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp == self._stamp:
            return
        records = []
        opener = gzip.open if self.path.endswith(".gz") else open
        with opener(self.path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                raw = line.strip()
                if not raw:
                    continue
                try:    # what is not quite JSON is served all the same
                    fields = json.loads(raw.decode(errors="replace"), strict=False)
                except ValueError as error:
                    raise ValueError(f"{self.path}: line {number}: {error}") from None
                if not isinstance(fields, dict):
                    raise ValueError(f"{self.path}: line {number}: not an object")
                if self.form == "text" and isinstance(fields.get(self.CUT), list):
                    fields[self.CUT] = "$".join(part or "" for part in fields[self.CUT])
                    raw = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
                records.append(Record(raw.replace(LINE_FEED, b"\n"), fields))
        samples: dict[str, list] = {}
        for record in records:
            for name, value in record.fields.items():
                seen = samples.setdefault(name, [])
                if value is not None and len(seen) < 100:
                    seen.append(value)
        self._types = {name: odsql.type_of(seen) for name, seen in samples.items()}
        self._records = records
        self._answers = {}
        self._stamp = stamp

    def types(self) -> dict[str, str]:
        """The fields and their types."""
        with self._lock:
            self.reload()
            return self._types

    def ask(self, query: Query) -> list[bytes]:
        """The records that a query asks for, as JSON; ODSQLError if it cannot be understood."""
        with self._lock:
            self.reload()
            if query not in self._answers:
                # The pages of one walk ask the same again and again; the oldest answer goes.
                if len(self._answers) >= self.QUERIES_KEPT:
                    del self._answers[next(iter(self._answers))]
                self._answers[query] = self._find(query)
            return self._answers[query]

    def _find(self, query: Query) -> list[bytes]:
        """What ask() answers, worked out."""
        found = self._records
        if query.where.strip():
            test = odsql.compile_where(query.where, self._types)
            found = [record for record in found if test(record.fields)]
        if query.order_by.strip():
            # Sorting is stable, so by the least important key first.
            for key, descending in reversed(odsql.compile_order(query.order_by, self._types)):
                found = sorted(found, key=lambda record, of=key: of(record.fields),
                               reverse=descending)
        if query.select.strip() in ("", "*"):
            return [record.raw for record in found]
        chosen = odsql.compile_select(query.select, self._types)
        return [json.dumps({label: record.fields.get(name) for name, label in chosen},
                           ensure_ascii=False, separators=(",", ":")).encode() for record in found]
