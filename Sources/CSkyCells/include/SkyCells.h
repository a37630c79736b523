// HEALPix cells of many positions at a time, with the widest vectors the processor has.

#pragma once

#include <stddef.h>
#include <stdint.h>

/// What is put in the place of the cell of a position that is not ordinary.
static const uint64_t SKY_CELLS_OTHER = UINT64_MAX - 1;

/// Instruction sets, each of which takes in those before it.
enum { sky_cells_portable = 0, sky_cells_avx2 = 1, sky_cells_avx512 = 2 };

/// The best instruction set of this processor.
int sky_cells_best(void);

/// Writes the order-29 NESTED cell of each ordinary position: ra in [0, 360) and dec in −90…90, degrees.
///
/// The operations are those of HEALPix.deepestCell in Swift, one by one and in their order, without fused multiply and
/// add, so that the results are the same to the last bit whatever the instruction set, which this processor must have.
///
/// Returns whether some positions are not ordinary; their cells are SKY_CELLS_OTHER.
int sky_cells(int instruction_set, const double *ra, const double *dec, uint64_t *cells, size_t count);
