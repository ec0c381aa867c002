-- What the choice on the banner changed; NULL where that phase was not measured on the site.
WITH measured AS (
  SELECT site, max(CASE WHEN phase = 'before' THEN 0 END) AS b, max(CASE WHEN phase = 'accepted' THEN 0 END) AS a,
    max(CASE WHEN phase = 'refused' THEN 0 END) AS r, max(CASE WHEN phase = 'withdrawn' THEN 0 END) AS w
  FROM requests WHERE site <> '' AND phase IN ('before', 'accepted', 'refused', 'withdrawn') GROUP BY site
), flow AS (
  SELECT site, recipient, '' AS type, phase, count(*) AS n FROM requests
  WHERE party NOT IN ('first', 'unknown') GROUP BY site, recipient, phase
  UNION ALL
  SELECT site, recipient, type, phase, count(*) FROM findings GROUP BY site, recipient, type, phase
), counted AS (
  SELECT f.site, f.recipient, f.type,
    max(m.b) + sum(CASE WHEN f.phase = 'before' THEN f.n ELSE 0 END) AS before,
    max(m.a) + sum(CASE WHEN f.phase = 'accepted' THEN f.n ELSE 0 END) AS accepted,
    max(m.r) + sum(CASE WHEN f.phase = 'refused' THEN f.n ELSE 0 END) AS refused,
    max(m.w) + sum(CASE WHEN f.phase = 'withdrawn' THEN f.n ELSE 0 END) AS withdrawn
  FROM flow f JOIN measured m ON m.site = f.site
  WHERE f.phase IN ('before', 'accepted', 'refused', 'withdrawn')
  GROUP BY f.site, f.recipient, f.type
)
SELECT site, recipient, type, before, accepted, refused, withdrawn,
  CASE WHEN refused > 0 THEN 'also when refused' WHEN withdrawn > 0 THEN 'also when withdrawn'
    WHEN before > 0 THEN 'before any choice' WHEN refused = 0 THEN 'only when accepted'
    ELSE 'refusing was not measured' END AS reading
FROM counted
ORDER BY site, recipient, type
