// The messages of a streaming call as bodies of gRPC over HTTP/2: frames in, frames out, the status in the
// trailers.
#pragma once

#include "rpc/service.h"
#include "wire/http.h"

#include <memory>
#include <string>

namespace dialproof::rpc {

// What comes, where the call's compression is `coding`. Ends with an error at the first fault.
std::shared_ptr<Messages> grpc_messages(std::shared_ptr<http::BodyStream> body, std::string coding);

std::shared_ptr<http::ResponseStream> grpc_body(std::shared_ptr<Messages> messages);

} // namespace dialproof::rpc
