#pragma once
// Swift does not import variadic functions: a wrapper per argument type.
#include <curl/curl.h>

static inline CURLcode votrawl_curl_setopt_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode votrawl_curl_setopt_off_t(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode votrawl_curl_setopt_string(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode votrawl_curl_setopt_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}
static inline CURLcode votrawl_curl_setopt_slist(CURL *handle, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}
typedef size_t (*votrawl_curl_data_callback)(char *data, size_t size, size_t count, void *context);
static inline CURLcode votrawl_curl_setopt_data(CURL *handle, CURLoption option, votrawl_curl_data_callback value) {
  return curl_easy_setopt(handle, option, value);
}
typedef int (*votrawl_curl_progress_callback)(void *context, curl_off_t downTotal, curl_off_t down, curl_off_t upTotal,
                                              curl_off_t up);
static inline CURLcode votrawl_curl_setopt_progress(CURL *handle, votrawl_curl_progress_callback value) {
  return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}
static inline CURLcode votrawl_curl_getinfo_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode votrawl_curl_getinfo_off_t(CURL *handle, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode votrawl_curl_getinfo_string(CURL *handle, CURLINFO info, char **value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode votrawl_curl_getinfo_pointer(CURL *handle, CURLINFO info, void **value) {
  return curl_easy_getinfo(handle, info, value);
}
static inline CURLMcode votrawl_curl_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode votrawl_curl_multi_setopt_pointer(CURLM *multi, CURLMoption option, void *value) {
  return curl_multi_setopt(multi, option, value);
}
typedef int (*votrawl_curl_socket_callback)(CURL *easy, curl_socket_t socket, int what, void *context, void *known);
static inline CURLMcode votrawl_curl_multi_setopt_socket(CURLM *multi, votrawl_curl_socket_callback value) {
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}
typedef int (*votrawl_curl_timer_callback)(CURLM *multi, long milliseconds, void *context);
static inline CURLMcode votrawl_curl_multi_setopt_timer(CURLM *multi, votrawl_curl_timer_callback value) {
  return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}
static inline CURLSHcode votrawl_curl_share_setopt_long(CURLSH *share, CURLSHoption option, long value) {
  return curl_share_setopt(share, option, value);
}
