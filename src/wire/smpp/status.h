// command_status: its name, and what to do (SMPP 3.4 section 5.1.3, SMPP 5.0 section 4.7.6).
#pragma once

#include <cstdint>
#include <string>

namespace dialproof::wire::smpp {

inline constexpr std::uint32_t status_ok = 0, status_command_length = 0x02, status_command_id = 0x03,
                               status_not_bound = 0x04, status_come_again = 0x64;

// After an answer to a message.
enum class SubmitAction {
    accept,
    slow_down,      // the same link takes it later
    other_provider, // this one does not, for now
    number_bad,     // nobody will
    misconfigured,  // our side of the link is wrong: an operator must act
    bind_first,     // the centre does not hold us for bound
};

// After an answer to a bind.
enum class BindAction {
    bound,
    retry, // with back-off: an old session is still held, or the centre is in trouble
    stop,  // credentials: an operator must act, trying often only locks the account
};

SubmitAction submit_action(std::uint32_t status);
BindAction bind_action(std::uint32_t status);

// "rthrottled", as the specification has it after ESME_; "0x0000045b" for one that has no name there.
std::string status_name(std::uint32_t status);
// The name, and in words where it says what is wrong with the bind.
std::string bind_refusal(std::uint32_t status);

} // namespace dialproof::wire::smpp
