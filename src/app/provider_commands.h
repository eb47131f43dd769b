// Commands that ask providers, without a server: `dialproof send-test` and `dialproof providers check`.
#pragma once

#include "app/config.h"
#include "base/result.h"

#include <string>

namespace dialproof::app {

struct SendTest {
    std::string to;       // as people write it
    std::string provider; // empty: the one that the number's route names first
    Seconds receipt_wait{30};
};

// Sends a text that says that it is a test, and says what the provider answers and, where it sends receipts,
// what they tell. An error where it was not taken.
Result<void, std::string> send_test(const Config& config, const SendTest& test);

// Asks each provider whether it would take a text, and says so. An error where one would not.
Result<void, std::string> check_providers(const Config& config);

} // namespace dialproof::app
