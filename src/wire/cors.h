// Whether pages of other origins may call (the Fetch standard, "CORS protocol"). A wrapper around a mount: it
// answers preflights, and adds to each answer what a browser wants to see before it hands it to the page.
#pragma once

#include "wire/http.h"

#include <string>
#include <vector>

namespace dialproof::http {

struct CorsPolicy {
    std::vector<std::string> origins; // "https://app.example.com", or "*" for all; none: no page may call
    std::string allowed_headers;      // that a page may send: "authorization, content-type"
    std::string exposed_headers;      // that a page may read: "grpc-status"
};

// Credentials are never allowed: callers show tokens, and no cookie of theirs shall count.
Mount with_cors(Mount mount, CorsPolicy policy);

} // namespace dialproof::http
