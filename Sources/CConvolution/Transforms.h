// Winograd's transforms for F(4,3), at the points 0, ±1, ±2 and infinity,
//
//         ⎡4  0 −5  0 1 0⎤       ⎡ 1/4    0    0 ⎤
//         ⎢0 −4 −4  1 1 0⎥       ⎢−1/6 −1/6 −1/6⎥        ⎡1 1  1 1  1 0⎤
//    Bᵀ = ⎢0  4 −4 −1 1 0⎥   G = ⎢−1/6  1/6 −1/6⎥   Aᵀ = ⎢0 1 −1 2 −2 0⎥
//         ⎢0 −2 −1  2 1 0⎥       ⎢1/24 1/12  1/6 ⎥        ⎢0 1  1 4  4 0⎥
//         ⎢0  2 −1 −2 1 0⎥       ⎢1/24 −1/12 1/6 ⎥        ⎣0 1 −1 8 −8 1⎦
//         ⎣0  4  0 −5 0 1⎦       ⎣ 0     0    1  ⎦
//
// and for F(6,3), at 0, ±1, ±2, ±1/2 and infinity,
//
//         ⎡−1   0  21/4    0   −21/4    0   1 0⎤       ⎡ −1      0     0  ⎤
//         ⎢ 0   1    1  −17/4  −17/4    1   1 0⎥       ⎢−2/9   −2/9  −2/9 ⎥        ⎡1 1  1  1   1   1     1   0⎤
//         ⎢ 0  −1    1   17/4  −17/4   −1   1 0⎥       ⎢−2/9    2/9  −2/9 ⎥        ⎢0 1 −1  2  −2  1/2  −1/2  0⎥
//    Bᵀ = ⎢ 0  1/2  1/4  −5/2   −5/4    2   1 0⎥   G = ⎢1/90   1/45   2/45⎥   Aᵀ = ⎢0 1  1  4   4  1/4   1/4  0⎥
//         ⎢ 0 −1/2  1/4   5/2   −5/4   −2   1 0⎥       ⎢1/90  −1/45   2/45⎥        ⎢0 1 −1  8  −8  1/8  −1/8  0⎥
//         ⎢ 0   2    4   −5/2    −5   1/2   1 0⎥       ⎢32/45  16/45  8/45⎥        ⎢0 1  1 16  16 1/16  1/16  0⎥
//         ⎢ 0  −2    4    5/2    −5  −1/2   1 0⎥       ⎢32/45 −16/45  8/45⎥        ⎣0 1 −1 32 −32 1/32 −1/32  1⎦
//         ⎣ 0  −1    0   21/4     0  −21/4  0 1⎦       ⎣  0      0     1  ⎦
//
// y = Aᵀ[(G w) ⊙ (Bᵀ x)], hence dx = B[(G w) ⊙ (A dy)] and dw = Gᵀ[(A dy) ⊙ (Bᵀ x)]. `tile` is 4 or 6 and known to the
// compiler.

#pragma once

#include "Vectors.h"

// Bᵀ x
INLINE void input_transform(int tile, vector v[8], const vector x[8]) {
  if (tile == 4) {
    vector even = x[4] - 4 * x[2], odd = x[3] - 4 * x[1], difference = x[4] - x[2], twice = 2 * (x[3] - x[1]);
    v[0] = 4 * x[0] - 5 * x[2] + x[4];
    v[1] = even + odd;
    v[2] = even - odd;
    v[3] = difference + twice;
    v[4] = difference - twice;
    v[5] = 4 * x[1] - 5 * x[3] + x[5];
  } else {
    vector even1 = x[2] + x[6] - 4.25f * x[4], odd1 = x[1] + x[5] - 4.25f * x[3];
    vector even2 = x[6] + 0.25f * x[2] - 1.25f * x[4], odd2 = 0.5f * x[1] - 2.5f * x[3] + 2 * x[5];
    vector even3 = x[6] + 4 * x[2] - 5 * x[4], odd3 = 2 * x[1] - 2.5f * x[3] + 0.5f * x[5];
    v[0] = x[6] - x[0] + 5.25f * (x[2] - x[4]);
    v[1] = even1 + odd1;
    v[2] = even1 - odd1;
    v[3] = even2 + odd2;
    v[4] = even2 - odd2;
    v[5] = even3 + odd3;
    v[6] = even3 - odd3;
    v[7] = x[7] - x[1] + 5.25f * (x[3] - x[5]);
  }
}

// B v
INLINE void input_adjoint(int tile, vector x[8], const vector v[8]) {
  vector even1 = v[1] + v[2], odd1 = v[1] - v[2], even2 = v[3] + v[4], odd2 = v[3] - v[4];
  if (tile == 4) {
    x[0] = 4 * v[0];
    x[1] = 4 * (v[5] - odd1) - 2 * odd2;
    x[2] = -5 * v[0] - 4 * even1 - even2;
    x[3] = odd1 + 2 * odd2 - 5 * v[5];
    x[4] = v[0] + even1 + even2;
    x[5] = v[5];
  } else {
    vector even3 = v[5] + v[6], odd3 = v[5] - v[6];
    x[0] = -v[0];
    x[1] = odd1 + 0.5f * odd2 + 2 * odd3 - v[7];
    x[2] = 5.25f * v[0] + even1 + 0.25f * even2 + 4 * even3;
    x[3] = 5.25f * v[7] - 4.25f * odd1 - 2.5f * (odd2 + odd3);
    x[4] = -5.25f * v[0] - 4.25f * even1 - 1.25f * even2 - 5 * even3;
    x[5] = odd1 + 2 * odd2 + 0.5f * odd3 - 5.25f * v[7];
    x[6] = v[0] + even1 + even2 + even3;
    x[7] = v[7];
  }
}

// Aᵀ m
INLINE void output_transform(int tile, vector y[6], const vector m[8]) {
  vector even1 = m[1] + m[2], odd1 = m[1] - m[2], even2 = m[3] + m[4], odd2 = m[3] - m[4];
  if (tile == 4) {
    y[0] = m[0] + even1 + even2;
    y[1] = odd1 + 2 * odd2;
    y[2] = even1 + 4 * even2;
    y[3] = odd1 + 8 * odd2 + m[5];
  } else {
    vector even3 = m[5] + m[6], odd3 = m[5] - m[6];
    y[0] = m[0] + even1 + even2 + even3;
    y[1] = odd1 + 2 * odd2 + 0.5f * odd3;
    y[2] = even1 + 4 * even2 + 0.25f * even3;
    y[3] = odd1 + 8 * odd2 + 0.125f * odd3;
    y[4] = even1 + 16 * even2 + 0.0625f * even3;
    y[5] = odd1 + 32 * odd2 + 0.03125f * odd3 + m[7];
  }
}

// A y
INLINE void output_adjoint(int tile, vector m[8], const vector y[6]) {
  vector even1 = y[0] + y[2], odd1 = y[1] + y[3], even2 = y[0] + 4 * y[2], odd2 = 2 * y[1] + 8 * y[3];
  m[0] = y[0];
  if (tile == 4) {
    m[5] = y[3];
  } else {
    vector even3 = y[0] + 0.25f * y[2] + 0.0625f * y[4], odd3 = 0.5f * y[1] + 0.125f * y[3] + 0.03125f * y[5];
    even1 += y[4];
    odd1 += y[5];
    even2 += 16 * y[4];
    odd2 += 32 * y[5];
    m[5] = even3 + odd3;
    m[6] = even3 - odd3;
    m[7] = y[5];
  }
  m[1] = even1 + odd1;
  m[2] = even1 - odd1;
  m[3] = even2 + odd2;
  m[4] = even2 - odd2;
}

// G w
INLINE void weight_transform(int tile, vector u[8], const vector w[3]) {
  vector ends = w[0] + w[2];
  if (tile == 4) {
    vector far = w[0] * (1.0f / 24) + w[2] * (1.0f / 6), middle = w[1] * (1.0f / 12);
    u[0] = 0.25f * w[0];
    u[1] = (ends + w[1]) * (-1.0f / 6);
    u[2] = (ends - w[1]) * (-1.0f / 6);
    u[3] = far + middle;
    u[4] = far - middle;
    u[5] = w[2];
  } else {
    vector far = w[0] * (1.0f / 90) + w[2] * (2.0f / 45), middle = w[1] * (1.0f / 45);
    vector near = w[0] * (32.0f / 45) + w[2] * (8.0f / 45), between = w[1] * (16.0f / 45);
    u[0] = -w[0];
    u[1] = (ends + w[1]) * (-2.0f / 9);
    u[2] = (ends - w[1]) * (-2.0f / 9);
    u[3] = far + middle;
    u[4] = far - middle;
    u[5] = near + between;
    u[6] = near - between;
    u[7] = w[2];
  }
}

// Gᵀ m
INLINE void weight_adjoint(int tile, vector w[3], const vector m[8]) {
  vector even1 = m[1] + m[2], odd1 = m[1] - m[2], even2 = m[3] + m[4], odd2 = m[3] - m[4];
  if (tile == 4) {
    w[0] = 0.25f * m[0] - even1 * (1.0f / 6) + even2 * (1.0f / 24);
    w[1] = odd2 * (1.0f / 12) - odd1 * (1.0f / 6);
    w[2] = m[5] - even1 * (1.0f / 6) + even2 * (1.0f / 6);
  } else {
    vector even3 = m[5] + m[6], odd3 = m[5] - m[6];
    w[0] = even2 * (1.0f / 90) + even3 * (32.0f / 45) - even1 * (2.0f / 9) - m[0];
    w[1] = odd2 * (1.0f / 45) + odd3 * (16.0f / 45) - odd1 * (2.0f / 9);
    w[2] = even2 * (2.0f / 45) + even3 * (8.0f / 45) - even1 * (2.0f / 9) + m[7];
  }
}
