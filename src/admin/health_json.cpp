#include "admin/health_json.h"

#include "base/json_writer.h"

#include <string_view>

namespace dialproof::admin {

namespace {

void write_instant(JsonWriter& json, std::string_view name, const std::optional<Instant>& instant) {
    if (instant)
        json.member(name, to_rfc3339(*instant));
}

// {"accepted":12,"throttled":1}
template <typename Counts>
void write_counts(JsonWriter& json, std::string_view name, const Counts& counts) {
    json.key(name).begin_object();
    for (const auto& [what, count] : counts)
        json.member(to_text(what), count);
    json.end_object();
}

void write_health(JsonWriter& json, const ports::ProviderHealth& health) {
    json.begin_object().member("name", health.name).member("breaker", to_text(health.breaker));
    write_instant(json, "rests_until", health.rests_until);
    json.member("in_flight", health.in_flight);
    write_counts(json, "outcomes", health.outcomes);
    write_counts(json, "receipts", health.receipts);
    write_instant(json, "accepted_at", health.accepted_at);
    if (!health.error.empty())
        json.member("error", health.error);
    write_instant(json, "error_at", health.error_at);
    json.end_object();
}

} // namespace

std::string health_json(const std::vector<ports::ProviderHealth>& providers) {
    JsonWriter json;
    json.begin_object().key("providers").begin_array();
    for (const auto& health : providers)
        write_health(json, health);
    json.end_array().end_object();
    return json.take();
}

} // namespace dialproof::admin
