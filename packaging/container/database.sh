#!/bin/sh
# In the container of PostgreSQL, at its first start: the database and its two accounts.
set -eu
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    -v owner_password="$OWNER_PASSWORD" -v login_password="$LOGIN_PASSWORD" -f /termometro/roles.sql
