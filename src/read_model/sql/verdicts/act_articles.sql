-- Which articles of acts are known, and of what they speak.
SELECT act_id, subject, article_es, article_en, confirmed FROM act_article ORDER BY act_id, subject
