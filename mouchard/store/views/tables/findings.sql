-- What was recognised in them; values masked, people and values as tokens.
SELECT m.id AS message, '' AS contribution, c.capture, m.seq, f.finding,
  CAST(round(m.time * 1000) AS INTEGER) AS time, j.client, f.person, j.site, j.recipient, j.party, m.host,
  coalesce((SELECT CASE r.outcome WHEN 'answered' THEN 'answered ' || r.status ELSE r.outcome END
    FROM main.responses r WHERE r.capture = m.capture AND r.request = m.request LIMIT 1), 'pending') AS outcome,
  f.type, f.proof, f.basis, f.location, f.field, f.chain, f.form, f.normalisation, f.value, f.value_token,
  f.level, f.ground, j.phase
FROM main.findings f JOIN main.judgements j ON j.message = f.message JOIN main.messages m ON m.id = f.message
  JOIN main.captures c ON c.id = m.capture
