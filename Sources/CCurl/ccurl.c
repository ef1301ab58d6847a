#include "ccurl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct ccurl_handle {
  CURL *curl;
};

typedef struct {
  char *bytes;
  size_t length;
  size_t maximum;
  CURL *curl;
  const ccurl_request *request;
} sink;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void initialise(void) {
  // TLS writes to a peer that is gone would otherwise end the process.
  signal(SIGPIPE, SIG_IGN);
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

static size_t take(char *data, size_t size, size_t count, void *context) {
  sink *into = context;
  size_t added = size * count;
  if (into->request->on_bytes != NULL) {
    long status = 0;
    curl_easy_getinfo(into->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) return into->request->on_bytes(data, added, into->request->context);
  }
  if (added > into->maximum - into->length) return 0;
  char *grown = realloc(into->bytes, into->length + added + 1);
  if (grown == NULL) return 0;
  memcpy(grown + into->length, data, added);
  into->bytes = grown;
  into->length += added;
  return added;
}

ccurl_handle *ccurl_open(void) {
  pthread_once(&once, initialise);
  ccurl_handle *handle = malloc(sizeof *handle);
  if (handle == NULL) return NULL;
  handle->curl = curl_easy_init();
  if (handle->curl == NULL) {
    free(handle);
    return NULL;
  }
  return handle;
}

void ccurl_close(ccurl_handle *handle) {
  if (handle == NULL) return;
  curl_easy_cleanup(handle->curl);
  free(handle);
}

int ccurl_perform(ccurl_handle *handle, const ccurl_request *request, ccurl_response *response) {
  CURL *curl = handle->curl;
  sink into = {NULL, 0, request->maximum_bytes, curl, request};
  struct curl_slist *headers = NULL;
  for (const char *const *line = request->headers; line != NULL && *line != NULL; line++) {
    headers = curl_slist_append(headers, *line);
  }
  // Resets the options and keeps the connection.
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_URL, request->url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->timeout_milliseconds);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  if (request->body != NULL) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
  }
  if (request->unix_socket != NULL) {
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
  }
  if (request->roots != NULL) curl_easy_setopt(curl, CURLOPT_CAINFO, request->roots);
  if (request->certificate != NULL) {
    curl_easy_setopt(curl, CURLOPT_SSLCERT, request->certificate);
  }
  if (request->key != NULL) curl_easy_setopt(curl, CURLOPT_SSLKEY, request->key);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &into);
  CURLcode code = curl_easy_perform(curl);
  response->status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response->status);
  curl_slist_free_all(headers);
  response->body = into.bytes;
  response->body_length = into.length;
  return (int)code;
}

const char *ccurl_error_text(int code) { return curl_easy_strerror((CURLcode)code); }

void ccurl_free(char *body) { free(body); }
