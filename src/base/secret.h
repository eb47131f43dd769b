// A value that cannot be printed, is wiped when it dies, and is compared in constant time.
// Codes, keys and tokens live in one; `reveal()` marks every place that looks inside.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace dialproof {

// Overwrites memory in a way the optimiser may not drop.
void wipe(void* data, std::size_t bytes);

// Takes as long for equal texts as for different ones of that length; only the lengths show.
bool equal_in_constant_time(std::string_view a, std::string_view b);

template <typename T>
class Secret;

template <>
class Secret<std::string> {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) { clear(value); }
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.clear(); }
    Secret& operator=(const Secret& other) {
        if (this != &other) {
            clear();
            value_ = other.value_;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            clear();
            value_ = std::move(other.value_);
            other.clear();
        }
        return *this;
    }
    ~Secret() { clear(); }

    [[nodiscard]] const std::string& reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }
    [[nodiscard]] bool equals(std::string_view guess) const { return equal_in_constant_time(value_, guess); }

private:
    // All that the string has room for: a short text lies inside it, and stays there when it moves out.
    static void clear(std::string& text) {
        text.resize(text.capacity());
        wipe(text.data(), text.size());
        text.clear();
    }
    void clear() { clear(value_); }

    std::string value_;
};

template <std::size_t bytes>
class Secret<std::array<unsigned char, bytes>> {
public:
    using Bytes = std::array<unsigned char, bytes>;

    Secret() = default;
    explicit Secret(const Bytes& value) : value_(value) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret() { wipe(value_.data(), bytes); }

    [[nodiscard]] const Bytes& reveal() const { return value_; }

private:
    Bytes value_{};
};

} // namespace dialproof
