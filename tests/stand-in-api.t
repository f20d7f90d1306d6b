#!/usr/bin/env python3
"""Tests of the test tools: scripts/sample-records and tests/stand-in-api."""

import email.utils
import gzip
import hashlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zlib

import limit

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(HERE)
SAMPLE = os.path.join(ROOT, "scripts", "sample-records")
STAND_IN = os.path.join(HERE, "stand-in-api")
SHARED = os.path.join(ROOT, "..", "shared", "data")
API = "/api/explore/v2.1/catalog/datasets/"
V2, V0 = "rappelconso-v2", "rappelconso0"
COUNT = 12500

# Of `sample-records --count 200`: no machine and no Python may make other bytes of it.
SHA256 = {
    V2: "1eaba93d816e2c147ca2679d02a5dd703bbfe78ab4c3d12588dff92c8521e2e2",
    V0: "5333be8293f18d5ac03d77c98f000d0c940a95db55dfc65779475f0ab054fb92",
}

# A dataset in which every kind of value is known; stored in disorder.
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
WHERE = [
    ("", "12345"),
    ("id = 3", "3"), ("id != 3", "1245"), ("id < 3", "12"), ("id<=3", "123"), ("id>3", "45"),
    ("id >= 3", "345"), ("n > 1", "35"), ("n = -3", "4"), ("n = 2.5", "3"),
    ("name = 'Pâté'", "3"), ('name = "pâté"', ""), ("name = 'It\\'s \"raw\"'", "4"),
    ("`name` = 'Pâté'", "3"), ("ok = true", "34"), ("ok = FALSE", "15"),
    ("day = date'2024-04-18'", "2"), ("day > date'2024-04-18'", "34"),
    ("day >= date'2024-04-18'", "234"), ("day < date\"2024-04-18\"", "1"),
    ("day > '2024-04-18'", "34"), ("day >= date'2024-05'", "4"), ("day < date'2024'", ""),
    ("at > date'2024-04-18'", "234"), ("at >= date'2024-04-18'", "1234"),
    ("at < date'2024-04-19'", "1234"), ("at > date'2024-04-18T22:30:00Z'", "4"),
    ("at = date'2024-04-18T23:00:00+00:00'", "4"), ("at <= date'2024-04-18T10:11:12'", "12"),
    ("name is null", "2"), ("name IS NOT NULL", "1345"), ("tags is null", "3"),
    ("name like 'ŒUFS'", "15"), ("name not like 'œufs'", "234"),
    ("id in (1, 5, 9)", "15"), ("id not in (1, 5)", "234"), ("tags = 'bio'", "12"),
    ("day in (date'2024-04-17', date'2024-05-01')", "14"),
    ("id = 1 or id = 2 and n = 1", "1"), ("(id = 1 or id = 2) and n = 1", "1"),
    ("id = 2 or id = 1 and n = 9", "2"), ("(id = 2 or id = 1) and n = 9", ""),
    ("not id = 1 and not (id = 2 or id = 3)", "45"), ("not n > 1", "124"),
    ("search('œufs')", "15"), ("search(tags, 'vra')", "1"), ("search(*, 'bio')", "12"),
    ("at > date'2024-04-18' and at <= date'2024-04-18T22:30:00+00:00'", "23"),
]
BAD_WHERE = [
    "id =", "id = 1 and", "(id = 1", "id = 1)", "nothing = 1", "id == 1", "name = date'2024-01-01'",
    "day > date'2024-13-01'", "at > date'2024-04-18T10:00:00 00:00'", "id is 3", "id in ()",
    "and = 1", "name like 5", "id ; 1", "id = 'one'", "date'2024-01-01' < day", "(" * 5000,
]
ORDER = [
    ("", "31425"), ("id", "12345"), ("id desc", "54321"), ("at", "12345"), ("at DESC", "43215"),
    ("day asc", "12345"), ("n desc", "53142"), ("name", "43152"), ("ok, id desc", "51432"),
    ("ok desc, id", "34152"),
]
BAD_ORDER = ["nothing", "id up", "id,", "desc"]

tests = 0


def ok(passed, what, note=""):
    """One line of TAP."""
    global tests
    tests += 1
    print(f"{'ok' if passed else 'not ok'} {tests} - {what}", flush=True)
    if not passed and note != "":
        print("# " + str(note)[:2000].replace("\n", "\n# "), flush=True)


def same(got, want, what):
    """One line of TAP: got is what was wanted."""
    ok(got == want, what, f"got  {got!r}\nwant {want!r}"[:2000])


def attempt(test, *arguments):
    """Run a group of tests; one that dies has failed."""
    try:
        test(*arguments)
    except Exception as error:      # whatever it is, the other groups are to run
        ok(False, f"{test.__name__} ran to its end", repr(error))


def run(*command, **options):
    """Run a command to its end."""
    return subprocess.run(command, stdout=options.pop("stdout", subprocess.PIPE),
                          stderr=subprocess.PIPE, timeout=60, check=False, **options)


def sample(*options):
    """What sample-records writes."""
    done = run(SAMPLE, *options)
    if done.returncode != 0 or done.stderr:
        raise RuntimeError(f"sample-records {options}: {done.returncode}: {done.stderr.decode()}")
    return done.stdout


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


# sample-records


def test_sample(dataset, key, cursor, version, reason):
    """What holds for the records of both datasets."""
    options = ("--dataset", dataset, "--count", "2000", "--seed", "7")
    text = sample(*options)
    records = [json.loads(line) for line in text.splitlines()]
    same(hashlib.sha256(text).hexdigest(), hashlib.sha256(sample(*options)).hexdigest(),
         f"{dataset}: the same options give the same bytes")
    same(hashlib.sha256(sample("--dataset", dataset, "--count", "200")).hexdigest(),
         SHA256[dataset], f"{dataset}: the bytes are those of every other machine")
    ok(sample(*options[:-1], "8") != text, f"{dataset}: another seed, other records")
    same(len(records), 2000, f"{dataset}: as many as asked for")
    ok(2100 < len(text) / 2000 < 2700, f"{dataset}: of the size of real ones", len(text) / 2000)
    cursors = [record[cursor] for record in records]
    same(cursors, sorted(cursors), f"{dataset}: oldest first")
    same({record[version] for record in records if not record[key].startswith("sr/")}, {1},
         f"{dataset}: version 1")

    keys = [record[key] for record in records]
    same(len(set(keys)), 2000, f"{dataset}: each key once")
    numbers = {}
    for record in records:
        numbers.setdefault(record[cursor][:7], []).append(record[key])
    same([name for names in numbers.values() for name in names],
         [name if name.startswith("sr/") else f"{month}-{number + 1:04d}"
          for month, names in numbers.items() for number, name in enumerate(names)],
         f"{dataset}: numbered within the month of the publication")

    for sign in "éàœŒ°’«»…®€|":
        wanted = sign.lower() if dataset == V2 else sign
        ok(wanted in text.decode(), f"{dataset}: {sign} comes")
    nulls = sum(record["conditionnements"] is None for record in records)
    ok(100 < nulls < 400, f"{dataset}: packages are null as often as in real ones", nulls)

    changed = [json.loads(line) for line in sample(*options, "--change", "0.1").splitlines()]
    newer = [(old, new) for old, new in zip(records, changed) if old != new]
    ok(120 < len(newer) < 280, f"{dataset}: --change 0.1 changes a tenth", len(newer))
    ok(all(new == {**old, version: old[version] + 1, reason: new[reason]} and new[reason] != old[reason]
           for old, new in newer), f"{dataset}: ... in version and reason alone")

    narrow = [json.loads(line)[cursor][:10] for line in sample(
        "--dataset", dataset, "--count", "50", "--from", "2024-02-28", "--until", "2024-02-29"
    ).splitlines()]
    same(set(narrow), {"2024-02-28", "2024-02-29"}, f"{dataset}: --from and --until are included")


def test_sample_texts():
    """What only one of the datasets has."""
    records = [json.loads(line) for line in sample("--count", "3000").splitlines()]
    texts = [json.loads(line) for line in sample("--count", "3000", "--text").splitlines()]
    gtins, odd = [], []
    for record in texts:
        for product in record["identification_produits"].split("$|"):
            if not re.fullmatch(r"(\d{13})?\$[^$|]*\$[^$|]+\$[\d-]*\$[\d-]*", product):
                odd.append(product)
            gtins += re.findall(r"^\d{13}", product)
    same(odd, [], "identifications have their five parts")
    same([{**record, "identification_produits": record["identification_produits"].split("$")}
          for record in texts], records, "... and come as a list of them, or with --text as a text")
    ok(any(part.startswith("|") for record in records for part in
           record["identification_produits"]), "some have several products")
    found = {"no GTIN": 0, "Safety Gate": 0, "links": 0, "empty": 0, "time": 0}
    for record in records:
        found["no GTIN"] += record["identification_produits"][0] == ""
        found["Safety Gate"] += bool(re.fullmatch(r"sr/\d{5}/\d\d", record["numero_fiche"]))
        found["links"] += "_links" in record
        found["empty"] += record["lien_vers_la_liste_des_produits"] == ""
        found["time"] += "T" in (record["date_debut_commercialisation"] or "")
    ok(all(found.values()), "what else the portal sends comes, too", found)
    ok(len(gtins) > 100, "many have a GTIN", len(gtins))
    ok(all(sum(int(digit) * weight for digit, weight in zip(gtin, [1, 3] * 7)) % 10 == 0
           for gtin in gtins), "each GTIN has its check digit")
    same([record["id"] for record in records], list(range(1, 3001)), "id grows")
    ok(any("¤" in record["distributeurs"] for record in records), "lists are separated by ¤")

    forms = {re.sub(r"\d", "9", record["date_debut_fin_de_commercialisation"] or "") for record in
             map(json.loads, sample("--dataset", V0, "--count", "3000").splitlines())}
    same(forms, {"", "Du 99/99/9999 au 99/99/9999", "Depuis le 99/99/9999",
                 "Jusqu'au 99/99/9999"}, "all forms of a period come")


def test_sample_use():
    """Exit statuses."""
    same(sample("--count", "0"), b"", "no records, nothing written")
    for wrong in (["--count", "-1"], ["--dataset", "x"], ["--change", "1.5"], ["--from", "soon"],
                  ["--from", "2024-02-01", "--until", "2024-01-01"], ["more"]):
        same(run(SAMPLE, *wrong).returncode, 64, f"{' '.join(wrong)}: wrong use")
    with open("/dev/full", "wb") as full:
        done = run(SAMPLE, "--count", "10", stdout=full)
    ok(done.returncode == 74 and b"No space" in done.stderr, "a full disk is not success", done)


def test_sample_schema():
    """The fields, beside real records where there are any."""
    page = os.path.join(SHARED, "rappelconso-v2-page.json")
    lines = os.path.join(SHARED, "rappelconso0-6000.jsonl.gz")
    if not (os.path.exists(page) and os.path.exists(lines)):
        ok(True, "the fields are the real ones # SKIP no real records here")
        return
    with open(page, encoding="utf-8") as file:
        real = {V2: json.load(file)["results"][0]}
    with gzip.open(lines) as file:
        real[V0] = json.loads(file.readline())
    for dataset, record in real.items():
        made = json.loads(sample("--dataset", dataset, "--count", "1"))
        made.pop("_links", None)
        same(list(made), list(record), f"{dataset}: the fields are the real ones, in their order")


# stand-in-api


def test_pages(server, lines):
    """The records endpoint."""
    first = server.records("big", order_by="date_publication", limit=100)
    same(first.json()["total_count"], COUNT, "total_count counts all")
    same(first.json()["results"], [json.loads(line) for line in lines[:100]], "a page, in order")
    same(first.headers["Content-Type"], "application/json; charset=utf-8", "... and it is JSON")
    same(first.headers["X-RateLimit-Limit"], "50000", "X-RateLimit-Limit is there")
    ok(int(first.headers["X-RateLimit-Reset"]) > time.time(), "X-RateLimit-Reset is the epoch")
    again = server.records("big", limit=1)
    ok(int(again.headers["X-RateLimit-Remaining"]) < int(first.headers["X-RateLimit-Remaining"]),
       "X-RateLimit-Remaining goes down")
    ok(server.records("big", limit=100).json()["results"] != first.json()["results"],
       "without order_by they come as they are stored")
    same(len(server.records("big").json()["results"]), 10, "10 are the default")
    same(len(server.records("big", limit=-1).json()["results"]), 100, "-1 is as many as can be")
    same(server.records("big", limit=0).json(), {"total_count": COUNT, "results": []},
         "limit 0 only counts")
    last = server.records("big", order_by="date_publication", limit=100, offset=9900)
    same(last.json()["results"][-1], json.loads(lines[9999]), "the 10,000th record can be had")
    for params in ({"offset": 9901, "limit": 100}, {"limit": 101}, {"limit": -2}, {"limit": "all"},
                   {"offset": -1}):
        same(error_of(server.records("big", **params)), (400, "InvalidRESTParameterError"),
             f"{params} is refused")
    same(server.records("big", limit=200).json()["message"],
         "Invalid value for limit API parameter: 200 was found but -1 <= limit <= 100 is expected.",
         "... in the portal's words")
    same(server.records("small", select="id, name as n", order_by="id", limit=1).json()["results"],
         [{"id": 1, "n": "Œufs frais"}], "select chooses and renames")
    same(error_of(server.records("small", select="nothing")), (400, "ODSQLError"),
         "select of no field is refused")
    same(server.dataset("nothing", "/records").status, 404, "no such dataset")
    same(server.ask("/elsewhere").status, 404, "no such address")
    described = server.dataset("small").json()
    same({field["name"]: field["type"] for field in described["fields"]},
         {"id": "int", "name": "text", "day": "date", "at": "datetime", "n": "double",
          "ok": "boolean", "tags": "text"}, "the description has names and types")
    same(described["metas"]["default"]["records_count"], 5, "... and a count")


def test_odsql(server):
    """where and order_by."""
    for where, want in WHERE:
        same(ids(server.records("small", where=where, order_by="id")), want, f"where {where}")
    for where in BAD_WHERE:
        answer = server.records("small", where=where)
        same(error_of(answer), (400, "ODSQLError"), f"where {where[:40]}: refused")
    same(answer.json()["message"][:26], "ODSQL query is malformed: ", "... in the portal's words")
    for order, want in ORDER:
        same(ids(server.records("small", order_by=order)), want, f"order_by {order}")
    for order in BAD_ORDER:
        same(error_of(server.records("small", order_by=order)), (400, "ODSQLError"),
             f"order_by {order}: refused")


def test_exports(server, lines):
    """The exports endpoint."""
    plain = server.export("big", order_by="date_publication")
    same(plain.lines(), lines, "an export has every record")
    same(plain.headers["Transfer-Encoding"], "chunked", "... in chunks")
    same(plain.headers["Content-Encoding"], None, "... as it is")
    same(plain.headers["Content-Type"], "application/x-ndjson; charset=utf-8", "... as JSON lines")
    start = time.monotonic()
    zipped = server.export("big", gzipped=True, order_by="date_publication")
    seconds = time.monotonic() - start
    same(zipped.headers["Content-Encoding"], "gzip", "it is compressed if that is asked for")
    ok(zipped.body == plain.body and zipped.whole, "... and the same")
    ok(len(zipped.raw) < len(plain.body) / 3, "... and much shorter", len(zipped.raw))
    ok(seconds < 5, "... and quick", seconds)
    same(server.export("big", limit=7, order_by="date_publication").lines(), lines[:7],
         "limit takes the first")
    same(server.export("big", limit=101).status, 200, "... and may pass 100")
    same(server.export("big", limit=-1).body, server.export("big").body, "-1 is all")
    newest = json.loads(lines[-50])["date_publication"]
    same(server.export("big", where=f"date_publication >= date'{newest}'",
                       order_by="date_publication").lines(), lines[-50:], "where chooses")
    same(error_of(server.export("big", where="x")), (400, "ODSQLError"), "a bad where is refused")
    same(server.export("small", where="id = 9").body, b"", "nothing found, nothing sent")
    same(server.dataset("big", "/exports/csv").status, 404, "only JSON lines are there")
    same(server.export("zipped").lines(), lines[:20], "the data may be a .gz file")


def test_wire(server):
    """Connections."""
    connection = server.connect()
    for _ in range(2):
        connection.request("GET", "/_control/health")
        same(connection.getresponse().read(), b'{"status": "ok"}', "it says that it is well")
        socket_used = connection.sock
        connection.request("GET", API + "small/exports/jsonl")
        same(len(connection.getresponse().read().splitlines()), 5, "an export on it")
        ok(connection.sock is socket_used is not None, "the connection is kept")
    connection.close()
    old = run("curl", "-s0", "-D", "-",
              f"http://127.0.0.1:{server.port}{API}small/exports/jsonl")
    head, _, body = old.stdout.partition(b"\r\n\r\n")
    ok(b"chunked" not in head and len(body.splitlines()) == 5, "HTTP/1.0 gets no chunks", old)
    same(run("curl", "-s", "--compressed", "-o", "/dev/null", "-w", "%{http_code}",
             f"http://127.0.0.1:{server.port}{API}big/exports/jsonl"
             ).stdout, b"200", "curl reads a whole export")

    answers = []
    threads = [threading.Thread(target=lambda: answers.append(len(server.export("big").lines())))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same(answers, [COUNT] * 4, "four clients at once")


def test_reload(server, folder):
    """A data file that changes."""
    path = os.path.join(folder, "growing.jsonl")
    same(server.records("growing").json()["total_count"], 1, "one record at first")
    with open(path, "a", encoding="utf-8") as file:
        file.write('\n{"id":2,"name":"late"}\n')
    same(ids(server.records("growing", order_by="id desc")), "21", "one that was appended is seen")
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"id":3}\nno record\n')
    same(server.records("growing").status, 500, "a file that is not JSON lines: 500")
    os.unlink(path)
    same(server.records("growing").status, 500, "... and one that is gone")


def test_log(server, log_path):
    """What is noted."""
    server.ask("/_control/requests", method="DELETE")
    same(server.log(), [], "the log can be emptied")
    path = API + "small/records"
    answer = server.ask(path, {"where": "day > date'2024-04-18'", "limit": "3"},
                        {"User-Agent": "rc-fetch/0", "Authorization": "Apikey s3cret",
                         "Accept-Encoding": "gzip"})
    entries = server.log()
    same(len(entries), 1, "one request, one entry, none for /_control")
    entry = entries[0]
    same((entry["path"], entry["params"], entry["status"], entry["bytes"], entry["user_agent"],
          entry["api_key"], entry["gzip"], entry["faults"]),
         (path, {"where": "day > date'2024-04-18'", "limit": "3"}, 200, len(answer.raw),
          "rc-fetch/0", True, True, []), "it tells what was asked and answered")
    server.ask(path, headers={"Authorization": "Bearer x", "Accept-Encoding": "gzip;q=0, br"})
    entry = server.log()[1]
    same((entry["api_key"], entry["gzip"]), (False, False), "no Apikey, no gzip")
    # A line is written once the answer has been sent, so we may be here before it.
    noted, give_up = [], time.monotonic() + 5
    while noted != server.log() and time.monotonic() < give_up:
        with open(log_path, encoding="utf-8") as file:
            text = file.read()
        noted = [json.loads(line) for line in text.splitlines()[-2:]]
    same(noted, server.log(), "the log file has them, too")
    ok("s3cret" not in text, "the key itself is nowhere")


def test_answers(server):
    """Faults that take the place of an answer."""
    server.faults("429:reset=5,times=2", "429:retry_after=7", "429:reset=5,retry_after=9,as=date",
                  "429")
    first, second, third, fourth, fifth = (server.records("small") for _ in range(5))
    same([a.status for a in (first, second, third, fourth, fifth)], [429] * 5,
         "faults strike one after the other")
    ok(0 < int(first.headers["X-RateLimit-Reset"]) - time.time() <= 6, "429: X-RateLimit-Reset",
       first.headers)
    same((first.headers["Retry-After"], first.headers["X-RateLimit-Remaining"]), (None, "0"),
         "429: only that")
    body = first.json()
    same((body["errorcode"], body["limit_time_unit"], body["call_limit"]), (10002, "day", 50000),
         "429: the portal's body")
    ok(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["reset_time"]), "429: reset_time")
    same((third.headers["Retry-After"], third.headers["X-RateLimit-Reset"]), ("7", None),
         "429: Retry-After in seconds")
    ahead = email.utils.parsedate_to_datetime(fourth.headers["Retry-After"]).timestamp()
    ok(5 < ahead - time.time() <= 10, "429: Retry-After as a date", fourth.headers)
    ok(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00", fourth.headers["X-RateLimit-Reset"]),
       "429: X-RateLimit-Reset as a date", fourth.headers)
    same((fifth.headers["Retry-After"], fifth.headers["X-RateLimit-Reset"]), (None, None),
         "429: without a hint")
    same(server.records("small").status, 200, "then all is well")

    server.faults("503:retry_after=4", "503", "500", "401", "403")
    answers = [server.export("small") for _ in range(5)]
    same([answer.status for answer in answers], [503, 503, 500, 401, 403], "5xx and 4xx")
    same([answer.headers["Retry-After"] for answer in answers], ["4"] + [None] * 4,
         "503: Retry-After")
    ok(all("message" in answer.json() for answer in answers), "... each says something")

    server.faults("html", "redirect")
    page = server.export("small")
    ok(page.status == 200 and page.headers["Content-Type"].startswith("text/html")
       and b"maintenance" in page.body, "html: a page with status 200", page.body)
    moved = server.records("small", limit=2, order_by="id")
    same(moved.status, 302, "redirect: 302")
    same(ids(server.ask(moved.headers["Location"])), "12", "... to where the same thing is")
    server.faults("redirect:to=/_control/health")
    same(server.records("small").headers["Location"], "/_control/health", "... or anywhere")

    server.faults("hang:seconds=0.3")
    start = time.monotonic()
    try:
        server.records("small")
        ok(False, "hang: no answer")
    except http.client.RemoteDisconnected:
        ok(time.monotonic() - start >= 0.3, "hang: no answer, after a while")


def test_breaks(server, lines):
    """Faults in the data, in both endpoints, with and without compression."""
    chosen = {"order_by": "date_publication", "limit": 50}
    for zipped in (False, True):
        form = "gzip" if zipped else "plain"

        def export(*faults):
            server.faults(*faults)
            answer = server.export("big", gzipped=zipped, **chosen)
            same(answer.status, 200, f"{form} {faults[0]}: status 200")
            return answer

        cut = export("cut:after=20")
        ok(not cut.whole, f"{form} cut: the transfer is not ended")
        same(cut.lines()[:-1], lines[:20], f"{form} cut: 20 records")
        ok(lines[20].startswith(cut.lines()[-1]) and 0 < len(cut.lines()[-1]) < len(lines[20]),
           f"{form} cut: and half a record")
        cut = export("cut-clean:after=20")
        ok(cut.whole, f"{form} cut-clean: the transfer is ended")
        same(cut.lines()[:-1], lines[:20], f"{form} cut-clean: 20 records")
        ok(lines[20].startswith(cut.lines()[-1]) and len(cut.lines()[-1]) < len(lines[20])
           and not cut.body.endswith(b"\n"), f"{form} cut-clean: and half a record")
        broken = export("interrupted:after=3")
        ok(broken.whole and broken.lines()[:-1] == lines[:3] and broken.lines()[-1].startswith(
            b"Streaming interrupted due to the following error: "), f"{form} interrupted")
        broken = export("interrupted:after=3,half=1")
        ok(len(broken.lines()) == 4 and broken.lines()[3].startswith(lines[3][:500])
           and b"Streaming interrupted due to" in broken.lines()[3], f"{form} interrupted: half=1")
        short = export("short:after=49")
        ok(short.whole, f"{form} short: ended properly")
        same(short.lines(), lines[:49], f"{form} short: one is missing")
        same(export("short").lines(), lines[:25], f"{form} short: half of them, if not told")
        same(export("short:after=0").lines(), [], f"{form} short: or none")
        odd = export("garbage:after=2").lines()
        ok(odd[:2] + odd[3:] == lines[:50] and not odd[2].startswith(b"{"), f"{form} garbage")
        same(export("duplicate:after=1,records=2").lines(),
             [lines[n] for n in (0, 1, 1, 2, 2)] + lines[3:50], f"{form} duplicate: two of them")
        same(export("duplicate").lines(), [line for line in lines[:50] for _ in range(2)],
             f"{form} duplicate: each")
        late = export("cut:after=1000")
        ok(not late.whole and late.lines() == lines[:50], f"{form} cut: after the last record")

    def page(*faults):
        server.faults(*faults)
        return server.records("big", **chosen)

    page_of = [json.loads(line) for line in lines[:50]]
    ok(not page("cut").whole, "page cut: the transfer is not ended")
    for fault in ("cut-clean", "interrupted", "garbage"):
        answer = page(fault)
        try:
            answer.json()
            ok(False, f"page {fault}: no JSON")
        except ValueError:
            ok(answer.whole, f"page {fault}: no JSON")
    answer = page("short:after=10").json()
    same((answer["total_count"], answer["results"]), (COUNT, page_of[:10]), "page short")
    same(page("duplicate:records=1").json()["results"], page_of[:1] + page_of, "page duplicate")


def test_slow(server, lines):
    """Faults that take time."""
    server.faults("stall:after=3,seconds=0.4")
    connection = server.connect()
    connection.request("GET", f"{API}big/exports/jsonl?limit=6&order_by=date_publication")
    response = connection.getresponse()
    first = [response.readline().rstrip(b"\n") for _ in range(3)]
    start = time.monotonic()
    rest = [response.readline().rstrip(b"\n") for _ in range(3)]
    ok(time.monotonic() - start > 0.25, "stall: a pause")
    same(first + rest, lines[:6], "... and nothing is missing")
    connection.close()

    for fault in ("late:seconds=0.3", "slow:rate=1000", "500:delay=0.3"):
        server.faults(fault)
        start = time.monotonic()
        server.records("small", select="id,name,day,at,n", limit=5)
        ok(time.monotonic() - start >= 0.3, f"{fault}: takes its time", time.monotonic() - start)


def test_choice(server):
    """Which requests a fault strikes."""
    server.faults("500:path=exports,skip=1,times=2")
    same([server.export("small").status for _ in range(4)], [200, 500, 500, 200], "skip, times")
    server.faults("500:path=fields", "503")
    same([server.dataset("small").status, server.dataset("small").status,
          server.records("small").status], [500, 200, 503],
         "the dataset's own description only if that is said")
    server.faults("500:path=exports", "503:path=records")
    same([server.dataset("small").status, server.records("small").status,
          server.records("small").status, server.export("small").status,
          server.export("small").status], [200, 503, 200, 500, 200], "path")
    server.faults("500:times=0")
    same([server.records("small").status for _ in range(4)], [500] * 4, "times=0: always")
    same(server.ask("/_control/health").status, 200, "... but never /_control")

    server.faults("refuse-gzip", "huge-header:size=9000", "short:after=1")
    answer = server.export("small", gzipped=True)
    same((answer.headers["Content-Encoding"], len(answer.headers["X-Padding"]),
          len(answer.lines())), (None, 9000, 1), "some faults go together")
    same(server.log()[-1]["faults"], ["short:after=1", "refuse-gzip", "huge-header:size=9000"],
         "the log tells them")
    server.faults("cut:after=1")
    server.export("small")
    entry = server.log()[-1]
    ok(entry["status"] == 200 and 0 < entry["bytes"] < 500, "... and how far it came", entry)

    for wrong in ("nothing", "cut:when=1", "cut:after=x", "cut:after=-1", "cut:path=all",
                  "429:to=/", "429:as=text"):
        same(server.faults(wrong).status, 400, f"{wrong}: refused")
    same(server.ask("/_control/faults", method="POST", body="{}").status, 400, "{}: refused")
    same(server.faults().status, 200, "no faults are faults, too")
    same(server.ask("/_control/nothing").status, 404, "no such control")


def test_options(folder):
    """The command line, and the end."""
    data = os.path.join(folder, "small.jsonl")
    both = ("--data", data, "--dataset", "small")
    for wrong in ([], ["--data", data], [*both, "--dataset", "b"], [*both, "--fault", "none"]):
        same(run(STAND_IN, *wrong).returncode, 64, f"{len(wrong)} options: wrong use")
    same(run(STAND_IN, "--data", data + ".none", "--dataset", "a").returncode, 74, "no data: 74")
    with Server(folder, *both, "--total-count-lies", "2", "--fault", "500", "--fault",
                "hang:path=exports") as server:
        same(server.records("small").status, 500, "--fault")
        same(server.records("small").json()["total_count"], 7, "--total-count-lies")
        same(run(STAND_IN, *both, "--port", str(server.port)).returncode, 74, "a port in use: 74")
        waiting = server.connect()
        waiting.request("GET", API + "small/exports/jsonl")
        server.process.send_signal(signal.SIGTERM)
        out, err = server.process.communicate(timeout=5)
        same((server.process.returncode, err), (0, b""), "SIGTERM ends it, whoever waits")
        same(int(out), server.port, "the port was on stdout")
        waiting.close()


def main():
    """Run all groups in a folder of their own."""
    folder = tempfile.mkdtemp(prefix="stand-in-api.")
    try:
        attempt(test_sample, V2, "numero_fiche", "date_publication", "numero_version",
                "motif_rappel")
        attempt(test_sample, V0, "reference_fiche", "date_de_publication", "ndeg_de_version",
                "motif_du_rappel")
        attempt(test_sample_texts)
        attempt(test_sample_use)
        attempt(test_sample_schema)

        lines = sample("--count", str(COUNT), "--seed", "3").splitlines()
        shuffled = list(lines)
        random.Random(1).shuffle(shuffled)
        files = {"big": shuffled, "zipped": lines[:20], "growing": [b'{"id":1}'],
                 "small": [json.dumps(record).encode() for record in SMALL]}
        options = ["--log", os.path.join(folder, "log")]
        for name, stored in files.items():
            path = os.path.join(folder, name + (".jsonl.gz" if name == "zipped" else ".jsonl"))
            with (gzip.open if name == "zipped" else open)(path, "wb") as file:
                file.write(b"\n".join(stored) + b"\n")
            options += ["--data", path, "--dataset", name]
        with Server(folder, *options) as server:
            attempt(test_pages, server, lines)
            attempt(test_odsql, server)
            attempt(test_exports, server, lines)
            attempt(test_wire, server)
            attempt(test_reload, server, folder)
            attempt(test_log, server, options[1])
            attempt(test_answers, server)
            attempt(test_breaks, server, lines)
            attempt(test_slow, server, lines)
            attempt(test_choice, server)
        attempt(test_options, folder)
    finally:
        shutil.rmtree(folder)
    print(f"1..{tests}")


if __name__ == "__main__":
    limit.start()
    sys.exit(main())
