// Those who mean harm, and never know a code that is still good. They go when the town says that it is over.
#pragma once

#include "town.h"

namespace dialproof::simulation {

// Starts verifications of other people's numbers, and guesses at the newest and at older ones.
Task<void> guess_by_number(Town& town);
// Guesses at other people's accounts, with a token of his own.
Task<void> guess_by_account(Town& town);
// Claims other people's numbers for an account of his own.
Task<void> squat(Town& town);
// Has two doors to one number, and guesses at one while the right code goes to the other: what is judged at
// once must not be judged by one state of the line.
Task<void> crowd(Town& town);
// Sends to as many numbers as he can, from as many addresses as he has.
Task<void> pump(Town& town);
// Sends again what was right once, as it was and to other numbers.
Task<void> replay(Town& town);

// Means no harm: a reviewer of an app store, who proves the test number again and again.
inline constexpr const char* test_number = "+41791000000";
inline constexpr const char* test_code = "777770";
Task<void> review(Town& town);

// Means no harm: rotates keys, prunes, and helps lines that are stopped for good.
Task<void> operate(Town& town);

} // namespace dialproof::simulation
