// The configuration: one value, made from defaults, a TOML file, the environment and flags, each of which
// wins over the one before.
#pragma once

#include "app/postgres_settings.h"
#include "app/provider_settings.h"
#include "base/result.h"
#include "core/rules.h"
#include "dialects/pip_sms_settings/pip_sms_settings.h"
#include "dialects/techno_sso/techno_sso.h"
#include "net/tls_context.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::app {

// The listener under TLS, and its PEM files.
struct TlsSettings {
    std::string listen; // empty: there is none
    std::string certificate, key;
    std::string client_ca;
    net::ClientCertificates client_certificates = net::ClientCertificates::off;
};

struct Config {
    bool dev = false;
    std::string data = "/var/lib/dialproof";
    std::string listen = "127.0.0.1:8080"; // in the clear; empty: under TLS alone
    TlsSettings tls;
    unsigned threads = 0; // event loops; 0: one per core
    std::vector<std::string> trusted_proxies;
    std::string forwarded_by = "x-forwarded-for";
    unsigned connections_max = 10'000;
    unsigned requests_in_flight_max = 4096;
    Seconds drain{20};
    std::string log_level = "info";
    bool log_requests = true;
    bool docs_enabled = false; // it tells strangers what is served; the dev mode has it

    std::string store_kind = "sqlite";
    PostgresSettings postgres;
    std::string keys_file; // empty: DATA/keys
    std::string number_metadata_file;
    unsigned retention_days = 30;

    std::vector<std::string> senders;
    std::string file_sender_path;
    std::map<std::string, ProviderSettings> providers;
    std::map<std::string, delivery::Route> routes;
    Seconds answer_wait{8}, receipt_wait{0};
    std::string public_url, http_proxy;

    core::Rules rules;
    std::map<core::ServiceName, std::string> organisations; // Zitadel's id of a service; none: one is derived
    bool test_numbers_in_production = false;

    bool django_enabled = true, zitadel_enabled = true;
    std::string django_service = "default", django_region;
    std::vector<std::string> zitadel_origins; // of pages that may call it
    std::string zitadel_region;
    bool pip_enabled = true;
    bool techno_enabled = false; // four digits are to be wanted; the dev mode has it
    dialects::PipSmsSettingsConfig pip;
    dialects::TechnoSsoConfig techno;
};

// What is wrong, with its place: "dialproof.toml:12: services.default.code_lenght: unknown key; did you
// mean code_length?"
using ConfigFaults = std::vector<std::string>;

struct ConfigSource {
    std::optional<std::string> file;
    std::vector<std::pair<std::string, std::string>> environment; // DIALPROOF_SECTION_KEY
    std::vector<std::pair<std::string, std::string>> flags;       // key, value as in the environment
    bool dev = false;
    bool to_serve = true; // otherwise countries and senders may be missing: a command sends nothing
};

struct LoadedConfig {
    Config config;
    std::vector<std::string> warnings;
};

// All faults at once, not only the first.
Result<LoadedConfig, ConfigFaults> load_config(const ConfigSource& source);

// What a service starts with: closed, or open in the dev mode.
core::Policy default_policy(bool dev);

// The rules without the terms of a dialect that is not served.
core::Rules served_rules(const Config& config);

// A policy with the longest code and time of any dialect, by which its texts are measured.
core::Policy longest_texts(const core::Rules& rules, core::Policy policy);

// The variables of this process that are configuration.
std::vector<std::pair<std::string, std::string>> config_environment();

// Every key with what it is for and the value that holds now, as a TOML file.
std::string config_text(const Config& config);

} // namespace dialproof::app
