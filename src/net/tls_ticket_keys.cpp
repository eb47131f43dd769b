#include "net/tls_ticket_keys.h"

#include "base/secret.h"

#include <cstdlib>

#include <openssl/rand.h>

namespace dialproof::net {

namespace {

template <std::size_t size>
void fill(std::array<unsigned char, size>& bytes) {
    if (RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        std::abort(); // no state to go on in
}

TlsTicketKeys::Key fresh_key() {
    TlsTicketKeys::Key key;
    fill(key.name);
    fill(key.cipher_key);
    fill(key.mac_key);
    return key;
}

} // namespace

TlsTicketKeys::~TlsTicketKeys() {
    for (auto* key : {&newest_, &before_})
        wipe(key, sizeof *key);
}

// Keys are made when they are wanted: nobody needs a timer for those that nobody uses.
void TlsTicketKeys::turn() {
    const auto now = now_();
    if (newest_ && now - made_at_ < key_time)
        return;
    const bool still_opens = newest_ && now - made_at_ < 2 * key_time;
    before_ = still_opens ? newest_ : std::nullopt;
    newest_ = fresh_key();
    made_at_ = now;
}

TlsTicketKeys::Key TlsTicketKeys::newest() {
    const std::lock_guard lock(mutex_);
    turn();
    return *newest_;
}

std::optional<TlsTicketKeys::Found> TlsTicketKeys::find(const Name& name) {
    const std::lock_guard lock(mutex_);
    turn();
    if (newest_->name == name)
        return Found{*newest_, true};
    if (before_ && before_->name == name)
        return Found{*before_, false};
    return {};
}

} // namespace dialproof::net
