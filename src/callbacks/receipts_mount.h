// The public route of receipts: GET or POST /receipts/{provider}/{token}.
//
// Answers: 200 once the receipts are stored; 400 for what is no receipt of that provider; 403 where its
// signature does not hold; 404 for a URL that was not made here; 503 where they could not be stored, so that
// the provider comes again.
#pragma once

#include "callbacks/receipt_url.h"
#include "http_sending/callback.h"
#include "ports/log.h"
#include "ports/receipt.h"
#include "wire/http.h"

#include <map>
#include <string>

namespace dialproof::callbacks {

using Readers = std::map<std::string, const http_sending::CallbackReader*, std::less<>>;

// All of them outlive the mount.
http::Mount receipts_mount(const ReceiptUrl& urls, Readers readers, ports::ReceiptSink& sink,
                           ports::Log& log);

} // namespace dialproof::callbacks
