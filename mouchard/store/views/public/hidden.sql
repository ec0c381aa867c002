-- How many cells were left out for having too few people.
SELECT count(*) AS cells FROM (
  SELECT site FROM findings WHERE site <> '' AND phase <> 'unsettled'
  GROUP BY site, recipient, party, type, level, phase HAVING count(DISTINCT contribution) < $least
) few
