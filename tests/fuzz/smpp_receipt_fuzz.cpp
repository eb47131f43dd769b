#include "wire/smpp/receipt.h"

#include "tests/fuzz/fuzz_target.h"

#include <algorithm>
#include <set>
#include <string>

using namespace dialproof;
using namespace dialproof::wire::smpp;

namespace {

constexpr std::size_t forms_max = 10;

Receipt receipt_in_text(std::string_view text) {
    ShortMessage message;
    message.esm_class = esm_type_receipt;
    message.short_message = Secret<std::string>(std::string(text));
    return receipt_of({CommandId::deliver_sm, 0, 1, message}).value();
}

Receipt receipt_in_payload(std::string_view text) {
    DataMessage message;
    message.esm_class = esm_type_receipt;
    message.tlvs.push_back({Tag::message_payload, Secret<std::string>(std::string(text))});
    return receipt_of({CommandId::data_sm, 0, 1, message}).value();
}

void check_forms(const std::string& id) {
    for (const auto form : {IdForm::automatic, IdForm::same, IdForm::response_hex, IdForm::receipt_hex}) {
        const auto forms = message_id_forms(id, form);
        fuzz::require(forms.size() <= forms_max, "an id has few forms");
        fuzz::require(std::set<std::string>(forms.begin(), forms.end()).size() == forms.size(),
                      "each form is there once");
        fuzz::require(id.empty() || std::find(forms.begin(), forms.end(), id) != forms.end(),
                      "the id as it is, is one of its forms");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto receipt = receipt_in_text(text);
    const auto same = receipt_in_payload(text);
    fuzz::require(receipt.id.size() <= receipt_id_bytes_max, "an id keeps its bound");
    fuzz::require(receipt.error.size() <= receipt_error_bytes_max, "an error keeps its bound");
    fuzz::require(receipt.id == same.id && receipt.state == same.state && receipt.error == same.error &&
                      receipt.done_at == same.done_at,
                  "a receipt is the same wherever its text is");
    check_forms(receipt.id);
    return 0;
}
