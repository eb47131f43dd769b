// A provider's HTTP API as a value. README.md has the places of the templates.
#pragma once

#include "base/secret.h"
#include "http_sending/signed_callback.h"
#include "ports/http_client.h"
#include "ports/message.h"
#include "ports/sender.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dialproof::senders {

using Secrets = std::map<std::string, Secret<std::string>, std::less<>>;

enum class BodyKind { query, form, json };

struct ApiRequest {
    std::string method = "POST";
    std::string url; // places are percent-encoded
    ports::HttpFields headers;
    BodyKind kind = BodyKind::form;
    ports::HttpFields fields; // of query and form
    std::string json;         // a JSON text whose strings are templates
};

// What a code in an answer means. `place` is a JSON pointer, or "text": the number that a plain text begins
// with. After a pointer that ends in '#' the code is what follows that sign there ("https://…/errors#1000").
struct CodeTable {
    std::string place;
    std::map<std::string, ports::SubmitOutcome, std::less<>> outcomes;
};

// Where a price stands. An amount is a decimal, written as a text or a number.
struct PriceShape {
    std::string
        list; // JSON pointer to several, of an answer alone, whose amounts add up; empty: there is one
    std::string amount;   // empty: no price is told
    std::string currency; // a place, or the currency itself: "EUR"
};

// The first table that lists the code found at its place decides. Where none has a code, a success of HTTP
// with a reference is acceptance; a code that none lists is no acceptance.
struct AnswerShape {
    std::vector<CodeTable> codes;
    std::map<unsigned, ports::SubmitOutcome>
        statuses;          // of HTTP, where no code decides and it is not the usual
    std::string reference; // JSON pointer; empty: there is none
    std::string parts;     // JSON pointer to a number, or to a list of them
    PriceShape price;      // JSON pointers
    ports::SubmitOutcome unlisted = ports::SubmitOutcome::unavailable;
};

// Where a place begins with '/' it is a JSON pointer, else a field of the form or the query.
struct CallbackShape {
    std::string list; // JSON pointer to several receipts; empty: there is one
    std::string reference, status, error;
    PriceShape price;
    std::map<std::string, ports::MessageState, std::less<>> states; // others tell nothing new
    http_sending::CallbackSignature signature = http_sending::CallbackSignature::none;
    std::string signature_key; // name of a secret
};

struct HttpApi {
    std::string name;
    ApiRequest send;
    AnswerShape answer;
    CallbackShape callback;
    std::optional<ApiRequest> use; // tells that a code came back
    // Asks for receipts where none are told, by `{references}`; `callback` says how its answer is read.
    std::optional<ApiRequest> poll;
    std::size_t poll_references_max = 100; // of one such request
    std::optional<ApiRequest> probe;       // asks whether the account is in order, and sends nothing
    std::string sender_id;                 // where a text has none
    bool receipt_by_reference = false;
};

} // namespace dialproof::senders
