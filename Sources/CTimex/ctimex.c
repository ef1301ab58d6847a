#include "ctimex.h"

#include <sys/timex.h>

int ctimex_read(long *error_microseconds) {
  struct timex clock = {.modes = 0};
  int state = adjtimex(&clock);
  if (state < 0) return -1;
  *error_microseconds = clock.maxerror;
  return state != TIME_ERROR && !(clock.status & STA_UNSYNC);
}
