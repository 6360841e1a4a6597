/*
 * Samples to the network's input in integers of 32 bits. Q22 is a number with 22 bits after the point.
 *
 * A frame has one exponent: after the window its largest sample is shifted to 2^29..2^30. Every stage of the FFT halves, so nothing overflows. Products are the upper
 * halves of 64 bits, rounded down.
 */
#include "front_end.h"

#include <string.h>

#define POINTS (FRAME_SAMPLES / 2) /* of the complex FFT */
#define PERIOD FRAME_SAMPLES /* of the cosines; of those of the DCT, too, which are twice as far apart */
#define LARGEST_INPUT 4095
#define WHOLE 16 /* bits that a windowed sample leaves out, unless it can be shifted by them */
#define Q22(x) ((int32_t)((x) * (1 << 22) + ((x) < 0 ? -0.5 : 0.5)))
_Static_assert(FRAME_SAMPLES == 1024 && MEL_BANDS == 128, "written for frames of 1024 samples and 128 bands");

typedef struct {
  int32_t re, im;
} complex32;

static const int32_t cosines[PERIOD] = COSINES;               /* Q31, 1 is 2^31 - 1 */
static const uint16_t places[POINTS] = PLACES;                /* bits reversed */
static const uint32_t roots[514] = ROOTS;                     /* of i * 2^22, times 2^16 */
static const int32_t logarithms[129] = LOGARITHMS;            /* Q20: ln(1 + i / 128) */
static const uint8_t bins_of_band[MEL_BANDS + 1] = BAND_BINS; /* that rise in it */
static const uint32_t rises[BINS] = RISES;                    /* Q32 */

static complex32 z[POINTS];
static uint32_t magnitudes[BINS];

static inline int32_t upper(int32_t a, int32_t b) {
  return (int32_t)((int64_t)a * b >> 32);
}
static inline uint32_t upper_unsigned(uint32_t a, uint32_t b) {
  return (uint32_t)((uint64_t)a * b >> 32);
}
/* The bits of a magnitude, for a maximum that is known up to a factor of two. */
static inline uint32_t bits_of(int32_t x) {
  return (uint32_t)(x ^ (x >> 31));
}
static inline int32_t shifted(int32_t x, int shift) {
  return (int32_t)((uint32_t)x << shift);
}
static int32_t clipped(int32_t x, int32_t limit) {
  return x > limit ? limit : x < -limit ? -limit : x;
}

void fixed_begin(fixed_front_end *f, int32_t level) {
  static const int32_t mean[COEFFICIENTS] = MEAN;
  const uint64_t divisor = (uint64_t)(level > 1000 ? level : 1000);
  f->gain = level == 0 ? 0 : ((32768000ull << 32) + divisor / 2) / divisor;
  f->hops = 0;
  memcpy(f->mean, mean, sizeof mean);
  f->weight = START_WEIGHT * 65536;
  f->loudest = INT32_MIN / 2;
}

static int16_t leveled(int32_t sample, uint64_t gain) {
  const int32_t magnitude = (int32_t)(((uint64_t)(uint32_t)(sample < 0 ? -sample : sample) * gain + (1ull << 31)) >> 32);
  return (int16_t)(sample < 0 ? (magnitude > 32768 ? -32768 : -magnitude) : (magnitude > 32767 ? 32767 : magnitude));
}

/* Hann window, Q30. */
static inline int32_t hann(int n) {
  return (1 << 29) - (cosines[n] >> 2);
}

/*
 * Windowed samples times 2^14 to `z`, the order of its points reversed. Where all are below half a step, as where sound begins in the last samples of a frame, it is
 * the whole product: times 2^30. Returns by how much samples times 2^14 can be shifted to the left, at most 29, or -1 if all are zero.
 */
static int window(const int16_t *frame) {
  uint32_t bits = 1;
  for (int n = 0; n < FRAME_SAMPLES; n += 2) {
    const complex32 x = {upper((int32_t)frame[n] * 65536, hann(n)), upper((int32_t)frame[n + 1] * 65536, hann(n + 1))};
    bits |= bits_of(x.re) | bits_of(x.im);
    z[places[n / 2]] = x;
  }
  const int shift = __builtin_clz(bits) - 2;
  if (shift < WHOLE) return shift;
  bits = 0;
  for (int n = 0; n < FRAME_SAMPLES; n += 2) {
    const complex32 x = {frame[n] * hann(n), frame[n + 1] * hann(n + 1)};
    bits |= bits_of(x.re) | bits_of(x.im);
    z[places[n / 2]] = x;
  }
  if (bits == 0) return -1;
  const int more = __builtin_clz(bits) - 2 + WHOLE;
  return more < 29 ? more : 29;
}

/* 1/512 of the transform of `z`, whose numbers are shifted first. */
static void transform(int shift) {
  for (complex32 *at = z; at < z + POINTS; at += 2) {
    const complex32 even = {shifted(at[0].re, shift) >> 1, shifted(at[0].im, shift) >> 1};
    const complex32 odd = {shifted(at[1].re, shift) >> 1, shifted(at[1].im, shift) >> 1};
    at[0] = (complex32){even.re + odd.re, even.im + odd.im};
    at[1] = (complex32){even.re - odd.re, even.im - odd.im};
  }
  for (int half = 2; half < POINTS; half *= 2) {
    for (int k = 0; k < half; k++) {
      const int j = k * (POINTS / half);
      const int32_t c = cosines[j], s = cosines[j < PERIOD / 4 ? PERIOD / 4 - j : j - PERIOD / 4];
      for (complex32 *even = z + k; even < z + POINTS; even += 2 * half) {
        complex32 *const odd = even + half;
        const int32_t er = even->re >> 1, ei = even->im >> 1;
        const int32_t tr = upper(c, odd->re) + upper(s, odd->im), ti = upper(c, odd->im) - upper(s, odd->re);
        *even = (complex32){er + tr, ei + ti};
        *odd = (complex32){er - tr, ei - ti};
      }
    }
  }
}

/* Both parts are shifted to the left until the larger one is at least 2^30, and the root of the squares is interpolated. */
static uint32_t modulus(int32_t re, int32_t im) {
  const int shift = __builtin_clz(bits_of(re) | bits_of(im) | 1) - 1;
  re = shifted(re, shift), im = shifted(im, shift);
  const uint32_t square = (uint32_t)upper(re, re) + (uint32_t)upper(im, im);
  const uint32_t *const root = roots + (square >> 22);
  return (root[0] + upper_unsigned(root[1] - root[0], square << 10)) >> shift;
}

/* The spectrum of the real samples: bins k and 512 - k of `z` to `magnitudes`, which has those of the mel bands. */
static void split(void) {
  for (int k = 1; k <= POINTS / 2; k++) {
    const int m = POINTS - k;
    if (k < FIRST_BIN && m >= FIRST_BIN + BINS) continue;
    const int32_t er = (z[k].re >> 1) + (z[m].re >> 1), ei = (z[k].im >> 1) - (z[m].im >> 1);
    const int32_t pr = z[k].im + z[m].im, pi = z[m].re - z[k].re;
    const int32_t c = cosines[k], s = cosines[PERIOD / 4 - k];
    const int32_t tr = upper(c, pr) + upper(s, pi), ti = upper(c, pi) - upper(s, pr);
    if (k >= FIRST_BIN) magnitudes[k - FIRST_BIN] = modulus(er + tr, ei + ti);
    if (m < FIRST_BIN + BINS) magnitudes[m - FIRST_BIN] = modulus(er - tr, ei - ti);
  }
}

/* Q20: ln(x / 2^20) - shift ln 2. */
static int32_t logarithm(uint32_t x, int shift) {
  const int leading = __builtin_clz(x);
  x <<= leading;
  const int32_t *const entry = logarithms + (x >> 24 & 127);
  const int32_t fraction = x >> 8 & 0xffff;
  return entry[0] + ((entry[1] - entry[0]) * fraction >> 16) + (11 - leading - shift) * 726817;
}

/* Q20 [MEL_BANDS]; magnitudes are 2^(20 + shift) times too large. */
static void log_bands(int32_t *logs, int shift) {
  const uint32_t floor_of_log = (uint32_t)((((uint64_t)(LOG_FLOOR * 0x1p52 + 0.5) << shift) + (1ull << 31)) >> 32);
  const uint32_t *magnitude = magnitudes, *rise = rises;
  uint32_t before = 0;
  for (int band = 0; band <= MEL_BANDS; band++) {
    uint32_t rising = 0, falling = 0;
    for (const uint32_t *const end = magnitude + bins_of_band[band]; magnitude < end; magnitude++) {
      const uint32_t part = upper_unsigned(*magnitude, *rise++);
      rising += part;
      falling += *magnitude - part;
    }
    if (band > 0) logs[band - 1] = logarithm(before + falling + floor_of_log, shift);
    before = rising;
  }
}

/* DCT-II, Q22; the zeroth coefficient is the mean of the logarithms. */
static void cepstrum(const int32_t *logs, int32_t *row) {
  int32_t folded[2][MEL_BANDS / 2];
  for (int n = 0; n < MEL_BANDS / 2; n++) {
    folded[0][n] = logs[n] + logs[MEL_BANDS - 1 - n];
    folded[1][n] = logs[n] - logs[MEL_BANDS - 1 - n];
  }
  for (int k = 0; k < COEFFICIENTS; k++) {
    int32_t sum = 0; /* Q19, times 8 */
    unsigned j = 2 * (unsigned)k;
    for (const int32_t *at = folded[k & 1]; at < folded[k & 1] + MEL_BANDS / 2; at++, j += 4 * (unsigned)k) sum += upper(*at, cosines[j % PERIOD]);
    row[k] = sum;
  }
  row[0] >>= 4;
}

/* The running mean; false if the frame is silent. */
static bool normalize(fixed_front_end *f, int32_t *row) {
  if (row[0] <= Q22(SPEECH_FLOOR)) return false;
  if (row[0] > f->loudest) f->loudest = row[0];
  if (row[0] > f->loudest - Q22(SPEECH_RANGE)) {
    f->weight = upper_unsigned(f->weight, (uint32_t)((1 - 1.0 / HORIZON) * 0x1p32)) + 65536;
    const int32_t step = (int32_t)(0xffffffff / (f->weight >> 5)); /* Q21 */
    for (int k = 0; k < COEFFICIENTS; k++) f->mean[k] += (int32_t)((int64_t)(row[k] - f->mean[k]) * step >> 21);
  }
  for (int k = 0; k < COEFFICIENTS; k++) row[k] -= (int32_t)((int64_t)f->mean[k] * (int32_t)(SHARE * 65536) >> 16);
  row[0] = clipped(row[0], Q22(2.0 * CLIP / ENERGY_SCALE)) * ENERGY_SCALE;
  return true;
}

static void mfcc(fixed_front_end *f, int16_t *row) {
  int32_t logs[MEL_BANDS], coefficients[COEFFICIENTS];
  const int shift = window(f->frame);
  bool sounds = shift >= 0;
  if (sounds) {
    transform(shift < WHOLE ? shift : shift - WHOLE);
    split();
    log_bands(logs, shift);
    cepstrum(logs, coefficients);
    sounds = normalize(f, coefficients);
  }
  for (int k = 0; k < COEFFICIENTS; k++) {
    /* 16 bits of the 22 after the point are enough here. */
    const int32_t value = sounds ? clipped(coefficients[k], Q22(CLIP)) : k == 0 ? -Q22(CLIP) : 0;
    row[k] = (int16_t)(((value >> 6) * (2 * LARGEST_INPUT / CLIP) + (1 << 16)) >> 17);
  }
}

bool fixed_push(fixed_front_end *f, const int16_t samples[HOP_SAMPLES], int16_t row[COEFFICIENTS]) {
  int16_t *const end = f->frame + FRAME_SAMPLES - HOP_SAMPLES;
  memmove(f->frame, f->frame + HOP_SAMPLES, (FRAME_SAMPLES - HOP_SAMPLES) * sizeof *f->frame);
  for (int n = 0; n < HOP_SAMPLES; n++) end[n] = leveled(samples[n], f->gain);
  if (++f->hops < FRAME_SAMPLES / HOP_SAMPLES) return false;
  mfcc(f, row);
  return true;
}
