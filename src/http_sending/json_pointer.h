// Places in a JSON text (RFC 6901).
#pragma once

#include "wire/json.h"

#include <string>
#include <string_view>

namespace dialproof::http_sending {

// "/messages/0/status"; an empty pointer is the whole. Null where nothing is there.
const json::Value* at(const json::Value& whole, std::string_view pointer);

// What stands there, of a string, number or boolean, as text; empty where there is none of these.
std::string text_at(const json::Value& whole, std::string_view pointer);
// Of how many parts a text was: a number, or a list with an item for each. 0 where that is not told, or is
// more than there can be (3GPP TS 23.040 section 9.2.3.24.1 counts in one octet).
unsigned parts_at(const json::Value& whole, std::string_view pointer);

} // namespace dialproof::http_sending
