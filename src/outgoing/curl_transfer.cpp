#include "outgoing/curl_transfer.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace dialproof::outgoing {

namespace {

template <typename Value>
void set(CURL* handle, CURLoption option, Value value) {
    curl_easy_setopt(handle, option, value);
}

bool is_one_line(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool names(const ports::HttpFields& fields, std::string_view name) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](const auto& field) { return equals_ignoring_case(field.first, name); });
}

// By the names that libcurl gives its codes; those of other protocols cannot happen.
std::string_view error_of(CURLcode code) {
    switch (static_cast<int>(code)) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        return "bad_url";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "name_not_found";
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
        return "connect_failed";
    case CURLE_OPERATION_TIMEDOUT:
        return "timed_out";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
        return "tls_failed";
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_ABORTED_BY_CALLBACK: // libcurl wanted to write it again on another connection
        return "connection_lost";
    case CURLE_WRITE_ERROR:
        return "answer_too_large";
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return "bad_answer";
    default:
        return "failed";
    }
}

} // namespace

CurlTransfer::CurlTransfer(ports::HttpCall call, const HttpClientSettings& settings) :
    call_(std::move(call)), settings_(settings), handle_(curl_easy_init()) {
    set_request();
    set_fields();
    set_bounds();
}

bool CurlTransfer::is_well_formed() const {
    return is_one_line(call_.method) && is_one_line(call_.url) &&
           std::all_of(call_.headers.begin(), call_.headers.end(), [](const auto& field) {
               return !field.first.empty() && is_one_line(field.first) && is_one_line(field.second);
           });
}

void CurlTransfer::set_request() {
    CURL* const handle = handle_.get();
    const auto& body = call_.body.reveal();
    set(handle, CURLOPT_URL, call_.url.c_str());
    if (call_.method == "GET" && body.empty()) {
        set(handle, CURLOPT_HTTPGET, 1L);
    } else {
        set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        set(handle, CURLOPT_POSTFIELDS, body.data());
        set(handle, CURLOPT_CUSTOMREQUEST, call_.method.c_str());
    }
    set(handle, CURLOPT_PREREQFUNCTION, &CurlTransfer::before_request);
    set(handle, CURLOPT_PREREQDATA, this);
    set(handle, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
    set(handle, CURLOPT_HEADERDATA, this);
    set(handle, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
    set(handle, CURLOPT_WRITEDATA, this);
}

// libcurl adds fields of its own to a body unless it is told not to, and takes "name:" for "without it".
void CurlTransfer::set_fields() {
    for (const auto& [name, value] : call_.headers)
        add_field(value.empty() ? name + ";" : name + ": " + value);
    add_field("Expect:");
    if (!names(call_.headers, "content-type"))
        add_field("Content-Type:");
    set(handle_.get(), CURLOPT_HTTPHEADER, fields_.get());
}

void CurlTransfer::add_field(const std::string& line) {
    curl_slist* const longer = curl_slist_append(fields_.get(), line.c_str());
    static_cast<void>(fields_.release());
    fields_.reset(longer);
}

void CurlTransfer::set_bounds() {
    CURL* const handle = handle_.get();
    set(handle, CURLOPT_NOSIGNAL, 1L);
    set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call_.connect_time_max.count()));
    set(handle, CURLOPT_MAXAGE_CONN, static_cast<long>(settings_.idle_max.count()));
    set(handle, CURLOPT_PROXY, settings_.proxy.c_str()); // an empty one: none, whatever the environment says
    set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings_.authorities.empty()) {
        set(handle, CURLOPT_CAINFO, settings_.authorities.c_str());
        set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    // Else a call that ends while its name is looked up waits for the look-up, and the loop with it.
    set(handle, CURLOPT_QUICK_EXIT, 1L);
}

// Called when a connection is there, right before libcurl writes. It does so a second time where a connection
// that had been in use before ended without an answer; but then the first may have been acted upon.
int CurlTransfer::before_request(void* transfer, char*, char*, int, int) {
    const bool again = std::exchange(static_cast<CurlTransfer*>(transfer)->began_, true);
    return again ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t CurlTransfer::on_header(char* bytes, std::size_t, std::size_t count, void* transfer) {
    auto& self = *static_cast<CurlTransfer*>(transfer);
    self.header_bytes_ += count;
    if (self.header_bytes_ > self.settings_.reply_header_bytes_max)
        return 0;
    self.take_header({bytes, count});
    return count;
}

void CurlTransfer::take_header(std::string_view line) {
    if (line.starts_with("HTTP/")) { // what came before was of an interim response
        reply_.headers.clear();
        return;
    }
    const auto colon = line.find(':');
    if (colon != std::string_view::npos)
        reply_.headers.emplace_back(to_lower(trimmed(line.substr(0, colon))),
                                    trimmed(line.substr(colon + 1)));
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t, std::size_t count, void* transfer) {
    auto& self = *static_cast<CurlTransfer*>(transfer);
    if (count > self.settings_.reply_body_bytes_max - self.reply_.body.size())
        return 0;
    self.reply_.body.append(bytes, count);
    return count;
}

Result<ports::HttpReply, ports::HttpFailure> CurlTransfer::result(CURLcode code) {
    if (code == CURLE_UNSUPPORTED_PROTOCOL && began_) // what was answered is no HTTP
        return fail(failure("bad_answer"));
    if (code != CURLE_OK)
        return fail(failure(error_of(code)));
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    reply_.status = static_cast<unsigned>(status);
    return std::move(reply_);
}

ports::HttpFailure CurlTransfer::failure(std::string_view error) const {
    return {began_, std::string(error)};
}

} // namespace dialproof::outgoing
