#include "app/provider_set.h"

#include "app/http_api_file.h"
#include "app/provider_secrets.h"
#include "base/text.h"
#include "senders/aws_sms/aws_sms_sender.h"
#include "senders/http_api/http_api_sender.h"
#include "senders/http_api/presets.h"
#include "senders/telegram/telegram_sender.h"
#include "senders/twilio/twilio_sender.h"
#include "senders/webhook/webhook_sender.h"

#include <utility>

namespace dialproof::app {

namespace {

constexpr std::string_view file_name = "file";

outgoing::HttpClientSettings client_settings(const Config& config) {
    outgoing::HttpClientSettings settings;
    settings.proxy = config.http_proxy;
    return settings;
}

// What a provider cannot do without; the first that is missing is named.
class Needs {
public:
    explicit Needs(const std::string& provider) : provider_(provider) {}

    Needs& key(const std::string& name, const std::string& value) {
        if (value.empty() && missing_.empty())
            missing_ = "providers." + provider_ + "." + name + ": expected a text";
        return *this;
    }
    Needs& secret(const senders::Secrets& secrets, const std::string& name) {
        const auto found = secrets.find(name);
        if ((found == secrets.end() || found->second.reveal().empty()) && missing_.empty())
            missing_ = "providers." + provider_ + ": the secret \"" + name +
                       "\" is missing; expected it in its secrets_file, or in DIALPROOF_SECRET_" +
                       to_upper(provider_) + "_" + to_upper(name);
        return *this;
    }
    [[nodiscard]] Result<void, std::string> met() const {
        if (!missing_.empty())
            return fail(missing_);
        return {};
    }

private:
    const std::string& provider_;
    std::string missing_;
};

Secret<std::string> secret(const senders::Secrets& secrets, const std::string& name) {
    const auto found = secrets.find(name);
    return found == secrets.end() ? Secret<std::string>() : found->second;
}

} // namespace

ProviderSet::ProviderSet(const Config& config, const ProviderPorts& ports) :
    config_(config), ports_(ports), http_(ports.loop, client_settings(config)), dialer_(ports.loop) {}

Result<std::unique_ptr<ProviderSet>, std::string> ProviderSet::make(const Config& config,
                                                                    const ProviderPorts& ports) {
    std::unique_ptr<ProviderSet> made(new ProviderSet(config, ports));
    for (const auto& name : named_senders(config))
        if (const auto added = made->add(name); !added)
            return fail(added.error());
    return made;
}

ports::Sender* ProviderSet::find(const std::string& name) const {
    for (auto* sender : senders_)
        if (sender->name() == name)
            return sender;
    return nullptr;
}

std::vector<Task<void>> ProviderSet::tasks() {
    std::vector<Task<void>> all;
    for (const auto& sender : smpp_)
        all.push_back(sender->run());
    for (const auto& poll : polls_)
        all.push_back(poll->run());
    return all;
}

void ProviderSet::stop() {
    for (const auto& sender : smpp_)
        sender->stop();
    for (const auto& poll : polls_)
        poll->stop();
}

void ProviderSet::keep(std::unique_ptr<ports::Sender> sender, const http_sending::CallbackReader* reader) {
    senders_.push_back(sender.get());
    if (reader)
        readers_.emplace(sender->name(), reader);
    others_.push_back(std::move(sender));
}

Result<void, std::string> ProviderSet::add(const std::string& name) {
    if (name == file_name)
        return add_file();
    const auto& settings = config_.providers.at(name);
    auto secrets = provider_secrets(name, settings.secrets_file);
    if (!secrets)
        return fail("providers." + name + ".secrets_file: " + secrets.error());
    if (!settings.private_key_file.empty()) {
        auto key = secret_in_file(settings.private_key_file);
        if (!key)
            return fail("providers." + name + ".private_key_file: " + key.error());
        secrets->insert_or_assign("private_key", std::move(*key));
    }
    using Add = Result<void, std::string> (ProviderSet::*)(const std::string&, const ProviderSettings&,
                                                           const senders::Secrets&);
    static const std::map<std::string, Add> own_kinds{{"smpp", &ProviderSet::add_smpp},
                                                      {"twilio", &ProviderSet::add_twilio},
                                                      {"telegram", &ProviderSet::add_telegram},
                                                      {"aws_sms", &ProviderSet::add_aws_sms},
                                                      {"webhook", &ProviderSet::add_webhook}};
    const auto kind = own_kinds.find(settings.kind);
    const Add add_one = kind == own_kinds.end() ? &ProviderSet::add_http_api : kind->second;
    return (this->*add_one)(name, settings, *secrets);
}

Result<void, std::string> ProviderSet::add_file() {
    auto file = senders::FileSender::open(config_.file_sender_path);
    if (!file)
        return fail("senders.file.path: " + file.error());
    file_ = std::move(*file);
    senders_.push_back(file_.get());
    return {};
}

Result<void, std::string> ProviderSet::add_smpp(const std::string& name, const ProviderSettings& settings,
                                                const senders::Secrets& secrets) {
    senders::SmppConfig config;
    config.name = name;
    senders::SmppPorts ports{dialer_,       ports_.clock,    {},         ports_.log,
                             ports_.random, ports_.receipts, ports_.loop};
    for (const auto& [link_name, configured] : settings.links) {
        senders::SmppLink link = configured;
        link.sender = settings.sender_id;
        const std::string own = link_name + "_password";
        link.password = secret(secrets, secrets.contains(own) ? own : "password");
        config.links.push_back(std::move(link));
        alarms_.push_back(std::make_unique<LoopAlarm>(ports_.loop, ports_.clock));
        ports.alarms.push_back(alarms_.back().get());
    }
    auto made = senders::SmppSender::make(std::move(config), std::move(ports));
    if (!made)
        return fail("providers." + name + ": " + made.error());
    senders_.push_back(made->get());
    smpp_.push_back(std::move(*made));
    return {};
}

Result<void, std::string> ProviderSet::add_http_api(const std::string& name, const ProviderSettings& settings,
                                                    const senders::Secrets& secrets) {
    std::optional<senders::HttpApi> api = senders::preset(settings.kind);
    if (api && !settings.base_url.empty())
        api = senders::at_base_url(std::move(*api), settings.base_url);
    if (!api) {
        if (auto met = Needs(name).key("api_file", settings.api_file).met(); !met)
            return met;
        auto loaded = load_http_api(settings.api_file);
        if (!loaded)
            return fail("providers." + name + ".api_file: " + loaded.error());
        api = std::move(*loaded);
    }
    api->sender_id = settings.sender_id;
    if (!settings.report_use)
        api->use.reset();
    auto made =
        senders::HttpApiSender::make(name, std::move(*api), secrets, http_, ports_.clock, signatures_);
    if (!made)
        return fail("providers." + name + ": " + made.error());
    auto* sender = made->get();
    keep(std::move(*made), sender);
    if (sender->asks_for_receipts()) {
        alarms_.push_back(std::make_unique<LoopAlarm>(ports_.loop, ports_.clock));
        polls_.push_back(
            std::make_unique<senders::ReceiptPoll>(*sender, ports_.receipts, *alarms_.back(), ports_.clock));
    }
    return {};
}

Result<void, std::string> ProviderSet::add_twilio(const std::string& name, const ProviderSettings& settings,
                                                  const senders::Secrets& secrets) {
    Needs needs(name);
    needs.key("account_sid", settings.account_sid).secret(secrets, "auth_token");
    if (!settings.key_sid.empty())
        needs.secret(secrets, "key_secret");
    if (settings.messaging_service_sid.empty())
        needs.key("sender_id", settings.sender_id);
    if (auto met = needs.met(); !met)
        return met;
    senders::TwilioConfig config;
    config.name = name;
    config.account_sid = settings.account_sid;
    config.key_sid = settings.key_sid;
    config.key_secret = secret(secrets, "key_secret");
    config.auth_token = secret(secrets, "auth_token");
    config.messaging_service_sid = settings.messaging_service_sid;
    config.from = settings.sender_id;
    config.feedback = settings.report_use;
    if (!settings.base_url.empty())
        config.base_url = settings.base_url;
    auto made = std::make_unique<senders::TwilioSender>(std::move(config), http_, ports_.clock, signatures_);
    const auto* reader = made.get();
    keep(std::move(made), reader);
    return {};
}

Result<void, std::string> ProviderSet::add_telegram(const std::string& name, const ProviderSettings& settings,
                                                    const senders::Secrets& secrets) {
    if (auto met = Needs(name).secret(secrets, "token").met(); !met)
        return met;
    senders::TelegramConfig config;
    config.name = name;
    config.token = secret(secrets, "token");
    config.sender_username = settings.sender_username;
    if (!settings.base_url.empty())
        config.base_url = settings.base_url;
    auto made =
        std::make_unique<senders::TelegramSender>(std::move(config), http_, ports_.clock, signatures_);
    const auto* reader = made.get();
    keep(std::move(made), reader);
    return {};
}

Result<void, std::string> ProviderSet::add_aws_sms(const std::string& name, const ProviderSettings& settings,
                                                   const senders::Secrets& secrets) {
    Needs needs(name);
    needs.key("region", settings.region).key("key_id", settings.key_id).secret(secrets, "key_secret");
    if (auto met = needs.met(); !met)
        return met;
    senders::AwsSmsConfig config;
    config.name = name;
    config.region = settings.region;
    config.key = {settings.key_id, secret(secrets, "key_secret"), secret(secrets, "session_token")};
    config.origination_identity = settings.sender_id;
    config.configuration_set = settings.configuration_set;
    config.protect_configuration = settings.protect_configuration;
    config.max_price = settings.max_price;
    config.feedback = settings.report_use;
    config.base_url = settings.base_url;
    config.event_key = secret(secrets, "event_key");
    auto made = std::make_unique<senders::AwsSmsSender>(std::move(config), http_, ports_.clock, signatures_);
    const auto* reader = made.get();
    keep(std::move(made), reader);
    return {};
}

Result<void, std::string> ProviderSet::add_webhook(const std::string& name, const ProviderSettings& settings,
                                                   const senders::Secrets& secrets) {
    if (auto met = Needs(name).key("url", settings.url).secret(secrets, "secret").met(); !met)
        return met;
    senders::WebhookConfig config{name, settings.url, secret(secrets, "secret")};
    auto made = senders::WebhookSender::make(config, http_, ports_.clock, signatures_);
    if (!made)
        return fail("providers." + name + ": " + made.error());
    keep(std::move(*made), nullptr);
    return {};
}

std::set<std::string> named_senders(const Config& config) {
    std::set<std::string> names(config.senders.begin(), config.senders.end());
    for (const auto& [name, route] : config.routes)
        names.insert(route.providers.begin(), route.providers.end());
    return names;
}

delivery::RouteTable route_table(const Config& config) {
    delivery::RouteTable table;
    for (const auto& [name, route] : config.routes)
        table.routes.push_back(route);
    table.otherwise.name = "default";
    table.otherwise.providers = config.senders;
    return table;
}

} // namespace dialproof::app
