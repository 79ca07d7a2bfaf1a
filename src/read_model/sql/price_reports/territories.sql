-- Departments and the seats of departments, by code.
SELECT t.code, t.name FROM territory t ORDER BY t.code
