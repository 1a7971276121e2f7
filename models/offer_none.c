/* Today's service and nothing added: the base on which every other offer is an increment. */
#include "models/offer.h"

const care_offer_t offer_none = {
    .name = "none",
    .doc = "Nothing added: today's service as the scenario describes it. The plan's extra money is not spent.",
    .colour = "#7f7f7f",
};
