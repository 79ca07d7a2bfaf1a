//! What was stored under an older schema is read the same after the newer one came.

use std::path::Path;

use termometro::cluster::scratch::ScratchCluster;
use tokio_postgres::{Client, NoTls};

/// The files of `migrations/` in order of their numbers.
fn migrations() -> Vec<(u32, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let sql = files.filter(|path| path.extension().is_some_and(|end| end == "sql"));
    let mut found: Vec<(u32, String)> = sql
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name[1..5].parse().unwrap(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// Every headline with every reason and every verdict on the three prices, each on a report of its own; a tenth was judged twice.
const OLD_REPORTS: &str = "
    INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence)
    SELECT 'sismed', 'file ' || n, lpad(n::text, 64, '0'), 1, 'l', 'utf-8', '1234.56', 'p', 'l' FROM generate_series(1, 2) n;
    INSERT INTO basis (expediente, consecutive, period_from, period_until, transaction, rule_version, digest, outcome, changed_in_period, siblings, law_steps, recorded_in)
    SELECT 1, n, '2020-06-01', '2020-07-01', 1, 'rules', repeat('a', 64), 'not_regulated', false, '[]', '[]', n FROM generate_series(1, 2) n;
    CREATE TEMP TABLE old AS
    SELECT row_number() OVER () AS id, verdict, reason, low, mean, high, (row_number() OVER ()) % 2 = 0 AS fits
    FROM unnest(ARRAY['within', 'above', 'no_ceiling_for_this_stage', 'not_regulated', 'cannot_compare']) verdict,
        unnest(ARRAY['within', 'above', 'cannot_compare']) low, unnest(ARRAY['within', 'not_regulated']) mean,
        unnest(ARRAY['above', 'no_ceiling_for_this_stage']) high,
        unnest(ARRAY[NULL, 'unknown_medicine', 'market_unknown', 'unit_not_convertible', 'ceiling_list_out_of_date', 'period_before_first_list', 'price_missing',
            'amount_out_of_range', 'margin_rule_missing', 'ceiling_changed_in_period', 'financing_not_verified', 'another_unit_fits']) reason;
    INSERT INTO sismed_report (id, source_file_id, line, expediente, consecutive, period_from, period_until, actor_role, operation, transaction, unit, minimum, maximum, units, value, flags)
    SELECT id, 1, id + 1, 1, 1, '2020-06-01', '2020-07-01', 1 + id % 2, (ARRAY['CM', 'VN', 'RC'])[1 + id % 3], 1 + id % 5, (ARRAY['A', 'B', 'C', 'D'])[1 + id % 4],
        nullif(id % 7, 0) / 4.0, id, 2, 3.50, CASE WHEN id % 2 = 0 THEN '{wide_range,reported_before}' ELSE '{}' END::text[]
    FROM old;
    INSERT INTO assessment
    SELECT id, 1, verdict, reason, low, mean, high, fits, 1, CASE WHEN id % 10 = 0 THEN 2 END FROM old
    UNION ALL
    SELECT id, 2, 'cannot_compare', 'price_missing', 'cannot_compare', 'cannot_compare', 'cannot_compare', false, 2, NULL FROM old WHERE id % 10 = 0;
    CREATE TEMP TABLE reports_before AS SELECT * FROM sismed_report;
    CREATE TEMP TABLE verdicts_before AS SELECT * FROM assessment;";

/// A database in which those reports were stored before they moved to where reports are now.
async fn moved(name: &'static str) -> Client {
    migrated(name, 14, OLD_REPORTS).await
}

/// A database in which `old` was done just before migration `at`.
async fn migrated(name: &'static str, at: u32, old: &str) -> Client {
    let config = tokio::task::spawn_blocking(move || ScratchCluster::shared().create_database(name)).await.unwrap().unwrap();
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    for (number, sql) in migrations() {
        if number == at {
            client.batch_execute(old).await.unwrap();
        }
        client.batch_execute(&format!("BEGIN; {sql}; COMMIT")).await.unwrap();
    }
    client
}

const REPORTS: &str = "id, source_file_id, line, expediente, consecutive, period_from, period_until, actor_role, operation, transaction, unit, minimum, maximum, units, value, flags";
const VERDICTS: &str = "report_id, verdict, reason, minimum_verdict, average_verdict, maximum_verdict, another_unit_fits, recorded_in, superseded_in";

#[tokio::test(flavor = "multi_thread")]
async fn reports_and_verdicts_say_the_same_after_they_moved() {
    let client = moved("moved").await;
    for (columns, before, after) in [(REPORTS, "reports_before", "sismed_report"), (VERDICTS, "verdicts_before", "assessment")] {
        let count = client.query_one(&format!("SELECT count(*) FROM {before}"), &[]).await.unwrap().get::<_, i64>(0);
        assert!(count >= 720, "{before} has {count} rows");
        for (one, other) in [(before, after), (after, before)] {
            let sql =
                format!("SELECT count(*) FROM (SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other}) differing");
            assert_eq!(client.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0), 0, "in {one} and not in {other}");
        }
    }
}

/// The numbers that the migration gave are those that the program gives and reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_moved_verdict_has_the_number_that_the_program_gives_it() {
    use termometro::domain::{
        reason::Reason,
        verdict::{judge::Verdict, report_verdict::PriceVerdict, verdict_code::VerdictCode},
    };
    let client = moved("numbered").await;
    let price =
        |verdict: &str| PriceVerdict { verdict: Verdict::from_code(verdict).unwrap(), reason: None, another_unit_fits: false };
    let rows = client.query("SELECT * FROM judgement_code", &[]).await.unwrap();
    assert!(rows.len() >= 720, "{}", rows.len());
    for row in rows {
        let code = VerdictCode(row.get("code"));
        let prices = ["minimum_verdict", "average_verdict", "maximum_verdict"].map(|name| price(row.get(name)));
        let prices = VerdictCode::new(prices);
        // Below the headline's three bits stand the three prices, as the program packs them.
        assert_eq!(code.0 & 0o7770, prices.0 & 0o7770, "{row:?}");
        assert_eq!(code.verdict(), Verdict::from_code(row.get("verdict")).unwrap(), "{row:?}");
        assert_eq!(code.another_unit_fits(), row.get::<_, bool>("another_unit_fits"), "{row:?}");
        assert_eq!(
            code.reason(),
            row.get::<_, Option<&str>>("reason").map(|reason| Reason::from_code(reason).unwrap()),
            "{row:?}"
        );
    }
}

/// Ana drafted four acts. Berta uploaded into the first and the third and approved both; the third was published. Carla approved the second and
/// withdrew the fourth.
const OLD_DRAFTS: &str = "
    INSERT INTO principal (id, kind, name) VALUES ('pAna0000000', 'regulator', 'Ana'), ('pBerta00000', 'regulator', 'Berta'), ('pCarla00000', 'regulator', 'Carla');
    INSERT INTO act_draft (id, act_id, title, valid_from, subject_es, subject_en, source, reason, content_digest, drafted_by, drafted_at)
    SELECT 'dDraft0000' || n, 'circular-' || n || '-2030', 'Circular ' || n || ' de 2030', '2030-01-01', 's', 's', 's', 'r', repeat(n::text, 64), 'pAna0000000',
        timestamptz '2026-01-01T00:00Z' + n * interval '1 day' FROM generate_series(1, 4) n;
    INSERT INTO audit_entry (position, at, principal_id, actor, action, subject, reason, request_id, details, previous_hash, hash)
    SELECT row_number() OVER (), timestamptz '2026-02-01T00:00Z' + row_number() OVER () * interval '1 hour', p, 'x', a, 'dDraft0000' || n, r, 't',
        json_build_object('digest', repeat(d, 64)), repeat('0', 64), lpad((row_number() OVER ())::text, 64, '0')
    FROM (VALUES (1, 'pAna0000000', 'create_act_draft', 'a', NULL), (1, 'pBerta00000', 'upload_draft_list', '1', NULL), (1, 'pBerta00000', 'approve_act_draft', '1', 'bien'),
        (2, 'pCarla00000', 'approve_act_draft', '2', 'visto'), (3, 'pBerta00000', 'upload_draft_list', '3', NULL), (3, 'pBerta00000', 'publish_act', '3', 'ya'),
        (4, 'pCarla00000', 'withdraw_act_draft', '4', 'no')) v (n, p, a, d, r);
    UPDATE act_draft SET state = 'approved', approved_by = 'pBerta00000', approved_at = '2026-03-01T00:00Z' WHERE id IN ('dDraft00001', 'dDraft00003');
    UPDATE act_draft SET state = 'approved', approved_by = 'pCarla00000', approved_at = '2026-03-01T00:00Z' WHERE id = 'dDraft00002';
    UPDATE act_draft SET state = 'withdrawn' WHERE id = 'dDraft00004';
    INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence)
    VALUES ('publication', 'circular-3-2030 v1', repeat('f', 64), 1, 'l', 'utf-8', '1234.56', 'p', 'l');
    INSERT INTO act (id, title, subject_es, subject_en, source, confirmed) VALUES ('circular-3-2030', 'Circular 3 de 2030', 's', 's', 's', true);
    INSERT INTO act_publication (source_file_id, act_id, version, draft_id, valid_from, supersedes, title, subject_es, subject_en, source, content_digest, published_by, published_at)
    SELECT max(id), 'circular-3-2030', 1, 'dDraft00003', '2030-01-01', '{}', 't', 's', 's', 's', repeat('3', 64), 'pBerta00000', '2026-03-02T00:00Z' FROM source_file;
    UPDATE act_draft SET state = 'published' WHERE id = 'dDraft00003'";

#[tokio::test(flavor = "multi_thread")]
async fn drafts_that_were_there_have_their_contributors_and_lose_an_approval_by_one_of_them() {
    let client = migrated("old_drafts", 20, OLD_DRAFTS).await;
    let steps = "SELECT draft_id || ' ' || step || ' ' || coalesce(p.name, 'service') || ' ' || left(digest, 1) || ' ' || coalesce(left(reason, 5), '-')
        FROM (SELECT draft_id, contribution AS step, principal_id, digest_after AS digest, NULL AS reason, recorded_at FROM act_draft_contributor
            UNION ALL SELECT draft_id, decision, principal_id, digest, reason, recorded_at FROM act_draft_decision) s
        LEFT JOIN principal p ON p.id = s.principal_id ORDER BY draft_id, recorded_at";
    let seen: Vec<String> = client.query(steps, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let expected = [
        "dDraft00001 created Ana a -", "dDraft00001 uploaded Berta 1 -", "dDraft00001 approved Berta 1 bien",
        "dDraft00001 approval_voided service 1 el ap", "dDraft00002 created Ana 2 -", "dDraft00002 approved Carla 2 visto",
        "dDraft00003 created Ana 3 -", "dDraft00003 uploaded Berta 3 -", "dDraft00003 approved Berta 3 -",
        "dDraft00003 published Berta 3 ya", "dDraft00004 created Ana 4 -", "dDraft00004 withdrawn Carla 4 no",
    ];
    assert_eq!(seen, expected);
    let states = "SELECT string_agg(state || ' ' || coalesce(approved_by, '-'), ', ' ORDER BY id) FROM act_draft";
    let states: String = client.query_one(states, &[]).await.unwrap().get(0);
    assert_eq!(states, "draft -, approved pCarla00000, published pBerta00000, withdrawn -");
}

/// A list that states its day, one that took the day of its newest act, an undated thermometer, and a big file of reports with a partition of its own.
const OLD_FILES: &str = "
    INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date)
    SELECT kind, kind, lpad(n::text, 64, '0'), 1, layout, '', '', '', '', day
    FROM (VALUES (1, 'ceilings', 'minsalud-workbook', date '2021-09-03'), (2, 'ceilings', 'open-data', date '2020-04-01'),
        (3, 'thermometer', 'clicsalud', NULL), (4, 'sismed', 'sismed-published', NULL)) v (n, kind, layout, day);
    INSERT INTO act (id, title, subject_es, subject_en, source, confirmed) VALUES ('circular-99-2020', 'c', 's', 's', 's', true);
    INSERT INTO ceiling (source_file_id, line, kind, expediente, consecutive, description, column_code, amount, margin_kind, act_id, valid_from)
    SELECT id, 1, 'maximum', 1, 1, 'd', 'institutional', 5, 'none', 'circular-99-2020', '2020-04-01' FROM source_file WHERE kind = 'ceilings';
    INSERT INTO judgement_code VALUES (0, 'within', NULL, 'within', 'within', 'within', false);
    CREATE TABLE sismed_row_4 (LIKE sismed_row INCLUDING CONSTRAINTS);
    INSERT INTO sismed_row_4 VALUES (4, 1, 4, 1, 0, 1, 1, '2020-04-01', '2020-05-01', 2, 3, 1, 0, 0, 1, 1);
    ALTER TABLE sismed_row_4 ADD PRIMARY KEY (id, part);
    ALTER TABLE sismed_row_4 ADD CHECK (part = 4 AND part IS NOT NULL AND source_file_id = 4 AND reporter_nit IS NULL AND superseded_in IS NULL);
    ALTER TABLE sismed_row ATTACH PARTITION sismed_row_4 FOR VALUES IN (4);";

#[tokio::test(flavor = "multi_thread")]
async fn files_that_were_there_know_where_their_day_comes_from_and_their_reports_may_be_superseded() {
    let client = migrated("old_files", 19, OLD_FILES).await;
    let files =
        "SELECT layout || ' ' || series || ' ' || coalesce(cut_date_from, '-') || ' ' || sample FROM source_file ORDER BY id";
    let found: Vec<String> = client.query(files, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let expected = [
        "minsalud-workbook minsalud-workbook file false", "open-data open-data acts false", "clicsalud clicsalud - false",
        "sismed-published sismed-published - false",
    ];
    assert_eq!(found, expected);
    client.batch_execute("UPDATE sismed_row SET superseded_in = 4 WHERE part = 4").await.unwrap();
    for wrong in [
        "UPDATE sismed_row SET source_file_id = 3 WHERE part = 4",
        "UPDATE sismed_row SET reporter_nit = '900123456' WHERE part = 4",
    ] {
        assert!(client.batch_execute(wrong).await.is_err(), "{wrong}");
    }
    let counting = "SELECT string_agg(f.id::text, ' ' ORDER BY f.id) FROM source_file f WHERE counts_at(f.id, f.ended_in, $1)";
    client.batch_execute("UPDATE source_file SET ended_in = 4 WHERE id = 2").await.unwrap();
    for (known, ids) in [(None, "1 3 4"), (Some(1), "1"), (Some(2), "1 2"), (Some(3), "1 2 3"), (Some(4), "1 3 4")] {
        let row = client.query_one(counting, &[&known.map(i64::from)]).await.unwrap();
        assert_eq!(row.get::<_, String>(0), ids, "as known after {known:?}");
    }
}

/// Of three products the state of the first two is recorded, and the third has a change to be recorded. The second has an IUM in the catalogue.
const OLD_PRODUCTS: &str = "
    INSERT INTO medicine (expediente, consecutive, brand, description, holder, ingredients, regulated, sources)
    SELECT n, 1, 'b', 'd', 'h', '{}', false, '{catalogue}' FROM generate_series(1, 3) n;
    INSERT INTO change (position, key, kind, reason, expediente, consecutive, after, recorded_at)
    SELECT n, 'product:' || n || '-1', 'product', 'first_listing', n, 1, '{}', now() FROM generate_series(1, 3) n;
    INSERT INTO change_head (key, position, digest)
    SELECT 'product:' || n || '-1', n, CASE WHEN n = 3 THEN md5('earlier')::uuid ELSE (SELECT md5(m::text)::uuid FROM medicine m WHERE m.expediente = n) END
    FROM generate_series(1, 3) n;
    INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence)
    VALUES ('catalogue', 'c', repeat('e', 64), 1, 'l', 'utf-8', '1234.56', 'p', 'l');
    INSERT INTO catalogue_row (source_file_id, line, expediente, consecutive, product, holder, registration, registration_state, description, active,
        medical_sample, quantity_unit, atc, atc_name, route, form, ingredient, strength_unit, strength_reference, role_holder, role, modality, ium)
    SELECT max(id), 2, 2, 1, 'b', 'h', 'r', 'Vigente', 'd', true, false, '', '', '', '', '', '', '', '', '', '', '', '1A1006781005100' FROM source_file";

/// A new column makes no product one that changed; what it says of a product does.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_column_of_products_is_no_change_of_them() {
    let client = migrated("old_products", 27, OLD_PRODUCTS).await;
    let differing = "SELECT array_agg(m.expediente ORDER BY m.expediente) FROM medicine m
        JOIN change_head h ON h.key = 'product:' || m.expediente || '-' || m.consecutive AND h.digest <> md5(m::text)::uuid";
    assert_eq!(client.query_one(differing, &[]).await.unwrap().get::<_, Vec<i32>>(0), [2, 3]);
    let iums = client.query_one("SELECT iums FROM medicine WHERE expediente = 2", &[]).await.unwrap().get::<_, Vec<String>>(0);
    assert_eq!(iums, ["1A1006781005100"]);
}
