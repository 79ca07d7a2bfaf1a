-- Sign-ins whose time is over. $1 begun before this.
DELETE FROM sign_in_attempt WHERE begun_at < $1
