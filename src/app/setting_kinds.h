// What a setting is made of: where it is kept (`Field`), and what a value of its kind may be and how it is
// written (`Kind`).
#pragma once

#include "app/rate_text.h"
#include "app/settings.h"
#include "base/json_writer.h"
#include "base/text.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dialproof::app {

using SettingFault = std::optional<std::string>;
inline constexpr std::size_t text_bytes_max = 1000, list_max = 1000;

// A JSON string is a TOML string too.
inline std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

inline std::string quoted_list(const std::vector<std::string>& texts) {
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
    made.set = [field, kind](Config& config, const SettingNames& names,
                             const SettingValue& value) -> SettingFault {
        auto parsed = kind.parse(value);
        if (!parsed)
            return "expected " + kind.expected;
        field(config, names) = std::move(*parsed);
        return {};
    };
    made.print = [field, kind](const Config& config, const SettingNames& names) {
        return kind.print(read(field, config, names));
    };
    return made;
}

// Kinds

inline Kind<std::string> text() {
    return {[](const SettingValue& value) -> std::optional<std::string> {
                const auto* content = std::get_if<std::string>(&value);
                return content && content->size() <= text_bytes_max ? std::optional(*content) : std::nullopt;
            },
            [](const std::string& content) { return quoted(content); }, "a text"};
}

inline Kind<std::string> one_of(std::vector<std::string> words) {
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

inline std::optional<std::int64_t> integer_of(const SettingValue& value) {
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

inline Kind<unsigned> whole(unsigned low, unsigned high) {
    return {[low, high](const SettingValue& value) -> std::optional<unsigned> {
                const auto number = integer_of(value);
                return number && *number >= low && *number <= high
                           ? std::optional(static_cast<unsigned>(*number))
                           : std::nullopt;
            },
            [](const unsigned& number) { return std::to_string(number); },
            "a whole number from " + std::to_string(low) + " to " + std::to_string(high)};
}

inline std::optional<Seconds> span_of(const SettingValue& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return parse_span(std::to_string(*number));
    const auto* content = std::get_if<std::string>(&value);
    return content ? parse_span(*content) : std::nullopt;
}

inline Kind<Seconds> span(Seconds low, Seconds high) {
    return {[low, high](const SettingValue& value) -> std::optional<Seconds> {
                const auto parsed = span_of(value);
                return parsed && *parsed >= low && *parsed <= high ? parsed : std::nullopt;
            },
            [](const Seconds& seconds) { return quoted(span_text(seconds)); },
            "a time from " + span_text(low) + " to " + span_text(high) + ", such as \"90s\" or \"10m\""};
}

inline Kind<bool> flag() {
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
inline std::optional<std::vector<std::string>> list_of(const SettingValue& value) {
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

inline Kind<std::vector<std::string>> texts(std::string expected) {
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
inline Kind<std::vector<std::string>> list_where(bool (*passes)(std::string_view), std::string expected) {
    return list<std::vector<std::string>>(
        [passes](const std::string& item) { return passes(item) ? std::optional(item) : std::nullopt; },
        [](const std::string& item) { return item; }, std::move(expected));
}

inline Kind<core::Rate> rate() {
    return {[](const SettingValue& value) -> std::optional<core::Rate> {
                const auto* content = std::get_if<std::string>(&value);
                return content ? parse_rate(*content) : std::nullopt;
            },
            [](const core::Rate& r) { return quoted(rate_text(r)); },
            "a rate such as \"30/1h\", or \"none\""};
}

inline Kind<std::vector<core::Rate>> rates() {
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

} // namespace dialproof::app
