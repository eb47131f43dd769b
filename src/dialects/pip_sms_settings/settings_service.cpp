#include "dialects/pip_sms_settings/settings_service.h"

#include "base/text.h"
#include "dialects/pip_sms_settings/settings_object.h"

#include <algorithm>

namespace dialproof::dialects::sms_settings {

namespace {

constexpr std::size_t phone_digits_min = 10, phone_digits_max = 15;

bool is_refused_as(const flows::Failure& failure, core::Reason reason) {
    const auto* refused = std::get_if<core::Refused>(&failure);
    return refused && refused->reason == reason;
}

Named named(const Meant& meant) {
    return {meant.text, meant.by != Meant::By::recipient_id, meant.by == Meant::By::phone ? meant.text : ""};
}

// What a resend is for: the number that was named, or the one that waits to be proven. Nothing where it is
// verified already.
std::optional<core::PhoneNumber> number_to_prove(const core::User& user,
                                                 const std::optional<core::PhoneNumber>& asked) {
    if (user.pending && (!asked || user.pending->number == *asked))
        return user.pending->number;
    const core::Phone* phone = asked ? user.phone(*asked) : user.primary_phone();
    if (!phone || phone->verified())
        return {};
    return phone->number;
}

// Whoever has a session means himself; otherwise a phone alone means who waits for a code to it.
const core::User& own_or_first(const std::vector<core::User>& users, const core::Principal& principal) {
    for (const auto& user : users)
        if (principal.is_self(user))
            return user;
    return users.front();
}

bool has_settings(const core::User& user) { return user.primary_phone() || user.pending; }

} // namespace

std::optional<core::NumberFacts> SettingsService::parse(std::string_view phone) const {
    std::string plain;
    std::copy_if(phone.begin(), phone.end(), std::back_inserter(plain),
                 [](char c) { return std::string_view(" -()").find(c) == std::string_view::npos; });
    const auto digits = std::string_view(plain).substr(std::min<std::size_t>(1, plain.size()));
    if (!plain.starts_with('+') || digits.size() < phone_digits_min || digits.size() > phone_digits_max ||
        !std::all_of(digits.begin(), digits.end(), is_digit))
        return {};
    auto facts = plan_.parse(plain, {}, ports::Strictness::possible);
    return facts ? std::optional(std::move(*facts)) : std::nullopt;
}

bool SettingsService::is_kept_here(const core::User& user) const { return user.service == service_; }

Task<Result<std::optional<std::string>, Error>> SettingsService::get(flows::Caller caller, std::string id) {
    const core::UserId user_id(id);
    const auto answer = co_await users_.get(caller, user_id);
    // Accounts may be kept elsewhere: one without a record here has no settings yet.
    const bool none = !answer && (is_refused_as(answer.error(), core::Reason::user_not_found) ||
                                  is_refused_as(answer.error(), core::Reason::not_permitted));
    if (none || (answer && (!answer->user.primary_phone() || !is_kept_here(answer->user))))
        co_return std::optional<std::string>{};
    if (!answer)
        co_return fail(error_of(answer.error(), {id}, clock_.now()));
    co_return settings_json(id, answer->user);
}

Task<Result<std::string, Error>> SettingsService::put(flows::Caller caller, std::string id,
                                                      json::Object settings, core::Proof proof) {
    const auto phone = text_of(member(settings, "phone"));
    if (!phone || phone->empty())
        co_return fail(no_phone());
    auto facts = parse(*phone);
    if (!facts)
        co_return fail(wrong_phone(*phone));
    auto attributes = attributes_of(settings);
    if (!attributes)
        co_return fail(std::move(attributes.error()));
    const flows::PhoneChange change{std::move(*facts), proof};
    const flows::UserRecord record{service_, std::string(attribute_prefix), std::move(*attributes), change,
                                   show_code_};
    const core::UserId user_id(id);
    const auto answer = co_await users_.put(caller, user_id, record);
    if (!answer)
        co_return fail(error_of(answer.error(), {id, false, *phone}, clock_.now()));
    const PendingCode pending{answer->code_expires_at,
                              answer->code ? std::optional(answer->code->reveal()) : std::nullopt,
                              show_code_};
    co_return settings_json(id, answer->user, &pending);
}

Task<Result<core::User, Error>> SettingsService::find(flows::Caller caller, Meant meant) {
    flows::UserQuery query{service_, core::UserId(meant.text)};
    if (meant.by == Meant::By::login) {
        query.by = flows::Login{meant.text};
    } else if (meant.by == Meant::By::phone) {
        const auto facts = parse(meant.text);
        if (!facts)
            co_return fail(nobody_found(named(meant)));
        query.by = facts->number;
    }
    const auto found = co_await users_.find(caller, query);
    if (!found)
        co_return fail(error_of(found.error(), named(meant), clock_.now()));
    const auto& user = own_or_first(*found, caller.principal);
    if (!has_settings(user))
        co_return fail(recipient_not_found(meant.text));
    co_return user;
}

Task<SettingsService::Done> SettingsService::resend(flows::Caller caller, Meant meant) {
    const auto user = co_await find(caller, meant);
    if (!user)
        co_return fail(user.error());
    std::optional<core::PhoneNumber> asked;
    if (meant.by == Meant::By::phone)
        asked = parse(meant.text)->number;
    // The source takes the proof from a verified number here, so that anybody could from anybody.
    const auto number = number_to_prove(*user, asked);
    if (!number)
        co_return Done{};
    flows::NextCode next;
    next.by_anybody = true;
    next.number = parse(number->e164());
    if (!next.number)
        co_return fail(wrong_phone(meant.text));
    const auto answer = co_await users_.resend(caller, user->id, next);
    if (answer || is_refused_as(answer.error(), core::Reason::already_verified))
        co_return Done{};
    co_return fail(error_of(answer.error(), named(meant), clock_.now()));
}

Task<SettingsService::Done> SettingsService::verify(flows::Caller caller, Meant meant,
                                                    std::optional<core::TypedCode> code) {
    const auto user = co_await find(caller, meant);
    if (!user)
        co_return fail(user.error());
    if (!code)
        co_return fail(invalid_code(meant.text, "undefined"));
    const auto answer = co_await users_.verify(caller, user->id, *code);
    if (answer)
        co_return Done{};
    auto told = named(meant);
    told.code = code->text;
    co_return fail(error_of(answer.error(), told, clock_.now()));
}

Task<Result<std::string, Error>> SettingsService::change(flows::Caller caller, std::string id,
                                                         core::Attributes changed,
                                                         std::optional<std::string> phone) {
    std::optional<flows::PhoneChange> phone_change;
    if (phone) {
        auto facts = parse(*phone);
        if (!facts)
            co_return fail(wrong_phone(*phone));
        phone_change.emplace(flows::PhoneChange{std::move(*facts), core::Proof::message});
    }
    const core::UserId user_id(id);
    const auto answer = co_await users_.update(caller, user_id, changed, phone_change);
    if (!answer)
        co_return fail(error_of(answer.error(), {id, false, phone.value_or("")}, clock_.now()));
    co_return settings_json(id, answer->user);
}

Task<SettingsService::Done> SettingsService::remove(flows::Caller caller, std::string id) {
    const core::UserId user_id(id);
    const std::string prefix(attribute_prefix);
    const auto answer = co_await users_.remove_phone(caller, user_id, prefix);
    if (answer || is_refused_as(answer.error(), core::Reason::no_phone) ||
        is_refused_as(answer.error(), core::Reason::user_not_found))
        co_return Done{};
    co_return fail(error_of(answer.error(), {id, false}, clock_.now()));
}

Task<Result<std::optional<std::string>, Error>> SettingsService::get_by_phone(flows::Caller caller,
                                                                              std::string phone) {
    const auto facts = parse(phone);
    if (!facts)
        co_return std::optional<std::string>{};
    const flows::UserQuery query{service_, facts->number};
    const auto found = co_await users_.find(caller, query);
    if (!found && is_refused_as(found.error(), core::Reason::user_not_found))
        co_return std::optional<std::string>{};
    if (!found)
        co_return fail(error_of(found.error(), {phone, false}, clock_.now()));
    for (const auto& user : *found)
        if (const auto* primary = user.primary_phone(); primary && primary->number == facts->number)
            co_return settings_json(user.id.text, user);
    co_return std::optional<std::string>{};
}

} // namespace dialproof::dialects::sms_settings
