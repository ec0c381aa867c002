-- Every recorded message with what is concluded of it.
SELECT m.id AS message, '' AS contribution, c.capture, m.seq, m.request, m.number,
  CAST(round(m.time * 1000) AS INTEGER) AS time, m.client, m.method, m.url, m.host,
  coalesce((SELECT CASE r.outcome WHEN 'answered' THEN 'answered ' || r.status ELSE r.outcome END
    FROM main.responses r WHERE r.capture = m.capture AND r.request = m.request LIMIT 1), 'pending') AS outcome,
  m.size, coalesce(j.site, '') AS site, coalesce(j.confidence, 'low') AS confidence,
  coalesce(j.party, 'unknown') AS party, coalesce(j.recipient, m.host) AS recipient,
  coalesce(k.country, '') AS country, coalesce(k.category, '') AS category,
  coalesce(j.is_tracker, 0) AS is_tracker, coalesce(j.grade, '') AS grade,
  coalesce((SELECT group_concat(name, '|') FROM (SELECT DISTINCT replace(u.list, '|', '/') AS name
    FROM main.matches x JOIN main.rules u ON u.id = x.rule
    WHERE x.message = m.id AND NOT u.exception ORDER BY name)), '') AS lists,
  coalesce(j.type, 'other') AS type, coalesce(j.level, 0) AS level, coalesce(j.phase, 'none') AS phase,
  coalesce(j.ruleset, '') AS ruleset
FROM main.messages m JOIN main.captures c ON c.id = m.capture
  LEFT JOIN main.judgements j ON j.message = m.id LEFT JOIN main.companies k ON k.id = j.company
