#include "outgoing/curl_http_client.h"

#include "net/watchdog.h"
#include "outgoing/curl_transfer.h"
#include "outgoing/descriptor_watch.h"

#include <atomic>
#include <functional>
#include <unordered_map>
#include <utility>

namespace dialproof::outgoing {

namespace {

using Answer = Result<ports::HttpReply, ports::HttpFailure>;
using Multi = std::unique_ptr<CURLM, Release<curl_multi_cleanup>>;

class Deadline final : public net::Watchdog::Watched {
public:
    explicit Deadline(std::function<void()> action) : action_(std::move(action)) {}

private:
    void overdue() override { action_(); }

    std::function<void()> action_;
};

struct Call {
    Call(ports::HttpCall request, const HttpClientSettings& settings, Completer<Answer> answer,
         std::function<void(CURL*)> late) :
        transfer(std::move(request), settings),
        done(answer), deadline([handle = transfer.handle(), late = std::move(late)] { late(handle); }) {}

    CurlTransfer transfer;
    Completer<Answer> done;
    Deadline deadline;
};

} // namespace

// Lives on the loop; `count` alone is touched by other threads. libcurl says which sockets and which time it
// waits for, and is told when they are due; in its callbacks it must not be called again.
struct CurlHttpClient::Core : std::enable_shared_from_this<Core> {
    Core(net::EventLoop& event_loop, HttpClientSettings wishes) :
        loop(event_loop), settings(std::move(wishes)), timer([this] { act(CURL_SOCKET_TIMEOUT, 0); }) {
        curl_global_init(CURL_GLOBAL_DEFAULT);
        multi.reset(curl_multi_init());
        curl_multi_setopt(multi.get(), CURLMOPT_SOCKETFUNCTION, &Core::on_socket);
        curl_multi_setopt(multi.get(), CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERFUNCTION, &Core::on_timer);
        curl_multi_setopt(multi.get(), CURLMOPT_TIMERDATA, this);
        set_bound(CURLMOPT_MAX_TOTAL_CONNECTIONS, settings.connections_max);
        set_bound(CURLMOPT_MAX_HOST_CONNECTIONS, settings.connections_per_host_max);
        set_bound(CURLMOPT_MAXCONNECTS, settings.connections_max);
    }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    ~Core() { curl_global_cleanup(); }

    void set_bound(CURLMoption option, std::size_t bound) const {
        curl_multi_setopt(multi.get(), option, static_cast<long>(bound));
    }

    void begin(ports::HttpCall request, Completer<Answer> done) {
        auto call = std::make_unique<Call>(std::move(request), settings, done,
                                           [this](CURL* handle) { give_up(handle, "timed_out"); });
        CurlTransfer& transfer = call->transfer;
        Deadline& deadline = call->deadline;
        calls.emplace(transfer.handle(), std::move(call));
        if (multi == nullptr)
            return give_up(transfer.handle(), "stopped");
        if (!transfer.is_well_formed())
            return give_up(transfer.handle(), "bad_call");
        loop.watchdog().watch(deadline, transfer.time_max());
        curl_multi_add_handle(multi.get(), transfer.handle());
    }

    void give_up(CURL* handle, std::string_view error) {
        finish(handle, fail(calls.at(handle)->transfer.failure(error)));
    }

    void finish(CURL* handle, Answer answer) {
        const auto call = std::move(calls.extract(handle).mapped());
        curl_multi_remove_handle(multi.get(), handle);
        --count;
        call->done(std::move(answer));
    }

    void act(curl_socket_t socket, int ready) {
        int running = 0;
        curl_multi_socket_action(multi.get(), socket, ready, &running);
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
            CURL* const handle = message->easy_handle; // the message dies with it
            auto answer = calls.at(handle)->transfer.result(message->data.result);
            finish(handle, std::move(answer));
        }
    }

    void stop() {
        while (!calls.empty())
            give_up(calls.begin()->first, "stopped");
        net::Watchdog::forget(timer);
        multi.reset();
    }

    void watch(curl_socket_t socket, int what) {
        if (what == CURL_POLL_REMOVE) {
            watches.erase(socket);
            return;
        }
        auto& entry = watches[socket];
        if (!entry)
            entry = std::make_unique<DescriptorWatch>(loop, socket, [this, socket](bool readable, bool) {
                act(socket, readable ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
            });
        entry->want((what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0);
    }

    void set_timer(long milliseconds) {
        net::Watchdog::forget(timer);
        if (milliseconds > 0)
            loop.watchdog().watch(timer, Milliseconds(milliseconds));
        else if (milliseconds == 0)
            loop.call([weak = weak_from_this()] {
                if (const auto self = weak.lock(); self && self->multi)
                    self->act(CURL_SOCKET_TIMEOUT, 0);
            });
    }

    static int on_socket(CURL*, curl_socket_t socket, int what, void* core, void*) {
        static_cast<Core*>(core)->watch(socket, what);
        return 0;
    }
    static int on_timer(CURLM*, long milliseconds, void* core) {
        static_cast<Core*>(core)->set_timer(milliseconds);
        return 0;
    }

    net::EventLoop& loop;
    const HttpClientSettings settings;
    std::atomic<std::size_t> count{0};
    Deadline timer; // libcurl's own
    std::unordered_map<curl_socket_t, std::unique_ptr<DescriptorWatch>> watches;
    Multi multi; // none once it has stopped
    std::unordered_map<CURL*, std::unique_ptr<Call>> calls;
};

CurlHttpClient::CurlHttpClient(net::EventLoop& loop, HttpClientSettings settings) :
    core_(std::make_shared<Core>(loop, std::move(settings))) {}

CurlHttpClient::~CurlHttpClient() { core_->stop(); }

Task<Answer> CurlHttpClient::fetch(ports::HttpCall call) {
    if (core_->count.fetch_add(1) >= core_->settings.calls_max) {
        --core_->count;
        Answer full = fail(ports::HttpFailure{false, "queue_full"});
        co_return std::move(full);
    }
    auto wait = suspend_until<Answer>([core = core_, &call](Completer<Answer> done) {
        core->loop.call(
            [core, done, request = std::move(call)]() mutable { core->begin(std::move(request), done); });
    });
    auto answer = co_await wait;
    co_return std::move(answer);
}

} // namespace dialproof::outgoing
