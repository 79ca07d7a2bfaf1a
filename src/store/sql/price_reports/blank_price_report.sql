-- A report withdrawn: no content is left of it. $1 id.
UPDATE price_report SET state = 'withdrawn', request_mac = NULL, cum = NULL, typed = NULL, amount = NULL, per = NULL, bought_on = NULL, municipality = NULL,
    question = NULL, contributor = NULL, usable_since = NULL, answer_es = NULL, answer_en = NULL
WHERE id = $1
