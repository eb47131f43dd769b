// The numbers by which a user is found.
#pragma once

#include "core/user.h"

#include <set>

namespace dialproof::stores {

// Those of its phones and the one that is to be proven.
std::set<core::PhoneNumber> numbers_of(const core::User& user);

} // namespace dialproof::stores
