// The files of data/openapi and data/api-viewer, as they are in the repository.
#pragma once

#include <string_view>

namespace dialproof::api_docs::embedded {

std::string_view base();
std::string_view operations();
std::string_view admin();
std::string_view dev();
std::string_view django_phone_verify();
std::string_view zitadel();
std::string_view pip_sms_settings();
std::string_view pip_sms_settings_commands();
std::string_view techno_sso();

// Packed with gzip.
std::string_view viewer_script();
std::string_view viewer_style();

std::string_view viewer_licences();

} // namespace dialproof::api_docs::embedded
