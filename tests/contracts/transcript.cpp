#include "transcript.h"

#include "base/text.h"

#include <sstream>
#include <stdexcept>

namespace dialproof::contracts {

namespace {

class Parser {
public:
    explicit Parser(const std::string& text) : lines_(text) {}

    std::vector<Step> parse() {
        std::string line;
        while (std::getline(lines_, line)) {
            ++number_;
            if (const auto text = trimmed(line); !text.empty() && text[0] != '#')
                read(std::string(text));
        }
        if (exchange_)
            wrong("a request without an answer");
        if (times_ != 1)
            wrong("nothing to repeat");
        return std::move(steps_);
    }

private:
    [[noreturn]] void wrong(const std::string& what) const {
        throw std::invalid_argument("line " + std::to_string(number_) + ": " + what);
    }

    static std::string rest(std::istringstream& words) {
        std::string text;
        std::getline(words, text);
        return std::string(trimmed(text));
    }

    std::string word(std::istringstream& words, const char* what) const {
        std::string text;
        if (!(words >> text))
            wrong(std::string("expected ") + what);
        return text;
    }

    unsigned count(std::istringstream& words) const {
        unsigned number = 0;
        if (!(words >> number))
            wrong("expected a number");
        return number;
    }

    void step(What what) {
        if (exchange_)
            wrong("the request before has no answer");
        steps_.push_back({number_, std::move(what)});
    }

    void read(const std::string& line) {
        std::istringstream words(line);
        const std::string verb = word(words, "a word");
        if (verb == ">")
            request(words);
        else if (verb == ">>")
            request_header(rest(words));
        else if (verb == "<")
            answer(words);
        else if (verb == "<<")
            answer_header(rest(words));
        else if (verb == "sms")
            message(words);
        else
            directive(verb, words);
    }

    void directive(const std::string& verb, std::istringstream& words) {
        if (verb == "clock") {
            step(SetClock{word(words, "a time")});
        } else if (verb == "config") {
            const auto key = word(words, "a key");
            step(Configure{key, rest(words)});
        } else if (verb == "token") {
            step(made<MakeToken>(words));
        } else if (verb == "session") {
            step(made<OpenSession>(words));
        } else if (verb == "jwt") {
            step(made<MakeJwt>(words));
        } else if (verb == "revoke") {
            step(RevokeToken{variable(words)});
        } else if (verb == "from") {
            step(From{word(words, "an address")});
        } else if (verb == "store") {
            const auto state = word(words, "up or down");
            if (state != "up" && state != "down")
                wrong("expected up or down");
            step(Store{state == "up"});
        } else if (verb == "let") {
            let(words);
        } else if (verb == "advance") {
            step(Advance{count(words)});
        } else if (verb == "repeat") {
            times_ = count(words);
        } else if (verb == "verification") {
            const auto number = word(words, "a number");
            step(FindVerification{number, variable(words)});
        } else if (verb == "no" && word(words, "sms") == "sms") {
            step(NoMessage{});
        } else {
            wrong("no such line: " + verb);
        }
    }

    template <typename Made>
    Made made(std::istringstream& words) const {
        Made what{variable(words), {}};
        for (std::string next; words >> next;)
            what.words.push_back(next);
        return what;
    }

    std::string variable(std::istringstream& words) const {
        auto text = word(words, "a variable");
        if (text.size() < 2 || text[0] != '$')
            wrong("expected a variable such as $code");
        return text.substr(1);
    }

    void let(std::istringstream& words) {
        const auto name = variable(words);
        const auto how = word(words, "not or cut");
        const auto source = variable(words);
        if (how == "not")
            step(LetAnother{name, source});
        else if (how == "cut")
            step(LetCut{name, source});
        else
            wrong("expected not or cut");
    }

    void request(std::istringstream& words) {
        if (exchange_)
            wrong("the request before has no answer");
        exchange_.emplace();
        begun_ = number_;
        exchange_->times = std::exchange(times_, 1);
        exchange_->method = word(words, "a method");
        exchange_->path = word(words, "a path");
        std::string body = rest(words);
        if (!body.empty() && body[0] != '{') {
            const auto end = body.find(' ');
            if (const auto type = body.substr(0, end); type != "-")
                exchange_->content_type = type;
            body = end == std::string::npos ? std::string{} : body.substr(end + 1);
        } else if (!body.empty()) {
            exchange_->content_type = "application/json";
        }
        exchange_->body = body;
    }

    std::pair<std::string, std::string> header(const std::string& text) const {
        const auto colon = text.find(':');
        if (colon == std::string::npos)
            wrong("expected Name: value");
        return {to_lower(text.substr(0, colon)), std::string(trimmed(text.substr(colon + 1)))};
    }

    void request_header(const std::string& text) {
        if (!exchange_)
            wrong("a header of no request");
        exchange_->headers.push_back(header(text));
    }

    void answer(std::istringstream& words) {
        if (!exchange_)
            wrong("an answer to no request");
        exchange_->status = static_cast<int>(count(words));
        if (auto body = rest(words); !body.empty())
            exchange_->expected_body = body;
        steps_.push_back({begun_, std::move(*exchange_)});
        exchange_.reset();
    }

    void answer_header(const std::string& text) {
        auto* last = steps_.empty() ? nullptr : std::get_if<Exchange>(&steps_.back().what);
        if (!last || exchange_)
            wrong("a header of no answer");
        if (text.starts_with('!'))
            last->absent_headers.push_back(to_lower(text.substr(1)));
        else
            last->expected_headers.push_back(header(text));
    }

    void message(std::istringstream& words) {
        const auto to = word(words, "a number");
        const auto what = word(words, "code or text");
        if (what == "code")
            step(MessageCode{to, variable(words)});
        else if (what == "text")
            step(MessageText{to, rest(words)});
        else
            wrong("expected code or text");
    }

    std::istringstream lines_;
    int number_ = 0, begun_ = 0;
    unsigned times_ = 1;
    std::optional<Exchange> exchange_;
    std::vector<Step> steps_;
};

} // namespace

std::vector<Step> parse_transcript(const std::string& text) { return Parser(text).parse(); }

} // namespace dialproof::contracts
