-- The pepper that keys are stored under here, by its name. $1 pepper id.
INSERT INTO pepper (pepper_id) VALUES ($1) ON CONFLICT DO NOTHING
