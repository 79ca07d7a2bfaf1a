#!/bin/sh
# What happens to the report table when it is spread over two servers by product with postgres_fdw: tried on throw-away servers with
# the real schema, and measured. Prints the findings of docs/sharding.md. Usage: scripts/try-sharding.sh [reports, default 300000]
set -eu
reports=${1:-300000}
root=$(cd "$(dirname "$0")/.." && pwd)
bin=$(pg_config --bindir)
dir=$(mktemp -d /tmp/termometro-sharding-XXXXXX)
cp -r "$root/migrations" "$dir/migrations"
as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    chown -R postgres "$dir"
    as_owner() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
fi
chmod 755 "$dir"
end() {
    for node in all one two; do as_owner "$bin/pg_ctl" -D "$dir/$node" -m immediate stop >/dev/null 2>&1 || true; done
    rm -rf "$dir"
}
trap end EXIT INT TERM
cd "$dir"

port=5460
for node in all one two; do
    as_owner "$bin/initdb" -D "$dir/$node" -U postgres -E UTF8 --locale=C --auth=trust --no-instructions --no-sync >/dev/null
    printf "port=%s\nlisten_addresses=''\nunix_socket_directories='%s'\nmax_prepared_transactions=5\nshared_buffers='128MB'\njit=off\n" $port "$dir" |
        as_owner tee -a "$dir/$node/postgresql.conf" >/dev/null
    as_owner "$bin/pg_ctl" -D "$dir/$node" -l "$dir/$node.log" -w start >/dev/null
    port=$((port + 1))
done

sql() { as_owner "$bin/psql" -h "$dir" -p "$1" -U postgres -d postgres -qtA -v ON_ERROR_STOP=1 -c "$2"; }
try() { # what, statement
    if said=$(sql 5460 "$2" 2>&1); then echo "| $1 | **works** |"; else
        echo "| $1 | refused: $(printf '%s' "$said" | grep -m1 -E 'ERROR' | sed 's/^.*ERROR:  *//') |"; fi
}
# How long one statement takes on a server, in milliseconds.
timed() { printf '\\timing on\n%s\n' "$2" | as_owner "$bin/psql" -h "$dir" -p "$1" -U postgres -d postgres -qtA -v ON_ERROR_STOP=1 |
    sed -n 's/^Time: \([0-9]*\).*/\1/p' | tail -1; }
# Latency of one statement at one connection, in milliseconds: the median of seven runs.
latency() {
    printf '%s\n' "$1" > "$dir/statement.sql"
    for _ in 1 2 3 4 5 6 7; do
        as_owner "$bin/pgbench" -h "$dir" -p 5460 -U postgres -n -M prepared -t "$2" -f "$dir/statement.sql" postgres 2>/dev/null |
            sed -n 's/^latency average = \([0-9.]*\) ms/\1/p'
    done | sort -n | sed -n 4p
}

for file in $(ls migrations/V*.sql | sort); do
    PGOPTIONS='--client-min-messages=error' as_owner "$bin/psql" -h "$dir" -p 5460 -U postgres -d postgres -q1 -v ON_ERROR_STOP=1 -f "$file" >/dev/null
done
[ "$(sql 5460 "SELECT count(*) FROM pg_class WHERE relname = 'sismed_row' AND relkind = 'p'")" = 1 ] || { echo "no table sismed_row: the schema is older than V0014" >&2; exit 1; }

# Invented reports: products and sellers as many as matter for the plans; one file, one partition, as an import makes it.
sql 5460 "
INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence)
    VALUES ('sismed', 'invented', repeat('0', 64), 1, '', '', '', '', '');
INSERT INTO judgement_code SELECT code, 'within', NULL, 'within', 'within', 'within', false FROM generate_series(0, 4) code;
CREATE TABLE invented AS SELECT f.id AS part, n AS id, f.id AS source_file_id, n::integer AS line, (n % 5)::integer AS judged,
    (1 + n * 7919 % 20000)::integer AS expediente, (n % 3)::integer AS consecutive, date '2020-01-01' AS period_from, date '2020-02-01' AS period_until,
    1::smallint AS actor_role, (1 + n % 5)::smallint AS transaction, 1::smallint AS operation, 0::smallint AS unit, 0::smallint AS flags,
    1000 + n % 977 AS minimum, 2000 + n % 977 AS maximum, 10 AS units, 15000 + n % 977 AS value, NULL::text AS reporter_nit,
    NULL::text AS counterparty_nit, (900000000 + n % 500)::text AS seller_nit, NULL::bigint AS superseded_in
    FROM source_file f, generate_series(1, $reports::bigint) n;
CREATE TABLE sismed_row_file PARTITION OF sismed_row FOR VALUES IN (1)"
port=5461
for node in one two; do
    # The shard has the columns, the checks and the indexes; the primary key with the product in it.
    as_owner "$bin/pg_dump" -h "$dir" -p 5460 -U postgres -t sismed_row --schema-only --no-owner --no-privileges postgres |
        sed '/^PARTITION BY/s/.*/;/; /ATTACH PARTITION/,/;/d; /PRIMARY KEY (id, part)/s/(id, part)/(expediente, id)/; s/^ALTER TABLE ONLY/ALTER TABLE/; s/ ON ONLY / ON /' > "$dir/shard.sql"
    as_owner "$bin/psql" -h "$dir" -p $port -U postgres -d postgres -q -v ON_ERROR_STOP=1 -f "$dir/shard.sql" >/dev/null
    sql 5460 "CREATE EXTENSION IF NOT EXISTS postgres_fdw;
        CREATE SERVER $node FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$dir', port '$port', dbname 'postgres', batch_size '1000', fetch_size '10000', async_capable 'true');
        CREATE USER MAPPING FOR postgres SERVER $node OPTIONS (user 'postgres')" 2>/dev/null
    port=$((port + 1))
done

echo "Tried $(date -u +%F) with PostgreSQL $(sql 5460 'SHOW server_version' | cut -d' ' -f1) on $(nproc) cores, $reports reports, three servers on one machine."
echo
echo "### One server, partitions by product"
echo "| what | outcome |"
echo "|---|---|"
try 'the real table, its primary key (id, part), partitioned by product' 'CREATE TABLE local_kept (LIKE sismed_row INCLUDING ALL) PARTITION BY HASH (expediente)'
try 'the same with (expediente, id) as its primary key' 'CREATE TABLE local_rows (LIKE sismed_row INCLUDING CONSTRAINTS INCLUDING DEFAULTS, PRIMARY KEY (expediente, id)) PARTITION BY HASH (expediente)'
sql 5460 "CREATE INDEX ON local_rows (expediente, consecutive, period_from);
CREATE INDEX ON local_rows (seller_nit, expediente, consecutive) WHERE seller_nit IS NOT NULL;
CREATE TABLE local_rows_one PARTITION OF local_rows FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE local_rows_two PARTITION OF local_rows FOR VALUES WITH (MODULUS 2, REMAINDER 1)"
try "reassessment's foreign key (report_id, report_part) to it" 'ALTER TABLE reassessment ADD FOREIGN KEY (report_id, report_part) REFERENCES local_rows (id, part)'
try 'the same with the product in both tables' 'CREATE TABLE reassessed (expediente integer, report_id bigint, FOREIGN KEY (expediente, report_id) REFERENCES local_rows (expediente, id))'
try 'at most one current reassessment of a report (unique on report_id alone) in a table partitioned by product' 'CREATE TABLE again (expediente integer, report_id bigint, superseded_in bigint) PARTITION BY HASH (expediente); CREATE UNIQUE INDEX ON again (report_id) WHERE superseded_in IS NULL'
try 'no two acts bind at once (the exclusion constraint of ceiling_validity) in a table partitioned by its subject' "CREATE TABLE validity (LIKE ceiling_validity) PARTITION BY HASH (subject); ALTER TABLE validity ADD EXCLUDE USING gist (subject WITH =, channel WITH =, stage WITH =, valid WITH &&) WHERE (superseded_in IS NULL)"

echo
echo "### Two servers behind postgres_fdw"
# Whatever the planner can leave to the shards.
sql 5460 'ALTER SYSTEM SET enable_partitionwise_aggregate = on'
sql 5460 'SELECT pg_reload_conf()' >/dev/null
sql 5460 "CREATE TABLE spread (LIKE sismed_row) PARTITION BY HASH (expediente);
CREATE FOREIGN TABLE spread_one PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0) SERVER one OPTIONS (table_name 'sismed_row');
CREATE FOREIGN TABLE spread_two PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER two OPTIONS (table_name 'sismed_row')"
echo "| what | outcome |"
echo "|---|---|"
try 'any unique index over the whole, even with the product in it' 'CREATE UNIQUE INDEX ON spread (expediente, id)'
try 'a foreign key to it (evidence, reassessments)' 'CREATE TABLE points (expediente integer, id bigint, FOREIGN KEY (expediente, id) REFERENCES spread (expediente, id))'
try 'INSERT … ON CONFLICT (expediente, id) DO NOTHING' 'INSERT INTO spread SELECT * FROM invented LIMIT 1 ON CONFLICT (expediente, id) DO NOTHING'
try 'the transaction of an import in two phases' "BEGIN; INSERT INTO spread SELECT * FROM invented WHERE id = 1; PREPARE TRANSACTION 'import'"
try 'a trigger of the coordinator on the whole, per row' 'CREATE TRIGGER kept BEFORE UPDATE ON spread FOR EACH ROW EXECUTE FUNCTION refuse_change()'
sql 5460 'DROP TRIGGER IF EXISTS kept ON spread'
# A deferred constraint is checked at the commit; the coordinator commits on one server after the other, in an order of its own.
for refusing in 5461 5462; do
    sql $refusing "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no room''; END';
    CREATE CONSTRAINT TRIGGER late AFTER INSERT ON sismed_row DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no()"
    try "an import of 1000 rows that the shard on port $refusing refuses at the commit" 'INSERT INTO spread SELECT * FROM invented WHERE id <= 1000'
    echo "| … what of it stays all the same | $(sql 5461 'SELECT count(*) FROM sismed_row') rows on one shard, $(sql 5462 'SELECT count(*) FROM sismed_row') on the other |"
    sql $refusing 'DROP TRIGGER late ON sismed_row'
    sql 5461 'TRUNCATE sismed_row'
    sql 5462 'TRUNCATE sismed_row'
done

here=$(timed 5460 'INSERT INTO sismed_row SELECT * FROM invented')
split=$(timed 5460 'INSERT INTO local_rows SELECT * FROM invented')
there=$(timed 5460 'INSERT INTO spread SELECT * FROM invented')
sql 5460 'VACUUM ANALYZE sismed_row'; sql 5460 'VACUUM ANALYZE local_rows'; sql 5461 'VACUUM ANALYZE'; sql 5462 'VACUUM ANALYZE'; sql 5460 'ANALYZE spread'
echo
echo "| measured (ms; reads: median of 7 runs, prepared, one connection) | as it is | partitions by product | two servers |"
echo "|---|---|---|---|"
echo "| write all the reports in one transaction, with indexes | $here | $split | $there |"
read_all() { # name, statement with TABLE, times
    line="| $1 |"
    for table in sismed_row local_rows spread; do line="$line $(latency "$(printf '%s' "$2" | sed "s/TABLE/$table/")" "$3") |"; done
    echo "$line"
}
product='\set p random(1, 20000)'
read_all 'the reports of one product' "$product
SELECT * FROM TABLE WHERE expediente = :p ORDER BY period_from, id" 300
read_all 'the reports of one seller (no product known)' "\\set s random(0, 499)
SELECT * FROM TABLE WHERE seller_nit = (900000000 + :s)::text ORDER BY id" 40
read_all 'verdicts of the country, counted' 'SELECT judged, count(*) FROM TABLE GROUP BY judged' 5
