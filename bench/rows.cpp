#include "bench/rows.h"

#include "bench/numbers.h"

#include <array>
#include <cstdio>

namespace dialproof::bench {

namespace {

// 32 hexadecimal digits, of which the first 12 are the time or not.
std::string id_of(std::uint64_t n, Ids ids, Instant at) {
    const std::uint64_t mixed = (n + 1) * 0x9E37'79B9'7F4A'7C15ULL;
    const auto time = static_cast<std::uint64_t>(at.time_since_epoch().count());
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%012llx%04llx%016llx",
                  static_cast<unsigned long long>((ids == Ids::random ? mixed : time) & 0xffff'ffff'ffffULL),
                  static_cast<unsigned long long>(n & 0xffff), static_cast<unsigned long long>(mixed));
    return text.data();
}

} // namespace

core::Verification verification_of(std::uint64_t n, Ids ids, Instant at) {
    core::Verification v;
    v.id = core::VerificationId(id_of(n, ids, at));
    v.service = core::ServiceName("default");
    v.number = core::PhoneNumber::parse(number_of(n));
    v.region = "CH";
    v.dialect = "django_phone_verify";
    v.locale = "en";
    v.key_number = 1;
    v.generation = 1;
    v.created_at = v.changed_at = at;
    v.expires_at = at + Seconds(600);
    v.sequence = 2;
    return v;
}

ports::EventRecord event_of(const core::Verification& v, std::uint64_t sequence, const char* type) {
    return ports::EventRecord{ports::StreamKind::verification,
                              v.id.text,
                              sequence,
                              v.changed_at,
                              type,
                              R"({"service":"default","dialect":"django_phone_verify","channel":"sms"})"};
}

ports::Message message_of(const core::Verification& v) {
    return ports::Message{.id = core::MessageId("m" + v.id.text.substr(1)),
                          .verification = v.id,
                          .generation = 1,
                          .to = *v.number,
                          .service = v.service,
                          .channel = core::Channel::sms,
                          .locale = "en",
                          .state = ports::MessageState::queued,
                          .created_at = v.created_at,
                          .changed_at = v.created_at,
                          .due_at = v.created_at,
                          .expires_at = v.expires_at,
                          .attempts = 0,
                          .error = "",
                          .tries = {}};
}

} // namespace dialproof::bench
