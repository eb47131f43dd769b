#include "fakes.h"

namespace dialproof::contracts {

Task<ports::SubmitResult> Handsets::submit(const ports::OutgoingText& text) {
    unread.push_back({text.to.e164(), text.text.reveal(), text.code.reveal()});
    ports::SubmitResult result;
    result.outcome = ports::SubmitOutcome::accepted;
    result.reference = text.id.text;
    co_return result;
}

Task<Result<ports::Loaded, ports::Fault>> GatedStore::load(std::vector<ports::Key> keys) {
    ++loads;
    if (!up)
        co_return fail(ports::Fault::unavailable);
    auto loaded = co_await inner_.load(std::move(keys));
    co_return loaded;
}

Task<Result<ports::Committed, ports::CommitFailure>> GatedStore::commit(ports::Changes changes) {
    ++commits;
    if (!up)
        co_return fail(ports::CommitFailure(ports::Fault::unavailable));
    const int messages = static_cast<int>(changes.messages.size());
    for (const auto& message : changes.messages)
        autofills.push_back(message.message.autofill);
    auto committed = co_await inner_.commit(std::move(changes));
    if (committed)
        messages_on_their_way += messages;
    co_return committed;
}

Task<Result<ports::Committed, ports::Fault>> GatedStore::settle_message(ports::Settlement settlement) {
    auto settled = co_await inner_.settle_message(std::move(settlement));
    --messages_on_their_way;
    co_return settled;
}

} // namespace dialproof::contracts
