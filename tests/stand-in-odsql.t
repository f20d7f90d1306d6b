#!/usr/bin/env python3
"""Tests of what tests/stand-in-api makes of ODSQL: where and order_by."""

import json
import os
import sys

import limit
from stand_in_client import SMALL, Server, error_of, ids
from tap import attempt, ok, own_folder, plan, same

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


def main():
    """Ask one server, in a folder of its own."""
    with own_folder("stand-in-odsql") as folder:
        path = os.path.join(folder, "small.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in SMALL)
        with Server(folder, "--data", path, "--dataset", "small") as server:
            attempt(test_odsql, server)
    plan()


if __name__ == "__main__":
    limit.start()
    sys.exit(main())
