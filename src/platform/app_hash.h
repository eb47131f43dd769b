// The name by which Android's SMS Retriever knows an app (developers.google.com, "SMS Retriever: compute your
// app's hash string").
#pragma once

#include <string>
#include <string_view>

namespace dialproof::platform {

// Eleven characters of base64, from the package name and the signing certificate in DER.
std::string android_app_hash(std::string_view package, std::string_view certificate);

} // namespace dialproof::platform
