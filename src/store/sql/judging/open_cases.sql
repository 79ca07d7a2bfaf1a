-- Turns reports above a ceiling into evidence, in the case they belong to or a new one. $1 the import, $2 instant, $3 legal day, $4 report ids,
-- and of each: $5 its basis, $6 kind of excess, $7 the price that is above, $8 and $9 both sides of the comparison, $10 factor, $11 pesos over,
-- $12 its partition.
WITH above AS (
    SELECT g.report_id, r.part AS report_part, g.basis_id, a.another_unit_fits, r.seller_nit, r.expediente, r.consecutive, b.act_id,
        span.period_from, span.period_until, g.excess_kind, g.price, g.left_side, g.right_side, g.factor, g.amount
    FROM unnest($4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[], $12::bigint[])
        AS g (report_id, basis_id, excess_kind, price, left_side, right_side, factor, amount, report_part)
    JOIN sismed_row r ON r.id = g.report_id AND r.part = g.report_part
    LEFT JOIN reassessment c ON c.report_id = r.id AND c.superseded_in IS NULL
    JOIN judgement_code a ON a.code = coalesce(c.judged, r.judged)
    JOIN basis b ON b.id = g.basis_id
    CROSS JOIN LATERAL (SELECT date_trunc('quarter', r.period_from::timestamp)::date AS first_day) quarter
    CROSS JOIN LATERAL (SELECT (quarter.first_day + interval '3 months')::date AS next_day) following
    -- A report that does not fit a quarter (a year, before October 2019) is a case of its own span.
    CROSS JOIN LATERAL (
        SELECT CASE WHEN r.period_until <= following.next_day THEN quarter.first_day ELSE r.period_from END AS period_from,
            CASE WHEN r.period_until <= following.next_day THEN following.next_day ELSE r.period_until END AS period_until
    ) span
), wanted AS (
    -- What may be another unit is a question, and adds nothing to what accuses.
    SELECT DISTINCT seller_nit, expediente, consecutive, act_id, period_from, period_until, another_unit_fits AS doubtful FROM above
), missing AS (
    SELECT w.* FROM wanted w
    WHERE NOT EXISTS (
        SELECT FROM case_file c
        WHERE (c.seller_nit, c.expediente, c.consecutive, c.act_id, c.period_from, c.period_until, c.doubtful)
            = (w.seller_nit, w.expediente, w.consecutive, w.act_id, w.period_from, w.period_until, w.doubtful))
    ORDER BY w.seller_nit, w.expediente, w.consecutive, w.act_id, w.period_from, w.period_until, w.doubtful
), numbered AS (
    SELECT nextval('case_number')::text AS number, m.* FROM missing m
), opened AS (
    INSERT INTO case_file (id, seller_nit, expediente, consecutive, act_id, period_from, period_until, doubtful, state, version, opened_in, opened_at)
    SELECT 'c' || lpad(number, greatest(6, length(number)), '0'), seller_nit, expediente, consecutive, act_id, period_from, period_until, doubtful,
        CASE WHEN doubtful THEN 'ask_reporter' ELSE 'suspected' END, 1, $1, $2
    FROM numbered
    RETURNING id, seller_nit, expediente, consecutive, act_id, period_from, period_until, doubtful, state
), events AS (
    INSERT INTO case_event (case_id, ordinal, at, day, kind, to_state) SELECT id, 1, $2, $3, 'opened', state FROM opened
), cases AS (
    SELECT id, seller_nit, expediente, consecutive, act_id, period_from, period_until, doubtful, true AS opened FROM opened
    UNION ALL
    SELECT id, seller_nit, expediente, consecutive, act_id, period_from, period_until, doubtful, false FROM case_file
), added AS (
    INSERT INTO case_evidence
        (case_id, report_id, report_part, basis_id, excess_kind, price, left_side, right_side, factor, amount, another_unit_fits, recorded_in)
    SELECT c.id, e.report_id, e.report_part, e.basis_id, e.excess_kind, e.price, e.left_side, e.right_side, e.factor, e.amount, e.another_unit_fits, $1
    FROM above e
    JOIN cases c ON (c.seller_nit, c.expediente, c.consecutive, c.act_id, c.period_from, c.period_until, c.doubtful)
        = (e.seller_nit, e.expediente, e.consecutive, e.act_id, e.period_from, e.period_until, e.another_unit_fits)
    RETURNING case_id
)
SELECT a.case_id, bool_or(c.opened) AS opened, count(*) AS reports FROM added a JOIN cases c ON c.id = a.case_id GROUP BY a.case_id ORDER BY a.case_id
