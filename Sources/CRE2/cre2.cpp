#include "cre2.h"

#include <cstdio>
#include <re2/re2.h>
#include <string>

struct cre2_expression {
  RE2 expression;
};

cre2_expression *cre2_compile(
    const char *source, cre2_options options, size_t memory_bytes, char *error, size_t capacity) {
  RE2::Options settings(RE2::Latin1);
  settings.set_case_sensitive(!options.ignores_case);
  settings.set_dot_nl(options.dot_matches_line_ends);
  settings.set_max_mem(static_cast<int64_t>(memory_bytes));
  settings.set_log_errors(false);
  // Outside of POSIX syntax RE2 knows no option for it.
  auto *compiled = new cre2_expression{
      RE2((options.is_multiline ? "(?m)" : "") + std::string(source), settings)};
  if (compiled->expression.ok()) return compiled;
  std::snprintf(error, capacity, "%s", compiled->expression.error().c_str());
  delete compiled;
  return nullptr;
}

bool cre2_matches(const cre2_expression *expression, const char *text, size_t count) {
  return expression->expression.Match(
      re2::StringPiece(text, count), 0, count, RE2::UNANCHORED, nullptr, 0);
}

void cre2_free(cre2_expression *expression) { delete expression; }
