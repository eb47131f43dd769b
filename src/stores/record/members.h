// How bodies are read: the members of one JSON object, each of the kind that was written, or an exception.
#pragma once

#include "base/instant.h"
#include "core/phone_number.h"

#include <simdjson.h>

#include <initializer_list>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::stores {

namespace json = simdjson::dom;

// Ends the reading of one body; caught where the reading began.
struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] inline void refuse(std::string_view member, std::string_view what) {
    throw Unreadable("member \"" + std::string(member) + "\" " + std::string(what));
}

// The members of one JSON object. Each reader takes the name of a member and throws where it is not what
// `write` writes.
class Members {
public:
    explicit Members(json::object object) : object_(object) {}

    [[nodiscard]] std::optional<json::element> find(std::string_view name) const {
        const auto found = object_.at_key(name);
        if (found.error() != simdjson::SUCCESS)
            return {};
        return found.value_unsafe();
    }
    [[nodiscard]] json::element element(std::string_view name) const {
        const auto found = find(name);
        if (!found)
            refuse(name, "is missing");
        return *found;
    }
    template <typename T>
    [[nodiscard]] T get(std::string_view name, std::string_view wanted) const {
        return as<T>(element(name), name, wanted);
    }
    template <typename T>
    static T as(json::element element, std::string_view name, std::string_view wanted) {
        T value{};
        if (element.get(value) != simdjson::SUCCESS)
            refuse(name, wanted);
        return value;
    }

    [[nodiscard]] std::string text(std::string_view name) const {
        return std::string(get<std::string_view>(name, "is not text"));
    }
    [[nodiscard]] bool flag(std::string_view name) const { return get<bool>(name, "is not true or false"); }
    template <typename U>
    [[nodiscard]] U count(std::string_view name) const {
        const auto number = get<std::uint64_t>(name, "is not a count");
        if (number > std::numeric_limits<U>::max())
            refuse(name, "is too large");
        return static_cast<U>(number);
    }
    [[nodiscard]] Instant instant(std::string_view name) const {
        return Instant(Milliseconds(get<std::int64_t>(name, "is not an instant")));
    }
    [[nodiscard]] std::optional<Instant> optional_instant(std::string_view name) const {
        if (!find(name))
            return {};
        return instant(name);
    }
    template <typename Id>
    [[nodiscard]] std::optional<Id> optional_id(std::string_view name) const {
        if (!find(name))
            return {};
        return Id(text(name));
    }
    [[nodiscard]] std::vector<Instant> instants(std::string_view name) const {
        std::vector<Instant> list;
        for (const json::element each : get<json::array>(name, "is not a list"))
            list.emplace_back(Milliseconds(as<std::int64_t>(each, name, "holds what is no instant")));
        return list;
    }
    [[nodiscard]] core::PhoneNumber number(std::string_view name) const {
        auto number = core::PhoneNumber::parse(get<std::string_view>(name, "is not text"));
        if (!number)
            refuse(name, "is not an E.164 number");
        return *std::move(number);
    }
    // One of `values`, by the name that to_text gives it.
    template <typename E>
    [[nodiscard]] E one_of(std::string_view name, std::initializer_list<E> values,
                           std::string_view (*name_of_value)(E)) const {
        const auto text = get<std::string_view>(name, "is not text");
        for (const E value : values)
            if (name_of_value(value) == text)
                return value;
        refuse(name, "has a value that this version does not know");
    }

private:
    json::object object_;
};

} // namespace dialproof::stores
