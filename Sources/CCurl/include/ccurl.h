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
  // PEM files for TLS, each may be NULL. Server names are not compared: SPIFFE certificates hold
  // none.
  const char *roots;
  const char *certificate;
  const char *key;
  // 0 for none.
  long timeout_milliseconds;
  size_t maximum_bytes;
  // Takes the body of a response of status 200 as it comes, in place of collecting it, or NULL.
  // Anything but the given count ends the transfer with error 23.
  size_t (*on_bytes)(const char *bytes, size_t count, void *context);
  void *context;
} ccurl_request;

typedef struct {
  long status;
  // Owned by the caller; free with ccurl_free. NULL when empty.
  char *body;
  size_t body_length;
} ccurl_response;

typedef struct ccurl_handle ccurl_handle;

// A handle keeps its connection open between requests. NULL when memory is short.
ccurl_handle *ccurl_open(void);
void ccurl_close(ccurl_handle *handle);
// 0, or a libcurl error code.
int ccurl_perform(ccurl_handle *handle, const ccurl_request *request, ccurl_response *response);
const char *ccurl_error_text(int code);
void ccurl_free(char *body);

#endif
