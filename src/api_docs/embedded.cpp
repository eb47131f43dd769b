#include "api_docs/embedded.h"

#include <cstddef>

// The files are found by the assembler's include path, so that no path of the build ends in the binary.
#define DIALPROOF_EMBED(name, file)                                                                          \
    asm(".section .rodata\n"                                                                                 \
        ".globl dialproof_embedded_" #name "_begin\n"                                                        \
        ".globl dialproof_embedded_" #name "_end\n"                                                          \
        "dialproof_embedded_" #name "_begin:\n"                                                              \
        ".incbin \"" file "\"\n"                                                                             \
        "dialproof_embedded_" #name "_end:\n"                                                                \
        ".byte 0\n"                                                                                          \
        ".text\n");                                                                                          \
    extern "C" const char dialproof_embedded_##name##_begin[];                                               \
    extern "C" const char dialproof_embedded_##name##_end[];                                                 \
    std::string_view dialproof::api_docs::embedded::name() {                                                 \
        return {                                                                                             \
            dialproof_embedded_##name##_begin,                                                               \
            static_cast<std::size_t>(dialproof_embedded_##name##_end - dialproof_embedded_##name##_begin)};  \
    }

DIALPROOF_EMBED(base, "openapi/base.json")
DIALPROOF_EMBED(operations, "openapi/operations.json")
DIALPROOF_EMBED(admin, "openapi/admin.json")
DIALPROOF_EMBED(dev, "openapi/dev.json")
DIALPROOF_EMBED(django_phone_verify, "openapi/django_phone_verify.json")
DIALPROOF_EMBED(zitadel, "openapi/zitadel.json")
DIALPROOF_EMBED(pip_sms_settings, "openapi/pip_sms_settings.json")
DIALPROOF_EMBED(pip_sms_settings_commands, "openapi/pip_sms_settings_commands.json")
DIALPROOF_EMBED(techno_sso, "openapi/techno_sso.json")
DIALPROOF_EMBED(viewer_script, "api-viewer/swagger-ui-bundle.js.gz")
DIALPROOF_EMBED(viewer_style, "api-viewer/swagger-ui.css.gz")
DIALPROOF_EMBED(viewer_licences, "api-viewer/LICENSES.txt")
