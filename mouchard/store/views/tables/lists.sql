-- The lists that were in force; `ruleset` is a digest of all that a verdict depends on.
SELECT '' AS contribution, r.id AS ruleset, r.code, replace(json_extract(l.value, '$[0]'), '|', '/') AS list,
  json_extract(l.value, '$[1]') AS version
FROM main.rulesets r, json_each(r.lists) l
