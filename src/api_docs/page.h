// The page at /docs: it starts the viewer, which is data/api-viewer. No script and no style is in the page
// itself, so that its policy can forbid both there.
#pragma once

#include <string_view>

namespace dialproof::api_docs {

extern const std::string_view page_html, page_script, page_style;

} // namespace dialproof::api_docs
