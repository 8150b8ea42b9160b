"""The rules of `bucket`, `wait_queue` and `clock_offset` again, in Lua: Redis runs them beside the stored
bucket, as one atomic step.

A change of the rules must be made in both languages. The tests drive both with the same random calls and
compare every result. The fields of a stored bucket must not be renamed: workers of other releases share it.
"""

from __future__ import annotations

__all__ = ["ASSIGN_SLOT", "OBSERVE", "SHOW_USAGE"]

# A bucket is one key. MessagePack preserves numbers exactly. Times are seconds of Redis's own clock, which is
# the same for all machines; tests pass the time as the first argument.
_COMMON = """
local HORIZON, SHARE, PATIENCE, MOST_WAITERS = 0.1, 10, 0.5, 1000
local MARGIN_BEFORE_END, MARGIN_AFTER_END, NOTABLE, UNKNOWN = 0.25, 0.02, 0.005, 1e18
local LONGEST_HOLD, SET_BACK, SHORTEST_WAIT, EXPIRY = 60, 1, 0.001, 120000
local LONGEST_AWAY, LARGEST = 86400, 2 ^ 53

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) + tonumber(time[2]) / 1e6
end
local requests, seconds = tonumber(ARGV[2]), tonumber(ARGV[3])

local function new(next)
  return {sent = {}, held = -UNKNOWN, seen = -UNKNOWN, line = {}, next = next, overtaken = 0}
end

local function is_number(value)
  return type(value) == 'number' and value - value == 0
end

local function are_numbers(values)
  if type(values) ~= 'table' then return false end
  for _, value in ipairs(values) do
    if not is_number(value) then return false end
  end
  return true
end

-- As in `stored_bucket`: a value that is damaged, or of another release, is refused.
local function is_sound(found)
  if type(found) ~= 'table' or type(found.line) ~= 'table' then return false end
  if not are_numbers(found.sent) then return false end
  for _, waiter in ipairs(found.line) do
    if not are_numbers(waiter) or #waiter ~= 3 then return false end
  end
  for _, name in ipairs({'held', 'seen', 'next', 'overtaken'}) do
    if not is_number(found[name]) then return false end
  end
  if found.overtaken < 0 or found.overtaken >= SHARE then return false end
  if found.next < 0 or found.next > LARGEST then return false end
  if found.announced and not (is_number(found.announced) and found.announced >= 1) then return false end
  if found.low and not are_numbers({found.low, found.high or '', found.ahead or ''}) then return false end
  if now < found.seen - SET_BACK then return true end
  local furthest = now + LONGEST_HOLD + 1
  for _, at in ipairs(found.sent) do
    if at > furthest then return false end
  end
  for _, waiter in ipairs(found.line) do
    if waiter[1] < 0 or waiter[1] > LARGEST or waiter[3] > now + LONGEST_AWAY then return false end
  end
  return found.held <= furthest
end

local bucket, damaged = new(0), 0
local stored = redis.call('GET', KEYS[1])
if stored then
  local read, found = pcall(cmsgpack.unpack, stored)
  if read and is_sound(found) then bucket = found else damaged = 1 end
end

local function save()
  redis.call('SET', KEYS[1], cmsgpack.pack(bucket), 'PX', EXPIRY)
end

local function latest_count_time(start)
  if not bucket.low then return start end
  local before, after = math.min(MARGIN_BEFORE_END, seconds / 4), math.min(MARGIN_AFTER_END, seconds / 50)
  local phase = (start + bucket.ahead) % seconds
  if phase >= seconds - before then return start + (seconds - phase) + after end
  if phase < after then return start + (after - phase) end
  return start
end
"""

ASSIGN_SLOT = (
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
  local waiters, older, before, oldest = {}, 0, 0, nil
  for _, waiter in ipairs(bucket.line) do
    if waiter[3] + PATIENCE >= now then
      waiters[#waiters + 1] = waiter
      if waiter[1] ~= mine then
        local earlier = waiter[1] < mine
        if earlier then older = older + 1 end
        if waiter[2] > priority or (earlier and waiter[2] == priority) then before = before + 1 end
        if earlier and (not oldest or waiter[1] < oldest[1]) then oldest = waiter end
      end
    end
  end
  bucket.line = waiters
  if oldest and bucket.overtaken == SHARE - 1 and oldest[2] < priority and oldest[3] <= now + HORIZON then
    before = before + 1
  end
  return math.min(before, SHARE * (older + 1) - 1 - bucket.overtaken)
end

local function slot_start(rank)
  local start = math.max(now, bucket.held)
  local rounds = math.floor(rank / requests)
  local before = #sent - requests + rank % requests
  if before >= 0 then start = math.max(start, sent[before + 1] + seconds) end
  return start + rounds * seconds
end

local function leave()
  local waiters = {}
  for _, waiter in ipairs(bucket.line) do
    if waiter[1] ~= mine then waiters[#waiters + 1] = waiter end
  end
  bucket.line = waiters
end

local function join(back)
  for _, waiter in ipairs(bucket.line) do
    if waiter[1] == mine then
      waiter[2], waiter[3] = priority, back
      return
    end
  end
  if #bucket.line < MOST_WAITERS then bucket.line[#bucket.line + 1] = {mine, priority, back} end
end

local function serve()
  leave()
  local oldest
  for _, waiter in ipairs(bucket.line) do
    if not oldest or waiter[1] < oldest[1] then oldest = waiter end
  end
  if not oldest or oldest[1] >= mine then
    bucket.overtaken = 0
  elseif oldest[2] < priority then
    bucket.overtaken = math.min(bucket.overtaken + 1, SHARE - 1)
  end
end

local wait = slot_start(#bucket.line > 0 and rank() or 0) - now
local reserved, new_ticket = 0, ''
if longest and wait > longest then
  leave()
elseif wait > HORIZON then
  if wait < 2 * seconds then wait = wait - HORIZON else wait = wait / 2 end
  wait = math.max(wait, SHORTEST_WAIT)
  join(now + wait)
  bucket.next = math.max(bucket.next, mine + 1)
  new_ticket = string.format('%d', mine)
else
  serve()
  local start = slot_start(0)
  local at = latest_count_time(start)
  if #sent > 0 then at = math.max(at, sent[#sent]) end
  sent[#sent + 1] = at
  wait, reserved = start - now, 1
end
save()
return {string.format('%.17g', wait), reserved, new_ticket, damaged}
"""
)

OBSERVE = (
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
    local differs = not bucket.low or math.abs(guess - bucket.ahead) > NOTABLE
    bucket.low, bucket.high, bucket.ahead = low, high, guess
    if differs then
      for i, at in ipairs(bucket.sent) do bucket.sent[i] = latest_count_time(at) end
    end
  end
end

local hold_end
if refused and pause then
  hold_end = now + pause
elseif reset and (refused or remaining == 0) then
  if bucket.low then hold_end = reset - bucket.ahead + MARGIN_AFTER_END else hold_end = reset - (wall - now)
  end
elseif refused then
  hold_end = now + seconds
end
if hold_end then
  hold_end = math.min(hold_end, now + LONGEST_HOLD)
  if hold_end > math.max(bucket.held, now) then bucket.held = hold_end end
end
save()
"""
)

SHOW_USAGE = (
    _COMMON
    + """
local used, free = 0, bucket.held
for _, at in ipairs(bucket.sent) do
  if at + seconds > now then
    used, free = used + 1, math.max(free, at + seconds)
  end
end
local free_in = free > now and string.format('%.17g', free - now) or ''
return {bucket.announced or requests, used, bucket.held > now and 1 or 0, free_in}
"""
)
