#include "app/provider_settings.h"

#include "app/setting_kinds.h"

namespace dialproof::app {

namespace {

using senders::SmppLink;

template <typename T>
Field<T> of_provider(T ProviderSettings::*pointer) {
    return [pointer](Config& config, const SettingNames& names) -> T& {
        return config.providers[names.at(0)].*pointer;
    };
}

SmppLink& link(Config& config, const SettingNames& names) {
    SmppLink& named = config.providers[names.at(0)].links[names.at(1)];
    named.name = names.at(1);
    return named;
}

template <typename T>
Field<T> of_link(T SmppLink::*pointer) {
    return
        [pointer](Config& config, const SettingNames& names) -> T& { return link(config, names).*pointer; };
}

template <typename T>
Field<T> of_endpoint(T ports::Endpoint::*pointer) {
    return [pointer](Config& config, const SettingNames& names) -> T& {
        return link(config, names).endpoint.*pointer;
    };
}

template <typename T>
Field<T> of_route(T delivery::Route::*pointer) {
    return [pointer](Config& config, const SettingNames& names) -> T& {
        delivery::Route& route = config.routes[names.at(0)];
        route.name = names.at(0);
        return route.*pointer;
    };
}

// A whole number that is kept as another type.
template <typename T>
Kind<T> whole_as(unsigned low, unsigned high) {
    const auto kind = whole(low, high);
    return {[parse = kind.parse](const SettingValue& value) -> std::optional<T> {
                const auto number = parse(value);
                return number ? std::optional(static_cast<T>(*number)) : std::nullopt;
            },
            [](const T& number) { return std::to_string(number); }, kind.expected};
}

Kind<std::uint8_t> receipts() {
    const auto kind = flag();
    return {[parse = kind.parse](const SettingValue& value) -> std::optional<std::uint8_t> {
                const auto wanted = parse(value);
                return wanted ? std::optional<std::uint8_t>(*wanted ? 1 : 0) : std::nullopt;
            },
            [](const std::uint8_t& wanted) { return std::string(wanted != 0 ? "true" : "false"); },
            kind.expected};
}

// "0.05 EUR" of all countries, "KZ 18 KZT" of one.
Kind<PricesPerPart> part_prices() {
    using Entry = PricesPerPart::value_type;
    return list<PricesPerPart>([](const std::string& item) { return parse_part_price(item); },
                               [](const Entry& entry) { return part_price_text(entry); },
                               "a list of prices such as [\"0.05 EUR\", \"KZ 18 KZT\"]");
}

Kind<std::set<std::string>> countries() {
    return list<std::set<std::string>>(
        [](const std::string& item) {
            const bool fits = item == "001" || (item.size() == 2 && to_upper(item) == item);
            return fits ? std::optional(item) : std::nullopt;
        },
        [](const std::string& item) { return item; },
        "a list of ISO 3166-1 codes such as [\"CH\", \"DE\"]; empty: all");
}

Kind<std::set<core::NumberType>> number_types() {
    return list<std::set<core::NumberType>>(
        [](const std::string& item) { return core::parse_number_type(item); },
        [](core::NumberType type) { return std::string(to_text(type)); },
        "a list of number types such as [\"mobile\"]; empty: all");
}

std::vector<SettingNames> provider_names(const Config& config) {
    std::vector<SettingNames> names;
    for (const auto& [name, settings] : config.providers)
        names.push_back({name});
    return names;
}

std::vector<SettingNames> link_names(const Config& config) {
    std::vector<SettingNames> names;
    for (const auto& [provider, settings] : config.providers)
        for (const auto& [name, one] : settings.links)
            names.push_back({provider, name});
    return names;
}

std::vector<SettingNames> route_names(const Config& config) {
    std::vector<SettingNames> names;
    for (const auto& [name, route] : config.routes)
        names.push_back({name});
    return names;
}

std::vector<Setting> of_all_kinds() {
    return {
        setting("providers.*.kind", "Which kind of provider it is.", of_provider(&ProviderSettings::kind),
                one_of(provider_kinds())),
        setting("providers.*.sender_id",
                "What handsets show as the sender, where the route names none; empty: the provider's own.",
                of_provider(&ProviderSettings::sender_id), text()),
        setting("providers.*.secrets_file",
                "A file of mode 0600 with a line name=value for each of its secrets; variables named "
                "DIALPROOF_SECRET_PROVIDER_NAME go before it.",
                of_provider(&ProviderSettings::secrets_file), text()),
        setting("providers.*.report_use",
                "Whether providers that want to know are told which codes came back.",
                of_provider(&ProviderSettings::report_use), flag()),
        setting("providers.*.base_url",
                "Of all by HTTP but http and webhook: scheme and host in place of the usual, such as another "
                "region's.",
                of_provider(&ProviderSettings::base_url), text()),
        setting("providers.*.api_file", "Of the kind http: the description of its API, a TOML file.",
                of_provider(&ProviderSettings::api_file), text()),
        setting("providers.*.private_key_file",
                "Of the kinds vonage_messages and http: the secret private_key, a PEM file of mode 0600.",
                of_provider(&ProviderSettings::private_key_file), text()),
        setting(
            "providers.*.price_per_part",
            "What a short message costs, for the commands that tell what texts will; by country before that "
            "of all others.",
            of_provider(&ProviderSettings::price_per_part), part_prices()),
        setting("providers.*.url", "Of the kind webhook: where texts are posted to.",
                of_provider(&ProviderSettings::url), text()),
        setting("providers.*.account_sid", "Of the kind twilio: the account, AC...",
                of_provider(&ProviderSettings::account_sid), text()),
        setting("providers.*.key_sid", "Of the kind twilio: an API key, SK..., in place of the auth token.",
                of_provider(&ProviderSettings::key_sid), text()),
        setting("providers.*.messaging_service_sid", "Of the kind twilio: MG...; empty: sender_id is used.",
                of_provider(&ProviderSettings::messaging_service_sid), text()),
        setting("providers.*.region", "Of the kind aws_sms: such as \"eu-central-1\".",
                of_provider(&ProviderSettings::region), text()),
        setting("providers.*.key_id", "Of the kind aws_sms: the access key's id.",
                of_provider(&ProviderSettings::key_id), text()),
        setting("providers.*.configuration_set", "Of the kind aws_sms.",
                of_provider(&ProviderSettings::configuration_set), text()),
        setting("providers.*.protect_configuration", "Of the kind aws_sms.",
                of_provider(&ProviderSettings::protect_configuration), text()),
        setting("providers.*.max_price", "Of the kind aws_sms: of one part in US dollars, such as \"0.20\".",
                of_provider(&ProviderSettings::max_price), text()),
        setting("providers.*.sender_username", "Of the kind telegram: of a verified channel.",
                of_provider(&ProviderSettings::sender_username), text()),
    };
}

std::vector<Setting> of_links() {
    constexpr unsigned octet_max = 255;
    const auto octet = optional(whole_as<std::uint8_t>(0, octet_max));
    return {
        setting("providers.*.links.*.host", "Of the kind smpp: the message centre.",
                of_endpoint(&ports::Endpoint::host), text()),
        setting("providers.*.links.*.port", "Its port; by custom 2775 in the clear and 3550 under TLS.",
                of_endpoint(&ports::Endpoint::port), whole_as<std::uint16_t>(1, 65'535)),
        setting("providers.*.links.*.tls", "Whether it is spoken to under TLS.",
                of_endpoint(&ports::Endpoint::tls), flag()),
        setting("providers.*.links.*.tls_authorities",
                "PEM file of those who may have signed its certificate; empty: the system's.",
                of_endpoint(&ports::Endpoint::tls_authorities), text()),
        setting("providers.*.links.*.system_id",
                "Who binds; its password is the secret \"LINK_password\", or "
                "\"password\" of all links.",
                of_link(&SmppLink::system_id), text()),
        setting("providers.*.links.*.system_type", "As the provider says; usually empty.",
                of_link(&SmppLink::system_type), text()),
        setting("providers.*.links.*.mode",
                "One bind for both directions, or one of two links for one direction each.",
                of_link(&SmppLink::mode),
                named<senders::BindMode>({{"transceiver", senders::BindMode::transceiver},
                                          {"transmitter", senders::BindMode::transmitter},
                                          {"receiver", senders::BindMode::receiver}})),
        setting("providers.*.links.*.version", "Of SMPP, as the bind says it.",
                of_link(&SmppLink::interface_version),
                named<std::uint8_t>({{"3.4", std::uint8_t{0x34}}, {"5.0", std::uint8_t{0x50}}})),
        setting("providers.*.links.*.window", "Messages that may wait for their answers.",
                of_link(&SmppLink::window), whole_as<std::size_t>(1, SmppLink::window_max)),
        setting("providers.*.links.*.messages_per_second", "The most that are submitted; each part counts.",
                of_link(&SmppLink::messages_per_second), whole(1, 100'000)),
        setting("providers.*.links.*.answer_timeout", "How long the answer to a text is waited for.",
                of_link(&SmppLink::answer_timeout), span(Seconds{1}, Seconds{50})),
        setting("providers.*.links.*.sender_ton",
                "Type of number of the sender; empty: by what it looks like.", of_link(&SmppLink::sender_ton),
                octet),
        setting("providers.*.links.*.sender_npi", "Numbering plan of the sender; empty: the same.",
                of_link(&SmppLink::sender_npi), octet),
        setting("providers.*.links.*.service_type", "As the provider says; usually empty.",
                of_link(&SmppLink::service_type), text()),
        setting("providers.*.links.*.receipts", "Whether delivery receipts are asked for.",
                of_link(&SmppLink::registered_delivery), receipts()),
        setting("providers.*.links.*.validity", "Whether the centre is told how long the code lives.",
                of_link(&SmppLink::validity), flag()),
        setting("providers.*.links.*.default_charset", "What data coding 0 means to the centre.",
                of_link(&SmppLink::default_charset),
                named<sms::DefaultAlphabet>({{"gsm", sms::DefaultAlphabet::gsm},
                                             {"ascii", sms::DefaultAlphabet::ascii},
                                             {"latin1", sms::DefaultAlphabet::latin1},
                                             {"utf8", sms::DefaultAlphabet::utf8}})),
        setting("providers.*.links.*.data_coding", "Of texts in that charset; empty: 0.",
                of_link(&SmppLink::data_coding), octet),
        setting("providers.*.links.*.packed_septets", "GSM-7 with eight characters in seven octets.",
                of_link(&SmppLink::packed_septets), flag()),
        setting("providers.*.links.*.long_texts",
                "Several parts with a header or with sar parameters, or one message_payload.",
                of_link(&SmppLink::long_texts),
                named<senders::LongTexts>({{"udh", senders::LongTexts::udh},
                                           {"sar", senders::LongTexts::sar},
                                           {"payload", senders::LongTexts::payload}})),
        setting("providers.*.links.*.id_form",
                "How ids in receipts differ from those in answers: auto tries all.",
                of_link(&SmppLink::id_form),
                named<wire::smpp::IdForm>({{"auto", wire::smpp::IdForm::automatic},
                                           {"same", wire::smpp::IdForm::same},
                                           {"resp_hex", wire::smpp::IdForm::response_hex},
                                           {"dlr_hex", wire::smpp::IdForm::receipt_hex}})),
        setting("providers.*.links.*.user_reference",
                "Whether a number of ours goes with each text, by which its receipt may be found.",
                of_link(&SmppLink::user_reference), flag()),
    };
}

std::vector<Setting> of_routes() {
    return {
        setting("routes.*.countries", "Countries whose numbers take this route; empty: all.",
                of_route(&delivery::Route::countries), countries()),
        setting("routes.*.number_types", "Kinds of numbers that take it; empty: all.",
                of_route(&delivery::Route::types), number_types()),
        setting("routes.*.providers", "Its providers by preference.", of_route(&delivery::Route::providers),
                texts("a list of names of providers such as [\"kz_smpp\", \"twilio\"]")),
        setting("routes.*.sender_id", "What handsets show as the sender; empty: as the provider says.",
                of_route(&delivery::Route::sender_id), text()),
    };
}

void add(std::vector<Setting>& all, std::vector<Setting> some,
         std::vector<SettingNames> (*names)(const Config&)) {
    for (auto& each : some) {
        each.names = names;
        all.push_back(std::move(each));
    }
}

} // namespace

const std::vector<std::string>& provider_kinds() {
    static const std::vector<std::string> kinds{
        "smpp",        "twilio",  "telegram", "aws_sms", "webhook", "http",   "infobip",        "kannel",
        "messagebird", "mobizon", "plivo",    "sinch",   "smsc_kz", "vonage", "vonage_messages"};
    return kinds;
}

std::vector<Setting> provider_settings() {
    std::vector<Setting> all;
    add(all, of_links(), link_names); // before the shorter paths of providers
    add(all, of_all_kinds(), provider_names);
    add(all, of_routes(), route_names);
    return all;
}

} // namespace dialproof::app
