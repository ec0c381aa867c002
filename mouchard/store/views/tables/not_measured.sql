-- What was not measured, and why.
SELECT '' AS contribution, c.capture, 'gap' AS kind, json_extract(h.value, '$[0]') AS subject, g.reason,
  json_extract(h.value, '$[1]') AS n
FROM main.gaps g JOIN main.captures c ON c.id = g.capture, json_each(g.hosts) h
UNION ALL
SELECT '', c.capture, 'sealed', s.host, s.reason, count(*)
FROM main.sealed s JOIN main.captures c ON c.id = s.capture GROUP BY c.capture, s.host, s.reason
UNION ALL
SELECT '', c.capture, 'not judged', f.stage, f.reason, count(*)
FROM main.failures f JOIN main.captures c ON c.id = f.capture GROUP BY c.capture, f.stage, f.reason
UNION ALL
SELECT '', c.capture, 'partly read', j.site, j.partial, count(*)
FROM main.judgements j JOIN main.messages m ON m.id = j.message JOIN main.captures c ON c.id = m.capture
WHERE j.partial <> '' GROUP BY c.capture, j.site, j.partial
UNION ALL
SELECT '', c.capture, 'page', '', 'no page was answered', 1
FROM main.captures c WHERE NOT EXISTS (
  SELECT 1 FROM main.judgements j JOIN main.messages m ON m.id = j.message
    JOIN main.responses r ON r.capture = m.capture AND r.request = m.request
  WHERE j.type = 'document' AND j.party = 'first' AND m.capture = c.id AND r.outcome = 'answered'
    AND r.status < 400)
UNION ALL
SELECT '', '', 'file', u.file, u.reason, 1 FROM main.unread u
