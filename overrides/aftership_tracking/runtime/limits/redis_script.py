"""The rules of `bucket` and `waiting` once more, in Lua: Redis runs them where the bucket is, in one step.

Whoever changes the rules changes them here and there. The tests drive both with the same random calls and
compare every answer.
"""

from __future__ import annotations

__all__ = ["HEAR", "PLACE"]

# A bucket is one key. MessagePack keeps numbers exactly; times are seconds of Redis's own clock, which is the
# same for all machines. Tests give the time as the first argument.
_COMMON = """
local HORIZON, SHARE, PATIENCE, MOST = 0.1, 10, 0.5, 1000
local LATE, EARLY, NOTABLE, UNKNOWN = 0.25, 0.02, 0.005, 1e18
local LONGEST_HOLD, SET_BACK, SHORTEST_WAIT, KEPT = 60, 1, 0.001, 120000

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1e6
end
local requests, seconds = tonumber(ARGV[2]), tonumber(ARGV[3])

local function new(next)
  return {sent = {}, held = -UNKNOWN, seen = -UNKNOWN, line = {}, next = next, overtaken = 0}
end

local stored = redis.call('GET', KEYS[1])
local bucket = stored and cmsgpack.unpack(stored) or new(0)

local function save()
  redis.call('SET', KEYS[1], cmsgpack.pack(bucket), 'PX', KEPT)
end

local function counted(start)
  if not bucket.low then return start end
  local late, early = math.min(LATE, seconds / 4), math.min(EARLY, seconds / 50)
  local phase = (start + bucket.ahead) % seconds
  if phase >= seconds - late then return start + (seconds - phase) + early end
  if phase < early then return start + (early - phase) end
  return start
end
"""

PLACE = (
    _COMMON
    + """
local longest, priority, ticket = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if now < bucket.seen - SET_BACK then
  local announced = bucket.announced
  bucket = new(0)
  bucket.announced = announced
end
bucket.seen = math.max(now, bucket.seen)
requests = bucket.announced or requests

local sent = {}
for _, at in ipairs(bucket.sent) do
  if #sent > 0 or at + seconds > now then sent[#sent + 1] = at end
end
bucket.sent = sent

local mine = ticket or bucket.next

local function rank()
  local line, older, before, oldest = {}, 0, 0, nil
  for _, one in ipairs(bucket.line) do
    if one[3] + PATIENCE >= now then
      line[#line + 1] = one
      if one[1] ~= mine then
        local earlier = one[1] < mine
        if earlier then older = older + 1 end
        if one[2] > priority or (earlier and one[2] == priority) then before = before + 1 end
        if earlier and (not oldest or one[1] < oldest[1]) then oldest = one end
      end
    end
  end
  bucket.line = line
  if oldest and bucket.overtaken == SHARE - 1 and oldest[2] < priority and oldest[3] <= now + HORIZON then
    before = before + 1
  end
  return math.min(before, SHARE * (older + 1) - 1 - bucket.overtaken)
end

local function start_of(place)
  local start = math.max(now, bucket.held)
  local rounds = math.floor(place / requests)
  local before = #sent - requests + place % requests
  if before >= 0 then start = math.max(start, sent[before + 1] + seconds) end
  return start + rounds * seconds
end

local function leave()
  local line = {}
  for _, one in ipairs(bucket.line) do
    if one[1] ~= mine then line[#line + 1] = one end
  end
  bucket.line = line
end

local function join(back)
  for _, one in ipairs(bucket.line) do
    if one[1] == mine then
      one[2], one[3] = priority, back
      return
    end
  end
  if #bucket.line < MOST then bucket.line[#bucket.line + 1] = {mine, priority, back} end
end

local function go()
  leave()
  local oldest
  for _, one in ipairs(bucket.line) do
    if not oldest or one[1] < oldest[1] then oldest = one end
  end
  if not oldest or oldest[1] >= mine then
    bucket.overtaken = 0
  elseif oldest[2] < priority then
    bucket.overtaken = math.min(bucket.overtaken + 1, SHARE - 1)
  end
end

local place = #bucket.line > 0 and rank() or 0
local wait = start_of(place) - now
local reserved, given = 0, ''
if longest and wait > longest then
  leave()
elseif wait > HORIZON then
  if wait < 2 * seconds then wait = wait - HORIZON else wait = wait / 2 end
  wait = math.max(wait, SHORTEST_WAIT)
  join(now + wait)
  bucket.next = math.max(bucket.next, mine + 1)
  given = string.format('%d', mine)
else
  go()
  local start = start_of(0)
  local at = counted(start)
  if #sent > 0 then at = math.max(at, sent[#sent]) end
  sent[#sent + 1] = at
  wait, reserved = start - now, 1
end
save()
return {string.format('%.17g', wait), reserved, given}
"""
)

HEAR = (
    _COMMON
    + """
local wall, took = tonumber(ARGV[4]) or now, tonumber(ARGV[5])
local refused = ARGV[6] == '1'
local limit, remaining = tonumber(ARGV[7]), tonumber(ARGV[8])
local reset, date, pause = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])

if limit and limit > 0 and limit ~= (bucket.announced or requests) then bucket.announced = limit end

if reset then
  local low, high = reset - seconds - now, reset - now + took
  if date then
    low = date - now
  elseif reset - wall > seconds then
    low = -UNKNOWN
  end
  if low <= high then
    if bucket.low and math.max(low, bucket.low) <= math.min(high, bucket.high) then
      low, high = math.max(low, bucket.low), math.min(high, bucket.high)
    end
    local guess = wall - now
    if guess < low or guess > high then
      guess = low == -UNKNOWN and high or (low + high) / 2
    end
    local other = not bucket.low or math.abs(guess - bucket.ahead) > NOTABLE
    bucket.low, bucket.high, bucket.ahead = low, high, guess
    if other then
      for i, at in ipairs(bucket.sent) do bucket.sent[i] = counted(at) end
    end
  end
end

local till
if refused and pause then
  till = now + pause
elseif reset and (refused or remaining == 0) then
  if bucket.low then till = reset - bucket.ahead + EARLY else till = reset - (wall - now) end
elseif refused then
  till = now + seconds
end
if till then
  till = math.min(till, now + LONGEST_HOLD)
  if till > math.max(bucket.held, now) then bucket.held = till end
end
save()
"""
)
