// One OpenAPI 3.1 document, merged from the parts of data/openapi: those that are served, and no other.
#pragma once

#include <string>

namespace dialproof::api_docs {

// The API of those who run the server, and that of its administrators, are always served.
struct Served {
    std::string version; // of the program
    bool dev = false;
    bool django_phone_verify = false;
    bool zitadel = false;
    bool pip_sms_settings = false;
    bool pip_sms_settings_commands = false;
    bool techno_sso = false;
    std::string techno_sso_prefix; // in front of its paths
};

// JSON text. The parts are ours: one that cannot be merged is a bug, and stops the process.
std::string document(const Served& served);

} // namespace dialproof::api_docs
