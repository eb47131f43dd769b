#include "stores/record/rows.h"

#include "base/json_writer.h"
#include "stores/record/members.h"

#include <cstdlib>

namespace dialproof::stores {

namespace {

std::int64_t millis(Instant instant) { return instant.time_since_epoch().count(); }

void write_optional(JsonWriter& out, std::string_view name, const std::optional<Instant>& instant) {
    if (instant)
        out.member(name, millis(*instant));
}

void write_instants(JsonWriter& out, std::string_view name, const std::vector<Instant>& instants) {
    out.key(name).begin_array();
    for (const Instant instant : instants)
        out.value(millis(instant));
    out.end_array();
}

void write(JsonWriter& out, const core::Verification& v) {
    out.member("id", v.id.text).member("service", v.service.text);
    if (v.subject)
        out.member("subject", v.subject->text);
    if (v.number)
        out.member("number", v.number->e164());
    out.member("region", v.region)
        .member("purpose", core::to_text(v.purpose))
        .member("channel", core::to_text(v.channel))
        .member("dialect", v.dialect)
        .member("locale", v.locale)
        .member("status", core::to_text(v.status))
        .member("code_length", v.code_shape.length)
        .member("code_alphabet", core::to_text(v.code_shape.alphabet))
        .member("key_number", v.key_number)
        .member("generation", v.generation)
        .member("handover", core::to_text(v.handover));
    if (!v.sealed_code.empty())
        out.member("sealed_code", v.sealed_code);
    out.member("created_at", millis(v.created_at))
        .member("changed_at", millis(v.changed_at))
        .member("expires_at", millis(v.expires_at));
    write_instants(out, "misses", v.misses);
    out.member("sequence", v.sequence);
}

void write(JsonWriter& out, const core::Phone& phone) {
    out.begin_object().member("number", phone.number.e164()).member("primary", phone.primary);
    write_optional(out, "verified_at", phone.verified_at);
    out.end_object();
}

void write(JsonWriter& out, const core::User& user) {
    out.member("id", user.id.text).member("service", user.service.text).member("removed", user.removed);
    out.key("attributes").begin_object();
    for (const auto& [name, value] : user.attributes)
        out.member(name, value);
    out.end_object();
    out.key("phones").begin_array();
    for (const auto& phone : user.phones)
        write(out, phone);
    out.end_array();
    if (user.pending) {
        out.key("pending").begin_object().member("verification", user.pending->verification.text);
        out.member("number", user.pending->number.e164()).end_object();
    }
    write_optional(out, "code_made_at", user.code_made_at);
    if (user.next_code_at != Instant{})
        out.member("next_code_at", millis(user.next_code_at));
    out.member("created_at", millis(user.created_at))
        .member("changed_at", millis(user.changed_at))
        .member("sequence", user.sequence);
}

void write(JsonWriter& out, const core::Line& line) {
    out.member("number", line.number.e164());
    write_instants(out, "sends", line.sends);
    write_instants(out, "misses", line.misses);
    out.member("misses_in_row", line.misses_in_row);
    if (line.proofs.empty())
        return;
    out.key("proofs").begin_array();
    for (const auto& [door, proof] : line.proofs) {
        out.begin_object().member("door", door).member("verification", proof.verification.text);
        out.member("expires_at", millis(proof.expires_at)).end_object();
    }
    out.end_array();
}

void write(JsonWriter& out, const ports::Binding& binding) {
    out.member("name", binding.name.text).member("target", binding.target);
}

void write(JsonWriter& out, const ports::Credential& credential) {
    out.member("hash", credential.hash.text)
        .member("kind", to_text(credential.kind))
        .member("label", credential.label);
    if (credential.user)
        out.member("user", credential.user->text);
    if (credential.service)
        out.member("service", credential.service->text);
    out.key("roles").begin_array();
    for (const auto& role : credential.roles)
        out.value(role);
    out.end_array();
    out.member("created_at", millis(credential.created_at));
    write_optional(out, "expires_at", credential.expires_at);
    write_optional(out, "revoked_at", credential.revoked_at);
}

core::Verification read_verification(const Members& in) {
    using enum core::VerificationStatus;
    core::Verification v;
    v.id = core::VerificationId(in.text("id"));
    v.service = core::ServiceName(in.text("service"));
    v.subject = in.optional_id<core::UserId>("subject");
    if (in.find("number"))
        v.number = in.number("number");
    v.region = in.text("region");
    v.purpose = in.one_of("purpose", {core::Purpose::prove_number, core::Purpose::sign_in}, core::to_text);
    v.channel = in.one_of("channel", {core::Channel::sms}, core::to_text);
    v.dialect = in.text("dialect");
    v.locale = in.text("locale");
    v.status = in.one_of("status", {pending, approved, ended}, core::to_text);
    v.code_shape.length = in.count<unsigned>("code_length");
    v.code_shape.alphabet =
        in.one_of("code_alphabet", {core::CodeAlphabet::digits, core::CodeAlphabet::digits_and_capitals},
                  core::to_text);
    v.key_number = in.count<std::uint32_t>("key_number");
    v.generation = in.count<unsigned>("generation");
    v.handover = in.one_of(
        "handover", {core::Handover::message, core::Handover::answer, core::Handover::fixed}, core::to_text);
    if (in.find("sealed_code"))
        v.sealed_code = in.text("sealed_code");
    v.created_at = in.instant("created_at");
    v.changed_at = in.instant("changed_at");
    v.expires_at = in.instant("expires_at");
    v.misses = in.instants("misses");
    v.sequence = in.count<std::uint64_t>("sequence");
    return v;
}

core::Phone read_phone(const Members& in) {
    return core::Phone{in.number("number"), in.optional_instant("verified_at"), in.flag("primary")};
}

core::User read_user(const Members& in) {
    core::User user;
    user.id = core::UserId(in.text("id"));
    user.service = core::ServiceName(in.text("service"));
    user.removed = in.flag("removed");
    for (const auto& [name, value] : in.get<json::object>("attributes", "is not an object"))
        user.attributes.emplace(name, Members::as<std::string_view>(value, "attributes", "holds no text"));
    for (const json::element each : in.get<json::array>("phones", "is not a list"))
        user.phones.push_back(
            read_phone(Members(Members::as<json::object>(each, "phones", "holds no object"))));
    if (in.find("pending")) {
        const Members pending(in.get<json::object>("pending", "is not an object"));
        user.pending =
            core::PendingProof{core::VerificationId(pending.text("verification")), pending.number("number")};
    }
    user.code_made_at = in.optional_instant("code_made_at");
    user.next_code_at = in.optional_instant("next_code_at").value_or(Instant{});
    user.created_at = in.instant("created_at");
    user.changed_at = in.instant("changed_at");
    user.sequence = in.count<std::uint64_t>("sequence");
    return user;
}

core::Line read_line(const Members& in) {
    core::Line line{in.number("number"), in.instants("sends"), in.instants("misses"),
                    in.count<unsigned>("misses_in_row")};
    if (in.find("proofs"))
        for (const json::element each : in.get<json::array>("proofs", "is not a list")) {
            const Members proof(Members::as<json::object>(each, "proofs", "holds no object"));
            line.proofs[proof.text("door")] = {core::VerificationId(proof.text("verification")),
                                               proof.instant("expires_at")};
        }
    return line;
}

ports::Binding read_binding(const Members& in) {
    return ports::Binding{core::BindingName(in.text("name")), in.text("target")};
}

ports::Credential read_credential(const Members& in) {
    ports::Credential credential;
    credential.hash = core::CredentialHash(in.text("hash"));
    credential.kind =
        in.one_of("kind", {ports::CredentialKind::api_token, ports::CredentialKind::session}, to_text);
    credential.label = in.text("label");
    credential.user = in.optional_id<core::UserId>("user");
    credential.service = in.optional_id<core::ServiceName>("service");
    for (const json::element role : in.get<json::array>("roles", "is not a list"))
        credential.roles.emplace(Members::as<std::string_view>(role, "roles", "holds what is not text"));
    credential.created_at = in.instant("created_at");
    credential.expires_at = in.optional_instant("expires_at");
    credential.revoked_at = in.optional_instant("revoked_at");
    return credential;
}

ports::Row read_row(RowKind kind, const Members& in) {
    switch (kind) {
    case RowKind::verification:
        return read_verification(in);
    case RowKind::user:
        return read_user(in);
    case RowKind::line:
        return read_line(in);
    case RowKind::binding:
        return read_binding(in);
    case RowKind::credential:
        return read_credential(in);
    }
    std::abort();
}

} // namespace

RowKind kind_of(const ports::Row& row) { return static_cast<RowKind>(row.index()); }

RowKind kind_of(const ports::Key& key) { return static_cast<RowKind>(key.index()); }

std::string_view to_text(RowKind kind) {
    switch (kind) {
    case RowKind::verification:
        return "verification";
    case RowKind::user:
        return "user";
    case RowKind::line:
        return "line";
    case RowKind::binding:
        return "binding";
    case RowKind::credential:
        return "credential";
    }
    std::abort();
}

std::string_view to_text(ports::CredentialKind kind) {
    switch (kind) {
    case ports::CredentialKind::api_token:
        return "api_token";
    case ports::CredentialKind::session:
        return "session";
    }
    std::abort();
}

std::string encode(const ports::Row& row) {
    JsonWriter out;
    out.begin_object();
    std::visit([&out](const auto& content) { write(out, content); }, row);
    out.end_object();
    return out.take();
}

struct RowReader::Parser {
    json::parser parser;
};

RowReader::RowReader() : parser_(std::make_unique<Parser>()) {}
RowReader::~RowReader() = default;
RowReader::RowReader(RowReader&&) noexcept = default;
RowReader& RowReader::operator=(RowReader&&) noexcept = default;

Result<ports::Row, RowError> RowReader::read(RowKind kind, std::string_view body) {
    json::object object;
    if (parser_->parser.parse(body.data(), body.size()).get(object) != simdjson::SUCCESS)
        return fail(RowError{"is not one JSON object"});
    try {
        return read_row(kind, Members(object));
    } catch (const Unreadable& unreadable) {
        return fail(RowError{unreadable.what()});
    }
}

} // namespace dialproof::stores
