-- Which site sends which data to whom, in which form and phase.
SELECT site, recipient, party, type, form, phase, count(*) AS count,
  'L' || CAST(max(level) AS TEXT) AS level, count(DISTINCT capture) AS captures
FROM findings
GROUP BY site, recipient, party, type, form, phase
ORDER BY count DESC, site, recipient, party, type, form, phase
