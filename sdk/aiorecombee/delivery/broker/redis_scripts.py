"""What Redis does in one step: small programs in its own language, each all or nothing.

Names begin with `KEYS[1]`, which is in braces, so that all are kept by one node:

  :shard:N   stream of records, numbers `n-0`     :next      the last number given out
  :key:K     a known key                          :items     how many items there are
  :owner:N   who has a shard                      :size      bytes of them and of dead letters
  :members   who lives, and until when            :letters   stream of dead letters, numbers `n-0`
  :hands     what each of them has in hand        :deaths    how many died of an item
  :arrived:N marks of an item that have arrived   :letter    the last number of a letter
  :call:C    what a call was told                 :user:U    facts about a user
  :shards    how many there are                   :purpose   what the queue is for

Numbers are microseconds of the server's clock, or one more than the last: a server that lost what
it wrote last, by a crash or as a replica took its place, gives none of them out a second time. Who
had read what was lost would take another item for it, and settle it unsent.
"""

from typing import Final

_IN_ANY_CASE: Final = """
redis.call('DEL', KEYS[1] .. ':nothing')
"""
"""Redis refuses the first command that takes memory when it has none left, and no later one of a
script. What is needed to deliver, and so to make room, begins with one that takes none."""

_WRITE: Final = """
local p = KEYS[1]
local time = redis.call('TIME')
local now = time[1] .. '.' .. string.format('%06d', tonumber(time[2]))
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local function write(shard, ...)
  local last = tonumber(redis.call('GET', p .. ':next') or '0')
  local number = string.format('%.0f', math.max(last + 1, micros))
  redis.call('SET', p .. ':next', number)
  redis.call('XADD', p .. ':shard:' .. shard, number .. '-0', ...)
  return number
end
local function enter(at)
  local shard, record, size, marks = ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  local number = write(shard, 'item', record, 'at', now)
  redis.call('INCR', p .. ':items')
  redis.call('INCRBY', p .. ':size', size)
  for mark = 1, marks do
    local to = at + 2 + 2 * mark
    write(ARGV[to], 'lane', ARGV[to + 1], 'of', number, 'home', shard, 'index', mark)
  end
end
local function length(at)
  return 4 + 2 * tonumber(ARGV[at + 3])
end
"""

APPEND: Final = (
    _WRITE
    + """
local keys_for, most, most_size = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local call = ARGV[4] ~= '' and p .. ':call:' .. ARGV[4]
local before = call and redis.call('GET', call)
if before then return {'done', before} end
local told, fresh, seen, size = {}, {}, {}, 0
local at = 5
while at <= #ARGV do
  local key = ARGV[at]
  local known = key ~= '' and (seen[key] or redis.call('EXISTS', p .. ':key:' .. key) == 1)
  if known then
    told[#told + 1] = '0'
  else
    told[#told + 1] = '1'
    fresh[#fresh + 1] = at
    size = size + tonumber(ARGV[at + 3])
    if key ~= '' then seen[key] = true end
  end
  at = at + 1 + length(at + 1)
end
local items = tonumber(redis.call('GET', p .. ':items') or '0')
local letters = redis.call('XLEN', p .. ':letters')
local used = tonumber(redis.call('GET', p .. ':size') or '0')
if #fresh > 0 and (items + letters + #fresh > most or used + size > most_size) then
  return {'full', items, used}
end
for _, each in ipairs(fresh) do
  if ARGV[each] ~= '' then
    redis.call('SET', p .. ':key:' .. ARGV[each], '1', 'PX', keys_for)
  end
  enter(each + 1)
end
if call then redis.call('SET', call, table.concat(told), 'PX', 60000) end
return {'done', table.concat(told)}
"""
)
"""Milliseconds of keys, most items, most bytes, what tells the call apart or ''; then of each item:
key, shard, record, size, number of marks, and of each mark shard and lane."""

RESEND: Final = (
    _WRITE
    + """
local keys_for, at, done = ARGV[1], 2, 0
while at <= #ARGV do
  if redis.call('XDEL', p .. ':letters', ARGV[at]) == 1 then
    redis.call('INCRBY', p .. ':size', -tonumber(ARGV[at + 4]))
    if ARGV[at + 1] ~= '' then
      redis.call('SET', p .. ':key:' .. ARGV[at + 1], '1', 'PX', keys_for)
    end
    enter(at + 2)
    done = done + 1
  end
  at = at + 2 + length(at + 2)
end
return done
"""
)
"""Milliseconds of keys; then of each letter its number, and of its item what `APPEND` has."""

CLAIM: Final = (
    _IN_ANY_CASE
    + """
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
"""
)
"""Who we are, and for how many milliseconds the claim lasts."""

KEEP: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
"""Who we are, and for how many milliseconds more the claim lasts."""

RELEASE: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
"""Who we are."""

ATTEND: Final = (
    _IN_ANY_CASE
    + """
local members = KEYS[1] .. ':members'
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
redis.call('ZREMRANGEBYSCORE', members, '-inf', now)
redis.call('ZADD', members, now + tonumber(ARGV[2]), ARGV[1])
return redis.call('ZCARD', members)
"""
)
"""Who we are, and for how many seconds we certainly live."""

LEAVE: Final = """
redis.call('HDEL', KEYS[1] .. ':hands', ARGV[1])
return redis.call('ZREM', KEYS[1] .. ':members', ARGV[1])
"""
"""Who we are."""

HOLD: Final = (
    _IN_ANY_CASE
    + """
return redis.call('HSET', KEYS[1] .. ':hands', ARGV[1], ARGV[2])
"""
)
"""Who we are, and the numbers of what we have in hand, with commas between."""

DEATHS: Final = (
    _IN_ANY_CASE
    + """
local hands, deaths = KEYS[1] .. ':hands', KEYS[1] .. ':deaths'
for _, who in ipairs(redis.call('HKEYS', hands)) do
  if not redis.call('ZSCORE', KEYS[1] .. ':members', who) then
    for number in string.gmatch(redis.call('HGET', hands, who), '%d+') do
      redis.call('HINCRBY', deaths, number, 1)
    end
    redis.call('HDEL', hands, who)
    redis.call('PEXPIRE', deaths, ARGV[1])
  end
end
return redis.call('HGETALL', deaths)
"""
)
"""For how many milliseconds deaths are known."""

REMOVE: Final = """
local p, shard = KEYS[1], ARGV[1]
if redis.call('GET', p .. ':owner:' .. shard) ~= ARGV[2] then return 0 end
for at = 3, #ARGV, 4 do
  local id, size, marks, letter = ARGV[at], tonumber(ARGV[at + 1]), ARGV[at + 2], ARGV[at + 3]
  if redis.call('XDEL', p .. ':shard:' .. shard, id) == 1 then
    redis.call('DECR', p .. ':items')
    if marks ~= '0' then redis.call('DEL', p .. ':arrived:' .. string.sub(id, 1, -3)) end
    if letter == '' then
      redis.call('DECRBY', p .. ':size', size)
    else
      local number = redis.call('INCR', p .. ':letter')
      redis.call('XADD', p .. ':letters', number .. '-0', 'letter', letter)
    end
  end
end
return 1
"""
"""Shard, who we are; then of each item: ID, size, number of marks, and what it becomes or ''."""

ARRIVE: Final = (
    _IN_ANY_CASE
    + """
local p, home, number = KEYS[1], ARGV[1], ARGV[2]
local id = number .. '-0'
if #redis.call('XRANGE', p .. ':shard:' .. home, id, id) == 0 then return 0 end
redis.call('SADD', p .. ':arrived:' .. number, ARGV[3])
return 1
"""
)
"""Home and number of the item, index of the mark."""

LEARN: Final = (
    _IN_ANY_CASE
    + """
for at = 2, #ARGV, 4 do
  local key = KEYS[1] .. ':user:' .. ARGV[at]
  local kind, when, whom = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local known = redis.call('HMGET', key, kind, kind .. ' whom')
  local later = not known[1] or tonumber(when) > tonumber(known[1])
  if not later and tonumber(when) == tonumber(known[1]) then later = whom > (known[2] or '') end
  if later then redis.call('HSET', key, kind, when, kind .. ' whom', whom) end
  redis.call('PEXPIRE', key, ARGV[1])
end
return 1
"""
)
"""Milliseconds for which facts are kept; then of each fact: user, kind, Unix seconds, whom."""

REPLACE: Final = """
local p = KEYS[1]
if redis.call('XDEL', p .. ':letters', ARGV[1]) == 0 then return 0 end
local number = redis.call('INCR', p .. ':letter')
redis.call('XADD', p .. ':letters', number .. '-0', 'letter', ARGV[2])
redis.call('INCRBY', p .. ':size', ARGV[3])
return number
"""
"""ID of a dead letter, what takes its place, by how many bytes it grows."""

FORGET: Final = """
local p, done = KEYS[1], 0
for at = 1, #ARGV, 2 do
  if redis.call('XDEL', p .. ':letters', ARGV[at]) == 1 then
    redis.call('DECRBY', p .. ':size', ARGV[at + 1])
    done = done + 1
  end
end
return done
"""
"""Of each dead letter: ID, size."""
