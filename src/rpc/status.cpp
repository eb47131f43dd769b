#include "rpc/status.h"

#include "google/rpc/status.pb.h"

#include <cstdlib>

namespace dialproof::rpc {

std::string_view to_text(Code code) {
    switch (code) {
    case Code::ok:
        return "ok";
    case Code::canceled:
        return "canceled";
    case Code::unknown:
        return "unknown";
    case Code::invalid_argument:
        return "invalid_argument";
    case Code::deadline_exceeded:
        return "deadline_exceeded";
    case Code::not_found:
        return "not_found";
    case Code::already_exists:
        return "already_exists";
    case Code::permission_denied:
        return "permission_denied";
    case Code::resource_exhausted:
        return "resource_exhausted";
    case Code::failed_precondition:
        return "failed_precondition";
    case Code::aborted:
        return "aborted";
    case Code::out_of_range:
        return "out_of_range";
    case Code::unimplemented:
        return "unimplemented";
    case Code::internal:
        return "internal";
    case Code::unavailable:
        return "unavailable";
    case Code::data_loss:
        return "data_loss";
    case Code::unauthenticated:
        return "unauthenticated";
    }
    std::abort();
}

int http_status(Code code) {
    switch (code) {
    case Code::ok:
        return 200;
    case Code::invalid_argument:
    case Code::failed_precondition:
    case Code::out_of_range:
        return 400;
    case Code::unauthenticated:
        return 401;
    case Code::permission_denied:
        return 403;
    case Code::not_found:
        return 404;
    case Code::already_exists:
    case Code::aborted:
        return 409;
    case Code::resource_exhausted:
        return 429;
    case Code::canceled:
        return 499;
    case Code::unknown:
    case Code::internal:
    case Code::data_loss:
        return 500;
    case Code::unimplemented:
        return 501;
    case Code::unavailable:
        return 503;
    case Code::deadline_exceeded:
        return 504;
    }
    std::abort();
}

std::string status_message(const Error& error) {
    google::rpc::Status status;
    status.set_code(static_cast<int>(error.code));
    status.set_message(error.message);
    for (const auto& detail : error.details) {
        auto& any = *status.add_details();
        any.set_type_url("type.googleapis.com/" + detail.type);
        any.set_value(detail.value);
    }
    return status.SerializeAsString();
}

} // namespace dialproof::rpc
