// The text of a message, from a service's templates.
//
// A template is text with {code}, {app} and {minutes}, and, to say where they go, {domain} and {app_hash};
// nothing else may stand in braces.
#pragma once

#include "base/secret.h"
#include "core/autofill.h"
#include "core/policy.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::delivery {

// Bytes of a template, and so of nearly all of a text.
inline constexpr std::size_t template_bytes_max = 1000;

// Why a template cannot be used, in a sentence; nothing where it can.
std::optional<std::string> template_fault(std::string_view text);

// The closest template for a BCP 47 tag: "de-CH" takes de-CH, then de, then en; "zh-Hant-TW" ends at zh
// (RFC 4647 section 3.4).
std::string_view template_for(const core::Policy& policy, std::string_view locale);

// The template for that locale, filled in, and below it the lines by which a phone finds the code: the app
// hash, and as the very last one the domain's. What the template says itself is not said again; a line of it
// that needs a domain or hash which this text does not get is left out.
Secret<std::string> render(const core::Policy& policy, std::string_view locale, const core::Code& code,
                           const core::Autofill& autofill = {});

// "@example.com #123456": nothing may stand before or after it on its line.
std::string domain_line(std::string_view domain, std::string_view code);

} // namespace dialproof::delivery
