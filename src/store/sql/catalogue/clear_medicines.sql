-- Rebuilt in the same transaction; readers see the old rows until it commits.
DELETE FROM medicine
