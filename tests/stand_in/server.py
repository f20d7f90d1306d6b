"""The HTTP side of the stand-in: the portal's addresses, and /_control for the tests."""

import datetime as dt
import email.utils
import http.server
import itertools
import json
import math
import pathlib
import socket
import sys
import threading
import time
import urllib.parse
from typing import Any, Optional

from .body import Body, altered
from .dataset import Dataset, Query
from .faults import Fault, Faults, Struck
from .log import Log
from .odsql import ODSQLError

API = "/api/explore/v2.1/catalog/datasets/"
MOVED = "/moved"                # the API is here, too: where `redirect` leads
CALL_LIMIT = 50000              # requests a day, as the headers say; nobody counts
PAGE_DEFAULT = 10
PAGE_MOST = 100
WINDOW = 10000                  # the greatest offset + limit

FAILURES = {
    401: {"error_code": "Unauthorized", "message": "The API key is not valid."},
    403: {"error_code": "Forbidden", "message": "This dataset is not public."},
    404: {"error_code": "NotFound", "message": "There is no such thing."},
    410: {"error_code": "Gone", "message": "It is gone."},
    500: {"error_code": "InternalServerError", "message": "An internal server error occurred."},
    503: {"error_code": "ServiceUnavailable", "message": "The service is unavailable."},
}
MAINTENANCE = ("<!DOCTYPE html><html lang=\"fr\"><title>Maintenance</title>"
               "<h1>Le portail est en cours de maintenance</h1></html>\n").encode()
INTERRUPTED = b"Streaming interrupted due to the following error: an internal error occurred\n"


class BadParameter(Exception):
    """A parameter that the portal answers with InvalidRESTParameterError."""


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "stand-in-api"
    wbufsize = -1               # headers and body in one packet: no waiting for delayed ACKs
    disable_nagle_algorithm = True
    server: "Server"
    entry: Optional[dict[str, Any]] = None      # this request's, in the log

    def do_GET(self):
        """Answer as the portal does, or as the tests have ordered."""
        url = urllib.parse.urlsplit(self.path)
        if url.path.startswith("/_control/"):
            self.control(url.path)
            return
        params = {name: values[-1] for name, values in
                  urllib.parse.parse_qs(url.query, keep_blank_values=True).items()}
        self.entry = {
            "method": self.command, "path": url.path, "params": params, "status": None, "bytes": 0,
            "user_agent": self.headers.get("User-Agent"),
            "api_key": self.headers.get("Authorization", "").startswith("Apikey "),
            "gzip": self.wants_gzip(), "faults": [], "time": round(time.time(), 3),
        }
        self.server.log.begin(self.entry)
        try:
            self.answer(url.path, params)
        except ConnectionError:
            self.entry["aborted"] = True
            self.close_connection = True
        finally:
            self.server.log.end(self.entry)

    def do_POST(self):
        """Only /_control takes anything."""
        self.control(urllib.parse.urlsplit(self.path).path)

    do_DELETE = do_POST

    def control(self, path: str):
        """What the tests ask of the stand-in itself; not logged."""
        self.entry = None
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = f"{self.command} {path}"
        if asked == "GET /_control/health":
            self.reply(200, {"status": "ok"})
        elif asked == "GET /_control/requests":
            self.reply(200, self.server.log.entries())
        elif asked == "DELETE /_control/requests":
            self.server.log.clear()
            self.reply(200, {"status": "ok"})
        elif asked == "POST /_control/faults":
            try:
                specs = json.loads(body)
                if not isinstance(specs, list) or not all(isinstance(s, str) for s in specs):
                    raise ValueError("not a list of faults")
                self.server.faults.set(specs)
            except ValueError as error:
                self.reply(400, {"error": str(error)})
            else:
                self.reply(200, specs)
        else:
            self.reply(404, {"error": f"{asked}: no such control"})

    def answer(self, path: str, params: dict[str, str]):
        """Answer a request for the portal."""
        path = path[len(MOVED):] if path.startswith(MOVED + "/") else path
        name, _, endpoint = path[len(API):].partition("/") if path.startswith(API) else ("", "", "")
        struck = self.server.faults.strike(endpoint.partition("/")[0] or "fields")
        self.entry["faults"] = struck.specs()
        self.wait(struck.delay())
        if struck.answer:
            self.fail(struck.answer)
            return
        dataset = self.server.datasets.get(urllib.parse.unquote(name))
        limits = self.limits()
        try:
            if dataset and "swap" in struck.besides:
                dataset.swap(struck.besides["swap"].get("file"))
            if dataset is None and name:
                self.reply(404, {"error_code": "ODSQLError",
                                 "message": f"Unknown dataset: {name}."}, limits)
            elif dataset and endpoint == "":
                self.describe(dataset, limits)
            elif dataset and endpoint == "records":
                self.page(dataset, params, struck, limits)
            elif dataset and endpoint == "exports/jsonl":
                self.export(dataset, params, struck, limits)
            else:
                self.reply(404, {"error_code": "NotFound", "message": f"{path}: not found"}, limits)
        except BadParameter as error:
            self.reply(400, {"error_code": "InvalidRESTParameterError", "message": str(error)},
                       limits)
        except ODSQLError as error:
            self.reply(400, {"error_code": "ODSQLError", "message": str(error)}, limits)
        except (FileNotFoundError, ValueError) as error:    # the data file: the test's mistake
            print(f"stand-in-api: {error}", file=sys.stderr)
            self.reply(500, FAILURES[500])

    def describe(self, dataset: Dataset, limits: dict[str, str]):
        """The dataset's own description."""
        fields = [{"name": name, "label": name, "type": kind}
                  for name, kind in dataset.types().items()]
        metas = {"default": {"records_count": len(dataset.ask(Query()))}}
        self.reply(200, {"dataset_id": dataset.name, "has_records": True, "fields": fields,
                         "metas": metas}, limits)

    def page(self, dataset: Dataset, params: dict[str, str], struck: Struck,
             limits: dict[str, str]):
        """One page of records."""
        limit = self.whole(params, "limit", PAGE_DEFAULT, -1, PAGE_MOST)
        limit = PAGE_MOST if limit == -1 else limit
        offset = self.whole(params, "offset", 0, 0, WINDOW - limit)
        found = dataset.ask(self.query(params))
        total = len(found) + self.server.count_lies
        self.deliver("application/json; charset=utf-8", struck, limits,
                     b'{"total_count": %d, "results": [' % total,
                     found[offset:offset + limit], b", ", b"", b"]}")

    def export(self, dataset: Dataset, params: dict[str, str], struck: Struck,
               limits: dict[str, str]):
        """All records, or the first of them, one a line."""
        limit = self.whole(params, "limit", -1, -1, sys.maxsize)
        found = dataset.ask(self.query(params))
        headers = {"Content-Disposition": f'attachment; filename="{dataset.name}.jsonl"', **limits}
        self.deliver("application/x-ndjson; charset=utf-8", struck, headers,
                     b"", found if limit == -1 else found[:limit], b"", b"\n", b"")

    def deliver(self, content_type: str, struck: Struck, headers: dict[str, str], head: bytes,
                pieces: list[bytes], between: bytes, after: bytes, tail: bytes):
        """Send head, the pieces with what is between and after them, and tail; or what the
        fault that struck the data leaves of that."""
        fault = struck.broken
        at = None
        if "backwards" in struck.besides:
            pieces = pieces[::-1]
        if fault:
            usual = 0 if fault.kind == "duplicate" else len(pieces) // 2
            at = min(fault.get("after", usual), len(pieces))
            pieces = altered(pieces, fault, at)
        body = self.start_body(content_type, struck, headers)
        body.write(head)
        for number, piece in enumerate(pieces):
            text = (between if number else b"") + piece + after
            if number == at and self.breaks_off(body, fault, text[:len(text) // 2]):
                return
            body.write(text)
        if at == len(pieces) and self.breaks_off(body, fault, b""):
            return
        body.write(tail)
        body.end()

    def start_body(self, content_type: str, struck: Struck, headers: dict[str, str]) -> Body:
        """Send the headers of a streamed answer."""
        compress = self.wants_gzip() and "refuse-gzip" not in struck.besides
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Vary", "Accept-Encoding")
        if compress:
            self.send_header("Content-Encoding", "gzip")
        if self.request_version != "HTTP/1.0":
            self.send_header("Transfer-Encoding", "chunked")
        if "huge-header" in struck.besides:
            self.send_header("X-Padding", "x" * struck.besides["huge-header"].get("size", 50000))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        slow = struck.besides.get("slow")
        return Body(self, compress, slow.get("rate", 1000) if slow else None)

    def breaks_off(self, body: Body, fault: Fault, half: bytes) -> bool:
        """Commit a fault in the stream, before the record of which half is given; whether the
        body is over."""
        if fault.kind == "cut":
            body.write(half)
            body.abort()
        elif fault.kind == "cut-clean":
            body.write(half)
            body.end()
        elif fault.kind in ("blank", "drip", "beyond"):
            self.never_end(body, fault, half)
        elif fault.kind == "interrupted":
            body.write((half if fault.get("half") else b"") + INTERRUPTED)
            body.end()
        else:
            if fault.kind == "stall":
                body.flush()
                self.wait(fault.get("seconds", 60.0))
            return False
        return True

    def never_end(self, body: Body, fault: Fault, half: bytes):
        """Send what has no end, until the client has enough, or the stand-in is to end."""
        for number in itertools.count():
            if self.server.stopping.is_set():
                return
            if fault.kind in ("blank", "drip"):
                blank = fault.kind == "blank"
                body.write(b"\n" * 1000 if blank else half[number:number + 1] or b" ")
                body.flush()
                self.wait(0.01 if blank else 0.1)
            else:
                body.write(b'{"numero_fiche":"beyond-%d","numero_version":1,'
                           b'"date_publication":"2030-01-01T00:00:00+00:00"}\n' % number)

    def drip(self, status: int, first: bytes, each: bytes, pause: float):
        """An answer that begins, and then comes so slowly, or so long, that it does not end."""
        self.entry["status"] = status
        self.wfile.write(b"HTTP/1.1 %d Slow\r\n" % status + first)
        while not self.server.stopping.is_set():
            self.wfile.write(each)
            self.wfile.flush()
            self.wait(pause)

    def fail(self, fault: Fault):
        """Answer with an error, or not at all, instead of data."""
        if fault.kind == "hang":
            self.wait(fault.get("seconds", 60.0))
            self.hang_up()
        elif fault.kind == "raw":
            self.wfile.write(pathlib.Path(fault.get("file")).read_bytes())
            self.wfile.flush()
            self.hang_up()
        elif fault.kind == "drip-headers":
            self.drip(200, b"", b"X-Slow: 1\r\n", 0.5)
        elif fault.kind in ("endless", "drip-error"):
            slow = fault.kind == "drip-error"
            self.drip(503, b"\r\n", b"x" if slow else b"x" * 65536, 0.5 if slow else 0)
        elif fault.kind == "html":
            self.send_text(200, "text/html; charset=utf-8", MAINTENANCE, {})
        elif fault.kind == "redirect":
            self.send_text(fault.get("code", 302), "text/html", b"", {"Location": fault.get("to", MOVED + self.path)})
        elif fault.kind == "429":
            self.refuse(fault)
        else:
            headers = {}
            if "retry_after" in fault.values:
                headers["Retry-After"] = self.retry_after(fault)
            self.reply(int(fault.kind), FAILURES[int(fault.kind)], headers)

    def refuse(self, fault: Fault):
        """Say that there were too many requests, in the portal's words."""
        headers = {"X-RateLimit-Limit": str(CALL_LIMIT), "X-RateLimit-Remaining": "0"}
        ahead = fault.get("reset", fault.get("retry_after", 3600))
        reset = math.ceil(time.time() + ahead)
        moment = dt.datetime.fromtimestamp(reset, dt.timezone.utc)
        if "reset" in fault.values:
            # The documentation promises the epoch; other forms have been seen.
            headers["X-RateLimit-Reset"] = str(moment if fault.get("as") else reset)
        if "retry_after" in fault.values:
            headers["Retry-After"] = self.retry_after(fault)
        self.reply(429, {
            "errorcode": 10002, "reset_time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "limit_time_unit": "day", "call_limit": CALL_LIMIT,
            "error": "Too many requests on the domain. Please contact the domain administrator.",
        }, headers)

    @staticmethod
    def retry_after(fault: Fault) -> str:
        """The value of Retry-After: seconds, or the date then."""
        seconds = fault.get("retry_after")
        if fault.get("as"):
            return email.utils.formatdate(math.ceil(time.time() + seconds), usegmt=True)
        return str(seconds)

    def reply(self, status: int, document: Any, headers: Optional[dict[str, str]] = None):
        """Answer with a JSON document."""
        text = json.dumps(document, ensure_ascii=False).encode()
        self.send_text(status, "application/json; charset=utf-8", text, headers or {})

    def send_text(self, status: int, content_type: str, text: bytes, headers: dict[str, str]):
        """Answer with a text of known length."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.entry is not None:
            self.entry["bytes"] += len(text)
        self.wfile.write(text)
        self.wfile.flush()

    def send_response(self, code: int, message: Optional[str] = None):
        """Note the status for the log before the client can have seen it."""
        if self.entry is not None:
            self.entry["status"] = code
        super().send_response(code, message)

    def limits(self) -> dict[str, str]:
        """The headers that tell how many requests are left today."""
        midnight = (time.time() // 86400 + 1) * 86400
        left = max(CALL_LIMIT - next(self.server.calls), 0)
        return {"X-RateLimit-Limit": str(CALL_LIMIT), "X-RateLimit-Remaining": str(left),
                "X-RateLimit-Reset": str(int(midnight))}

    @staticmethod
    def query(params: dict[str, str]) -> Query:
        """The query in the parameters."""
        return Query(params.get("where", ""), params.get("order_by", ""), params.get("select", ""))

    @staticmethod
    def whole(params: dict[str, str], name: str, default: int, least: int, most: int) -> int:
        """A parameter that is a whole number, from least to most."""
        text = params.get(name, str(default))
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            raise BadParameter(f"Invalid value for {name} API parameter: {text} was found but "
                               f"{least} <= {name} <= {most} is expected.")
        return value

    def wants_gzip(self) -> bool:
        """Whether the client accepts a compressed answer."""
        accepted = self.headers.get("Accept-Encoding", "").replace(" ", "").lower().split(",")
        return any(coding == "gzip" or coding.startswith("gzip;") and not coding.endswith("q=0")
                   for coding in accepted)

    def wait(self, seconds: float):
        """Let time pass, unless the stand-in is to end."""
        if seconds:
            self.server.stopping.wait(seconds)

    def hang_up(self):
        """Close the connection, whatever the client expects."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:         # the client was faster
            pass

    def log_message(self, *_args):
        """The access log is in log.py; stderr stays free for what goes wrong."""


class Server(http.server.ThreadingHTTPServer):
    """The stand-in: its datasets, faults and log, and the socket on 127.0.0.1."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, port: int, datasets: dict[str, Dataset], faults: Faults, log: Log,
                 count_lies: int):
        self.datasets = datasets
        self.faults = faults
        self.log = log
        self.count_lies = count_lies
        self.calls = itertools.count(1)
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request, client_address):
        """A client that goes away is no error; all else is a bug and is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)
