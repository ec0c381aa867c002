-- Which site sends which data to whom: cells of enough people, counted. So is each word of a form.
SELECT site, recipient, party, type, 'L' || CAST(level AS TEXT) AS level, phase,
  CASE WHEN count(DISTINCT CASE WHEN form = 'clear' THEN contribution END) >= $least THEN 1 ELSE 0 END AS clear,
  CASE WHEN count(DISTINCT CASE WHEN form = 'encoded' THEN contribution END) >= $least THEN 1 ELSE 0 END AS encoded,
  CASE WHEN count(DISTINCT CASE WHEN form = 'hashed' THEN contribution END) >= $least THEN 1 ELSE 0 END AS hashed,
  count(DISTINCT contribution) AS people, count(DISTINCT capture) AS visits, count(*) AS count
FROM findings WHERE site <> '' AND phase <> 'unsettled'
GROUP BY site, recipient, party, type, level, phase
HAVING count(DISTINCT contribution) >= $least
ORDER BY site, recipient, party, type, level, phase
