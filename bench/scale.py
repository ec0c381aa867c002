"""Measure what goes beyond one machine: export, the named views on Parquet, two workers against one.

    python bench/scale.py [SHARED] [-n REQUESTS] [--files N] [--only export|workers] [--quick] [--json FILE]

Export: a database of that many requests (default 3,000,000, a seventh with a finding), made with SQL below
build/, once; its chain is left out. Workers: N copies (default 200) of recorded visits, each a capture of
its own, scanned into Parquet by one Dask worker and then by two.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE
from tempfile import TemporaryDirectory

import figures
from figures import Figure

ROOT = Path(__file__).parents[1]
REQUESTS, FILES, PER_FILE = 3_000_000, 200, 100
SITES, COMPANIES, CAPTURES = 20_000, 2_000, 600
SECONDS, MEGABYTES, MEMORY, QUERY, FASTER = 60, 220, 400, 1.0, 1.7

# `r(k)`: a number that looks random and is the same each time, from the row's own and a salt.
FILL = """
CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {requests})
  SELECT i, (i * 2654435761) % 4294967296 AS a, (i * 40503 + 12345) * 69069 % 4294967296 AS b FROM c;
INSERT INTO captures SELECT i, printf('%032x', i * 7919), 'har', '', 1790000000.0 + i, 'bench'
  FROM n WHERE i <= {captures};
INSERT INTO rulesets VALUES ('bench', '[["EasyList","1"],["EasyPrivacy","1"],["Own","1"]]', '0');
INSERT INTO companies SELECT i, 'Company ' || i, 'US', 'advertising', 'own',
  '2026-11' FROM n WHERE i <= {companies};
INSERT INTO rules SELECT i, CASE i % 3 WHEN 0 THEN 'EasyList' WHEN 1 THEN 'EasyPrivacy' ELSE 'Own' END, '1',
  '||c' || i || '.example^', i, '', 'A', 0 FROM n WHERE i <= {companies};
INSERT INTO messages SELECT i, 1 + i * {captures} / ({requests} + 1), i, 'http', i, 0,
  1790000000.0 + i / 20.0,
  CASE b % 5 WHEN 0 THEN 'POST' ELSE 'GET' END,
  printf('https://t%d.c%d.example/%s/%s?id=‹%d chars›&cid=‹%d chars›&e=‹%d chars›', b % 7,
  (i * {sites} / ({requests} + 1) * 31 + b % 12) % {companies},
    CASE b % 4 WHEN 0 THEN 'collect' WHEN 1 THEN 'pixel' WHEN 2 THEN 'sync/v2' ELSE 'events' END,
    CASE a % 3 WHEN 0 THEN 'track.gif' WHEN 1 THEN '‹' || (a % 40) || ' chars›' ELSE 'batch' END,
    a % 64, b % 40, (a + b) % 30),
  lower(hex(randomblob(10))), printf('t%d.c%d.example', b % 7,
  (i * {sites} / ({requests} + 1) * 31 + b % 12) % {companies}), 'HTTP/2.0', '["query.id"]',
  b % 3000, 0, 'c' || (i % 97), 'regular', '127.0.0.1/chromium', 'chromium', 1, '', '', '', '', '', '', 0,
  0, '' FROM n;
INSERT INTO responses SELECT i, 1 + i * {captures} / ({requests} + 1), {requests} + i, i,
  1790000000.0 + i / 20.0, 0.0,
  'answered', CASE b % 20 WHEN 0 THEN 302 WHEN 1 THEN 404 ELSE 200 END, '', '[]', '', b % 5000, 0, 0,
  '' FROM n;
INSERT INTO judgements SELECT i, 1, 'bench', 1790000000.0 + i / 20.0, printf('t%d.c%d.example', b % 7,
  (i * {sites} / ({requests} + 1) * 31 + b % 12) % {companies}),
  printf('site%d.example', i * {sites} / ({requests} + 1)), 'high', 'Referer names the open page',
  '127.0.0.1/chromium',
  CASE b % 4 WHEN 0 THEN 'script' WHEN 1 THEN 'image' ELSE 'xmlhttprequest' END,
  CASE b % 3 WHEN 0 THEN 'first' ELSE 'third' END,
  'Company ' || (1 + (i * {sites} / ({requests} + 1) * 31 + b % 12) % {companies}),
  1 + (i * {sites} / ({requests} + 1) * 31 + b % 12) % {companies},
  b % 3 = 1, CASE b % 3 WHEN 1 THEN 'A' ELSE '' END, CASE i % 7 WHEN 0 THEN 1 + b % 3 ELSE 0 END,
  CASE i / 40 % 4 WHEN 0 THEN 'before' WHEN 1 THEN 'accepted' WHEN 2 THEN 'refused' ELSE 'withdrawn' END,
  '', '', '', '' FROM n;
INSERT INTO matches SELECT i, 0,
  1 + (i * {sites} / ({requests} + 1) * 31 + b % 12) % {companies} FROM n WHERE b % 3 = 1;
INSERT INTO findings SELECT i, printf('%032x/%d/%s', i, i, lower(hex(randomblob(4)))), i,
  CASE b % 5 WHEN 0 THEN 'email' WHEN 1 THEN 'user_id' WHEN 2 THEN 'page_url'
    WHEN 3 THEN 'product' ELSE 'phone' END,
  'identity', 'invented', 'persona', 'query', CASE b % 3 WHEN 0 THEN 'ud[em]' ELSE 'uid' END,
  '["percent","sha256"]',
  CASE b % 2 WHEN 0 THEN 'hashed' ELSE 'clear' END, 'lower', 'c•••@e•••.org', lower(hex(randomblob(10))),
  1 + b % 3,
  'identity', '' FROM n WHERE i % 7 = 0;
"""


def main() -> None:
    """Measure, each step in a process of its own, and print the figures."""
    parser = figures.arguments(__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("-n", type=int, default=REQUESTS, help="requests in the database")
    parser.add_argument("--files", type=int, default=FILES, help="captures to scan")
    parser.add_argument("--only", choices=("export", "workers"))
    parser.add_argument("--step", nargs="+", help="one step, in this process")
    given = parser.parse_args()
    if given.step:
        steps = {"export": step_export, "query": step_query, "workers": step_workers}
        steps[given.step[0]](*map(Path, given.step[1:]))
        return
    found: list[Figure] = []
    if given.only != "workers":
        found += exporting(200_000 if given.quick else given.n)
    if given.only != "export":
        found += workers(given.shared, 40 if given.quick else given.files)
    figures.give("scale", found, given.json)


def exporting(requests: int) -> list[Figure]:
    """Seconds, bytes and memory of the export; seconds of the views."""
    db = database(requests)
    with TemporaryDirectory(dir=ROOT / "build") as name:
        folder = Path(name, "out")
        environment = os.environ | {"MOUCHARD_HOME": name, "PYTHONPATH": str(ROOT)}

        def step(*words: str) -> list[float]:
            command = [sys.executable, __file__, "--step", *words]
            told = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            return [float(word) for word in told.stdout.split()]

        wall, processor, memory = step("export", str(db), str(folder))
        size = sum(file.stat().st_size for file in folder.rglob("*.parquet")) / 1e6
        asked, lines = step("query", str(folder), "who_gets_what")
        sites, _ = step("query", str(folder), "companies_by_sites")
    share = requests / REQUESTS
    return [
        Figure(f"export of {requests:,} requests", wall, "s", target=f"<= {SECONDS * share:g}"),
        Figure("of that, processor time", processor, "s"),
        Figure("Parquet files", size, "MB", target=f"<= {MEGABYTES * share:g}"),
        Figure("most memory of the exporter", memory, "MB", target=f"<= {MEMORY}"),
        Figure(f"who_gets_what, {lines:,.0f} lines", asked, "s", target=f"<= {QUERY:g}"),
        Figure("companies_by_sites", sites, "s"),
    ]


def workers(shared: Path, files: int) -> list[Figure]:
    """One Dask worker against two: processor time of the busiest process, which other programs on this
    machine do not change; and the wall."""
    if not (shared / "corpus" / "requests.jsonl").is_file():
        return [Figure("two workers against one", None, "x", note=f"no {shared}/corpus/requests.jsonl")]
    from captures import har
    from captures import person as invented

    with TemporaryDirectory(dir=ROOT / "build") as name:
        recorded = har(shared, PER_FILE).read_text(encoding="utf-8")
        captures = Path(name, "captures")
        captures.mkdir()
        for number in range(files):
            text = recorded.replace('"log": {', f'"log": {{"comment": "visit {number}", ', 1)
            (captures / f"visit{number}.har").write_text(text, encoding="utf-8")
        person = Path(name, "person.json")
        person.write_text(json.dumps(invented(shared)), encoding="utf-8")
        environment = os.environ | {"MOUCHARD_HOME": name, "PYTHONPATH": f"{ROOT}:{ROOT / 'bench'}"}
        told = {}
        for count in ("1", "2"):
            words = [str(captures), str(person), str(Path(name, f"out{count}")), count]
            command = [sys.executable, __file__, "--step", "workers", *words]
            told[count] = json.loads(subprocess.run(command, env=environment, check=True, stdout=PIPE).stdout)
        one, two = told["1"], told["2"]
        same = findings(Path(name, "out1")) == findings(Path(name, "out2"))
    share = two["giving"] / (two["giving"] + two["all"])
    return [
        Figure(f"{files} captures of {PER_FILE} requests, one worker", one["path"], "s"),
        Figure("the same, two workers", two["path"], "s"),
        Figure("two are faster by", one["path"] / two["path"], "x", target=f">= {FASTER}"),
        Figure("scheduler, its watchers and the ordering", share * 100, "%", target="<= 5"),
        Figure("a request, on one core", one["path"] / files / PER_FILE * 1e3, "ms"),
        Figure("findings differ", 0.0 if same else 1.0, "", target="<= 0"),
        Figure("one worker, wall", one["wall"], "s"),
        Figure("two workers, wall", two["wall"], "s"),
    ]


def findings(folder: Path) -> list[tuple[object, ...]]:
    """All findings of a folder, tokens aside."""
    from mouchard.scale import layout
    from mouchard.scale.place import place

    tokens = ("contribution", "client", "person", "value_token")
    names = [name for name in layout.columns("findings") if name not in tokens]
    return sorted(layout.lines(place(str(folder)), "findings", *names))


def step_workers(captures: Path, person: Path, out: Path, count: Path) -> None:
    """Scan with that many workers. The path: processor seconds of the busiest worker, and of who orders the
    work while no worker can be busy, at the beginning and the end."""
    import distributed

    from mouchard.judge import judge
    from mouchard.scale import crew, sources
    from mouchard.scale.place import place
    from mouchard.scale.scan import to_parquet

    settings = {"threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1", "silence_logs": 50}
    with (
        distributed.LocalCluster(n_workers=int(str(count)), **settings) as cluster,
        distributed.Client(cluster) as client,
        crew.dask(cluster.scheduler_address) as hands,
    ):
        setup, found, folder = judge(person), sources.expand([str(captures)]), place(str(out))
        before, own, began = client.run(time.process_time), time.process_time(), time.perf_counter()
        moments: list[float] = []
        first, hands.start = hands.start, lambda: (moments.append(time.process_time()), first())[1]
        done = to_parquet(found, folder, setup, (), hands, lambda *_: moments.append(time.process_time()))
        end, wall = time.process_time(), time.perf_counter() - began
        after = client.run(time.process_time)
    if len(found) != done.files:
        sys.exit(f"{done.unread}")
    used = [after[name] - before[name] for name in after]
    alone = moments[0] - own + end - moments[-1]
    told = {"path": alone + max(used), "all": sum(used), "giving": end - own - alone, "wall": wall}
    print(json.dumps(told))


def database(requests: int) -> Path:
    """A database of that many requests, made once."""
    path = ROOT / "build" / f"bench-scale-{requests}.db"
    if path.exists():
        return path
    from mouchard.store.connection import open_to_write

    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    connection = open_to_write(unfinished)
    for setting in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "secure_delete = OFF"):
        connection.execute(f"PRAGMA {setting}")
    kept = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"
    ).fetchall()
    for name, _ in kept:
        connection.execute(f"DROP INDEX {name}")
    sql = FILL.format(requests=requests, captures=CAPTURES, companies=COMPANIES, sites=SITES)
    connection.execute("BEGIN")
    for statement in sql.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute("COMMIT")
    for _, sql in kept:
        connection.execute(sql)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    unfinished.rename(path)
    return path


def step_export(db: Path, folder: Path) -> None:
    """Wall and processor seconds, and most memory, of this process."""
    from mouchard.keys import Keys
    from mouchard.scale.export import export
    from mouchard.scale.place import place

    began = time.perf_counter()
    export(db, place(str(folder)), Keys(bytes(range(32))))
    wall, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def step_query(folder: Path, name: Path) -> None:
    """Seconds of a view with all its lines, and how many they are; best of three."""
    from mouchard.scale.folder import Folder
    from mouchard.scale.place import place
    from mouchard.store.named import text

    best, lines = 1e9, 0
    with Folder(place(str(folder))) as asked:
        for _ in range(3):
            began = time.perf_counter()
            lines = len(list(asked.ask(text(str(name))).rows))
            best = min(best, time.perf_counter() - began)
    print(best, lines)


if __name__ == "__main__":
    main()
