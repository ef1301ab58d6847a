#ifndef CTIMEX_H
#define CTIMEX_H

/// Reads the kernel's clock discipline, changing nothing: 1 when it is synchronised, with the greatest
/// error in microseconds, 0 when it is not, -1 when it cannot be read.
int ctimex_read(long *error_microseconds);

#endif
