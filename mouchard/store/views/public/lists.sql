-- The lists and versions in force.
SELECT DISTINCT ruleset, code, list, version FROM lists ORDER BY ruleset, list, version
