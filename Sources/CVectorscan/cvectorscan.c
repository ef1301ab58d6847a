#include "cvectorscan.h"
