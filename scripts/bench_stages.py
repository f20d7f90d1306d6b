"""bench_stages.py - what scripts/bench measures: each stage, and what else does the same work."""
import os
import re
import shutil
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PORTAL_DATASET = "rappelconso-v2-gtin-espaces"
PYTHON_JSON = "import json, sys\nfor line in sys.stdin:\n    print(json.dumps(json.loads(line), ensure_ascii=False))"


class Way:
    """One way to do a stage's work: a pipe of commands that reads a file; before is called each time, unmeasured."""

    def __init__(self, name, commands, source=None, before=None):
        self.name, self.commands, self.source, self.before = name, commands, source, before


class Stage:
    """Ours, its peers, and the size of the input in bytes."""

    def __init__(self, name, size, ours, *peers):
        self.name, self.size, self.ours = name, size, ours
        self.peers = [peer for peer in peers if shutil.which(peer.commands[0][0])]


def shell(script, **options):
    """Run a shell script that prepares something; it is not measured."""
    subprocess.run(["bash", "-euo", "pipefail", "-c", script], check=True, stdout=subprocess.DEVNULL, **options)


def sql(*statements):
    subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"] + [x for s in statements for x in ("-c", s)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Input:
    """Files of one size in a folder: records as the portal has them, rows, rows of which one column changed, messages,
    and both kinds of rows as PostgreSQL's COPY has them."""

    def __init__(self, folder, count):
        self.folder, self.count = folder, count
        self.topic = f"bench-{count}"
        self.ddl = subprocess.run(["rc-load", "--ddl", "-t", "bench"], check=True, stdout=subprocess.PIPE, text=True).stdout.split(";")[0]
        self.columns = re.findall(r'"(\w+)" text', self.ddl)
        shell(f"""cd {folder}
            {TOP}/scripts/sample-records --count {count} >records
            rc-transform <records >rows
            sed 's/"distributeurs":"/&x /; s/"risques_pour_le_consommateur":"/&y /' rows >changed
            rc-produce -q --create-topic -t {self.topic} <rows
            rc-consume -q -t {self.topic} -eE --no-positions >messages""")
        for rows in ("rows", "changed"):
            self.fresh("bench")
            shell(f"rc-load -q -t bench <{folder}/{rows}; psql -Xqc \"\\copy bench to '{folder}/{rows}.copy'\"")

    def path(self, name):
        return os.path.join(self.folder, name)

    def size(self, name):
        return os.path.getsize(self.path(name))

    def fresh(self, table, rows=None):
        """An empty table, or one with the rows of a file."""
        sql(f"DROP TABLE IF EXISTS {table}", self.ddl.replace('"bench"', table))
        if rows:
            shell(f"psql -Xqc \"\\copy {table} from '{self.path(rows)}'\"")
        sql("CHECKPOINT")


def fetch(data, url):
    export = f"{url}/api/explore/v2.1/catalog/datasets/{PORTAL_DATASET}/exports/jsonl"
    shell(f"curl -sS --compressed -o /dev/null {export}")  # the stand-in compresses it once
    return Stage("rc-fetch", data.size("records"), Way("rc-fetch", [["rc-fetch", "--api", url]]),
                 Way("curl --compressed", [["curl", "-sS", "--compressed", "-o", "/dev/null", export]]))


def transform(data):
    records = data.path("records")
    return Stage("rc-transform", data.size("records"), Way("rc-transform", [["rc-transform"]], records),
                 Way("cat | cat", [["cat"], ["cat"]], records), Way("jq -c .", [["jq", "-c", "."]], records),
                 Way("Python's json", [["/usr/bin/python3", "-c", PYTHON_JSON]], records))


def produce(data, brokers):
    topic = data.topic + "-sent"
    return Stage("rc-produce", data.size("rows"),
                 Way("rc-produce", [["rc-produce", "-q", "--create-topic", "-t", topic]], data.path("rows")),
                 Way("kcat -P", [["kcat", "-P", "-b", brokers, "-t", topic]], data.path("rows")))


def consume(data, brokers):
    kcat = ["kcat", "-C", "-q", "-e", "-b", brokers, "-o", "beginning", "-t", data.topic]
    return [Stage("rc-consume", data.size("rows"), Way("rc-consume -E", [["rc-consume", "-q", "-E", "-t", data.topic]]),
                  Way("kcat -C", [kcat])),
            Stage("rc-consume -e", data.size("messages"), Way("rc-consume -eE", [["rc-consume", "-q", "-eE", "-t", data.topic]]),
                  Way("kcat -C -J", [kcat + ["-J"]]))]


def copied(*statements):
    """psql, with statements."""
    return [["psql", "-Xq", "-v", "ON_ERROR_STOP=1"] + [x for s in statements for x in ("-c", s)]]


def by_table(data, rows, conflict):
    """COPY into a temporary table, and from there as conflict says."""
    return copied("BEGIN", "CREATE TEMP TABLE came (LIKE peer)", f"\\copy came from '{data.path(rows)}'",
                  f"INSERT INTO peer SELECT * FROM came ON CONFLICT ({data.columns[0]}) DO {conflict}", "COMMIT")


def load(data):
    update = "UPDATE SET " + ", ".join(f"{c} = EXCLUDED.{c}" for c in data.columns[1:])

    def ours(rows):
        return [["rc-load", "-q", "-t", "bench"]], data.path(rows)

    def empty(table):
        return lambda: data.fresh(table)

    def full(table):
        return lambda: data.fresh(table, "rows.copy")

    duck = ["duckdb", ":memory:", f"CREATE TABLE t AS SELECT * FROM read_json_auto('{data.path('rows')}')"]
    return [Stage("rc-load, empty table", data.size("rows"), Way("rc-load", *ours("rows"), empty("bench")),
                  Way("psql \\copy", copied(f"\\copy peer from '{data.path('rows.copy')}'"), None, empty("peer")),
                  Way("duckdb, in memory", [duck])),
            Stage("rc-load, all unchanged", data.size("rows"), Way("rc-load", *ours("rows"), full("bench")),
                  Way("\\copy, DO NOTHING", by_table(data, "rows.copy", "NOTHING"), None, full("peer"))),
            Stage("rc-load, all changed", data.size("changed"), Way("rc-load", *ours("changed"), full("bench")),
                  Way("\\copy, DO UPDATE", by_table(data, "changed.copy", update), None, full("peer")))]


def chain(data):
    load_messages = ["rc-load", "-q", "-e", "-t", "bench"]

    def anew():
        data.fresh("bench")
        sql("DO $$ BEGIN IF to_regclass('rc_positions') IS NOT NULL THEN DELETE FROM rc_positions; END IF; END $$")

    return Stage("rc-consume -e | rc-load -e", data.size("messages"),
                 Way("the chain", [["rc-consume", "-q", "-eE", "-t", data.topic], load_messages], None, anew),
                 Way("rc-load -e", [load_messages], data.path("messages"), anew))


def all_stages(data, url, brokers):
    return ([fetch(data, url)] if url else []) + [transform(data), produce(data, brokers)] + consume(data, brokers) + load(data) + \
        [chain(data)]


def kafka_version():
    with open(os.path.join(TOP, "scripts/kafka-pom.xml"), encoding="utf-8") as pom:
        return re.search(r"<kafka.version>([^<]*)", pom.read()).group(1)


def machine():
    """What was measured with what: versions, processors, the compiler."""
    def first_line(*command):
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")[0]

    with open("/etc/os-release", encoding="utf-8") as release:
        system = re.search(r'PRETTY_NAME="([^"]*)', release.read()).group(1)
    return (f"{first_line('rc-load', '--version')}, {system}, {os.cpu_count()} processors, "
            f"{first_line(os.environ.get('CC', 'cc'), '--version')}, Kafka {kafka_version()}, {first_line('psql', '--version')}")
