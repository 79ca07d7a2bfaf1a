-- The current evidence of a case: its reports with their source rows, bases and excess, in order of report. $1 id.
SELECT r.id, r.expediente, r.consecutive, r.period_from, r.period_until, r.actor_role, r.operation, r.transaction, r.unit, r.minimum, r.maximum, r.units,
    r.value, r.flags, r.line, r.reporter_nit, r.seller_nit, f.name AS file, f.sha256, f.publisher, s.id AS submission, s.position, s.receipt,
    e.excess_kind, e.price AS excess_price, e.left_side, e.right_side, e.factor, e.amount AS excess, e.another_unit_fits,
    b.digest, b.rule_version, b.outcome, b.reason AS ground_reason, b.changed_in_period, b.act_id, b.ceiling_basis, b.valid_from,
    b.amount, b.margin, b.binding, b.dispensing_units, b.regulated_units, b.regulated_unit, b.siblings, b.law_steps
FROM case_evidence e
JOIN sismed_report r ON r.id = e.report_id AND r.part = e.report_part
JOIN basis b ON b.id = e.basis_id
JOIN source_file f ON f.id = r.source_file_id
LEFT JOIN submission s ON s.source_file_id = f.id
WHERE e.case_id = $1 AND e.superseded_in IS NULL
ORDER BY r.id
