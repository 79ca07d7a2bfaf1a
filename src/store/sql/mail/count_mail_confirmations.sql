-- How many addresses a person entered since an instant. $1 principal, $2 since.
SELECT count(*) AS entered FROM mail_message WHERE principal_id = $1 AND kind = 'confirm_address' AND created_at > $2
