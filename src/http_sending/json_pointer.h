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

} // namespace dialproof::http_sending
