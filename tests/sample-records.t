#!/usr/bin/env python3
"""Tests of scripts/sample-records: its records are like the portal's, and always the same."""

import gzip
import hashlib
import json
import os
import re
import sys

import limit
from tap import ROOT, SAMPLE, attempt, ok, plan, run, same, sample

SHARED = os.path.join(ROOT, "..", "shared", "data")
V2, V0 = "rappelconso-v2", "rappelconso0"

# Of `sample-records --count 200`: no machine and no Python may make other bytes of it.
SHA256 = {
    V2: "1eaba93d816e2c147ca2679d02a5dd703bbfe78ab4c3d12588dff92c8521e2e2",
    V0: "5333be8293f18d5ac03d77c98f000d0c940a95db55dfc65779475f0ab054fb92",
}


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


def main():
    """Run all groups."""
    attempt(test_sample, V2, "numero_fiche", "date_publication", "numero_version", "motif_rappel")
    attempt(test_sample, V0, "reference_fiche", "date_de_publication", "ndeg_de_version",
            "motif_du_rappel")
    attempt(test_sample_texts)
    attempt(test_sample_use)
    attempt(test_sample_schema)
    plan()


if __name__ == "__main__":
    limit.start()
    sys.exit(main())
