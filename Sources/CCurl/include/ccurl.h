// Calls of libcurl that Swift cannot make itself, because they are variadic.
#ifndef CCURL_H
#define CCURL_H

#include <stddef.h>

typedef struct {
  const char *url;
  const char *method;
  // Lines "Name: value", ended by NULL; may be NULL.
  const char *const *headers;
  // NULL for none.
  const char *body;
  size_t body_length;
  // Path of a unix socket to connect to, or NULL.
  const char *unix_socket;
  // PEM files for TLS, each may be NULL.
  const char *roots;
  const char *certificate;
  const char *key;
  // Whether the server's certificate must hold the name that was asked for.
  int verifies_name;
  // Whether the body may come compressed; it is unpacked on its way, and its size is that of what
  // comes out.
  int accepts_gzip;
  // How many redirects are followed; never from https to http. 0 for none.
  long maximum_redirects;
  // 0 for none.
  long timeout_milliseconds;
  size_t maximum_bytes;
  // Given to the calls below; they come on the thread of ccurl_perform.
  void *context;
  // Takes the body of a response of status 200 as it comes, in place of collecting it, or NULL.
  // Anything but the given count ends the transfer with error 23.
  size_t (*on_bytes)(const char *bytes, size_t count, void *context);
  // Whether a connection may go to an address of 4 or 16 bytes, or NULL for any. It is asked for each
  // connection with the very address that is then connected to.
  int (*may_connect)(const unsigned char *address, size_t length, void *context);
  // Whether nobody waits for the response any more; asked again after ccurl_wake.
  int (*is_cancelled)(void *context);
} ccurl_request;

typedef struct {
  long status;
  // NULL when empty.
  char *body;
  size_t body_length;
  // The status line and all header lines of the last response; NULL when there was none.
  char *headers;
  size_t headers_length;
} ccurl_response;

typedef struct ccurl_handle ccurl_handle;

// Beside libcurl's own error codes: an address was refused, or nobody waits any more.
#define CCURL_FORBIDDEN (-1)
#define CCURL_CANCELLED (-2)

// A handle keeps its connection open between requests. NULL when memory is short.
ccurl_handle *ccurl_open(void);
void ccurl_close(ccurl_handle *handle);
// 0, or an error code. Either way the response is to be given to ccurl_free.
int ccurl_perform(ccurl_handle *handle, const ccurl_request *request, ccurl_response *response);
// Has `is_cancelled` asked; from any thread.
void ccurl_wake(ccurl_handle *handle);
// Whether an address of 4 or 16 bytes is one of this machine.
int ccurl_is_own(const unsigned char *address, size_t length);
const char *ccurl_error_text(int code);
void ccurl_free(ccurl_response *response);

#endif
