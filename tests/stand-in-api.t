#!/usr/bin/env python3
"""Tests of tests/stand-in-api: it answers as the portal does, and errs as it is told."""

import email.utils
import gzip
import http.client
import json
import os
import random
import re
import signal
import sys
import threading
import time

import limit
from stand_in_client import API, SMALL, STAND_IN, Server, error_of, ids
from tap import attempt, ok, own_folder, plan, run, same, sample

COUNT = 12500


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


def test_exports(server, lines):
    """The exports endpoint."""
    plain = server.export("big", order_by="date_publication")
    same(plain.lines(), lines, "an export has every record")
    same(plain.headers["Transfer-Encoding"], "chunked", "... in chunks")
    same(plain.headers["Content-Encoding"], None, "... as it is")
    same(plain.headers["Content-Type"], "application/x-ndjson; charset=utf-8", "... as JSON lines")
    zipped = server.export("big", gzipped=True, order_by="date_publication")
    same(zipped.headers["Content-Encoding"], "gzip", "it is compressed if that is asked for")
    ok(zipped.body == plain.body and zipped.whole, "... and the same")
    ok(len(zipped.raw) < len(plain.body) / 3, "... and much shorter", len(zipped.raw))
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
    with open(path + ".other", "w", encoding="utf-8") as file:
        file.write('{"id":4}\n')
    server.faults(f"swap:file={path}.other")
    same(ids(server.records("growing")), "4", "swap: another file")
    same(ids(server.records("growing")), "4", "... from then on")


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
        same(export("omit:after=1").lines(), lines[:1] + lines[2:50], f"{form} omit: one")
        same(export("omit:after=1,records=3").lines(), lines[:1] + lines[4:50],
             f"{form} omit: three of them")
        same(export("backwards", "short:after=2").lines(), lines[49:47:-1],
             f"{form} backwards, besides")
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
    start = time.monotonic()
    connection.request("GET", f"{API}big/exports/jsonl?limit=6&order_by=date_publication")
    response = connection.getresponse()
    first = [response.readline().rstrip(b"\n") for _ in range(3)]
    rest = [response.readline().rstrip(b"\n") for _ in range(3)]
    ok(time.monotonic() - start >= 0.4, "stall: a pause")
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
    with own_folder("stand-in-api") as folder:
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
            attempt(test_exports, server, lines)
            attempt(test_wire, server)
            attempt(test_reload, server, folder)
            attempt(test_log, server, options[1])
            attempt(test_answers, server)
            attempt(test_breaks, server, lines)
            attempt(test_slow, server, lines)
            attempt(test_choice, server)
        attempt(test_options, folder)
    plan()


if __name__ == "__main__":
    limit.start()
    sys.exit(main())
