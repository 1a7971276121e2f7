-- The same town and the same children as in wider_network.lua, without the follow-up.
local town <const> = require "lib.network_town"

return town("wider_network_without", "The same town without follow-up", assumption(wte(0), "no follow-up"))
