#include "app/settings.h"

#include "app/rate_text.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "core/autofill.h"
#include "delivery/templates.h"

#include <algorithm>
#include <charconv>

namespace dialproof::app {

namespace {

using Fault = std::optional<std::string>;
constexpr std::size_t text_bytes_max = 1000, list_max = 1000;

// A JSON string is a TOML string too.
std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string quoted_list(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts)
        out += (out.size() > 1 ? ", " : "") + quoted(text);
    return out + "]";
}

// Where a setting is kept: reads and writes of one field, by the names in its path.
template <typename T>
using Field = std::function<T&(Config&, const SettingNames&)>;

template <typename T>
const T& read(const Field<T>& field, const Config& config, const SettingNames& names) {
    return field(const_cast<Config&>(config), names);
}

template <typename T>
Field<T> member(T Config::*pointer) {
    return [pointer](Config& config, const SettingNames&) -> T& { return config.*pointer; };
}

template <typename T>
Field<T> of_line(T core::LinePolicy::*pointer) {
    return [pointer](Config& config, const SettingNames&) -> T& { return config.rules.line.*pointer; };
}

core::Policy& service(Config& config, const std::string& name) {
    const core::ServiceName key(name);
    if (const auto found = config.rules.services.find(key); found != config.rules.services.end())
        return found->second;
    // A new service starts with what the mode gives to every one.
    core::Policy fresh = default_policy(config.dev);
    fresh.service = key;
    return config.rules.services.emplace(key, std::move(fresh)).first->second;
}

template <typename T>
Field<T> of_service(T core::Policy::*pointer) {
    return [pointer](Config& config, const SettingNames& names) -> T& {
        return service(config, names.at(0)).*pointer;
    };
}

std::vector<SettingNames> service_names(const Config& config) {
    std::vector<SettingNames> names;
    for (const auto& [name, policy] : config.rules.services)
        names.push_back({name.text});
    return names;
}

// One kind of value: from what the file says to T, or nothing; and back to TOML.
template <typename T>
struct Kind {
    std::function<std::optional<T>(const SettingValue&)> parse;
    std::function<std::string(const T&)> print;
    std::string expected;
};

template <typename T>
Setting setting(std::string path, std::string help, Field<T> field, Kind<T> kind) {
    Setting made;
    made.path = std::move(path);
    made.help = std::move(help);
    made.set = [field, kind](Config& config, const SettingNames& names, const SettingValue& value) -> Fault {
        auto parsed = kind.parse(value);
        if (!parsed)
            return "expected " + kind.expected;
        field(config, names) = std::move(*parsed);
        return {};
    };
    made.print = [field, kind](const Config& config, const SettingNames& names) {
        return kind.print(read(field, config, names));
    };
    if (made.path.find('*') != std::string::npos)
        made.names = service_names;
    return made;
}

// Kinds

Kind<std::string> text() {
    return {[](const SettingValue& value) -> std::optional<std::string> {
                const auto* content = std::get_if<std::string>(&value);
                return content && content->size() <= text_bytes_max ? std::optional(*content) : std::nullopt;
            },
            [](const std::string& content) { return quoted(content); }, "a text"};
}

Kind<std::string> one_of(std::vector<std::string> words) {
    auto kind = text();
    kind.expected = "one of";
    for (const auto& word : words)
        kind.expected += " " + word;
    kind.parse = [words = std::move(words)](const SettingValue& value) -> std::optional<std::string> {
        const auto* content = std::get_if<std::string>(&value);
        const bool known = content && std::find(words.begin(), words.end(), *content) != words.end();
        return known ? std::optional(*content) : std::nullopt;
    };
    return kind;
}

std::optional<std::int64_t> integer_of(const SettingValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return *number;
    const auto* content = std::get_if<std::string>(&value);
    std::int64_t number = 0;
    if (!content)
        return {};
    const auto [end, failed] = std::from_chars(content->data(), content->data() + content->size(), number);
    return failed == std::errc{} && end == content->data() + content->size() && !content->empty()
               ? std::optional(number)
               : std::nullopt;
}

Kind<unsigned> whole(unsigned low, unsigned high) {
    return {[low, high](const SettingValue& value) -> std::optional<unsigned> {
                const auto number = integer_of(value);
                return number && *number >= low && *number <= high
                           ? std::optional(static_cast<unsigned>(*number))
                           : std::nullopt;
            },
            [](const unsigned& number) { return std::to_string(number); },
            "a whole number from " + std::to_string(low) + " to " + std::to_string(high)};
}

std::optional<Seconds> span_of(const SettingValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return parse_span(std::to_string(*number));
    const auto* content = std::get_if<std::string>(&value);
    return content ? parse_span(*content) : std::nullopt;
}

Kind<Seconds> span(Seconds low, Seconds high) {
    return {[low, high](const SettingValue& value) -> std::optional<Seconds> {
                const auto parsed = span_of(value);
                return parsed && *parsed >= low && *parsed <= high ? parsed : std::nullopt;
            },
            [](const Seconds& seconds) { return quoted(span_text(seconds)); },
            "a time from " + span_text(low) + " to " + span_text(high) + ", such as \"90s\" or \"10m\""};
}

Kind<bool> flag() {
    return {[](const SettingValue& value) -> std::optional<bool> {
                if (const auto* given = std::get_if<bool>(&value))
                    return *given;
                const auto* content = std::get_if<std::string>(&value);
                if (content && (*content == "true" || *content == "1"))
                    return true;
                if (content && (*content == "false" || *content == "0"))
                    return false;
                return {};
            },
            [](const bool& given) { return std::string(given ? "true" : "false"); }, "true or false"};
}

// A list, which a variable of the environment gives with commas between its items.
std::optional<std::vector<std::string>> list_of(const SettingValue& value) {
    if (const auto* list = std::get_if<std::vector<std::string>>(&value))
        return list->size() <= list_max ? std::optional(*list) : std::nullopt;
    const auto* content = std::get_if<std::string>(&value);
    if (!content)
        return {};
    std::vector<std::string> items;
    for (const auto item : split(*content, ','))
        if (!trimmed(item).empty())
            items.emplace_back(trimmed(item));
    return items;
}

Kind<std::vector<std::string>> texts(std::string expected) {
    return {list_of, quoted_list, std::move(expected)};
}

// A container of values that are each written as a text.
template <typename Container, typename Parse, typename Print>
Kind<Container> list(Parse parse, Print print, std::string expected) {
    Kind<Container> kind;
    kind.parse = [parse](const SettingValue& value) -> std::optional<Container> {
        const auto items = list_of(value);
        if (!items)
            return {};
        Container parsed;
        for (const auto& item : *items) {
            auto one = parse(item);
            if (!one)
                return {};
            parsed.insert(parsed.end(), std::move(*one));
        }
        return parsed;
    };
    kind.print = [print](const Container& container) {
        std::vector<std::string> items;
        for (const auto& item : container)
            items.emplace_back(print(item));
        return quoted_list(items);
    };
    kind.expected = std::move(expected);
    return kind;
}

// Of texts, each of which must pass.
Kind<std::vector<std::string>> list_where(bool (*passes)(std::string_view), std::string expected) {
    return list<std::vector<std::string>>(
        [passes](const std::string& item) { return passes(item) ? std::optional(item) : std::nullopt; },
        [](const std::string& item) { return item; }, std::move(expected));
}

Kind<core::Rate> rate() {
    return {[](const SettingValue& value) -> std::optional<core::Rate> {
                const auto* content = std::get_if<std::string>(&value);
                return content ? parse_rate(*content) : std::nullopt;
            },
            [](const core::Rate& r) { return quoted(rate_text(r)); },
            "a rate such as \"30/1h\", or \"none\""};
}

Kind<std::vector<core::Rate>> rates() {
    auto kind = list<std::vector<core::Rate>>(
        [](const std::string& item) {
            const auto parsed = parse_rate(item);
            return parsed && parsed->limited() ? parsed : std::nullopt;
        },
        rate_text, "a list of rates such as [\"15/1h\", \"30/1d\"], of at most 1000 each");
    // Each event of a window is kept with its line.
    const auto parse = kind.parse;
    kind.parse = [parse](const SettingValue& value) {
        auto parsed = parse(value);
        if (parsed &&
            std::any_of(parsed->begin(), parsed->end(), [](const auto& r) { return r.count > 1000; }))
            parsed.reset();
        return parsed;
    };
    return kind;
}

std::optional<std::string> parse_country(const std::string& text) {
    const bool fits = text == "*" || text == "001" || (text.size() == 2 && to_upper(text) == text);
    return fits ? std::optional(text) : std::nullopt;
}

Setting templates() {
    Setting made;
    made.path = "services.*.templates.*";
    made.help = "Message text by language tag, with {code}, {app}, {minutes}, {domain} and {app_hash}.";
    made.set = [](Config& config, const SettingNames& names, const SettingValue& value) -> Fault {
        const auto* content = std::get_if<std::string>(&value);
        if (!content)
            return "expected a text with {code}";
        if (auto fault = delivery::template_fault(*content))
            return fault;
        service(config, names.at(0)).templates[names.at(1)] = *content;
        return {};
    };
    made.print = [](const Config& config, const SettingNames& names) {
        return quoted(config.rules.services.at(core::ServiceName(names[0])).templates.at(names[1]));
    };
    made.names = [](const Config& config) {
        std::vector<SettingNames> names;
        for (const auto& [name, policy] : config.rules.services)
            for (const auto& [locale, content] : policy.templates)
                names.push_back({name.text, locale});
        return names;
    };
    return made;
}

Setting test_numbers() {
    Setting made;
    made.path = "test_numbers.*";
    made.help = "Numbers that are never sent to, each with its fixed code.";
    made.set = [](Config& config, const SettingNames& names, const SettingValue& value) -> Fault {
        const auto number = core::PhoneNumber::parse(names.at(0));
        const auto* code = std::get_if<std::string>(&value);
        if (!number)
            return "expected a number in E.164 form as the key, such as \"+12025550100\"";
        if (!code || code->size() < core::CodeShape::length_min || code->size() > core::CodeShape::length_max)
            return "expected a code of 4 to 10 characters, as a text";
        config.rules.test_numbers.insert_or_assign(*number, core::Code(core::normalized_guess(*code)));
        return {};
    };
    // Codes are not for printing, so none of them has a name to print.
    made.names = [](const Config&) { return std::vector<SettingNames>{}; };
    return made;
}

Field<unsigned> code_length() {
    return [](Config& config, const SettingNames& names) -> unsigned& {
        return service(config, names.at(0)).code.length;
    };
}

Field<core::CodeAlphabet> code_alphabet() {
    return [](Config& config, const SettingNames& names) -> core::CodeAlphabet& {
        return service(config, names.at(0)).code.alphabet;
    };
}

// A term of a dialect; what it takes the place of is the service's.
template <typename T>
Field<T> of_dialect(std::string_view dialect, T core::DialectTerms::*pointer) {
    return [name = std::string(dialect), pointer](Config& config, const SettingNames&) -> T& {
        return config.rules.dialects[name].*pointer;
    };
}

template <typename Owner, typename T>
Field<T> of(Owner Config::*owner, T Owner::*pointer) {
    return [owner, pointer](Config& config, const SettingNames&) -> T& { return config.*owner.*pointer; };
}

// The same kind, where "" is no value.
template <typename T>
Kind<std::optional<T>> optional(Kind<T> kind) {
    return {
        [parse = kind.parse](const SettingValue& value) -> std::optional<std::optional<T>> {
            const auto* content = std::get_if<std::string>(&value);
            if (content && content->empty())
                return std::optional<std::optional<T>>(std::in_place);
            auto parsed = parse(value);
            return parsed ? std::optional<std::optional<T>>(std::move(parsed)) : std::nullopt;
        },
        [print = kind.print](const std::optional<T>& value) { return value ? print(*value) : quoted(""); },
        kind.expected + ", or \"\""};
}

Kind<core::ServiceName> service_name() {
    auto name = text();
    return {[parse = name.parse](const SettingValue& value) -> std::optional<core::ServiceName> {
                auto parsed = parse(value);
                return parsed ? std::optional(core::ServiceName(std::move(*parsed))) : std::nullopt;
            },
            [](const core::ServiceName& service) { return quoted(service.text); }, name.expected};
}

Field<Seconds> token_life(Seconds dialects::sso::TokenLives::*pointer) {
    return
        [pointer](Config& config, const SettingNames&) -> Seconds& { return config.techno.lives.*pointer; };
}

Field<std::string> organisation() {
    return [](Config& config, const SettingNames& names) -> std::string& {
        service(config, names.at(0));
        return config.organisations[core::ServiceName(names.at(0))];
    };
}

// An enumeration by its names.
template <typename T>
Kind<T> named(std::vector<std::pair<std::string, T>> names) {
    Kind<T> kind;
    kind.expected = "one of";
    for (const auto& [name, value] : names)
        kind.expected += " " + name;
    kind.parse = [names](const SettingValue& value) -> std::optional<T> {
        const auto* content = std::get_if<std::string>(&value);
        for (const auto& [name, meaning] : names)
            if (content && *content == name)
                return meaning;
        return {};
    };
    kind.print = [names](const T& value) {
        const auto found = std::find_if(names.begin(), names.end(),
                                        [&](const auto& entry) { return entry.second == value; });
        return quoted(found->first);
    };
    return kind;
}

std::vector<Setting> all_settings() {
    using core::Policy;
    using Pip = dialects::PipSmsSettingsConfig;
    using Techno = dialects::TechnoSsoConfig;
    constexpr Seconds second{1}, hour{3600}, day{86400};
    const auto countries = list<std::set<std::string>>(
        parse_country, [](const std::string& country) { return country; },
        "a list of ISO 3166-1 codes such as [\"CH\", \"DE\"], or [\"*\"] for all");
    const auto number_types = list<std::set<core::NumberType>>(
        [](const std::string& item) { return core::parse_number_type(item); },
        [](core::NumberType type) { return std::string(to_text(type)); },
        "a list of number types such as [\"premium_rate\", \"voip\"]");
    const auto gaps = list<std::vector<Seconds>>([](const std::string& item) { return parse_span(item); },
                                                 span_text, "a list of times such as [\"60s\", \"2m\"]");
    return {
        setting("data", "The folder of the database, the keys and the admin token.", member(&Config::data),
                text()),

        setting("server.listen", "Address and port, in the clear; port 0 picks one; empty: under TLS alone.",
                member(&Config::listen), text()),
        setting("server.tls.listen", "Address and port under TLS; empty: none.",
                of(&Config::tls, &TlsSettings::listen), text()),
        setting("server.tls.certificate", "PEM file: the server's certificate, then those up to the root.",
                of(&Config::tls, &TlsSettings::certificate), text()),
        setting("server.tls.key", "PEM file of its key, without a passphrase, for its owner alone.",
                of(&Config::tls, &TlsSettings::key), text()),
        setting("server.tls.client_ca", "PEM file of those whose client certificates are taken.",
                of(&Config::tls, &TlsSettings::client_ca), text()),
        setting("server.tls.client_certificates", "Whether clients show a certificate.",
                of(&Config::tls, &TlsSettings::client_certificates),
                named<net::ClientCertificates>({{"off", net::ClientCertificates::off},
                                                {"optional", net::ClientCertificates::optional},
                                                {"required", net::ClientCertificates::required}})),
        setting("server.threads", "Event loops; 0: one per core.", member(&Config::threads), whole(0, 256)),
        setting("server.trusted_proxies",
                "Networks whose X-Forwarded-For or Forwarded field is believed, such as \"10.0.0.0/8\".",
                member(&Config::trusted_proxies), texts("a list of networks such as [\"10.0.0.0/8\"]")),
        setting("server.forwarded_by", "The header that the trusted proxies write; the other one is ignored.",
                member(&Config::forwarded_by), one_of({"x-forwarded-for", "forwarded"})),
        setting("server.connections_max", "Open connections; one more is answered 503.",
                member(&Config::connections_max), whole(1, 1'000'000)),
        setting("server.requests_in_flight_max", "Requests being worked on; one more is answered 503.",
                member(&Config::requests_in_flight_max), whole(1, 1'000'000)),
        setting("server.drain", "How long work in flight may take to end after SIGTERM.",
                member(&Config::drain), span(second, hour)),

        setting("log.level", "The least important that is logged.", member(&Config::log_level),
                one_of({"debug", "info", "warning", "error"})),
        setting("log.requests", "Whether each request is logged, at level info.",
                member(&Config::log_requests), flag()),
        setting("docs.enabled", "Whether /openapi.json and the page at /docs are served.",
                member(&Config::docs_enabled), flag()),
        setting("store.kind",
                "Where everything is kept: \"sqlite\", or \"memory\", of which a stop leaves nothing.",
                member(&Config::store_kind), one_of({"sqlite", "memory"})),
        setting("keys.file", "The key set; empty: the file \"keys\" in the data folder.",
                member(&Config::keys_file), text()),
        setting("numbers.metadata_file", "A newer table of numbering plans; empty: the one built in.",
                member(&Config::number_metadata_file), text()),
        setting("retention.days", "How long ended verifications, messages and events are kept.",
                member(&Config::retention_days), whole(2, 3650)),

        setting(
            "senders.order", "Providers by preference: \"file\".", member(&Config::senders),
            list<std::vector<std::string>>(
                [](const std::string& item) { return item == "file" ? std::optional(item) : std::nullopt; },
                [](const std::string& item) { return item; }, "a list of \"file\"")),
        setting("senders.file.path", "Where the file sender writes one JSON line for each message.",
                member(&Config::file_sender_path), text()),

        setting("line.send_gaps",
                "The least time after the first, second, ... send to one number in an hour.",
                of_line(&core::LinePolicy::send_gaps), gaps),
        setting("line.sends", "The most sends to one number, in every window of that time.",
                of_line(&core::LinePolicy::sends), rates()),
        setting("line.guesses", "The most wrong guesses on one number, in every window of that time.",
                of_line(&core::LinePolicy::guesses), rates()),
        setting("line.guesses_in_row_max", "Wrong guesses in a row after which an operator has to help.",
                of_line(&core::LinePolicy::guesses_in_row_max), whole(1, 100'000)),

        setting("services.*.app_name", "{app} in templates.", of_service(&Policy::app_name), text()),
        setting("services.*.organisation",
                "The service's id as a Zitadel organisation; empty: one is derived.", organisation(), text()),
        setting("services.*.web_domains",
                "Sites whose pages, and apps on iOS, fill in the code by themselves.",
                of_service(&Policy::web_domains),
                list_where(
                    core::is_web_domain,
                    "a list of hosts such as [\"example.com\"], in small ASCII letters, without scheme, port "
                    "or path")),
        setting("services.*.android_app_hashes", "Apps on Android that fill in the code by themselves.",
                of_service(&Policy::android_app_hashes),
                list_where(core::is_app_hash, "a list of app hashes, each 11 characters of base64")),
        setting("services.*.parts_max", "The most short messages that one text may take.",
                of_service(&Policy::parts_max), whole(1, 10)),
        setting("services.*.code_length", "Digits or characters of a code.", code_length(),
                whole(core::CodeShape::length_min, core::CodeShape::length_max)),
        setting(
            "services.*.code_alphabet", "What a code is made of.", code_alphabet(),
            named<core::CodeAlphabet>({{"digits", core::CodeAlphabet::digits},
                                       {"digits_and_capitals", core::CodeAlphabet::digits_and_capitals}})),
        setting("services.*.code_lifetime",
                "How long a code is good; NIST SP 800-63B allows 10 minutes by SMS.",
                of_service(&Policy::code_lifetime), span(Seconds{30}, day)),
        setting("services.*.guesses", "Wrong guesses on one verification ...", of_service(&Policy::guesses),
                whole(1, 100)),
        setting("services.*.guesses_fade", "... within this time.", of_service(&Policy::guesses_fade),
                span(Seconds{60}, 30 * day)),
        setting("services.*.countries", "Countries whose numbers may be sent to; [\"*\"]: all.",
                of_service(&Policy::countries), countries),
        setting("services.*.number_types_refused", "Kinds of numbers that are not sent to.",
                of_service(&Policy::types_refused), number_types),
        setting("services.*.uniqueness", "Whether several users may have verified the same number.",
                of_service(&Policy::uniqueness),
                named<core::Uniqueness>(
                    {{"none", core::Uniqueness::none}, {"verified_once", core::Uniqueness::verified_once}})),
        setting("services.*.sends_per_caller",
                "Sends asked for from one address (IPv6: one /64) without a token.",
                of_service(&Policy::sends_per_caller), rate()),
        setting("services.*.sends_per_country", "Sends to one country.",
                of_service(&Policy::sends_per_country), rate()),
        setting("services.*.sends_per_service", "Sends of the whole service.",
                of_service(&Policy::sends_per_service), rate()),
        setting("services.*.checks_per_caller", "Codes checked from one address without a token.",
                of_service(&Policy::checks_per_caller), rate()),
        templates(),

        setting("dialects.django_phone_verify.enabled", "POST /api/phone/register and /api/phone/verify.",
                member(&Config::django_enabled), flag()),
        setting("dialects.django_phone_verify.service", "The service that it serves.",
                member(&Config::django_service), text()),
        setting("dialects.django_phone_verify.default_region",
                "Country of numbers in national form; empty: they are refused.",
                member(&Config::django_region), text()),
        setting("dialects.zitadel.enabled", "The v2 user API under /v2/users.",
                member(&Config::zitadel_enabled), flag()),
        setting("dialects.zitadel.default_region",
                "Country of numbers in national form; empty: they are refused.",
                member(&Config::zitadel_region), text()),
        setting(
            "dialects.zitadel.cors_origins",
            "Origins of pages that may call this API from a browser, such as \"https://app.example.com\".",
            member(&Config::zitadel_origins),
            texts("a list of origins such as [\"https://app.example.com\"]")),

        setting("dialects.pip_sms_settings.enabled", "The sms_settings API under /api/v1/sms_settings.",
                member(&Config::pip_enabled), flag()),
        setting("dialects.pip_sms_settings.service", "The service that it serves.",
                of(&Config::pip, &Pip::service), service_name()),
        setting("dialects.pip_sms_settings.code_length", "Digits of its codes; empty: the service's.",
                of_dialect(dialects::PipSmsSettings::name, &core::DialectTerms::code_length),
                optional(whole(core::CodeShape::length_min, core::CodeShape::length_max))),
        setting("dialects.pip_sms_settings.code_lifetime",
                "How long its codes are good, \"24h\" as in the source; empty: the service's.",
                of_dialect(dialects::PipSmsSettings::name, &core::DialectTerms::code_lifetime),
                optional(span(Seconds{30}, day))),
        setting("dialects.pip_sms_settings.legacy_success",
                "Success of resend and verify as the first generation has it: 200 with the body 204.",
                of(&Config::pip, &Pip::legacy_success), flag()),
        setting("dialects.pip_sms_settings.answer_ver_code",
                "The code in the answer to PUT, for tests of clients: in the dev mode only.",
                of(&Config::pip, &Pip::show_code), flag()),
        setting("dialects.pip_sms_settings.commands",
                "The microservice's commands, POST /v1/sms_settings/COMMAND, behind API tokens.",
                of(&Config::pip, &Pip::commands), flag()),
        setting("dialects.techno_sso.enabled", "Techno SSO's phone endpoints under /api/v1.",
                member(&Config::techno_enabled), flag()),
        setting("dialects.techno_sso.service", "The service that it serves.",
                of(&Config::techno, &Techno::service), service_name()),
        setting("dialects.techno_sso.prefix", "In front of its paths, such as \"/sso\".",
                of(&Config::techno, &Techno::prefix), text()),
        setting("dialects.techno_sso.code_length", "Digits of its codes; empty: the service's.",
                of_dialect(dialects::TechnoSso::name, &core::DialectTerms::code_length),
                optional(whole(core::CodeShape::length_min, core::CodeShape::length_max))),
        setting("dialects.techno_sso.code_lifetime", "How long its codes are good; empty: the service's.",
                of_dialect(dialects::TechnoSso::name, &core::DialectTerms::code_lifetime),
                optional(span(Seconds{30}, day))),
        setting("dialects.techno_sso.guesses",
                "Wrong guesses on one of its verifications; empty: the service's.",
                of_dialect(dialects::TechnoSso::name, &core::DialectTerms::guesses), optional(whole(1, 100))),
        setting("dialects.techno_sso.spam_penalty", "From one code of a user, and of a number, to the next.",
                of(&Config::techno, &Techno::spam_penalty), span(second, day)),
        setting("dialects.techno_sso.long_spam_penalty",
                "The same after a code that was asked for without a user id.",
                of(&Config::techno, &Techno::long_spam_penalty), span(second, day)),
        setting("dialects.techno_sso.token_ttl", "How long an access token is good.",
                token_life(&dialects::sso::TokenLives::access), span(Seconds{60}, 30 * day)),
        setting("dialects.techno_sso.refresh_token_ttl", "How long a refresh token is good.",
                token_life(&dialects::sso::TokenLives::refresh), span(Seconds{60}, 366 * day)),

        // Before the numbers themselves, whose pattern would take its variable's name for a number.
        setting("test_numbers_in_production", "Test numbers outside of the dev mode.",
                member(&Config::test_numbers_in_production), flag()),
        test_numbers(),
    };
}

} // namespace

const std::vector<Setting>& settings() {
    static const std::vector<Setting> table = all_settings();
    return table;
}

std::optional<SettingNames> match_path(std::string_view pattern, std::string_view path, char separator) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == path ? std::optional(SettingNames{}) : std::nullopt;
    if (path.substr(0, star) != pattern.substr(0, star))
        return {};
    const auto rest = pattern.substr(star + 1);
    // A name may hold the separator: the shortest one that lets the rest fit is taken.
    for (auto end = path.find(separator, star);; end = path.find(separator, end + 1)) {
        const bool last = end == std::string_view::npos;
        const auto name = path.substr(star, last ? end : end - star);
        if (!name.empty()) {
            auto names = match_path(rest, last ? "" : path.substr(end), separator);
            if (names) {
                names->insert(names->begin(), std::string(name));
                return names;
            }
        }
        if (last)
            return {};
    }
}

} // namespace dialproof::app
