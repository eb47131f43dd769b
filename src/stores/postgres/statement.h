// A statement with its parameters, as the server takes them: in text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::stores::postgres {

// One array of PostgreSQL in text (postgresql.org/docs/current/arrays.html#ARRAYS-IO).
class Array {
public:
    void add(std::string_view text);
    void add(std::int64_t number);
    void add_null();
    template <typename T>
    void add(const std::optional<T>& value) {
        if (value)
            add(*value);
        else
            add_null();
    }
    [[nodiscard]] std::string text() const { return text_ + "}"; }

private:
    void separate();

    std::string text_ = "{";
};

class Statement {
public:
    // `sql` is a string that lives as long as the program: its address finds the prepared statement again.
    explicit Statement(const char* sql) : sql_(sql) {}

    Statement& with(std::string_view text) &;
    Statement& with(std::int64_t number) &;
    Statement& with(const Array& array) &;
    Statement& with_null() &;
    template <typename T>
    Statement with(T&& value) && {
        return std::move(this->with(std::forward<T>(value)));
    }

    [[nodiscard]] const char* sql() const { return sql_; }
    [[nodiscard]] const std::vector<std::optional<std::string>>& parameters() const { return parameters_; }

private:
    const char* sql_;
    std::vector<std::optional<std::string>> parameters_;
};

} // namespace dialproof::stores::postgres
