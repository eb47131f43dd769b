#include "app/config.h"

#include "app/listen_address.h"
#include "app/provider_secrets.h"
#include "app/rate_text.h"
#include "app/settings.h"
#include "app/spelling.h"
#include "base/text.h"
#include "delivery/template_lint.h"

#include <toml++/toml.h>

#include <algorithm>
#include <unistd.h>

namespace dialproof::app {

namespace {

constexpr std::string_view variable_prefix = "DIALPROOF_";
// Secrets, read where they are used, and the name of the file itself.
constexpr std::array<std::string_view, 4> variables_apart{"DIALPROOF_ADMIN_TOKEN", "DIALPROOF_KEYS",
                                                          "DIALPROOF_TECHNO_SSO_JWT_KEY", "DIALPROOF_CONFIG"};

class Loader {
public:
    Loader(bool dev, bool to_serve) : to_serve_(to_serve) {
        loaded_.config.dev = dev;
        loaded_.config.rules.limit_loopback_callers = !dev;
        loaded_.config.techno_enabled = dev;
        loaded_.config.docs_enabled = dev;
        const core::ServiceName name("default");
        loaded_.config.rules.services.emplace(name, default_policy(dev));
        loaded_.config.rules.dialects.emplace(dialects::TechnoSso::name,
                                              dialects::TechnoSso::terms(loaded_.config.techno.spam_penalty));
    }

    void read_file(const std::string& file) {
        toml::table table;
        try {
            table = toml::parse_file(file);
        } catch (const toml::parse_error& error) {
            const auto line = error.source().begin.line;
            faults_.push_back(file + (line > 0 ? ":" + std::to_string(line) : "") + ": " +
                              std::string(error.description()));
            return;
        }
        walk(file, "", table);
    }

    void read_variable(const std::string& name, const std::string& value) {
        const auto key = to_lower(std::string_view(name).substr(variable_prefix.size()));
        for (const auto& setting : settings()) {
            std::string pattern = setting.path;
            std::replace(pattern.begin(), pattern.end(), '.', '_');
            if (const auto names = match_path(pattern, key, '_')) {
                set(setting, *names, value, name + ": ");
                return;
            }
        }
        std::vector<std::string> known;
        for (const auto& setting : settings()) {
            std::string variable = std::string(variable_prefix) + to_upper(setting.path);
            std::replace(variable.begin(), variable.end(), '.', '_');
            known.push_back(std::move(variable));
        }
        faults_.push_back(name + ": unknown variable" + did_you_mean(name, known));
    }

    void read_flag(const std::string& key, const std::string& value) {
        for (const auto& setting : settings())
            if (setting.path == key)
                set(setting, {}, value, "--" + key.substr(key.rfind('.') + 1) + ": ");
    }

    Result<LoadedConfig, ConfigFaults> finish() {
        Config& config = loaded_.config;
        config.rules.dialects[std::string(dialects::TechnoSso::name)].send_gap = config.techno.spam_penalty;
        if (faults_.empty())
            check_whole();
        if (!faults_.empty())
            return fail(std::move(faults_));
        return std::move(loaded_);
    }

private:
    void walk(const std::string& file, const std::string& path, const toml::table& table) {
        for (const auto& [key, node] : table) {
            const std::string name(key.str());
            const std::string here = path.empty() ? name : path + "." + name;
            const std::string place = file + ":" + std::to_string(node.source().begin.line) + ": ";
            if (const auto* inner = node.as_table())
                walk(file, here, *inner);
            else
                read_key(path, name, here, node, place);
        }
    }

    void read_key(const std::string& path, const std::string& name, const std::string& here,
                  const toml::node& node, const std::string& place) {
        for (const auto& setting : settings()) {
            const auto names = match_path(setting.path, here, '.');
            if (!names)
                continue;
            if (const auto value = value_of(node))
                set(setting, *names, *value, place + here + ": ");
            else
                faults_.push_back(place + here +
                                  ": expected a text, a number, true, false or a list of texts");
            return;
        }
        faults_.push_back(place + here + ": unknown key" + suggestion(path, name, here));
    }

    // The nearest key of this table; where there is no such table, the nearest of all.
    static std::string suggestion(const std::string& path, const std::string& name, const std::string& here) {
        std::vector<std::string> names, paths;
        for (const auto& setting : settings()) {
            const auto dot = setting.path.rfind('.');
            const std::string table = dot == std::string::npos ? "" : setting.path.substr(0, dot);
            if (match_path(table, path, '.'))
                names.push_back(setting.path.substr(dot == std::string::npos ? 0 : dot + 1));
            paths.push_back(setting.path);
        }
        return names.empty() ? did_you_mean(here, paths) : did_you_mean(name, names);
    }

    static std::optional<SettingValue> value_of(const toml::node& node) {
        if (const auto* text = node.as_string())
            return text->get();
        if (const auto* number = node.as_integer())
            return number->get();
        if (const auto* flag = node.as_boolean())
            return flag->get();
        const auto* array = node.as_array();
        if (!array)
            return {};
        std::vector<std::string> items;
        for (const auto& item : *array) {
            if (const auto* text = item.as_string())
                items.push_back(text->get());
            else if (const auto* number = item.as_integer())
                items.push_back(std::to_string(number->get()));
            else
                return {};
        }
        return items;
    }

    void set(const Setting& setting, const SettingNames& names, const SettingValue& value,
             const std::string& place) {
        if (const auto wrong = setting.set(loaded_.config, names, value))
            faults_.push_back(place + *wrong);
    }

    // What no single key can tell.
    void check_whole() {
        const Config& config = loaded_.config;
        for (const auto& [name, policy] : config.rules.services) {
            const std::string service = "services." + name.text + ".";
            if (to_serve_ && policy.countries.empty())
                faults_.push_back(service +
                                  "countries: no country is allowed, so no code can be sent; expected "
                                  "a list such as [\"CH\", \"DE\"], or [\"*\"] for all");
            if (policy.code_lifetime > core::code_lifetime_of_nist)
                loaded_.warnings.push_back(service +
                                           "code_lifetime: longer than the 10 minutes that NIST SP 800-63B "
                                           "allows a code sent by SMS");
            if (to_serve_)
                check_texts(service, longest_texts(config.rules, policy));
            if (!config.dev && policy.countries.contains("*"))
                loaded_.warnings.push_back(service +
                                           "countries: all countries are open; premium ranges abroad "
                                           "are where SMS pumping earns its money");
        }
        if (!config.dev && config.store_kind == "memory")
            loaded_.warnings.emplace_back(
                "store.kind: memory: what is verified, and every limit, is forgotten "
                "when the server stops");
        if (!config.dev && !config.rules.test_numbers.empty() && !config.test_numbers_in_production)
            faults_.emplace_back("test_numbers: anybody who knows one passes; outside of the dev mode they "
                                 "need test_numbers_in_production = true");
        check_listeners();
        check_providers();
        check_retention();
        check_organisations();
        check_origins();
        check_dialects();
    }

    void check_providers() {
        const Config& config = loaded_.config;
        if (to_serve_ && !config.dev && config.senders.empty())
            faults_.emplace_back("senders.order: no provider, so no code can leave; expected names of "
                                 "[providers.NAME], or [\"file\"]");
        bool file = check_names("senders.order", config.senders);
        for (const auto& [name, route] : config.routes) {
            const std::string key = "routes." + name + ".providers";
            if (route.providers.empty())
                faults_.push_back(key + ": expected the names of its providers");
            file = check_names(key, route.providers) || file;
        }
        if (file && config.file_sender_path.empty())
            faults_.emplace_back("senders.file.path: expected the file that the provider \"file\" needs");
        for (const auto& [name, provider] : config.providers)
            if (provider.kind.empty())
                faults_.push_back("providers." + name + ".kind: expected which kind of provider it is");
        if (config.providers.contains("file"))
            faults_.emplace_back("providers.file: the name belongs to the file sender; expected another one");
        const auto& url = config.public_url;
        const bool whole = (url.starts_with("https://") || url.starts_with("http://")) && !url.ends_with('/');
        if (!url.empty() && !whole)
            faults_.push_back("senders.public_url: expected a URL such as https://verify.example.com, not " +
                              url);
    }

    // Whether the file sender is among them.
    bool check_names(const std::string& key, const std::vector<std::string>& names) {
        std::vector<std::string> known{"file"};
        for (const auto& [name, provider] : loaded_.config.providers)
            known.push_back(name);
        std::set<std::string> seen;
        for (const auto& name : names) {
            if (std::find(known.begin(), known.end(), name) == known.end())
                faults_.push_back(key + ": there is no [providers." + name + "]" + did_you_mean(name, known));
            if (!seen.insert(name).second)
                faults_.push_back(key + ": " + name + " is named twice");
        }
        return seen.contains("file");
    }

    // What a text costs is billed with every send.
    void check_texts(const std::string& service, const core::Policy& policy) {
        std::string long_ones;
        for (const auto& report : delivery::lint_templates(policy)) {
            const std::string parts = delivery::parts_text(report);
            if (!report.fits(policy))
                faults_.push_back(service + "templates." + report.locale + ": takes " + parts +
                                  "; expected at most " + service +
                                  "parts_max = " + std::to_string(policy.parts_max));
            else if (report.parts > 1)
                long_ones += (long_ones.empty() ? "" : "; ") + report.locale + " takes " + parts;
        }
        if (!long_ones.empty())
            loaded_.warnings.push_back(service + "templates: each text is billed as several: " + long_ones);
    }

    // As a browser writes one, or it would never match.
    void check_origins() {
        for (const auto& origin : loaded_.config.zitadel_origins) {
            const auto scheme = origin.find("://");
            const bool whole = scheme != std::string::npos && scheme + 3 < origin.size() &&
                               origin.find_first_of("/ ?#", scheme + 3) == std::string::npos;
            if (origin != "*" && !whole)
                faults_.push_back(
                    "dialects.zitadel.cors_origins: expected origins such as https://app.example.com, "
                    "without a path, or *, not " +
                    origin);
        }
    }

    void check_listeners() {
        const Config& config = loaded_.config;
        const TlsSettings& tls = config.tls;
        for (const auto& [key, address] :
             {std::pair("server.listen", config.listen), std::pair("server.tls.listen", tls.listen)})
            if (!address.empty() && !parse_listen_address(address))
                faults_.push_back(std::string(key) + ": expected ADDRESS:PORT such as 127.0.0.1:8080, not " +
                                  address);
        if (config.listen.empty() && tls.listen.empty())
            faults_.emplace_back("server.listen: nothing to listen on; expected ADDRESS:PORT here or in "
                                 "server.tls.listen");
        if (tls.listen.empty()) {
            if (!tls.certificate.empty())
                loaded_.warnings.emplace_back("server.tls.certificate: not used without server.tls.listen");
            return;
        }
        for (const auto& [key, file] :
             {std::pair("server.tls.certificate", tls.certificate), std::pair("server.tls.key", tls.key)})
            if (file.empty())
                faults_.push_back(std::string(key) + ": expected the PEM file that server.tls.listen needs");
        const bool asks = tls.client_certificates != net::ClientCertificates::off;
        if (asks && tls.client_ca.empty())
            faults_.emplace_back("server.tls.client_ca: expected the PEM file that "
                                 "server.tls.client_certificates needs");
        if (!asks && !tls.client_ca.empty())
            faults_.emplace_back("server.tls.client_certificates: expected optional or required: nobody is "
                                 "asked for a certificate of server.tls.client_ca");
    }

    void check_dialects() {
        const Config& config = loaded_.config;
        for (const auto& [enabled, dialect, service] :
             {std::tuple(config.django_enabled, "django_phone_verify",
                         core::ServiceName(config.django_service)),
              std::tuple(config.pip_enabled, "pip_sms_settings", config.pip.service),
              std::tuple(config.techno_enabled, "techno_sso", config.techno.service)})
            if (enabled && !config.rules.service(service))
                faults_.push_back("dialects." + std::string(dialect) + ".service: there is no service " +
                                  service.text);
        if (config.pip.show_code && !config.dev)
            faults_.emplace_back("dialects.pip_sms_settings.answer_ver_code: whoever may set a phone would "
                                 "read its code; expected false outside of the dev mode");
        const auto& prefix = config.techno.prefix;
        const bool plain = std::all_of(prefix.begin(), prefix.end(), [](char c) {
            return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
                   std::string_view("/-_.~").find(c) != std::string_view::npos;
        });
        if (!prefix.empty() && (!plain || !prefix.starts_with('/') || prefix.ends_with('/')))
            faults_.emplace_back("dialects.techno_sso.prefix: expected a path such as \"/sso\", or \"\"");
    }

    // Pruning forgets an idle line, and with it what its windows still count.
    void check_retention() {
        const Seconds retention{86400L * loaded_.config.retention_days};
        const auto& line = loaded_.config.rules.line;
        for (const auto& [key, rates] :
             {std::pair("line.sends", &line.sends), std::pair("line.guesses", &line.guesses)})
            for (const auto& rate : *rates)
                if (rate.period > retention)
                    faults_.push_back(std::string(key) + ": " + rate_text(rate) +
                                      " looks further back than retention.days keeps");
    }

    void check_organisations() {
        std::set<std::string> ids;
        for (const auto& [service, id] : loaded_.config.organisations) {
            const bool digits = id.size() <= 20 && std::all_of(id.begin(), id.end(), is_digit);
            const std::string place = "services." + service.text + ".organisation: ";
            if (!digits)
                faults_.push_back(place + "expected at most 20 digits");
            else if (!id.empty() && !ids.insert(id).second)
                faults_.push_back(place + "another service has this id");
        }
    }

    bool to_serve_;
    LoadedConfig loaded_;
    ConfigFaults faults_;
};

} // namespace

core::Rules served_rules(const Config& config) {
    core::Rules rules = config.rules;
    if (!config.techno_enabled)
        rules.dialects.erase(std::string(dialects::TechnoSso::name));
    return rules;
}

core::Policy longest_texts(const core::Rules& rules, core::Policy policy) {
    for (const auto& [dialect, terms] : rules.dialects) {
        policy.code.length = std::max(policy.code.length, terms.code_length.value_or(0));
        policy.code_lifetime = std::max(policy.code_lifetime, terms.code_lifetime.value_or(Seconds{0}));
    }
    return policy;
}

core::Policy default_policy(bool dev) {
    core::Policy policy;
    if (!dev)
        return policy;
    // Nothing leaves the machine there: what protects a bill would only be in the way.
    policy.countries = {"*"};
    policy.sends_per_caller = policy.sends_per_country = policy.sends_per_service = core::Rate{};
    policy.checks_per_caller = core::Rate{};
    return policy;
}

Result<LoadedConfig, ConfigFaults> load_config(const ConfigSource& source) {
    Loader loader(source.dev, source.to_serve);
    if (source.file)
        loader.read_file(*source.file);
    for (const auto& [name, value] : source.environment)
        loader.read_variable(name, value);
    for (const auto& [key, value] : source.flags)
        loader.read_flag(key, value);
    return loader.finish();
}

std::vector<std::pair<std::string, std::string>> config_environment() {
    std::vector<std::pair<std::string, std::string>> variables;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        const auto name = text.substr(0, equals);
        if (equals == std::string_view::npos || !name.starts_with(variable_prefix) ||
            name.starts_with(secret_variable_prefix) ||
            std::find(variables_apart.begin(), variables_apart.end(), name) != variables_apart.end())
            continue;
        variables.emplace_back(name, text.substr(equals + 1));
    }
    return variables;
}

std::string config_text(const Config& config) {
    std::string text;
    std::string table;
    for (const auto& setting : settings()) {
        std::vector<SettingNames> all{{}};
        if (setting.names)
            all = setting.names(config);
        for (const auto& names : all) {
            std::string path;
            std::size_t used = 0;
            for (const auto part : split(setting.path, '.')) {
                path += path.empty() ? "" : ".";
                path += part == "*" ? names.at(used++) : std::string(part);
            }
            text += "# " + setting.help + "\n" + path + " = " + setting.print(config, names) + "\n\n";
        }
    }
    return text;
}

} // namespace dialproof::app
