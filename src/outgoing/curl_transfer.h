// One HTTP request as libcurl is told of it, and what came of it. Only for the files of this folder: it shows
// libcurl.
#pragma once

#include "base/release.h"
#include "outgoing/curl_http_client.h"
#include "ports/http_client.h"

#include <memory>
#include <string>
#include <string_view>

#include <curl/curl.h>

namespace dialproof::outgoing {

class CurlTransfer {
public:
    // `settings` outlive it.
    CurlTransfer(ports::HttpCall call, const HttpClientSettings& settings);
    CurlTransfer(const CurlTransfer&) = delete;
    CurlTransfer& operator=(const CurlTransfer&) = delete;

    // Whether the call can be said in HTTP at all: libcurl would write a line end in a field as it is.
    [[nodiscard]] bool is_well_formed() const;
    [[nodiscard]] CURL* handle() const { return handle_.get(); }
    [[nodiscard]] Milliseconds time_max() const { return call_.time_max; }

    // Once, after libcurl has ended with that code.
    Result<ports::HttpReply, ports::HttpFailure> result(CURLcode code);
    [[nodiscard]] ports::HttpFailure failure(std::string_view error) const;

private:
    using Handle = std::unique_ptr<CURL, Release<curl_easy_cleanup>>;
    using Fields = std::unique_ptr<curl_slist, Release<curl_slist_free_all>>;

    void set_request();
    void set_fields();
    void set_bounds();
    void add_field(const std::string& line);
    void take_header(std::string_view line);

    static int before_request(void* transfer, char*, char*, int, int);
    static std::size_t on_header(char* bytes, std::size_t, std::size_t count, void* transfer);
    static std::size_t on_body(char* bytes, std::size_t, std::size_t count, void* transfer);

    const ports::HttpCall call_;
    const HttpClientSettings& settings_;
    Fields fields_;
    ports::HttpReply reply_;
    std::size_t header_bytes_ = 0;
    bool began_ = false; // a connection was there, and the request may have been written
    Handle handle_;      // looks at all of the above
};

} // namespace dialproof::outgoing
