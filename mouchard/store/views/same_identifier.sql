-- The same value at several companies: what lets them speak of one person.
SELECT type, value, value_token, count(DISTINCT recipient) AS recipients, count(DISTINCT site) AS sites,
  count(*) AS count, min(recipient) AS one, max(recipient) AS another
FROM findings
WHERE party <> 'first' AND value_token <> '' AND type IN ('ad_id', 'device_id', 'email', 'id_sync',
  'loyalty_card', 'mac', 'phone', 'user_id', 'username')
GROUP BY type, value, value_token
HAVING count(DISTINCT recipient) > 1
ORDER BY recipients DESC, sites DESC, count DESC, type, value, one, another
