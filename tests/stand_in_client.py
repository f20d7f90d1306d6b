"""What the tests of the stand-in ask it, and a dataset in which every kind of value is known."""

import http.client
import json
import os
import subprocess
import tempfile
import time
import urllib.parse
import zlib

from tap import HERE

STAND_IN = os.path.join(HERE, "stand-in-api")
API = "/api/explore/v2.1/catalog/datasets/"

# Stored in disorder.
SMALL = [
    {"id": 3, "name": "Pâté", "day": "2024-04-19", "at": "2024-04-18T22:30:00+00:00", "n": 2.5,
     "ok": True, "tags": None},
    {"id": 1, "name": "Œufs frais", "day": "2024-04-17", "at": "2024-04-18T00:00:00+00:00",
     "n": 1, "ok": False, "tags": ["bio", "vrac"]},
    {"id": 4, "name": "It's \"raw\"", "day": "2024-05-01", "at": "2024-04-19T01:00:00+02:00",
     "n": -3, "ok": True, "tags": ["sec"]},
    {"id": 2, "name": None, "day": "2024-04-18", "at": "2024-04-18T10:11:12+00:00", "n": None,
     "ok": None, "tags": ["bio"]},
    {"id": 5, "name": "œufs durs", "day": None, "at": None, "n": 10, "ok": False, "tags": []},
]


class Answer:
    """A response, read as far as it could be."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        try:
            self.raw, self.whole = response.read(), True
        except http.client.IncompleteRead as error:
            self.raw, self.whole = error.partial, False
        self.body = self.raw
        if response.headers.get("Content-Encoding") == "gzip":
            unzip = zlib.decompressobj(31)
            self.body = unzip.decompress(self.raw)
            self.whole = self.whole and unzip.eof

    def json(self):
        """The body as JSON."""
        return json.loads(self.body)

    def lines(self):
        """The lines of the body, without their ends."""
        return self.body.splitlines()


class Server:
    """A stand-in of one's own; a context manager, so that it ends whatever happens."""

    def __init__(self, folder, *options):
        self.port_file = tempfile.mktemp(prefix="port.", dir=folder)
        self.process = subprocess.Popen([STAND_IN, "--port-file", self.port_file, *options],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        give_up = time.monotonic() + 10
        while not os.path.exists(self.port_file):
            if self.process.poll() is not None or time.monotonic() > give_up:
                self.process.kill()
                raise RuntimeError(f"no server: {self.process.communicate()}")
            time.sleep(0.01)
        with open(self.port_file, encoding="ascii") as file:
            self.port = int(file.read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def connect(self):
        """A connection to the server."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def ask(self, path, params=None, headers=None, method="GET", body=None):
        """One request on a connection of its own."""
        connection = self.connect()
        try:
            query = "?" + urllib.parse.urlencode(params) if params else ""
            connection.request(method, path + query, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def dataset(self, name, endpoint="", **params):
        """A request for a dataset."""
        return self.ask(f"{API}{name}{endpoint}", params)

    def records(self, name, **params):
        """A request for a page."""
        return self.dataset(name, "/records", **params)

    def export(self, name, gzipped=False, **params):
        """A request for an export."""
        return self.ask(f"{API}{name}/exports/jsonl", params,
                        {"Accept-Encoding": "gzip"} if gzipped else None)

    def faults(self, *specs):
        """Replace the faults."""
        return self.ask("/_control/faults", method="POST", body=json.dumps(specs))

    def log(self):
        """The requests so far."""
        return self.ask("/_control/requests").json()


def ids(answer):
    """The identifiers of the records in a page, as one text."""
    return "".join(str(record["id"]) for record in answer.json()["results"])


def error_of(answer):
    """Status and error code of an answer that is an error."""
    return answer.status, answer.json().get("error_code")
