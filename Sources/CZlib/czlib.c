#include "czlib.h"

#include <limits.h>
#include <zlib.h>

ptrdiff_t czlib_gunzip(
    const unsigned char *input, size_t count, unsigned char *output, size_t limit) {
  if (count > UINT_MAX || limit > UINT_MAX) {
    return -1;
  }
  z_stream stream = {0};
  // 16 means that the wrapping is gzip's.
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
    return -3;
  }
  stream.next_in = (unsigned char *)input;
  stream.avail_in = (uInt)count;
  stream.next_out = output;
  stream.avail_out = (uInt)limit;
  int code = inflate(&stream, Z_FINISH);
  ptrdiff_t written = (ptrdiff_t)(limit - stream.avail_out);
  int is_full = stream.avail_out == 0;
  int is_whole = stream.avail_in == 0;
  inflateEnd(&stream);
  if (code == Z_STREAM_END) {
    return is_whole ? written : -1;
  }
  if (code == Z_MEM_ERROR) {
    return -3;
  }
  return (code == Z_BUF_ERROR || code == Z_OK) && is_full ? -2 : -1;
}
