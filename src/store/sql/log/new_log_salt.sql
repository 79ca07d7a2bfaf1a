-- Thirty-two bytes that nobody can guess.
SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) AS salt
