// The deleter of what a C library gives and takes back: std::unique_ptr<BIO, Release<BIO_free>>.
#pragma once

namespace dialproof {

template <auto release>
struct Release {
    template <typename T>
    void operator()(T* object) const {
        release(object);
    }
};

} // namespace dialproof
