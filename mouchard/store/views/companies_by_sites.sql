-- Who is contacted from how many sites.
SELECT recipient, max(country) AS country, max(category) AS category, count(DISTINCT site) AS sites,
  count(DISTINCT CASE WHEN phase = 'before' THEN site END) AS sites_before,
  count(DISTINCT CASE WHEN phase = 'refused' THEN site END) AS sites_refused,
  count(*) AS requests, 'L' || CAST(max(level) AS TEXT) AS level
FROM requests
WHERE party NOT IN ('first', 'unknown') AND site <> ''
GROUP BY recipient
ORDER BY sites DESC, requests DESC, recipient
