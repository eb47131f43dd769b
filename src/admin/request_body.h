// The JSON object that an admin call sends, read member by member. The first mistake is kept and told,
// with the member it is about; an unknown member is a mistake too.
#pragma once

#include "base/instant.h"
#include "wire/http.h"
#include "wire/json.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::admin {

// {"error":{"code":"invalid","field":"roles","message":"…"}}; `field` is left out when empty.
http::Response error(int status, std::string_view code, std::string_view field, std::string_view message);

class RequestBody {
public:
    explicit RequestBody(const std::string& body);

    // Nothing where the member is absent or null.
    std::optional<std::string> text(std::string_view name, std::size_t bytes_max);
    std::vector<std::string> texts(std::string_view name, std::size_t count_max);
    std::optional<bool> flag(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name, std::int64_t low, std::int64_t high);
    std::optional<Instant> instant(std::string_view name);

    void fault(std::string_view field, std::string message);
    // What to answer where something was wrong. To be asked after all members were read.
    [[nodiscard]] std::optional<http::Response> error() const;

private:
    const json::Value* member(std::string_view name);

    json::Value body_;
    std::set<std::string, std::less<>> known_;
    std::string field_, message_;
};

} // namespace dialproof::admin
