// The tries of a message as text: one JSON array (RFC 8259), instants as whole milliseconds since 1970.
#pragma once

#include "base/result.h"
#include "ports/message.h"
#include "stores/record/rows.h"

#include <string>
#include <string_view>
#include <vector>

namespace dialproof::stores {

std::string encode_tries(const std::vector<ports::Attempt>& tries);

// Keeps its buffers from one to the next; for one thread at a time.
class TriesReader {
public:
    TriesReader();
    ~TriesReader();
    TriesReader(TriesReader&&) noexcept;
    TriesReader& operator=(TriesReader&&) noexcept;

    // Members it does not know are skipped. Anything else that `encode_tries` would not write is an error.
    Result<std::vector<ports::Attempt>, RowError> read(std::string_view text);

private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace dialproof::stores
