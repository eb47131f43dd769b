// The five tables of rows, one for each kind in ports::Row: what a group of commits writes into each of them,
// by one statement for all.
#pragma once

#include "base/result.h"
#include "ports/store.h"
#include "stores/postgres/connection.h"
#include "stores/postgres/days.h"
#include "stores/record/rows.h"

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dialproof::stores::postgres {

// A Put as it goes into its table, encoded before the loop has it.
struct RowWrite {
    RowKind kind;
    std::string id;
    std::uint64_t expected;
    std::string body;
    std::optional<Instant> ended_at;
    Instant created_at{};                       // of a verification or credential
    std::optional<std::string> number{};        // of a verification
    std::string_view credential_kind{};         // of a credential
    std::set<core::PhoneNumber> user_numbers{}; // by which a user is found
    Instant changed_at{};                       // of a user
};

RowWrite encode_put(const ports::Put& put);

// Text that no other row has.
std::string lock_name(RowKind kind, const std::string& id);

// The statements for one kind of row. What they answer tells which rows were as expected.
std::optional<Statement> insert_rows(RowKind kind, std::vector<const RowWrite*> rows);
std::optional<Statement> update_rows(RowKind kind, std::vector<const RowWrite*> rows);
std::optional<Statement> erase_rows(RowKind kind, std::vector<const ports::Erase*> erases);
// Erases of what must not be there: what it answers is there.
std::optional<Statement> find_rows(RowKind kind, const std::vector<const ports::Erase*>& erases);

std::optional<Statement> forget_numbers(const std::vector<std::string>& users);
std::optional<Statement> keep_numbers(const std::vector<const RowWrite*>& users);

std::int64_t to_integer(Instant instant);
Instant to_instant(std::int64_t milliseconds);

} // namespace dialproof::stores::postgres
