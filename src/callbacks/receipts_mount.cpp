#include "callbacks/receipts_mount.h"

#include <cstdlib>
#include <utility>

namespace dialproof::callbacks {

namespace {

http::Response plain(int status, std::string_view text) {
    http::Response response;
    response.status = status;
    response.headers.add("content-type", "text/plain; charset=utf-8");
    response.body = text;
    return response;
}

http::Response refusal(http_sending::CallbackFault fault) {
    switch (fault) {
    case http_sending::CallbackFault::not_signed:
        return plain(403, "the signature does not hold\n");
    case http_sending::CallbackFault::not_read:
        return plain(400, "this is no receipt\n");
    }
    std::abort();
}

class Route {
public:
    Route(const ReceiptUrl& urls, Readers readers, ports::ReceiptSink& sink, ports::Log& log) :
        urls_(urls), readers_(std::move(readers)), sink_(sink), log_(log) {}

    Task<http::Response> take(http::Request request) const {
        const std::string provider = request.path_parameters.at("provider");
        const auto reader = readers_.find(provider);
        const std::string token = request.path_parameters.at("token");
        const auto attempt = urls_.read(provider, token);
        if (reader == readers_.end() || (!attempt && !urls_.is_of_account(provider, token)))
            co_return plain(404, "there is nothing here\n");
        const auto receipts = reader->second->read_callback(request, url_of(request));
        if (!receipts) {
            const bool unsigned_one = receipts.error() == http_sending::CallbackFault::not_signed;
            log_.warning("receipt_refused",
                         {{"provider", provider}, {"why", unsigned_one ? "not_signed" : "not_read"}});
            co_return refusal(receipts.error());
        }
        for (ports::ProviderReceipt receipt : *receipts) {
            receipt.provider = provider;
            if (attempt) {
                receipt.message = attempt->message;
                receipt.attempt = attempt->attempt;
            }
            auto taking = sink_.take(std::move(receipt));
            const auto taken = co_await taking;
            if (!taken)
                co_return plain(503, "it could not be stored: send it again\n");
        }
        co_return plain(200, "");
    }

private:
    // As the provider was given it, whatever proxies made of it on the way.
    [[nodiscard]] std::string url_of(const http::Request& request) const {
        return urls_.public_url() + request.path + (request.query.empty() ? "" : "?" + request.query);
    }

    const ReceiptUrl& urls_;
    const Readers readers_;
    ports::ReceiptSink& sink_;
    ports::Log& log_;
};

} // namespace

http::Mount receipts_mount(const ReceiptUrl& urls, Readers readers, ports::ReceiptSink& sink,
                           ports::Log& log) {
    const auto route = std::make_shared<const Route>(urls, std::move(readers), sink, log);
    const http::Handler handler = [route](http::Request request) { return route->take(std::move(request)); };
    http::Mount mount;
    mount.name = "receipts";
    mount.prefixes = {std::string(receipts_path)};
    const std::string pattern = std::string(receipts_path) + "/{provider}/{token}";
    mount.routes = {{"POST", pattern, "receipt", handler}, {"GET", pattern, "receipt", handler}};
    mount.not_found = [](const http::Request&) { return plain(404, "there is nothing here\n"); };
    return mount;
}

} // namespace dialproof::callbacks
