-- Sends the requests of a file in a circle, with the unique mark filled in, and prints one JSON line at the end.
-- File: for each request its length in bytes, a newline, the bytes. Arguments: file, mark, run (12 hexadecimal digits).

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("id", threads)
end

function init(args)
  requests, marked = {}, {}
  mark, run, number = args[2], args[3], 0
  local file = assert(io.open(args[1], "rb"))
  while true do
    local line = file:read("*l")
    if not line then break end
    local request = file:read(tonumber(line))
    requests[#requests + 1] = request
    marked[#requests] = request:find(mark, 1, true) ~= nil
  end
  file:close()
end

function request()
  local at = number % #requests + 1
  number = number + 1
  if not marked[at] then return requests[at] end
  return (requests[at]:gsub(mark, string.format("%s%02x%010x", run, id, number)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "micros": %d, "p50": %.1f, "p99": %.1f, "status": %d, "connection": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
