#pragma once
// The fits_* names are macros, which Swift does not import: call the ff* functions.
#include <fitsio.h>
