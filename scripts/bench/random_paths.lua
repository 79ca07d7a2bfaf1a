-- Asks for random lines of the file in REQUESTS (a path, and after a tab an ETag that the client holds); prints one JSON object.
local requests = {}
local next_seed = 1

function setup(thread)
  thread:set("seed", next_seed)
  next_seed = next_seed + 1
end

function init()
  math.randomseed(seed * 7919)
  for line in io.lines(os.getenv("REQUESTS")) do
    local path, tag = line:match("^([^\t]*)\t(.*)$")
    -- Everything is formatted beforehand, so that the load generator leaves the processors to the servers.
    requests[#requests + 1] = wrk.format("GET", path or line, tag and { ["If-None-Match"] = tag } or {})
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local faults = summary.errors
  print(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "p50_ms": %.4f, "p99_ms": %.4f, "mean_ms": %.4f, "failed": %d, "status_errors": %d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.mean / 1e3,
    faults.connect + faults.read + faults.write + faults.timeout, faults.status))
end
