-- Gives up the owner's rights for this session, where the role exists and the account belongs to it.
SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = 'termometro_service' AND pg_has_role(rolname, 'MEMBER')
