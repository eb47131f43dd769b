#include "stores/record/numbers.h"

namespace dialproof::stores {

std::set<core::PhoneNumber> numbers_of(const core::User& user) {
    std::set<core::PhoneNumber> numbers;
    for (const auto& phone : user.phones)
        numbers.insert(phone.number);
    if (user.pending)
        numbers.insert(user.pending->number);
    return numbers;
}

} // namespace dialproof::stores
