-- What each list knows of the contacts with others; `(none)` is what no list names.
WITH contacts AS (
  SELECT lists, recipient, host, site, count(*) AS n FROM requests
  WHERE party NOT IN ('first', 'unknown') GROUP BY lists, recipient, host, site
), known AS (
  SELECT DISTINCT list, version FROM lists
), named AS (
  SELECT k.list, k.version, c.recipient, c.host, c.site, c.n
  FROM known k JOIN contacts c ON instr('|' || c.lists || '|', '|' || k.list || '|') > 0
  UNION ALL
  SELECT '(none)', '', recipient, host, site, n FROM contacts WHERE lists = ''
  UNION ALL
  SELECT '(all)', '', recipient, host, site, n FROM contacts
)
SELECT list, version, CAST(sum(n) AS BIGINT) AS requests, count(DISTINCT host) AS hosts,
  count(DISTINCT recipient) AS recipients, count(DISTINCT site) AS sites
FROM named
GROUP BY list, version
ORDER BY requests DESC, list, version
