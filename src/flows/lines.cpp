#include "flows/lines.h"

#include "flows/codes.h"
#include "flows/transact.h"

namespace dialproof::flows {

namespace {

LineView view_of(const Draft& draft, core::Line line) {
    const auto& policy = draft.rules().line;
    const unsigned left = core::guesses_left(line, policy, draft.now());
    const auto refused = core::send_refused(line, policy, draft.now());
    return {std::move(line), left, refused ? refused->retry_at : std::nullopt};
}

} // namespace

Task<Answer<LineView>> Lines::view(Caller caller, core::PhoneNumber number) {
    std::vector<ports::Key> keys{number};
    auto plan = [=](Draft& draft) -> Answer<LineView> {
        if (!caller.principal.administrator)
            return refuse(core::Reason::not_permitted);
        return view_of(draft, draft.line(number));
    };
    return transact<LineView>(world_, std::move(keys), std::move(plan));
}

Task<Answer<LineView>> Lines::clear_guesses(Caller caller, core::PhoneNumber number) {
    std::vector<ports::Key> keys{number};
    auto plan = [=](Draft& draft) -> Answer<LineView> {
        if (!caller.principal.administrator)
            return refuse(core::Reason::not_permitted);
        return view_of(draft, draft.change(draft.line(number), {draft.now(), core::LineCleared{}}));
    };
    return transact<LineView>(world_, std::move(keys), std::move(plan));
}

} // namespace dialproof::flows
