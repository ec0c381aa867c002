-- What was measured, and what was not and why: the denominators of every other table.
SELECT 'measured' AS kind, 'requests recorded' AS reason, count(*) AS count, count(DISTINCT capture) AS captures,
  count(DISTINCT site) AS subjects FROM requests
UNION ALL
SELECT kind, reason, CAST(sum(n) AS BIGINT), count(DISTINCT CASE WHEN capture <> '' THEN capture END),
  count(DISTINCT subject)
FROM not_measured GROUP BY kind, reason
ORDER BY kind, reason, count
