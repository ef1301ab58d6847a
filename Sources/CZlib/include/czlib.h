// What of zlib Swift cannot call itself, because it is a macro.
#ifndef CZLIB_H
#define CZLIB_H

#include <stddef.h>

// Unpacks one gzip member of `count` bytes into at most `limit` bytes.
// Returns how many came out, -1 when the input is damaged, cut or followed by more, -2 when more than
// `limit` would come out, -3 when memory is short.
ptrdiff_t czlib_gunzip(
    const unsigned char *input, size_t count, unsigned char *output, size_t limit);

#endif
