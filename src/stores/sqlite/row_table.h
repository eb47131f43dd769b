// The five tables of rows, one for each kind in ports::Row.
#pragma once

#include "base/result.h"
#include "ports/store.h"
#include "stores/record/rows.h"
#include "stores/sqlite/session.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace dialproof::stores::sqlite {

// A Put as it goes into its table, encoded before the writer has it.
struct RowWrite {
    RowKind kind;
    std::string id;
    std::uint64_t expected;
    std::string body;
    std::optional<Instant> ended_at;
    std::vector<std::variant<std::monostate, std::int64_t, std::string>> columns; // of this kind alone
    std::set<core::PhoneNumber> numbers{};                                        // by which a user is found
    Instant changed_at{};                                                         // of a user
};

RowWrite encode_put(const ports::Put& put);

// The version of a row that is new, within this transaction.
std::uint64_t first_version(Session& session);
// False: the version is another one.
bool put(Connection& connection, const RowWrite& write, std::uint64_t first_version);
bool erase(Session& session, const ports::Erase& erase);

Result<ports::Stored, RowError> load(Connection& connection, RowReader& reader, const ports::Key& key);

// `after` is a number, or empty: from the first one.
std::vector<core::PhoneNumber> line_numbers(Connection& connection, const std::string& after, unsigned limit);

Result<ports::Loaded, RowError> users_of(Connection& connection, RowReader& reader,
                                         const core::PhoneNumber& number, unsigned limit);

// Version 0 until there is a row; a row that is gone leaves its version as the floor for new ones.
void raise_version_floor(Session& session, std::int64_t version);

std::int64_t to_integer(Instant instant);
Instant to_instant(std::int64_t milliseconds);

} // namespace dialproof::stores::sqlite
