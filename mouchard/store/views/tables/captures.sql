-- Each live recording or scanned file, with the links it has in the chain of its database.
SELECT '' AS contribution, c.capture, c.source, CAST(round(c.started * 1000) AS INTEGER) AS started, c.tool,
  (SELECT count(*) FROM main.messages m WHERE m.capture = c.id) AS requests,
  (SELECT count(*) FROM main.messages m JOIN main.findings f ON f.message = m.id WHERE m.capture = c.id)
    AS findings,
  (SELECT count(*) FROM main.chain h WHERE h.capture = c.id) AS records,
  coalesce((SELECT lower(hex(h.head)) FROM main.chain h WHERE h.capture = c.id ORDER BY h.n DESC LIMIT 1), '')
    AS head
FROM main.captures c
