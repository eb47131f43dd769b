// Rows as text: one JSON object each (RFC 8259), instants as whole milliseconds since 1970.
#pragma once

#include "base/result.h"
#include "ports/store.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace dialproof::stores {

// In the order of ports::Row and ports::Key.
enum class RowKind : std::size_t { verification, user, line, binding, credential };
inline constexpr std::size_t row_kinds = std::variant_size_v<ports::Row>;

RowKind kind_of(const ports::Row& row);
RowKind kind_of(const ports::Key& key);
// "verification", "user", ...
std::string_view to_text(RowKind kind);
// "api_token" or "session".
std::string_view to_text(ports::CredentialKind kind);

// Text that is not UTF-8 does not survive: see JsonWriter.
std::string encode(const ports::Row& row);

// Why a body is no row: names the member, never holds a value.
struct RowError {
    std::string what;
};

// Reads bodies. Keeps its buffers from one to the next; for one thread at a time.
class RowReader {
public:
    RowReader();
    ~RowReader();
    RowReader(RowReader&&) noexcept;
    RowReader& operator=(RowReader&&) noexcept;

    // Members it does not know are skipped. Anything else that `encode` would not write is an error.
    Result<ports::Row, RowError> read(RowKind kind, std::string_view body);

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace dialproof::stores
