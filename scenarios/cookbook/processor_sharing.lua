-- Processor sharing: all who are present share the server equally, nobody waits. Ciw: node_class = ciw.PSNode.
-- Exact: time in the stage 0.2 / (1 - 0.8) = 1 day, whatever the distribution of service (Kleinrock 1976). In line, first come
-- first served, the same services, of cv 1.5, take 0.8 x (1 + 1.5^2) / 2 + 0.2 = 1.5 days.
return scenario {
  name = "processor_sharing",
  years = 30,
  warmup = weeks(10),
  pools = { { name = "shared", discipline = "sharing" }, { name = "in_line" } },
  stages = {
    { name = "shared", pool = "shared", service = lognormal { mean = days(0.2), cv = 1.5 } },
    { name = "in_line", pool = "in_line", service = lognormal { mean = days(0.2), cv = 1.5 } },
  },
  sources = {
    { name = "first", rate = per_day(4), to = "shared" },
    { name = "second", rate = per_day(4), to = "in_line" },
  },
}
