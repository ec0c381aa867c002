-- How much all of it rests on.
SELECT count(DISTINCT contribution) AS people, count(DISTINCT capture) AS visits, count(*) AS requests
FROM requests
