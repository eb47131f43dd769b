#include "platform/openssl.h"

#include <cstdio>
#include <cstdlib>

namespace dialproof::platform {

void must(bool worked, const char* what) {
    if (worked)
        return;
    std::fprintf(stderr, "OpenSSL failed: %s\n", what);
    std::abort();
}

} // namespace dialproof::platform
