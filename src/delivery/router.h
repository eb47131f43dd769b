// Who gets a message now. What a message went through, and how the providers are doing, decide; the route
// gives the order.
#pragma once

#include "core/phone_number.h"
#include "delivery/providers.h"
#include "delivery/routes.h"
#include "ports/message.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dialproof::delivery {

struct Choice {
    ports::Sender* sender = nullptr; // null: nobody now
    std::string route, sender_id;
    bool tried_before = false;         // it had this message already, and surely did not send it
    std::optional<Instant> wait_until; // nobody now, because those who could rest until then
};

class Router {
public:
    // `providers` outlives it. Each provider that the table names is among them.
    Router(Providers& providers, RouteTable table) :
        providers_(providers), table_(std::make_shared<const RouteTable>(std::move(table))) {}

    // Any thread. What comes next goes by this table.
    void replace(RouteTable table) {
        std::atomic_store(&table_, std::make_shared<const RouteTable>(std::move(table)));
    }
    [[nodiscard]] std::shared_ptr<const RouteTable> table() const { return std::atomic_load(&table_); }

    // `earlier`: the messages of the same verification before this one. A provider whose text of it did not
    // arrive comes last. Nobody, and nothing to wait for: no provider is left for this message.
    [[nodiscard]] Choice choose(const ports::Message& message, const core::NumberFacts& facts,
                                const std::vector<ports::Message>& earlier, Instant now) const;

private:
    Providers& providers_;
    std::shared_ptr<const RouteTable> table_;
};

} // namespace dialproof::delivery
