// The texts that a service has by itself, by BCP 47 language tag.
//
// Each is one short message, also with the domain line of autofill.h: with a domain of 20 characters, an app
// name of 12, six digits and two digits of minutes. Where the script needs UCS-2 that leaves 19 characters
// for words, so those are terse. The word for "code" stands close to the digits, by which iOS finds them.
#pragma once

#include <map>
#include <string>

namespace dialproof::core {

using Templates = std::map<std::string, std::string>;

Templates default_templates();

} // namespace dialproof::core
