-- Captures whose requests are not as many as they should be, or not all different.
WITH there AS (
  SELECT contribution, capture, count(*) AS n, count(DISTINCT seq) AS different FROM requests
  GROUP BY contribution, capture
)
SELECT coalesce(c.contribution, t.contribution) AS contribution, coalesce(c.capture, t.capture) AS capture,
  coalesce(c.requests, 0) AS told, coalesce(t.n, 0) AS found
FROM captures c FULL JOIN there t ON t.contribution = c.contribution AND t.capture = c.capture
WHERE c.capture IS NULL OR c.requests <> coalesce(t.n, 0) OR t.n <> t.different
ORDER BY 1, 2
