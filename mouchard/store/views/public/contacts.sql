-- Which site contacts whom, with what lists and the company table say.
SELECT site, recipient, party, phase, max(country) AS country, max(category) AS category,
  max(CAST(is_tracker AS INTEGER)) AS tracker, count(DISTINCT contribution) AS people,
  count(DISTINCT capture) AS visits, count(*) AS count
FROM requests WHERE site <> '' AND party NOT IN ('first', 'unknown') AND phase <> 'unsettled'
GROUP BY site, recipient, party, phase
HAVING count(DISTINCT contribution) >= $least
ORDER BY site, recipient, party, phase
