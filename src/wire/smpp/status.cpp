#include "wire/smpp/status.h"

#include "base/text.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace dialproof::wire::smpp {

namespace {

struct Status {
    std::uint32_t code;
    std::string_view name;
    SubmitAction action;
};

constexpr auto slow_down = SubmitAction::slow_down;
constexpr auto other_provider = SubmitAction::other_provider;
constexpr auto number_bad = SubmitAction::number_bad;
constexpr auto misconfigured = SubmitAction::misconfigured;

// By code. What is not here is a centre's own (0x400 to 0x4FF) or unheard of.
constexpr Status statuses[] = {
    {0x00, "rok", SubmitAction::accept},
    {0x01, "rinvmsglen", misconfigured},
    {0x02, "rinvcmdlen", misconfigured},
    {0x03, "rinvcmdid", misconfigured},
    {0x04, "rinvbndsts", SubmitAction::bind_first},
    {0x05, "ralybnd", other_provider},
    {0x06, "rinvprtflg", misconfigured},
    {0x07, "rinvregdlvflg", misconfigured},
    {0x08, "rsyserr", other_provider},
    {0x0A, "rinvsrcadr", misconfigured},
    {0x0B, "rinvdstadr", number_bad},
    {0x0C, "rinvmsgid", other_provider},
    {0x0D, "rbindfail", misconfigured},
    {0x0E, "rinvpaswd", misconfigured},
    {0x0F, "rinvsysid", misconfigured},
    {0x11, "rcancelfail", other_provider},
    {0x13, "rreplacefail", other_provider},
    {0x14, "rmsgqful", slow_down},
    {0x15, "rinvsertyp", misconfigured},
    {0x33, "rinvnumdests", other_provider},
    {0x34, "rinvdlname", other_provider},
    {0x40, "rinvdestflag", other_provider},
    {0x42, "rinvsubrep", other_provider},
    {0x43, "rinvesmclass", misconfigured},
    {0x44, "rcntsubdl", other_provider},
    {0x45, "rsubmitfail", other_provider},
    {0x48, "rinvsrcton", misconfigured},
    {0x49, "rinvsrcnpi", misconfigured},
    {0x50, "rinvdstton", misconfigured},
    {0x51, "rinvdstnpi", misconfigured},
    {0x53, "rinvsystyp", misconfigured},
    {0x54, "rinvrepflag", other_provider},
    {0x55, "rinvnummsgs", other_provider},
    {0x58, "rthrottled", slow_down},
    {0x61, "rinvsched", misconfigured},
    {0x62, "rinvexpiry", misconfigured},
    {0x63, "rinvdftmsgid", other_provider},
    {0x64, "rx_t_appn", other_provider},
    {0x65, "rx_p_appn", other_provider},
    {0x66, "rx_r_appn", other_provider},
    {0x67, "rqueryfail", other_provider},
    {0xC0, "rinvoptparstream", misconfigured},
    {0xC1, "roptparnotallwd", misconfigured},
    {0xC2, "rinvparlen", misconfigured},
    {0xC3, "rmissingoptparam", misconfigured},
    {0xC4, "rinvoptparamval", misconfigured},
    {0xFE, "rdeliveryfailure", other_provider},
    {0xFF, "runknownerr", other_provider},
    {0x100, "rsertypunauth", other_provider},
    {0x101, "rprohibited", other_provider},
    {0x102, "rsertypunavail", other_provider},
    {0x103, "rsertypdenied", other_provider},
    {0x104, "rinvdcs", misconfigured},
    {0x105, "rinvsrcaddrsubunit", other_provider},
    {0x106, "rinvdstaddrsubunit", other_provider},
    {0x107, "rinvbcastfreqint", other_provider},
    {0x108, "rinvbcastalias_name", other_provider},
    {0x109, "rinvbcastareafmt", other_provider},
    {0x10A, "rinvnumbcast_areas", other_provider},
    {0x10B, "rinvbcastcnttype", other_provider},
    {0x10C, "rinvbcastmsgclass", other_provider},
    {0x10D, "rbcastfail", other_provider},
    {0x10E, "rbcastqueryfail", other_provider},
    {0x10F, "rbcastcancelfail", other_provider},
    {0x110, "rinvbcast_rep", other_provider},
    {0x111, "rinvbcastsrvgrp", other_provider},
    {0x112, "rinvbcastchanind", other_provider},
};
static_assert(std::is_sorted(std::begin(statuses), std::end(statuses),
                             [](const Status& a, const Status& b) { return a.code < b.code; }));

const Status* find(std::uint32_t code) {
    const auto* found =
        std::lower_bound(std::begin(statuses), std::end(statuses), code,
                         [](const Status& status, std::uint32_t wanted) { return status.code < wanted; });
    return found != std::end(statuses) && found->code == code ? found : nullptr;
}

} // namespace

SubmitAction submit_action(std::uint32_t status) {
    const auto* known = find(status);
    return known ? known->action : other_provider;
}

BindAction bind_action(std::uint32_t status) {
    switch (status) {
    case status_ok:
        return BindAction::bound;
    case 0x0D: // RBINDFAIL
    case 0x0E: // RINVPASWD
    case 0x0F: // RINVSYSID
    case 0x53: // RINVSYSTYP
        return BindAction::stop;
    default:
        return BindAction::retry;
    }
}

std::string status_name(std::uint32_t status) {
    if (const auto* known = find(status))
        return std::string(known->name);
    std::string octets;
    for (int shift = 24; shift >= 0; shift -= 8)
        octets += static_cast<char>(status >> shift & 0xFFU);
    return "0x" + to_hex(octets);
}

std::string bind_refusal(std::uint32_t status) {
    std::string name = status_name(status);
    switch (status) {
    case 0x0E:
        return name + ", the password is wrong";
    case 0x0F:
        return name + ", it does not know the system_id";
    case 0x53:
        return name + ", it does not know the system_type";
    default:
        return name;
    }
}

} // namespace dialproof::wire::smpp
