#include "fakes.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace dialproof::contracts {

void SeededRandom::fill(std::span<unsigned char> bytes) {
    for (auto& byte : bytes) {
        state_ += 0x9E3779B97F4A7C15;
        std::uint64_t mixed = (state_ ^ (state_ >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        byte = static_cast<unsigned char>(mixed >> 56);
    }
}

std::optional<Secret<core::MacBytes>> OneKey::mac(std::uint32_t key, std::string_view purpose,
                                                  std::string_view message) const {
    if (key != 1)
        return {};
    std::string text(purpose);
    text.append(1, '\0').append(message);
    core::MacBytes bytes{};
    HMAC(EVP_sha256(), "transcripts", 11, reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         bytes.data(), nullptr);
    return Secret<core::MacBytes>(bytes);
}

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
