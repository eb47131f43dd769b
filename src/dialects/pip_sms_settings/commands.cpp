#include "dialects/pip_sms_settings/commands.h"

#include "base/json_writer.h"
#include "dialects/pip_sms_settings/settings_object.h"

#include <array>

namespace dialproof::dialects::sms_settings {

namespace {

constexpr std::size_t ids_max = 100;

// Reads arguments and gathers what is wrong with them.
class Arguments {
public:
    explicit Arguments(const json::Object& members) : members_(members) {}

    std::string text(std::string_view name) {
        const auto* value = required(name);
        if (value && !text_of(value))
            faults_.push_back(std::string(name) + " type must be string");
        return text_of(value).value_or("");
    }
    std::optional<std::string> optional_text(std::string_view name) {
        const auto* value = member(members_, name);
        if (value && !value->as_string())
            faults_.push_back(std::string(name) + " type must be string");
        return value && value->as_string() ? std::optional(*value->as_string()) : std::nullopt;
    }
    json::Object object(std::string_view name) {
        const auto* value = required(name);
        if (value && !value->as_object())
            faults_.push_back(std::string(name) + " type must be map");
        return value && value->as_object() ? *value->as_object() : json::Object{};
    }
    json::Array array(std::string_view name) {
        const auto* value = required(name);
        if (value && !value->as_array())
            faults_.push_back(std::string(name) + " type must be array");
        return value && value->as_array() ? *value->as_array() : json::Array{};
    }
    void fault(std::string what) { faults_.push_back(std::move(what)); }

    [[nodiscard]] std::optional<Error> error() const {
        return faults_.empty() ? std::nullopt : std::optional(invalid_data(faults_));
    }

private:
    const json::Value* required(std::string_view name) {
        const auto* value = member(members_, name);
        if (!value)
            faults_.push_back(std::string(name) + " must not be null");
        return value;
    }

    const json::Object& members_;
    std::vector<std::string> faults_;
};

Commands::Answer nothing() { return std::optional<std::string>{}; }

Commands::Answer result(Result<std::string, Error> settings) {
    if (!settings)
        return fail(std::move(settings.error()));
    return std::optional(std::move(*settings));
}

Commands::Answer result(SettingsService::Done done) {
    if (!done)
        return fail(std::move(done.error()));
    return nothing();
}

} // namespace

const Commands::Entry* Commands::find(std::string_view name) {
    using core::Permission;
    static constexpr std::array<Entry, 10> entries{{
        {"get_settings_by_ids", Permission::user_read, &Commands::get_settings_by_ids},
        {"get_settings_by_id", Permission::user_read, &Commands::get_settings_by_id},
        {"get_settings_by_phone", Permission::user_read, &Commands::get_settings_by_phone},
        {"set_settings", Permission::user_write, &Commands::set_settings},
        {"set_verified_settings", Permission::user_write, &Commands::set_verified_settings},
        {"set_recipient", Permission::user_write, &Commands::set_recipient},
        {"set_subscriptions", Permission::user_write, &Commands::set_subscriptions},
        {"delete_settings_by_id", Permission::user_write, &Commands::delete_settings_by_id},
        {"resend_verification", Permission::user_write, &Commands::resend_verification},
        {"verify_phone", Permission::user_write, &Commands::verify_phone},
    }};
    for (const auto& entry : entries)
        if (entry.name == name)
            return &entry;
    return nullptr;
}

Task<Commands::Answer> Commands::get_settings_by_ids(flows::Caller caller, json::Object arguments) {
    Arguments read(arguments);
    const auto ids = read.array("recipient_ids");
    if (ids.size() > ids_max)
        read.fault("recipient_ids must have at most " + std::to_string(ids_max) + " items");
    if (auto error = read.error())
        co_return fail(std::move(*error));
    JsonWriter json;
    json.begin_array();
    for (const auto& each : ids) {
        const auto id = text_of(&each);
        if (!id)
            continue;
        auto found = co_await settings_.get(caller, *id);
        if (!found)
            co_return fail(std::move(found.error()));
        if (*found)
            json.raw(**found);
    }
    co_return std::optional(json.end_array().take());
}

Task<Commands::Answer> Commands::get_settings_by_id(flows::Caller caller, json::Object arguments) {
    Arguments read(arguments);
    const auto id = read.text("recipient_id");
    if (auto error = read.error())
        co_return fail(std::move(*error));
    auto found = co_await settings_.get(caller, id);
    co_return found;
}

Task<Commands::Answer> Commands::get_settings_by_phone(flows::Caller caller, json::Object arguments) {
    Arguments read(arguments);
    const auto phone = read.text("phone");
    if (auto error = read.error())
        co_return fail(std::move(*error));
    auto found = co_await settings_.get_by_phone(caller, phone);
    co_return found;
}

Task<Commands::Answer> Commands::set(flows::Caller caller, json::Object arguments, core::Proof proof) {
    Arguments read(arguments);
    const auto settings = read.object("settings");
    const auto* id = member(settings, "id");
    if (!text_of(id))
        read.fault("settings.id must not be null");
    if (auto error = read.error())
        co_return fail(std::move(*error));
    const std::string recipient = *text_of(id);
    if (recipient.empty() || recipient.size() > core::user_id_bytes_max)
        co_return fail(no_recipient_id());
    auto stored = co_await settings_.put(caller, recipient, settings, proof);
    co_return result(std::move(stored));
}

Task<Commands::Answer> Commands::set_settings(flows::Caller caller, json::Object arguments) {
    return set(std::move(caller), std::move(arguments), core::Proof::message);
}

Task<Commands::Answer> Commands::set_verified_settings(flows::Caller caller, json::Object arguments) {
    return set(std::move(caller), std::move(arguments), core::Proof::given);
}

Task<Commands::Answer> Commands::set_recipient(flows::Caller caller, json::Object arguments) {
    Arguments read(arguments);
    const auto id = read.text("recipient_id");
    const auto name = read.optional_text("name");
    const auto phone = read.optional_text("phone");
    const auto language = read.optional_text("language");
    if (auto error = read.error())
        co_return fail(std::move(*error));
    json::Object given;
    if (name)
        given.push_back({"name", json::Value(*name)});
    if (language)
        given.push_back({"language", json::Value(*language)});
    auto changed = attributes_of(given);
    if (!changed)
        co_return fail(std::move(changed.error()));
    if (!language)
        changed->erase(core::locale_claim);
    const auto present = co_await settings_.get(caller, id);
    if (!present)
        co_return fail(present.error());
    if (!*present) {
        if (phone)
            given.push_back({"phone", json::Value(*phone)});
        auto stored = co_await settings_.put(caller, id, given, core::Proof::message);
        co_return result(std::move(stored));
    }
    auto stored = co_await settings_.change(caller, id, *changed, phone);
    co_return result(std::move(stored));
}

Task<Commands::Answer> Commands::set_subscriptions(flows::Caller caller, json::Object arguments) {
    Arguments read(arguments);
    const auto id = read.text("recipient_id");
    const auto subscriptions = read.object("subscriptions");
    if (auto error = read.error())
        co_return fail(std::move(*error));
    const json::Object given{{"subscriptions", json::Value(subscriptions)}};
    auto changed = attributes_of(given);
    if (!changed)
        co_return fail(std::move(changed.error()));
    changed->erase(core::locale_claim);
    const std::optional<std::string> same_phone;
    auto stored = co_await settings_.change(caller, id, *changed, same_phone);
    co_return result(std::move(stored));
}

Task<Commands::Answer> Commands::delete_settings_by_id(flows::Caller caller, json::Object arguments) {
    Arguments read(arguments);
    const auto id = read.text("recipient_id");
    if (auto error = read.error())
        co_return fail(std::move(*error));
    auto done = co_await settings_.remove(caller, id);
    co_return result(std::move(done));
}

Task<Commands::Answer> Commands::resend_verification(flows::Caller caller, json::Object arguments) {
    // The source has no schema for this one, so what is missing is no recipient.
    const auto id = text_of(member(arguments, "recipient_id"));
    if (!id || id->empty())
        co_return fail(no_recipient_id());
    const Meant meant{Meant::By::recipient_id, *id};
    auto done = co_await settings_.resend(caller, meant);
    co_return result(std::move(done));
}

Task<Commands::Answer> Commands::verify_phone(flows::Caller caller, json::Object arguments) {
    Arguments read(arguments);
    const Meant meant{Meant::By::recipient_id, read.text("recipient_id")};
    if (auto error = read.error())
        co_return fail(std::move(*error));
    const auto code = code_of(member(arguments, "code"));
    auto done = co_await settings_.verify(caller, meant, code);
    co_return result(std::move(done));
}

} // namespace dialproof::dialects::sms_settings
