#include "server/error_response.h"

#include "base/json_writer.h"

namespace dialproof::server {

http::Response error_response(int status, std::string_view code, std::string_view message) {
    JsonWriter json;
    json.begin_object().key("error").begin_object();
    json.member("code", code).member("message", message);
    json.end_object().end_object();
    return http::json_response(status, json.take());
}

http::Response not_found_response() {
    return error_response(404, "not_found", "There is nothing at this path.");
}

http::Response method_not_allowed_response(const std::string& allow) {
    auto response =
        error_response(405, "method_not_allowed", "This path takes other methods: " + allow + ".");
    response.headers.set("allow", allow);
    return response;
}

} // namespace dialproof::server
