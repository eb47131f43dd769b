// A transcript as data: what to do and what to expect, line by line. See README.md.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dialproof::contracts {

using HeaderLines = std::vector<std::pair<std::string, std::string>>; // names in lower case

struct SetClock {
    std::string time;
};
struct Configure {
    std::string key, value;
};
struct MakeToken {
    std::string variable;
    std::vector<std::string> words;
};
struct OpenSession {
    std::string variable;
    std::vector<std::string> words;
};
struct MakeJwt {
    std::string variable;
    std::vector<std::string> words;
};
struct RevokeToken {
    std::string variable;
};
struct From {
    std::string address;
};
struct Store {
    bool up;
};
struct LetAnother {
    std::string variable, code;
};
struct LetCut {
    std::string variable, text;
};
struct Advance {
    unsigned seconds;
};
struct Exchange {
    unsigned times = 1;
    std::string method, path;
    std::optional<std::string> content_type;
    std::string body;
    HeaderLines headers;
    int status = 0;
    std::optional<std::string> expected_body;
    HeaderLines expected_headers;
    std::vector<std::string> absent_headers;
};
struct MessageCode {
    std::string number, variable;
};
struct MessageText {
    std::string number, text;
};
struct NoMessage {};
struct FindVerification {
    std::string number, variable;
};

using What =
    std::variant<SetClock, Configure, MakeToken, OpenSession, MakeJwt, RevokeToken, From, Store, LetAnother,
                 LetCut, Advance, Exchange, MessageCode, MessageText, NoMessage, FindVerification>;

struct Step {
    int line; // where it begins, from 1
    What what;
};

// Throws std::invalid_argument, with the line, where the text is no transcript.
std::vector<Step> parse_transcript(const std::string& text);

} // namespace dialproof::contracts
