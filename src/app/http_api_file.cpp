#include "app/http_api_file.h"

#include "app/spelling.h"

#include <toml++/toml.h>

#include <functional>
#include <map>
#include <stdexcept>

namespace dialproof::app {

namespace {

using senders::ApiRequest;
using senders::HttpApi;

// Ends the reading of a file; caught in load_http_api.
struct Wrong : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A table with what may stand in it; each key is read once, and one that nobody reads is a mistake.
class Table {
public:
    Table(std::string file, std::string path, const toml::table& table) :
        file_(std::move(file)), path_(std::move(path)), table_(table) {}

    using Reader = std::function<void(const toml::node&)>;

    void read(const std::map<std::string, Reader>& readers) const {
        std::vector<std::string> known;
        for (const auto& [key, reader] : readers)
            known.push_back(key);
        for (const auto& [key, node] : table_) {
            const auto found = readers.find(std::string(key.str()));
            if (found == readers.end())
                wrong(key.str(), node, "unknown key" + did_you_mean(std::string(key.str()), known));
            found->second(node);
        }
    }
    [[noreturn]] void wrong(std::string_view key, const toml::node& node, const std::string& what) const {
        throw Wrong(file_ + ":" + std::to_string(node.source().begin.line) + ": " + path_ + std::string(key) +
                    ": " + what);
    }

    [[nodiscard]] Reader text(std::string_view key, std::string& into) const {
        return [this, key, &into](const toml::node& node) { into = text_of(key, node); };
    }
    [[nodiscard]] Reader flag(std::string_view key, bool& into) const {
        return [this, key, &into](const toml::node& node) {
            if (!node.is_boolean())
                wrong(key, node, "expected true or false");
            into = node.as_boolean()->get();
        };
    }
    // One of the names that `parse` knows.
    template <typename T, typename Parse>
    [[nodiscard]] Reader one_of(std::string_view key, T& into, Parse parse, std::string expected) const {
        return [this, key, &into, parse, expected](const toml::node& node) {
            const auto value = parse(text_of(key, node));
            if (!value)
                wrong(key, node, "expected " + expected);
            into = *value;
        };
    }
    // `each` gets every key of an inner table with its text.
    [[nodiscard]] Reader
    texts(std::string_view key,
          std::function<void(const std::string&, const std::string&, const toml::node&)> each) const {
        return [this, key, each](const toml::node& node) {
            if (!node.is_table())
                wrong(key, node, "expected a table of texts");
            for (const auto& [name, value] : *node.as_table())
                each(std::string(name.str()), text_of(key, value), value);
        };
    }
    [[nodiscard]] Reader table(std::string_view key, std::function<void(const Table&)> inner) const {
        return [this, key, inner](const toml::node& node) {
            if (!node.is_table())
                wrong(key, node, "expected a table");
            inner(Table(file_, path_ + std::string(key) + ".", *node.as_table()));
        };
    }
    [[nodiscard]] Reader tables(std::string_view key, std::function<void(const Table&)> each) const {
        return [this, key, each](const toml::node& node) {
            const auto* list = node.as_array();
            if (!list || !list->is_homogeneous(toml::node_type::table))
                wrong(key, node, "expected tables, each under [[" + path_ + std::string(key) + "]]");
            for (const auto& one : *list)
                each(Table(file_, path_ + std::string(key) + ".", *one.as_table()));
        };
    }

private:
    [[nodiscard]] std::string text_of(std::string_view key, const toml::node& node) const {
        if (!node.is_string())
            wrong(key, node, "expected a text");
        return node.as_string()->get();
    }

    std::string file_, path_;
    const toml::table& table_;
};

std::optional<senders::BodyKind> parse_body_kind(const std::string& text) {
    if (text == "query")
        return senders::BodyKind::query;
    if (text == "form")
        return senders::BodyKind::form;
    if (text == "json")
        return senders::BodyKind::json;
    return {};
}

std::optional<http_sending::CallbackSignature> parse_signature(const std::string& text) {
    using enum http_sending::CallbackSignature;
    static const std::map<std::string, http_sending::CallbackSignature> names{
        {"none", none},
        {"twilio", twilio},
        {"plivo_v3", plivo_v3},
        {"messagebird_jwt", messagebird_jwt},
        {"vonage_jwt", vonage_jwt},
        {"sinch_hmac", sinch_hmac}};
    const auto found = names.find(text);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

bool can_be_told(ports::MessageState state) {
    using enum ports::MessageState;
    return state == sent || state == delivered || state == failed || state == expired;
}

constexpr auto outcome_names = "accepted, refused, unreachable, fraud, throttled, unavailable, misconfigured "
                               "or unknown";

void read_price(const Table& table, senders::PriceShape& price) {
    table.read({{"list", table.text("list", price.list)},
                {"amount", table.text("amount", price.amount)},
                {"currency", table.text("currency", price.currency)}});
}

ApiRequest request_of(const Table& table) {
    ApiRequest request;
    const auto field = [](ports::HttpFields& fields) {
        return [&fields](const std::string& name, const std::string& value, const toml::node&) {
            fields.emplace_back(name, value);
        };
    };
    table.read({{"method", table.text("method", request.method)},
                {"url", table.text("url", request.url)},
                {"body", table.one_of("body", request.kind, parse_body_kind, "query, form or json")},
                {"json", table.text("json", request.json)},
                {"headers", table.texts("headers", field(request.headers))},
                {"fields", table.texts("fields", field(request.fields))}});
    return request;
}

void read_codes(const Table& table, senders::AnswerShape& answer) {
    senders::CodeTable codes;
    table.read({{"place", table.text("place", codes.place)},
                {"outcomes", table.texts("outcomes", [&](const std::string& code, const std::string& name,
                                                         const toml::node& node) {
                     const auto outcome = ports::parse_submit_outcome(name);
                     if (!outcome)
                         table.wrong(code, node, std::string("expected ") + outcome_names);
                     codes.outcomes[code] = *outcome;
                 })}});
    answer.codes.push_back(std::move(codes));
}

void read_answer(const Table& table, senders::AnswerShape& answer) {
    table.read(
        {{"reference", table.text("reference", answer.reference)},
         {"parts", table.text("parts", answer.parts)},
         {"price", table.table("price", [&](const Table& one) { read_price(one, answer.price); })},
         {"unlisted",
          table.one_of(
              "unlisted", answer.unlisted,
              [](const std::string& name) { return ports::parse_submit_outcome(name); }, outcome_names)},
         {"statuses",
          table.texts("statuses",
                      [&](const std::string& status, const std::string& name, const toml::node& node) {
                          const auto outcome = ports::parse_submit_outcome(name);
                          const bool digits = status.size() == 3 &&
                                              status.find_first_not_of("0123456789") == std::string::npos;
                          if (!outcome || !digits)
                              table.wrong(status, node,
                                          std::string("expected a status of HTTP, and ") + outcome_names);
                          answer.statuses[static_cast<unsigned>(std::stoul(status))] = *outcome;
                      })},
         {"codes", table.tables("codes", [&](const Table& one) { read_codes(one, answer); })}});
}

void read_callback(const Table& table, senders::CallbackShape& callback) {
    table.read(
        {{"list", table.text("list", callback.list)},
         {"reference", table.text("reference", callback.reference)},
         {"status", table.text("status", callback.status)},
         {"error", table.text("error", callback.error)},
         {"price", table.table("price", [&](const Table& one) { read_price(one, callback.price); })},
         {"signature_key", table.text("signature_key", callback.signature_key)},
         {"signature", table.one_of("signature", callback.signature, parse_signature,
                                    "none, twilio, plivo_v3, messagebird_jwt, vonage_jwt or sinch_hmac")},
         {"states", table.texts("states", [&](const std::string& status, const std::string& name,
                                              const toml::node& node) {
              const auto state = ports::parse_message_state(name);
              if (!state || !can_be_told(*state))
                  table.wrong(status, node, "expected sent, delivered, failed or expired");
              callback.states[status] = *state;
          })}});
}

} // namespace

Result<HttpApi, std::string> load_http_api(const std::string& file) {
    try {
        const toml::table whole = toml::parse_file(file);
        HttpApi api;
        const Table table(file, "", whole);
        table.read(
            {{"name", table.text("name", api.name)},
             {"receipt_by_reference", table.flag("receipt_by_reference", api.receipt_by_reference)},
             {"send", table.table("send", [&](const Table& one) { api.send = request_of(one); })},
             {"use", table.table("use", [&](const Table& one) { api.use = request_of(one); })},
             {"poll", table.table("poll", [&](const Table& one) { api.poll = request_of(one); })},
             {"probe", table.table("probe", [&](const Table& one) { api.probe = request_of(one); })},
             {"answer", table.table("answer", [&](const Table& one) { read_answer(one, api.answer); })},
             {"callback",
              table.table("callback", [&](const Table& one) { read_callback(one, api.callback); })}});
        if (api.send.url.empty())
            return fail(file + ": send.url: expected where texts are sent");
        return api;
    } catch (const toml::parse_error& error) {
        return fail(file + ":" + std::to_string(error.source().begin.line) + ": " +
                    std::string(error.description()));
    } catch (const Wrong& wrong) {
        return fail(std::string(wrong.what()));
    }
}

} // namespace dialproof::app
