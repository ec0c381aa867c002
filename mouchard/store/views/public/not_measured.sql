-- What was not measured, by kind and reason, of enough people; files only by their number.
SELECT * FROM (
  SELECT kind, reason, count(DISTINCT contribution) AS people, CAST(sum(n) AS BIGINT) AS count
  FROM (SELECT contribution, kind, CASE WHEN kind = 'file' THEN 'could not be read' ELSE reason END AS reason, n
    FROM not_measured) named
  GROUP BY kind, reason
) counted
WHERE people >= $least
ORDER BY kind, reason
