-- Two roles and one database for a clinic. Once, as the administrator of the database server:
--
--     runuser -u postgres -- psql --file=deploy/database.sql
--
-- lacrima_owner owns the tables and changes their form; only `lacrima clinic migrate`, `restore`
-- and `tidy` come in as this role. lacrima_server serves the pages and owns nothing: it cannot
-- make, change or drop a table, and of the log it can only add lines.

\set ON_ERROR_STOP on

CREATE ROLE lacrima_owner LOGIN;
CREATE ROLE lacrima_server LOGIN;

-- The server's log would repeat a statement that went wrong, with the values in it.
ALTER ROLE lacrima_owner SET log_statement = 'none';
ALTER ROLE lacrima_owner SET log_min_duration_statement = -1;
ALTER ROLE lacrima_owner SET log_min_error_statement = 'panic';
ALTER ROLE lacrima_owner SET log_error_verbosity = 'terse';
ALTER ROLE lacrima_server SET log_statement = 'none';
ALTER ROLE lacrima_server SET log_min_duration_statement = -1;
ALTER ROLE lacrima_server SET log_min_error_statement = 'panic';
ALTER ROLE lacrima_server SET log_error_verbosity = 'terse';

CREATE DATABASE lacrima OWNER lacrima_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE lacrima FROM PUBLIC;
GRANT CONNECT ON DATABASE lacrima TO lacrima_server;

\connect lacrima
ALTER SCHEMA public OWNER TO lacrima_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO lacrima_server;
