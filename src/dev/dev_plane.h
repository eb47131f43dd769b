// The dev plane: an inbox, a clock and a scripted carrier, so that people can build and test without a
// carrier, a phone or a wait. It exists in the dev mode only and asks for no token.
#pragma once

#include "dev/carrier.h"
#include "dev/outbox_watch.h"
#include "dev/shifted_clock.h"
#include "wire/http.h"

namespace dialproof::dev {

// GET /dev             a page that shows the messages as they come
// GET /dev/messages    ?to=%2B41791234567&limit=100, both optional; shows what any earlier answer sent
// POST /dev/clock/advance  {"seconds":600}
// POST /dev/carrier    {"to":"+41791234567","outcome":"fail","delay_seconds":5,"times":2}
http::Mount dev_plane(Carrier& carrier, ShiftedClock& clock, OutboxWatch& outbox);

} // namespace dialproof::dev
