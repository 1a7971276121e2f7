-- What systems of several contracts share: posts that follow the money a scenario gives a line, and rows of a pathway by name.

local contracts = {}

-- The row of that name.
function contracts.find(rows, name)
  for _, row in ipairs(rows) do
    if row.name == name then return row end
  end
  error("there is no row '" .. name .. "'", 2)
end

-- How a line's money compares with what was planned for it: posts follow when it is set otherwise (--set lines.NAME.per_year).
function contracts.funded(s, name, planned)
  return contracts.find(s.lines, name).per_year / planned
end

-- A copy of a table, with other values in it and without the names that are dropped.
function contracts.with(table, changes, drop)
  local copy = {}
  for key, value in pairs(table) do copy[key] = value end
  for key, value in pairs(changes) do copy[key] = value end
  for _, key in ipairs(drop or {}) do copy[key] = nil end
  return copy
end

return contracts
