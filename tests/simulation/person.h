// An honest user: wants to prove some numbers one after the other, types what the handset shows, asks again
// when nothing comes, waits when told to, and does not give up.
#pragma once

#include "town.h"

#include <memory>
#include <string>
#include <vector>

namespace dialproof::simulation {

struct Wish {
    enum class Kind { prove, remove, leave };
    Kind kind;
    std::string number;
};

class Person {
public:
    Person(Town& town, std::shared_ptr<Client> client, std::vector<Wish> wishes, Milliseconds begins_after) :
        town_(town), client_(std::move(client)), wishes_(std::move(wishes)), begins_after_(begins_after) {}

    Task<void> live();
    [[nodiscard]] bool is_done() const { return granted_ == wishes_.size(); }

private:
    Task<void> join();
    Task<void> prove(std::string number);
    Task<void> remove();
    Task<void> leave();
    Task<bool> try_codes(std::string number, std::string returned, Instant since);
    Task<bool> is_shown_as_proven(std::string number);
    Task<Reply> type(std::string code);
    Task<void> rest(Seconds at_least);
    [[nodiscard]] std::string untried_code(const std::string& number, Instant since) const;

    Town& town_;
    std::shared_ptr<Client> client_;
    std::vector<Wish> wishes_;
    Milliseconds begins_after_;
    std::size_t granted_ = 0;
    std::vector<std::string> tried_;
    bool doubtful_ = false; // a guess may have been right, and its answer was lost
    unsigned rounds_ = 0;   // of the present wish
};

} // namespace dialproof::simulation
