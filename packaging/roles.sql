-- The two accounts of docs/operation.md and the database, once, as a superuser: psql -v ON_ERROR_STOP=1 -f roles.sql
-- With -v owner_password=… -v login_password=… the two log-ins have passwords; without, peer authentication lets them in.
\set QUIET on
SELECT format('CREATE ROLE %I LOGIN CREATEROLE', 'termometro_owner')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_owner') \gexec
SELECT format('CREATE ROLE %I NOLOGIN', 'termometro_service')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_service') \gexec
SELECT format('CREATE ROLE %I LOGIN NOINHERIT', 'termometro_login')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_login') \gexec
\if :{?owner_password}
ALTER ROLE termometro_owner PASSWORD :'owner_password';
\endif
\if :{?login_password}
ALTER ROLE termometro_login PASSWORD :'login_password';
\endif
-- The owner grants it what each migration adds; the service puts it on.
GRANT termometro_service TO termometro_owner WITH ADMIN OPTION;
GRANT termometro_service TO termometro_login;
-- Text is sorted by code, as in the private server.
SELECT format('CREATE DATABASE %I OWNER termometro_owner TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', 'termometro', 'UTF8', 'C', 'C')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'termometro') \gexec
REVOKE CONNECT, TEMPORARY ON DATABASE termometro FROM PUBLIC;
GRANT CONNECT ON DATABASE termometro TO termometro_login;
