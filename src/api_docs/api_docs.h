// The documentation that the server gives of itself: the REST APIs that it serves as one OpenAPI 3.1
// document, and a page to read and try them. All of it is made once, and asks nothing of any other host.
#pragma once

#include "api_docs/document.h"
#include "wire/http.h"

namespace dialproof::api_docs {

// GET /openapi.json
// GET /docs          a page with Swagger UI; its files are under /docs/
//
// Answers have an ETag and are asked about again by it; clients that read gzip get it. The mount does not
// list itself in the document.
http::Mount mount(const Served& served);

} // namespace dialproof::api_docs
