// The text of a message, from a service's templates.
//
// A template is text with {code}, {app} and {minutes}; nothing else may stand in braces.
#pragma once

#include "base/secret.h"
#include "core/policy.h"

#include <optional>
#include <string>
#include <string_view>

namespace dialproof::delivery {

// Bytes of a template, and so of nearly all of a text.
inline constexpr std::size_t template_bytes_max = 1000;

// Why a template cannot be used, in a sentence; nothing where it can.
std::optional<std::string> template_fault(std::string_view text);

// The closest template for a BCP 47 tag: "de-CH" takes de-CH, then de, then en (RFC 4647 section 3.4).
std::string_view template_for(const core::Policy& policy, std::string_view locale);

Secret<std::string> render(const core::Policy& policy, std::string_view locale, const core::Code& code);

} // namespace dialproof::delivery
