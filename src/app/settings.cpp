#include "app/settings.h"

#include "app/provider_settings.h"
#include "app/setting_kinds.h"
#include "core/autofill.h"
#include "delivery/templates.h"

namespace dialproof::app {

namespace {

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

std::optional<std::string> parse_country(const std::string& text) {
    const bool fits = text == "*" || text == "001" || (text.size() == 2 && to_upper(text) == text);
    return fits ? std::optional(text) : std::nullopt;
}

Setting templates() {
    Setting made;
    made.path = "services.*.templates.*";
    made.help = "Message text by language tag, with {code}, {app}, {minutes}, {domain} and {app_hash}.";
    made.set = [](Config& config, const SettingNames& names, const SettingValue& value) -> SettingFault {
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
    made.set = [](Config& config, const SettingNames& names, const SettingValue& value) -> SettingFault {
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
                "Where everything is kept: \"sqlite\", \"postgres\", or \"memory\", of which a stop leaves "
                "nothing.",
                member(&Config::store_kind), one_of({"sqlite", "postgres", "memory"})),
        setting(
            "store.postgres.url",
            "URI or keywords of libpq, such as \"postgres://dialproof@db.example/dialproof\"; no password.",
            of(&Config::postgres, &PostgresSettings::url), text()),
        setting("store.postgres.password_file",
                "File of mode 0600 with the password; empty: libpq looks in PGPASSWORD and its passfile.",
                of(&Config::postgres, &PostgresSettings::password_file), text()),
        setting("store.postgres.writers", "Connections that commit.",
                of(&Config::postgres, &PostgresSettings::writers), whole(1, 64)),
        setting("store.postgres.readers", "Connections that read.",
                of(&Config::postgres, &PostgresSettings::readers), whole(1, 64)),
        setting("store.postgres.statement_timeout", "How long one statement may take.",
                of(&Config::postgres, &PostgresSettings::statement_timeout), span(second, Seconds{60})),
        setting("store.postgres.prepared_statements",
                "Whether statements are prepared; not behind a pooler that does not know them.",
                of(&Config::postgres, &PostgresSettings::prepared_statements), flag()),
        setting("store.postgres.partitions",
                "Whether the tables that grow are made in partitions by day, when they are first made.",
                of(&Config::postgres, &PostgresSettings::partitions), flag()),
        setting("store.postgres.migrate", "Whether a start brings an older schema to this version's.",
                of(&Config::postgres, &PostgresSettings::migrate), flag()),
        setting("keys.file", "The key set; empty: the file \"keys\" in the data folder.",
                member(&Config::keys_file), text()),
        setting("numbers.metadata_file", "A newer table of numbering plans; empty: the one built in.",
                member(&Config::number_metadata_file), text()),
        setting("retention.days", "How long ended verifications, messages and events are kept.",
                member(&Config::retention_days), whole(2, 3650)),

        setting(
            "senders.order",
            "Providers by preference, where no route says otherwise: names of [providers.NAME], or \"file\".",
            member(&Config::senders), texts("a list of names of providers such as [\"twilio\", \"file\"]")),
        setting(
            "senders.answer_wait",
            "How long to wait for a receipt where a provider gave no answer, before the next has its turn.",
            member(&Config::answer_wait), span(second, Seconds{600})),
        setting(
            "senders.receipt_wait",
            "The same where a provider took the text; \"0s\": no next one. For providers that send receipts.",
            member(&Config::receipt_wait), span(Seconds{0}, Seconds{600})),
        setting(
            "senders.public_url",
            "Where providers reach this server with their receipts, such as \"https://verify.example.com\".",
            member(&Config::public_url), text()),
        setting("senders.http_proxy", "A proxy for requests to providers, as a URL; empty: none.",
                member(&Config::http_proxy), text()),
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
    static const std::vector<Setting> table = [] {
        auto all = all_settings();
        for (auto& each : all)
            if (each.path.starts_with("services.*") && !each.names)
                each.names = service_names;
        // In front of the test numbers, whose pattern takes any name.
        const auto providers = provider_settings();
        all.insert(all.begin(), providers.begin(), providers.end());
        return all;
    }();
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
