// The ports that use cases need, in one hand. All of them outlive the use cases.
#pragma once

#include "core/rules.h"
#include "ports/clock.h"
#include "ports/keys.h"
#include "ports/meter.h"
#include "ports/outbox.h"
#include "ports/random.h"
#include "ports/store.h"

namespace dialproof::flows {

struct World {
    ports::Store& store;
    ports::Keys& keys;
    ports::Clock& clock;
    ports::Random& random;
    ports::Meter& meter;
    ports::Outbox& outbox;
    const core::RuleBook& rules;
};

} // namespace dialproof::flows
