-- Before they are found out anew from the reports that count.
DELETE FROM reported_product
