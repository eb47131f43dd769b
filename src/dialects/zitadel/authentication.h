// From what came beside a request to who calls.
#pragma once

#include "base/task.h"
#include "dialects/zitadel/organisations.h"
#include "dialects/zitadel/rpc.h"
#include "flows/access.h"

namespace dialproof::dialects::zitadel {

class Authentication {
public:
    Authentication(flows::Access& access, const Organisations& organisations) :
        access_(access), organisations_(organisations) {}

    // Errors: no or another authorization than a bearer token, a token that does not hold, an unknown
    // organisation. A chosen organisation is the only one in which the caller's permissions count.
    Task<RpcResult<RpcContext>> authenticate(RpcMetadata metadata) const;

private:
    flows::Access& access_;
    const Organisations& organisations_;
};

} // namespace dialproof::dialects::zitadel
