-- M/M/1: one server, exponential times, load 0.9. The unit of time is a minute, so a long run has few months.
-- Mean time in the system, exact: 1 / (1 - 0.9) = 10 services.

return scenario {
  name = "mm1",
  title = "M/M/1 at load 0.9",
  start = "2025-01-06",
  years = assumption(years(1), "a benchmark: set by the number of customers"),

  pools = { pool { name = "server", kind = "servers", units = assumption(count(1), "a benchmark") } },
  stages = {
    stage {
      name = "queue",
      pool = "server",
      service = exponential { mean = assumption(minutes(1), "a benchmark") },
    },
  },
  sources = { source { name = "customers", to = "queue", rate = assumption(per_day(0.9 * 1440), "a benchmark") } },
}
