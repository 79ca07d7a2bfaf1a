-- The first week that may be due: the one after the newest release, or that of the first usable report. No row: nothing was ever reported.
SELECT coalesce((SELECT max(r.week) + 7 FROM price_report_release r),
    (SELECT date_trunc('week', min(p.usable_since))::date FROM price_report p WHERE p.usable_since IS NOT NULL)) AS week
ORDER BY 1
