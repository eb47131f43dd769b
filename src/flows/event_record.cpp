#include "flows/event_record.h"

#include "base/json_writer.h"

namespace dialproof::flows {

namespace {

// Writes the event's members and returns its type name.
struct Describe {
    JsonWriter& json;

    std::string operator()(const core::VerificationStarted& e) const {
        json.member("service", e.service.text).member("number", e.number.e164()).member("region", e.region);
        if (e.subject)
            json.member("user", e.subject->text);
        json.member("purpose", to_text(e.purpose)).member("channel", to_text(e.channel));
        json.member("dialect", e.dialect).member("locale", e.locale);
        json.member("code_length", e.code_shape.length);
        return "verification_started";
    }
    std::string operator()(const core::CodeMade& e) const {
        json.member("generation", e.generation).member("key", e.key_number);
        json.member("handover", to_text(e.handover)).member("expires_at", to_rfc3339(e.expires_at));
        return "code_made";
    }
    std::string operator()(const core::GuessMissed& e) const {
        json.member("misses", e.misses);
        return "guess_missed";
    }
    std::string operator()(const core::VerificationApproved&) const { return "approved"; }
    std::string operator()(const core::VerificationEnded& e) const {
        json.member("reason", to_text(e.reason));
        return "ended";
    }

    std::string operator()(const core::UserAdded& e) const {
        json.member("service", e.service.text);
        return "user_added";
    }
    // Which claims changed, not what they say: a profile stays correctable and removable.
    std::string operator()(const core::ProfileChanged& e) const {
        json.key("claims").begin_array();
        for (const auto& [name, value] : e.attributes)
            json.value(name);
        json.end_array();
        return "profile_changed";
    }
    std::string operator()(const core::PhoneChanged& e) const {
        json.member("number", e.number.e164());
        return "phone_changed";
    }
    std::string operator()(const core::PhoneCodeAdded& e) const {
        json.member("verification", e.proof.verification.text).member("number", e.proof.number.e164());
        json.member("generation", e.generation);
        return "phone_code_added";
    }
    std::string operator()(const core::PhoneVerificationFailed&) const { return "phone_verification_failed"; }
    std::string operator()(const core::PhoneVerified& e) const {
        json.member("number", e.number.e164());
        return "phone_verified";
    }
    std::string operator()(const core::PhoneRemoved& e) const {
        json.member("number", e.number.e164());
        return "phone_removed";
    }
    std::string operator()(const core::UserRemoved&) const { return "user_removed"; }
};

template <typename Event>
ports::EventRecord make_record(const Event& event, ports::StreamKind kind, const std::string& stream,
                               std::uint64_t sequence) {
    JsonWriter json;
    json.begin_object();
    std::string type = std::visit(Describe{json}, event.what);
    json.end_object();
    return {kind, stream, sequence, event.at, std::move(type), json.take()};
}

} // namespace

ports::EventRecord record_of(const core::VerificationEvent& event, const core::Verification& after) {
    return make_record(event, ports::StreamKind::verification, after.id.text, after.sequence);
}

ports::EventRecord record_of(const core::UserEvent& event, const core::User& after) {
    return make_record(event, ports::StreamKind::user, after.id.text, after.sequence);
}

std::string_view plain_member(const ports::EventRecord& record, std::string_view name) {
    const std::string mark = '"' + std::string(name) + "\":";
    const auto at = record.data.find(mark);
    if (at == std::string::npos)
        return {};
    auto value = std::string_view(record.data).substr(at + mark.size());
    value = value.substr(0, value.find_first_of(",}"));
    return value.starts_with('"') ? value.substr(1, value.size() - 2) : value;
}

} // namespace dialproof::flows
