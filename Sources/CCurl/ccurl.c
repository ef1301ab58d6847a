#define _GNU_SOURCE
#include "ccurl.h"

#include <curl/curl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct ccurl_handle {
  CURL *curl;
  // Of its own, so that a transfer can be woken.
  CURLM *multi;
};

typedef struct {
  char *bytes;
  size_t length;
  char *headers;
  size_t headers_length;
  int is_too_large;
  int is_forbidden;
  CURL *curl;
  const ccurl_request *request;
} transfer;

// Bytes of all headers of a response; libcurl itself sets none.
static const size_t maximum_headers_length = 256 << 10;
// Milliseconds after which libcurl is asked again, whatever it waits for.
static const int poll_milliseconds = 60000;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void) {
  // TLS writes to a peer that is gone would otherwise end the process.
  signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t take(char *data, size_t size, size_t count, void *context) {
  transfer *into = context;
  const ccurl_request *request = into->request;
  size_t added = size * count;
  if (request->on_bytes != NULL) {
    long status = 0;
    curl_easy_getinfo(into->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) return request->on_bytes(data, added, request->context);
  }
  if (added > request->maximum_bytes - into->length) {
    into->is_too_large = 1;
    return 0;
  }
  char *grown = realloc(into->bytes, into->length + added + 1);
  if (grown == NULL) return 0;
  memcpy(grown + into->length, data, added);
  into->bytes = grown;
  into->length += added;
  return added;
}

static size_t take_header(char *data, size_t size, size_t count, void *context) {
  transfer *into = context;
  size_t added = size * count;
  // Those of an interim response or a redirect go when the next one begins.
  if (added >= 5 && memcmp(data, "HTTP/", 5) == 0) into->headers_length = 0;
  if (added > maximum_headers_length - into->headers_length) {
    into->is_too_large = 1;
    return 0;
  }
  char *grown = realloc(into->headers, into->headers_length + added + 1);
  if (grown == NULL) return 0;
  memcpy(grown + into->headers_length, data, added);
  into->headers = grown;
  into->headers_length += added;
  return added;
}

static curl_socket_t open_socket(
    void *context, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)purpose;
  transfer *into = context;
  const ccurl_request *request = into->request;
  int is_allowed = 0;
  if (address->family == AF_INET) {
    const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)&address->addr;
    is_allowed = request->may_connect(
        (const unsigned char *)&ipv4->sin_addr, sizeof ipv4->sin_addr, request->context);
  } else if (address->family == AF_INET6) {
    const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)&address->addr;
    is_allowed = request->may_connect(
        (const unsigned char *)&ipv6->sin6_addr, sizeof ipv6->sin6_addr, request->context);
  }
  if (!is_allowed) {
    into->is_forbidden = 1;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

ccurl_handle *ccurl_open(void) {
  pthread_once(&once, initialise);
  ccurl_handle *handle = malloc(sizeof *handle);
  if (handle == NULL) return NULL;
  handle->curl = curl_easy_init();
  handle->multi = curl_multi_init();
  if (handle->curl == NULL || handle->multi == NULL) {
    ccurl_close(handle);
    return NULL;
  }
  return handle;
}

void ccurl_close(ccurl_handle *handle) {
  if (handle == NULL) return;
  if (handle->curl != NULL) curl_easy_cleanup(handle->curl);
  if (handle->multi != NULL) curl_multi_cleanup(handle->multi);
  free(handle);
}

static void set_security(CURL *curl, const ccurl_request *request, transfer *into) {
  int is_https = strncasecmp(request->url, "https:", 6) == 0;
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  if (request->maximum_redirects > 0) {
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, request->maximum_redirects);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, is_https ? "https" : "http,https");
  }
  if (request->roots != NULL) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, request->roots);
    // The folder of the system's roots would count beside them.
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
  }
  if (request->certificate != NULL) {
    curl_easy_setopt(curl, CURLOPT_SSLCERT, request->certificate);
  }
  if (request->key != NULL) curl_easy_setopt(curl, CURLOPT_SSLKEY, request->key);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, request->verifies_name ? 2L : 0L);
  if (request->may_connect != NULL) {
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, into);
  }
}

static void set_bounds(CURL *curl, const ccurl_request *request, transfer *into) {
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->timeout_milliseconds);
  // A name server that says nothing does not hold up who gave up waiting.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, into);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, into);
}

static CURLcode run(ccurl_handle *handle, const ccurl_request *request, int *is_cancelled) {
  if (curl_multi_add_handle(handle->multi, handle->curl) != CURLM_OK) return CURLE_FAILED_INIT;
  CURLcode code = CURLE_FAILED_INIT;
  int running = 1;
  while (running > 0) {
    *is_cancelled = request->is_cancelled(request->context);
    if (*is_cancelled) break;
    if (curl_multi_perform(handle->multi, &running) != CURLM_OK) break;
    if (running == 0) break;
    if (curl_multi_poll(handle->multi, NULL, 0, poll_milliseconds, NULL) != CURLM_OK) break;
  }
  int left = 0;
  const CURLMsg *message = curl_multi_info_read(handle->multi, &left);
  if (message != NULL && message->msg == CURLMSG_DONE) code = message->data.result;
  curl_multi_remove_handle(handle->multi, handle->curl);
  return code;
}

int ccurl_perform(ccurl_handle *handle, const ccurl_request *request, ccurl_response *response) {
  CURL *curl = handle->curl;
  transfer into = {NULL, 0, NULL, 0, 0, 0, curl, request};
  struct curl_slist *headers = NULL;
  for (const char *const *line = request->headers; line != NULL && *line != NULL; line++) {
    headers = curl_slist_append(headers, *line);
  }
  // Resets the options and keeps the connection.
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, request->url);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if (request->body != NULL) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
  }
  if (request->unix_socket != NULL) {
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
  }
  if (request->accepts_gzip) curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
  set_security(curl, request, &into);
  set_bounds(curl, request, &into);
  int is_cancelled = 0;
  int code = (int)run(handle, request, &is_cancelled);
  if (is_cancelled) {
    code = CCURL_CANCELLED;
  } else if (into.is_too_large) {
    code = CURLE_FILESIZE_EXCEEDED;
  } else if (code == CURLE_COULDNT_CONNECT && into.is_forbidden) {
    code = CCURL_FORBIDDEN;
  }
  response->status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response->status);
  curl_slist_free_all(headers);
  response->body = into.bytes;
  response->body_length = into.length;
  response->headers = into.headers;
  response->headers_length = into.headers_length;
  return code;
}

void ccurl_wake(ccurl_handle *handle) { curl_multi_wakeup(handle->multi); }

int ccurl_is_own(const unsigned char *address, size_t length) {
  struct ifaddrs *all = NULL;
  // What cannot be known is taken for the worse.
  if (getifaddrs(&all) != 0) return 1;
  int is_own = 0;
  for (const struct ifaddrs *next = all; next != NULL && !is_own; next = next->ifa_next) {
    if (next->ifa_addr == NULL) continue;
    if (length == 4 && next->ifa_addr->sa_family == AF_INET) {
      const struct sockaddr_in *ipv4 = (const struct sockaddr_in *)next->ifa_addr;
      is_own = memcmp(&ipv4->sin_addr, address, length) == 0;
    } else if (length == 16 && next->ifa_addr->sa_family == AF_INET6) {
      const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)next->ifa_addr;
      is_own = memcmp(&ipv6->sin6_addr, address, length) == 0;
    }
  }
  freeifaddrs(all);
  return is_own;
}

const char *ccurl_error_text(int code) {
  switch (code) {
  case CCURL_FORBIDDEN: return "Connections to this address are not allowed";
  case CCURL_CANCELLED: return "Nobody waits for the response any more";
  default: return curl_easy_strerror((CURLcode)code);
  }
}

void ccurl_free(ccurl_response *response) {
  free(response->body);
  free(response->headers);
}
