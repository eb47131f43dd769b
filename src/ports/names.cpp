#include "ports/fault.h"
#include "ports/message.h"
#include "ports/provider_health.h"
#include "ports/sender.h"
#include "ports/store.h"

#include <cstdlib>

namespace dialproof::ports {

std::string_view to_text(Fault fault) {
    switch (fault) {
    case Fault::conflict:
        return "conflict";
    case Fault::overloaded:
        return "overloaded";
    case Fault::unavailable:
        return "unavailable";
    case Fault::unknown_outcome:
        return "unknown_outcome";
    }
    std::abort();
}

std::string_view to_text(MessageState state) {
    switch (state) {
    case MessageState::queued:
        return "queued";
    case MessageState::sent:
        return "sent";
    case MessageState::delivered:
        return "delivered";
    case MessageState::failed:
        return "failed";
    case MessageState::expired:
        return "expired";
    case MessageState::canceled:
        return "canceled";
    case MessageState::unknown:
        return "unknown";
    }
    std::abort();
}

std::optional<MessageState> parse_message_state(std::string_view text) {
    for (const auto state :
         {MessageState::queued, MessageState::sent, MessageState::delivered, MessageState::failed,
          MessageState::expired, MessageState::canceled, MessageState::unknown})
        if (to_text(state) == text)
            return state;
    return {};
}

bool is_final(MessageState state) {
    return state == MessageState::delivered || state == MessageState::failed ||
           state == MessageState::expired || state == MessageState::canceled;
}

std::string_view last_provider(const Message& message) {
    return message.tries.empty() ? std::string_view() : message.tries.back().provider;
}

std::string_view to_text(SubmitOutcome outcome) {
    switch (outcome) {
    case SubmitOutcome::accepted:
        return "accepted";
    case SubmitOutcome::refused:
        return "refused";
    case SubmitOutcome::unreachable:
        return "unreachable";
    case SubmitOutcome::fraud:
        return "fraud";
    case SubmitOutcome::throttled:
        return "throttled";
    case SubmitOutcome::unavailable:
        return "unavailable";
    case SubmitOutcome::misconfigured:
        return "misconfigured";
    case SubmitOutcome::unknown:
        return "unknown";
    }
    std::abort();
}

std::optional<SubmitOutcome> parse_submit_outcome(std::string_view text) {
    for (const auto outcome : {SubmitOutcome::accepted, SubmitOutcome::refused, SubmitOutcome::unreachable,
                               SubmitOutcome::fraud, SubmitOutcome::throttled, SubmitOutcome::unavailable,
                               SubmitOutcome::misconfigured, SubmitOutcome::unknown})
        if (to_text(outcome) == text)
            return outcome;
    return {};
}

std::string_view to_text(BreakerState state) {
    switch (state) {
    case BreakerState::closed:
        return "closed";
    case BreakerState::open:
        return "open";
    case BreakerState::half_open:
        return "half_open";
    }
    std::abort();
}

std::string_view to_text(StreamKind kind) { return kind == StreamKind::user ? "user" : "verification"; }

std::optional<StreamKind> parse_stream_kind(std::string_view text) {
    for (const auto kind : {StreamKind::verification, StreamKind::user})
        if (to_text(kind) == text)
            return kind;
    return {};
}

Key key_of(const Row& row) {
    struct {
        Key operator()(const core::Verification& v) const { return v.id; }
        Key operator()(const core::User& u) const { return u.id; }
        Key operator()(const core::Line& l) const { return l.number; }
        Key operator()(const Binding& b) const { return b.name; }
        Key operator()(const Credential& c) const { return c.hash; }
    } const key;
    return std::visit(key, row);
}

namespace {

struct Text {
    template <typename Id>
    const std::string& operator()(const Id& id) const {
        return id.text;
    }
    const std::string& operator()(const core::PhoneNumber& number) const { return number.e164(); }
    const std::string& operator()(const core::Verification& v) const { return v.id.text; }
    const std::string& operator()(const core::User& u) const { return u.id.text; }
    const std::string& operator()(const core::Line& l) const { return l.number.e164(); }
    const std::string& operator()(const Binding& b) const { return b.name.text; }
    const std::string& operator()(const Credential& c) const { return c.hash.text; }
};

} // namespace

const std::string& text_of(const Key& key) { return std::visit(Text{}, key); }

const std::string& key_text(const Row& row) { return std::visit(Text{}, row); }

// Kinds of keys stand in the order of the kinds of rows that they lead to.
bool has_key(const Row& row, const Key& key) {
    return row.index() == key.index() && key_text(row) == text_of(key);
}

} // namespace dialproof::ports
