#include "flows/timelines.h"

#include "flows/codes.h"

#include <utility>

namespace dialproof::flows {

Task<Answer<std::optional<Timeline>>> Timelines::view(Caller caller, core::VerificationId verification) {
    if (!caller.principal.administrator)
        co_return refuse(core::Reason::not_permitted);
    std::vector<ports::Key> keys{verification};
    const auto loaded = co_await world_.store.load(std::move(keys));
    if (!loaded)
        co_return fail(Failure(loaded.error()));
    const auto* row = loaded->find<core::Verification>(verification);
    if (!row)
        co_return std::nullopt;
    const auto events = co_await world_.store.events_of(ports::StreamKind::verification, verification.text);
    if (!events)
        co_return fail(Failure(events.error()));
    const auto messages = co_await world_.store.messages_of(verification);
    if (!messages)
        co_return fail(Failure(messages.error()));
    co_return timeline_of(*row, *events, *messages, *world_.rules.now(), world_.clock.now());
}

} // namespace dialproof::flows
