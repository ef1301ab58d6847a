// RE2, for Swift.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_expression cre2_expression;

typedef struct {
  bool ignores_case;
  bool is_multiline;
  bool dot_matches_line_ends;
} cre2_options;

/// Bytes are characters of their own. NULL with the reason in `error`, of at most `capacity` bytes with the NUL at its end, when
/// the expression is not understood or needs more than `memory_bytes`.
cre2_expression *cre2_compile(
    const char *source, cre2_options options, size_t memory_bytes, char *error, size_t capacity);

/// Whether it matches somewhere in the text. Any number of threads may ask.
bool cre2_matches(const cre2_expression *expression, const char *text, size_t count);

void cre2_free(cre2_expression *expression);

#ifdef __cplusplus
}
#endif
