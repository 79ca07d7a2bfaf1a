-- Whether there is such a market or product. $1 subject, $2 target.
SELECT CASE $1::text
    WHEN 'review_market' THEN EXISTS (SELECT FROM market_price m WHERE m.market = $2::text)
    ELSE EXISTS (SELECT FROM medicine m WHERE m.expediente::text || '-' || m.consecutive::text = $2::text)
END AS known
