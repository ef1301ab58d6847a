// Name look-ups of this process that answer what a test wants, in place of the C library's.
#ifndef CFAKERESOLVER_H
#define CFAKERESOLVER_H

// Names below this one are answered here, all others by the C library.
#define FAKE_RESOLVER_DOMAIN "resolver.test"

// Answers look-ups of `name`, one after another, with these numeric addresses; the last one stays.
// One answer may hold several addresses with blanks between them.
void fake_resolver_set(const char *name, const char *const *answers, int count);
// How often `name` was looked up.
int fake_resolver_lookups(const char *name);

#endif
