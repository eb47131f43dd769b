#include "server/server.h"

#include "net/http_listener.h"
#include "net/time_limit.h"
#include "server/error_response.h"
#include "server/operations.h"
#include "server/request_ids.h"
#include "server/router.h"

#include <atomic>
#include <exception>
#include <utility>

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
        observer(o),
        readiness(std::make_shared<Readiness>(std::move(operations.ready), operations.ready_for)),
        router(with_operations(std::move(mounts), std::move(operations.metrics))), handled(loops[0]),
        streamed(loops[0]), ids(loops.size()), listener(loops, config.limits, *this) {}

    std::vector<http::Mount> with_operations(std::vector<http::Mount> mounts,
                                             std::function<std::string()> metrics) {
        mounts.push_back(make_operations_mount(readiness, std::move(metrics), stopping));
        return mounts;
    }

    Task<http::Response> answer(net::EventLoop& loop, http::Request request) override;
    bool streams(const http::Request& head) override;
    http::Response refusal(net::EventLoop& loop, const net::HttpError& error,
                           const http::Request& head) override;
    void connection_opened() override { observer.connection_opened(); }
    void connection_closed() override { observer.connection_closed(); }
    void connection_dropped(std::string_view reason) override { observer.request_rejected(reason); }

    // Both take the request before they wait for anything; until then it is the caller's.
    Task<http::Response> dispatch(net::EventLoop& loop, const Match& match, http::Request& request);
    Task<http::Response> run_handler(const http::Handler& handler, http::Request& request,
                                     Occupancy::Place place);
    std::optional<http::TimeLimit> time_limit(const http::Mount& mount, const http::Request& request);
    http::Response unrouted(const Match& match, const http::Request& request);
    http::Response failed(const std::string& request_id, const char* what);
    // As the mount says it, where there is one that does.
    http::Response rejected(const http::Mount* mount, const http::Request& request, int status,
                            std::string_view code, std::string_view message);

    const Config config;
    Observer& observer;
    std::atomic<bool> stopping{false};
    const std::shared_ptr<Readiness> readiness; // a question under way holds it too
    const Router router;
    Occupancy handled, streamed;
    std::vector<RequestIds> ids; // one for each loop
    net::HttpListener listener;
};

namespace {

// The body of a request that came whole, for a handler that reads a stream.
class WholeBody final : public http::BodyStream {
public:
    explicit WholeBody(std::string body) : body_(std::move(body)) {}
    Task<std::optional<std::string>> next() override {
        if (body_.empty())
            co_return std::nullopt;
        co_return std::exchange(body_, {});
    }

private:
    std::string body_;
};

// The stream of an answer. It keeps its place among the requests that are under way until it is dropped, and
// ends where the handler's throws.
class WatchedStream final : public http::ResponseStream {
public:
    WatchedStream(std::shared_ptr<http::ResponseStream> stream, Occupancy::Place place,
                  std::string request_id, Observer& observer) :
        place_(std::move(place)),
        stream_(std::move(stream)), request_id_(std::move(request_id)), observer_(observer) {}

    Task<std::optional<std::string>> next() override {
        std::string what;
        try {
            auto making = stream_->next();
            auto piece = co_await making;
            co_return std::move(piece);
        } catch (const std::exception& exception) {
            what = exception.what();
        } catch (...) {
            what = "an exception of an unknown type";
        }
        observer_.handler_failed(request_id_, what);
        co_return std::nullopt;
    }
    [[nodiscard]] http::Headers trailers() const override { return stream_->trailers(); }
    void abandon() override { stream_->abandon(); }

private:
    Occupancy::Place place_; // dies last: whoever waits for it may end the server
    std::shared_ptr<http::ResponseStream> stream_;
    const std::string request_id_;
    Observer& observer_;
};

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
    const std::string_view protocol = request.trailers_reach ? "2" : "1.1";
    const Match match = router.find(method, path);

    auto dispatching = dispatch(loop, match, request);
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
    done.protocol = protocol;
    observer.request_done(done);
    co_return std::move(response);
}

Task<http::Response> Server::Impl::dispatch(net::EventLoop& loop, const Match& match,
                                            http::Request& request) {
    if (match.route == nullptr)
        co_return unrouted(match, request);
    if (!take_path_parameters(match, request))
        co_return rejected(match.mount, request, 400, "path_malformed",
                           "The path is not well-formed percent-encoding.");

    const bool streams = match.route->streaming;
    auto& occupancy = streams ? streamed : handled;
    auto place = occupancy.enter();
    if (occupancy.count() > (streams ? config.streams_max : config.in_flight_max) &&
        match.mount->name != operations_mount)
        co_return rejected(match.mount, request, 503, "overloaded",
                           "The server is busy. Try again in a second.");
    if (streams && !request.stream)
        request.stream = std::make_shared<WholeBody>(std::exchange(request.body, {}));

    auto limit = time_limit(*match.mount, request);
    const auto within =
        limit ? std::min(limit->within, config.limits.handler_time) : config.limits.handler_time;
    auto handling =
        net::finish_within(loop, run_handler(match.route->handler, request, std::move(place)), within);
    auto response = co_await handling;
    if (response)
        co_return std::move(*response);
    auto late = rejected(nullptr, {}, 504, "handler_timeout",
                         "The request took too long. It may still be carried out.");
    if (limit)
        late = std::move(limit->late);
    co_return std::move(late);
}

Task<http::Response> Server::Impl::run_handler(const http::Handler& handler, http::Request& request,
                                               Occupancy::Place place) {
    const std::string id = request.id;
    std::string what;
    try {
        auto handling = handler(std::move(request));
        auto response = co_await handling;
        if (response.stream)
            response.stream =
                std::make_shared<WatchedStream>(std::move(response.stream), std::move(place), id, observer);
        else // before the answer goes on its way, and with it the next request of the connection
            place.give_up();
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

std::optional<http::TimeLimit> Server::Impl::time_limit(const http::Mount& mount,
                                                        const http::Request& request) {
    try {
        return mount.time_limit ? mount.time_limit(request) : std::nullopt;
    } catch (const std::exception& exception) {
        failed(request.id, exception.what());
        return {};
    }
}

http::Response Server::Impl::failed(const std::string& request_id, const char* what) {
    observer.handler_failed(request_id, what);
    return error_response(500, "internal_error",
                          "The server failed. Its log has more under this request id.");
}

http::Response Server::Impl::rejected(const http::Mount* mount, const http::Request& request, int status,
                                      std::string_view code, std::string_view message) {
    observer.request_rejected(code);
    auto response = error_response(status, code, message);
    try {
        if (mount != nullptr && mount->refused)
            response = mount->refused(request, status, message);
    } catch (const std::exception& exception) {
        return failed(request.id, exception.what());
    }
    if (status == 503)
        response.headers.set("retry-after", retry_after_seconds);
    return response;
}

bool Server::Impl::streams(const http::Request& head) { return router.streams(head.method, head.path); }

http::Response Server::Impl::refusal(net::EventLoop& loop, const net::HttpError& error,
                                     const http::Request& head) {
    const auto* mount = router.find(head.method, head.path).mount; // none has an empty path
    auto response = rejected(mount, head, error.status, error.code, error.message);
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

Task<bool> Server::ready() {
    const auto readiness = impl_->readiness;
    if (impl_->stopping)
        co_return false;
    auto asking = readiness->ready();
    const bool is_ready = co_await asking;
    co_return is_ready;
}

Task<bool> Server::stop(Milliseconds within) {
    announce_stop();
    const auto deadline = Clock::now() + within;
    auto closing = impl_->listener.stop(within);
    const bool closed = co_await closing;
    bool emptied = true;
    for (Occupancy* each : {&impl_->handled, &impl_->streamed}) {
        auto emptying = each->wait_until_empty(deadline);
        emptied = co_await emptying && emptied;
    }
    co_return closed&& emptied;
}

std::size_t Server::in_flight() const { return impl_->handled.count() + impl_->streamed.count(); }
std::size_t Server::connections() const { return impl_->listener.connections(); }

} // namespace dialproof::server
