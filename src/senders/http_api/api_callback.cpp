#include "senders/http_api/api_callback.h"

#include "http_sending/json_pointer.h"
#include "http_sending/outcome.h"
#include "senders/http_api/api_price.h"
#include "wire/form.h"
#include "wire/json.h"

#include <algorithm>

namespace dialproof::senders {

using http_sending::CallbackFault;

namespace {

// Where the values of one receipt are looked for.
struct Source {
    const http::FormFields& form;
    const http::FormFields& query;
    const json::Value& item;

    [[nodiscard]] std::string text(const std::string& place) const {
        if (place.starts_with('/'))
            return http_sending::text_at(item, place);
        for (const auto* const fields : {&form, &query})
            if (const auto* const value = fields->find(place))
                return *value;
        return {};
    }
};

bool is_no_error(const std::string& code) { return code.find_first_not_of('0') == std::string::npos; }

std::optional<ports::ProviderReceipt> receipt_of(const HttpApi& api, const Source& source, Instant now) {
    const auto state = api.callback.states.find(source.text(api.callback.status));
    if (state == api.callback.states.end())
        return {};
    ports::ProviderReceipt receipt;
    receipt.provider = api.name;
    receipt.state = state->second;
    receipt.at = now;
    if (auto reference = source.text(api.callback.reference); !reference.empty())
        receipt.references.push_back(std::move(reference));
    receipt.price =
        price_at(api.callback.price, [&source](const std::string& place) { return source.text(place); });
    const auto error = source.text(api.callback.error);
    const bool failed =
        receipt.state == ports::MessageState::failed || receipt.state == ports::MessageState::expired;
    if (failed && !is_no_error(error))
        receipt.error = http_sending::error_name(api.name, error);
    return receipt;
}

http::FormFields fields_of(std::string_view text) {
    return http::parse_form(text).value_or(http::FormFields());
}

} // namespace

Result<std::vector<ports::ProviderReceipt>, CallbackFault>
read_receipts(const HttpApi& api, const http::Request& request, Instant now, Items wanted) {
    const auto parsed = json::parse(request.body);
    const json::Value whole = parsed ? *parsed : json::Value();
    const auto form = fields_of(request.body), query = fields_of(request.query);
    json::Array items{whole};
    if (!api.callback.list.empty()) {
        const auto* const place = http_sending::at(whole, api.callback.list);
        if (place == nullptr || place->as_array() == nullptr)
            return fail(CallbackFault::not_read);
        items = *place->as_array();
    }
    if (items.size() > http_sending::receipts_per_callback_max)
        return fail(CallbackFault::not_read);
    std::vector<ports::ProviderReceipt> receipts;
    for (const auto& item : items) {
        const Source source{form, query, item};
        if (source.text(api.callback.status).empty()) {
            if (wanted == Items::those_that_say_something)
                continue;
            return fail(CallbackFault::not_read);
        }
        if (auto receipt = receipt_of(api, source, now))
            receipts.push_back(std::move(*receipt));
    }
    return receipts;
}

} // namespace dialproof::senders
