#include "http_sending/json_pointer.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace dialproof::http_sending {

namespace {

// "~1" is '/', and "~0" is '~', in this order.
std::string unescaped(std::string_view step) {
    std::string name;
    for (std::size_t i = 0; i < step.size(); ++i) {
        const bool escaped =
            step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1');
        if (escaped)
            name += step[++i] == '1' ? '/' : '~';
        else
            name += step[i];
    }
    return name;
}

const json::Value* item(const json::Array& items, const std::string& step) {
    std::size_t index = items.size();
    const auto* const end = step.data() + step.size();
    if (std::from_chars(step.data(), end, index).ptr != end || index >= items.size())
        return nullptr;
    return &items[index];
}

} // namespace

const json::Value* at(const json::Value& whole, std::string_view pointer) {
    const json::Value* place = &whole;
    while (place != nullptr && pointer.starts_with('/')) {
        pointer.remove_prefix(1);
        const std::size_t end = std::min(pointer.find('/'), pointer.size());
        const auto step = unescaped(pointer.substr(0, end));
        pointer.remove_prefix(end);
        const auto* const items = place->as_array();
        place = items != nullptr ? item(*items, step) : place->find(step);
    }
    return pointer.empty() ? place : nullptr;
}

std::string text_at(const json::Value& whole, std::string_view pointer) {
    const auto* const place = at(whole, pointer);
    if (place == nullptr)
        return {};
    if (const auto* text = place->as_string())
        return *text;
    if (const auto* number = place->as_number())
        return number->literal;
    if (const auto flag = place->as_bool())
        return *flag ? "true" : "false";
    return {};
}

unsigned parts_at(const json::Value& whole, std::string_view pointer) {
    constexpr std::size_t parts_max = 255;
    const auto* const place = at(whole, pointer);
    std::size_t parts = 0;
    if (const auto* const items = place != nullptr ? place->as_array() : nullptr) {
        parts = items->size();
    } else {
        const auto text = text_at(whole, pointer);
        const auto* const end = text.data() + text.size();
        if (std::from_chars(text.data(), end, parts).ptr != end)
            return 0;
    }
    return parts <= parts_max ? static_cast<unsigned>(parts) : 0;
}

} // namespace dialproof::http_sending
