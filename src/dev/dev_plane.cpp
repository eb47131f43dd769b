#include "dev/dev_plane.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "dev/inbox_page.h"
#include "wire/form.h"
#include "wire/json.h"

#include <charconv>

namespace dialproof::dev {

namespace {

constexpr std::int64_t advance_seconds_max = 10LL * 366 * 86400;
constexpr std::int64_t delay_seconds_max = 86400, times_max = 1000;
constexpr std::size_t messages_listed = 100, messages_listed_max = 1000;

http::Response error(int status, std::string_view field, std::string_view message) {
    JsonWriter json;
    json.begin_object().key("error").begin_object();
    json.member("field", field).member("message", message).end_object().end_object();
    return http::json_response(status, json.take());
}

// An integer member between `low` and `high`, or what to answer.
Result<std::int64_t, http::Response> integer(const json::Value& body, std::string_view name, std::int64_t low,
                                             std::int64_t high, std::optional<std::int64_t> otherwise) {
    const auto* value = body.find(name);
    if (!value && otherwise)
        return *otherwise;
    const auto* number = value ? value->as_number() : nullptr;
    const auto integer = number ? number->as_int64() : std::nullopt;
    if (!integer || *integer < low || *integer > high)
        return fail(
            error(400, name,
                  "expected a whole number from " + std::to_string(low) + " to " + std::to_string(high)));
    return *integer;
}

Result<json::Value, http::Response> parse_body(const http::Request& request) {
    auto body = json::parse(request.body);
    if (!body)
        return fail(error(400, "body", "expected a JSON object: " + body.error().text()));
    if (!body->as_object())
        return fail(error(400, "body", "expected a JSON object"));
    return std::move(*body);
}

http::Response list_messages(const Carrier& carrier, const http::Request& request) {
    const auto query = http::parse_form(request.query);
    if (!query)
        return error(400, "query", "too many parameters");
    std::optional<core::PhoneNumber> to;
    if (const auto* text = query->find("to"); text && !text->empty()) {
        // "+41…" unescaped in a query means " 41…": what was meant is plain.
        const auto digits = trimmed(*text);
        to = core::PhoneNumber::parse(digits.starts_with('+') ? std::string(digits)
                                                              : "+" + std::string(digits));
        if (!to)
            return error(400, "to", "expected a number in E.164 form such as +41791234567");
    }
    std::size_t limit = messages_listed;
    if (const auto* text = query->find("limit")) {
        const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), limit);
        if (failed != std::errc{} || end != text->data() + text->size() || limit < 1 ||
            limit > messages_listed_max)
            return error(400, "limit", "expected a whole number from 1 to 1000");
    }
    JsonWriter json;
    json.begin_object().key("messages").begin_array();
    for (const auto& message : carrier.messages(to, limit)) {
        json.begin_object().member("id", message.id.text).member("to", message.to.e164());
        json.member("text", message.text).member("code", message.code).member("channel", message.channel);
        json.member("provider", Carrier::provider_name).member("service", message.service);
        json.member("status", message.status)
            .member("created_at", to_rfc3339(message.created_at))
            .end_object();
    }
    json.end_array().end_object();
    return http::json_response(200, json.take());
}

http::Response advance_clock(ShiftedClock& clock, const http::Request& request) {
    const auto body = parse_body(request);
    if (!body)
        return body.error();
    const auto seconds = integer(*body, "seconds", 0, advance_seconds_max, {});
    if (!seconds)
        return seconds.error();
    const auto now = clock.advance(Seconds(*seconds));
    if (!now)
        return error(400, "seconds", "the clock goes at most 100 years ahead in all");
    JsonWriter json;
    json.begin_object().member("now", to_rfc3339(*now)).end_object();
    return http::json_response(200, json.take());
}

http::Response script_carrier(Carrier& carrier, const http::Request& request) {
    const auto body = parse_body(request);
    if (!body)
        return body.error();
    const auto* to_value = body->find("to");
    const auto* to_text = to_value ? to_value->as_string() : nullptr;
    const auto to = to_text ? core::PhoneNumber::parse(*to_text) : std::nullopt;
    if (!to)
        return error(400, "to", "expected a number in E.164 form such as +41791234567");
    const auto* outcome_value = body->find("outcome");
    const auto* outcome_text = outcome_value ? outcome_value->as_string() : nullptr;
    const auto outcome = outcome_text ? parse_carrier_outcome(*outcome_text) : std::nullopt;
    if (!outcome)
        return error(400, "outcome", "expected deliver, fail, refuse or silent");
    const auto delay = integer(*body, "delay_seconds", 0, delay_seconds_max, 0);
    if (!delay)
        return delay.error();
    const auto times = integer(*body, "times", 1, times_max, 1);
    if (!times)
        return times.error();
    if (!carrier.script(*to, {*outcome, Seconds(*delay), static_cast<unsigned>(*times)}))
        return error(409, "to", "too many scripts wait for messages already");
    return http::json_response(200, "{}");
}

http::Response inbox_page_response() {
    http::Response response;
    response.headers.add("content-type", "text/html; charset=utf-8");
    response.headers.add("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; "
                                                    "script-src 'unsafe-inline'; connect-src 'self'");
    response.body = inbox_page;
    return response;
}

// A handler of an answer that needs no waiting.
template <typename Answer>
http::Handler handler(Answer answer) {
    return [answer](http::Request request) -> Task<http::Response> {
        return [](Answer give, http::Request asked) -> Task<http::Response> {
            auto response = give(asked);
            co_return response;
        }(answer, std::move(request));
    };
}

Task<http::Response> list_settled_messages(const Carrier& carrier, OutboxWatch& outbox,
                                           http::Request request) {
    co_await outbox.wait_for_messages();
    co_return list_messages(carrier, request);
}

} // namespace

http::Mount dev_plane(Carrier& carrier, ShiftedClock& clock, OutboxWatch& outbox) {
    http::Mount mount;
    mount.name = "dev";
    mount.prefixes = {"/dev"};
    mount.routes = {
        {"GET", "/dev", "inbox_page", handler([](const http::Request&) { return inbox_page_response(); })},
        {"GET", "/dev/messages", "list_messages",
         [&carrier, &outbox](http::Request request) {
             return list_settled_messages(carrier, outbox, std::move(request));
         }},
        {"POST", "/dev/clock/advance", "advance_clock",
         handler([&clock](const http::Request& request) { return advance_clock(clock, request); })},
        {"POST", "/dev/carrier", "script_carrier",
         handler([&carrier](const http::Request& request) { return script_carrier(carrier, request); })},
    };
    mount.not_found = [](const http::Request&) {
        return error(404, "path",
                     "the dev plane has /dev, /dev/messages, /dev/clock/advance and /dev/carrier");
    };
    mount.method_not_allowed = [](const http::Request&, const std::string& allow) {
        return error(405, "method", "expected " + allow);
    };
    return mount;
}

} // namespace dialproof::dev
