-- Which sites were visited, by enough people, and in which phases: the denominators.
SELECT site, count(DISTINCT contribution) AS people, count(DISTINCT capture) AS visits,
  CASE WHEN count(DISTINCT CASE WHEN phase = 'before' THEN contribution END) >= $least THEN 1 ELSE 0 END AS before,
  CASE WHEN count(DISTINCT CASE WHEN phase = 'accepted' THEN contribution END) >= $least THEN 1 ELSE 0 END AS accepted,
  CASE WHEN count(DISTINCT CASE WHEN phase = 'refused' THEN contribution END) >= $least THEN 1 ELSE 0 END AS refused,
  CASE WHEN count(DISTINCT CASE WHEN phase = 'withdrawn' THEN contribution END) >= $least THEN 1 ELSE 0 END
    AS withdrawn
FROM requests WHERE site <> ''
GROUP BY site
HAVING count(DISTINCT contribution) >= $least
ORDER BY site
