"""Search with pg_trgm: a GIN index over unaccented names, word similarity (`<%`), the best ten; one asyncpg connection, prepared.

`trigram_search.py QUERIES SECONDS`: the queries in turn for so long, then one JSON line; with SECONDS 0 each once, with the CUMs found.
"""

import asyncio
import json
import sys
import time

import asyncpg

SEARCH = """SELECT expediente || '-' || consecutive AS cum FROM bench_search WHERE bench_fold($1) <% words
    ORDER BY word_similarity(bench_fold($1), words) DESC, expediente, consecutive LIMIT 10"""


async def main():
    queries = [line.rstrip("\n") for line in open(sys.argv[1], encoding="utf-8")]
    seconds = float(sys.argv[2])
    connection = await asyncpg.connect()
    search = await connection.prepare(SEARCH)
    times, found = [], []
    start = time.perf_counter()
    while True:
        for query in queries:
            begun = time.perf_counter()
            rows = await search.fetch(query)
            times.append(time.perf_counter() - begun)
            if seconds == 0:
                found.append([row["cum"] for row in rows])
            elif time.perf_counter() - start > seconds:
                break
        if time.perf_counter() - start > seconds:
            break
    elapsed = time.perf_counter() - start
    times.sort()
    print(json.dumps({"per_second": len(times) / elapsed, "p50_ms": times[len(times) // 2] * 1e3,
                      "p99_ms": times[min(len(times) - 1, len(times) * 99 // 100)] * 1e3, "count": len(times), "found": found}))
    await connection.close()


asyncio.run(main())
