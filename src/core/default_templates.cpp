#include "core/default_templates.h"

namespace dialproof::core {

Templates default_templates() {
    return {
        {"en", "{code} is your {app} code. It expires in {minutes} minutes."},
        {"de", "{code} ist Ihr Code für {app}. Er gilt {minutes} Minuten."},
        {"fr", "{code} est votre code {app}. Il expire dans {minutes} minutes."},
        {"it", "{code} è il Suo codice {app}. Scade tra {minutes} minuti."},
        // The ó is not in the alphabet of SMS, so these two are as short as those in other scripts.
        {"es", "Código de {app}: {code} ({minutes} min)"},
        {"pt", "Código {app}: {code} ({minutes} min)"},
        {"ru", "Код {app}: {code}. Срок {minutes} мин."},
        {"uk", "Код {app}: {code}. Діє {minutes} хв."},
        {"kk", "{app} коды: {code} ({minutes} минут)"},
        // In words without ç, ğ, ı and ş, which would cost UCS-2.
        {"tr", "{app} kodunuz: {code}. Kodun süresi {minutes} dakikada dolar."},
        // Written from right to left. A code between Latin words and other digits would be shown among them
        // in the order of its neighbours; alone at the start of a line, with a letter of the language after
        // it, it stays where it is read first.
        {"ar", "{code} رمز {app}\nصالح {minutes} دقائق"},
        {"hi", "{app} कोड: {code}। {minutes} मिनट मान्य"},
        {"zh", "{app}验证码：{code}，{minutes}分钟内有效。"},
        {"ja", "{app}の認証コード：{code}（{minutes}分間有効）"},
        {"ko", "{app} 인증번호: {code} ({minutes}분간 유효)"},
    };
}

} // namespace dialproof::core
