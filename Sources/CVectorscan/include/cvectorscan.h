// Vectorscan, for Swift.
#include <hs/hs.h>
