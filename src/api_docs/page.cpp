#include "api_docs/page.h"

namespace dialproof::api_docs {

const std::string_view page_html = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dialproof's APIs</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
<main id="viewer"></main>
<footer><a href="/openapi.json">openapi.json</a> · <a href="/docs/licences.txt">licences of this page</a></footer>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</html>
)html";

// The viewer is dark by a class. It asks a host of its maker whether a document is valid, unless it is told
// not to.
const std::string_view page_script = R"js(const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#viewer",
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
)js";

// The viewer leaves two kinds of its text dark on dark.
const std::string_view page_style = R"css(body { margin: 0; }
footer { font: 14px/1.5 sans-serif; padding: 0 20px 2rem; text-align: center; }
footer a { color: inherit; }
html.dark-mode footer, html.dark-mode .swagger-ui .header-col, html.dark-mode .swagger-ui .examples-select__section-label {
  color: #e4e6e6;
}
)css";

} // namespace dialproof::api_docs
