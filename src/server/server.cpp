#include "server/server.h"

#include "net/http_listener.h"
#include "net/time_limit.h"
#include "server/error_response.h"
#include "server/operations.h"
#include "server/request_ids.h"
#include "server/router.h"

#include <atomic>
#include <exception>

namespace dialproof::server {
namespace {

using Clock = std::chrono::steady_clock;

const char* const retry_after_seconds = "1";

// Counts requests inside handlers; the one that leaves tells who waits for it.
class Occupancy {
    struct State {
        explicit State(net::EventLoop& loop) : left(loop) {}
        std::atomic<std::size_t> count{0};
        std::atomic<bool> watched{false};
        net::Timer left;
    };

public:
    // One request's place, until it dies or is given up.
    class Place {
    public:
        explicit Place(std::shared_ptr<State> state) : state_(std::move(state)) { ++state_->count; }
        Place(Place&&) noexcept = default;
        Place& operator=(Place&&) = delete;
        ~Place() { give_up(); }

        void give_up() {
            if (!state_)
                return;
            --state_->count;
            if (state_->watched)
                state_->left.cancel();
            state_.reset();
        }

    private:
        std::shared_ptr<State> state_; // may be the last of the server that is left
    };

    explicit Occupancy(net::EventLoop& loop) : state_(std::make_shared<State>(loop)) {}

    Place enter() { return Place(state_); }
    [[nodiscard]] std::size_t count() const { return state_->count; }

    // True once it is empty; false where it is not by then.
    Task<bool> wait_until_empty(Clock::time_point deadline) {
        const auto state = state_;
        state->watched = true;
        while (state->count > 0 && Clock::now() < deadline) {
            auto leaving = state->left.wait(std::chrono::ceil<Milliseconds>(deadline - Clock::now()));
            co_await leaving;
        }
        co_return state->count == 0;
    }

private:
    std::shared_ptr<State> state_;
};

} // namespace

struct Server::Impl final : net::HttpService {
    Impl(net::EventLoops& loops, Config c, std::vector<http::Mount> mounts, Operations operations,
         Observer& o) :
        config(std::move(c)),
        observer(o), router(with_operations(std::move(mounts), std::move(operations))), occupancy(loops[0]),
        ids(loops.size()), listener(loops, config.limits, *this) {}

    std::vector<http::Mount> with_operations(std::vector<http::Mount> mounts, Operations operations) {
        mounts.push_back(make_operations_mount(std::move(operations), stopping));
        return mounts;
    }

    Task<http::Response> answer(net::EventLoop& loop, http::Request request) override;
    http::Response refusal(net::EventLoop& loop, const net::HttpError& error) override;
    void connection_opened() override { observer.connection_opened(); }
    void connection_closed() override { observer.connection_closed(); }
    void connection_dropped(std::string_view reason) override { observer.request_rejected(reason); }

    Task<http::Response> dispatch(net::EventLoop& loop, const Match& match, http::Request request);
    Task<http::Response> run_handler(const http::Handler& handler, http::Request request,
                                     Occupancy::Place place);
    http::Response unrouted(const Match& match, const http::Request& request);
    http::Response failed(const std::string& request_id, const char* what);
    http::Response rejected(int status, std::string_view code, std::string_view message);

    const Config config;
    Observer& observer;
    std::atomic<bool> stopping{false};
    const Router router;
    Occupancy occupancy;
    std::vector<RequestIds> ids; // one for each loop
    net::HttpListener listener;
};

namespace {

void add_common_fields(http::Response& response, const std::string& request_id) {
    response.headers.set("x-request-id", request_id);
    response.headers.set("server", "dialproof");
    response.headers.set("x-content-type-options", "nosniff");
    if (!response.headers.find("cache-control"))
        response.headers.add("cache-control", "no-store");
}

} // namespace

Task<http::Response> Server::Impl::answer(net::EventLoop& loop, http::Request request) {
    const auto started = Clock::now();
    request.id = ids[loop.index()].choose(request.headers.find("x-request-id"));
    request.caller_address =
        caller_address(request.caller_address, request.headers, config.trusted_proxies, config.forwarded_by);
    const std::string id = request.id, caller = request.caller_address;
    const std::string method = request.method, path = request.path;
    const Match match = router.find(method, path);

    auto dispatching = dispatch(loop, match, std::move(request));
    auto response = co_await dispatching;
    add_common_fields(response, id);

    RequestDone done;
    done.mount = match.mount != nullptr ? std::string_view(match.mount->name) : "";
    done.route = match.route != nullptr ? std::string_view(match.route->name) : "";
    done.method = method;
    done.status = response.status;
    done.duration = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started);
    done.caller_address = caller;
    done.request_id = id;
    done.path = path;
    observer.request_done(done);
    co_return std::move(response);
}

Task<http::Response> Server::Impl::dispatch(net::EventLoop& loop, const Match& match, http::Request request) {
    if (match.route == nullptr)
        co_return unrouted(match, request);
    if (!take_path_parameters(match, request))
        co_return rejected(400, "path_malformed", "The path is not well-formed percent-encoding.");

    auto place = occupancy.enter();
    if (occupancy.count() > config.in_flight_max && match.mount->name != operations_mount) {
        auto response = rejected(503, "overloaded", "The server is busy. Try again in a second.");
        response.headers.set("retry-after", retry_after_seconds);
        co_return std::move(response);
    }
    auto handling =
        net::finish_within(loop, run_handler(match.route->handler, std::move(request), std::move(place)),
                           config.limits.handler_time);
    auto response = co_await handling;
    if (!response)
        co_return rejected(504, "handler_timeout", "The request took too long. It may still be carried out.");
    co_return std::move(*response);
}

Task<http::Response> Server::Impl::run_handler(const http::Handler& handler, http::Request request,
                                               Occupancy::Place place) {
    const std::string id = request.id;
    std::string what;
    try {
        auto handling = handler(std::move(request));
        auto response = co_await handling;
        place.give_up(); // before the answer goes on its way, and with it the next request of the connection
        co_return std::move(response);
    } catch (const std::exception& exception) {
        what = exception.what();
    } catch (...) {
        what = "an exception of an unknown type";
    }
    place.give_up();
    co_return failed(id, what.c_str());
}

http::Response Server::Impl::unrouted(const Match& match, const http::Request& request) {
    if (match.mount == nullptr)
        return not_found_response();
    const auto& mount = *match.mount;
    try {
        if (match.allow.empty())
            return mount.not_found ? mount.not_found(request) : not_found_response();
        auto response = mount.method_not_allowed ? mount.method_not_allowed(request, match.allow)
                                                 : method_not_allowed_response(match.allow);
        if (!response.headers.find("allow"))
            response.headers.add("allow", match.allow);
        return response;
    } catch (const std::exception& exception) {
        return failed(request.id, exception.what());
    }
}

http::Response Server::Impl::failed(const std::string& request_id, const char* what) {
    observer.handler_failed(request_id, what);
    return error_response(500, "internal_error",
                          "The server failed. Its log has more under this request id.");
}

http::Response Server::Impl::rejected(int status, std::string_view code, std::string_view message) {
    observer.request_rejected(code);
    return error_response(status, code, message);
}

http::Response Server::Impl::refusal(net::EventLoop& loop, const net::HttpError& error) {
    auto response = rejected(error.status, error.code, error.message);
    if (error.status == 503)
        response.headers.set("retry-after", retry_after_seconds);
    add_common_fields(response, ids[loop.index()].choose({}));
    return response;
}

Server::Server(net::EventLoops& loops, Config config, std::vector<http::Mount> mounts, Operations operations,
               Observer& observer) :
    impl_(std::make_unique<Impl>(loops, std::move(config), std::move(mounts), std::move(operations),
                                 observer)) {}

Server::~Server() = default;

Result<std::uint16_t, std::string> Server::listen(const std::string& address, std::uint16_t port) {
    return impl_->listener.listen(address, port);
}

Result<std::uint16_t, std::string> Server::listen(const std::string& address, std::uint16_t port,
                                                  const net::TlsContext& tls) {
    return impl_->listener.listen(address, port, tls);
}

void Server::announce_stop() { impl_->stopping = true; }

Task<bool> Server::stop(Milliseconds within) {
    announce_stop();
    const auto deadline = Clock::now() + within;
    auto closing = impl_->listener.stop(within);
    const bool closed = co_await closing;
    auto emptying = impl_->occupancy.wait_until_empty(deadline);
    const bool emptied = co_await emptying;
    co_return closed&& emptied;
}

std::size_t Server::in_flight() const { return impl_->occupancy.count(); }
std::size_t Server::connections() const { return impl_->listener.connections(); }

} // namespace dialproof::server
