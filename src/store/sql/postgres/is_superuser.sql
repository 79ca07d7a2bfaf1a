-- Is the log-in of this session a superuser, whatever role it has put on?
SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = session_user
