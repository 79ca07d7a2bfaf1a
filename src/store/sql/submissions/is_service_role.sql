-- Does this session work under the service's role?
SELECT current_user = 'termometro_service' AS limited
