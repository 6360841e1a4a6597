import { enumValues, WARNINGS } from "./sentences.js";

/** Of light_sernet.h: the figures of a sound, and what they warn of. */
export const inputTypes = (): string => `/* What makes an answer doubtful: bits of lsn_input.warnings and of lsn_wav_end(). */
typedef enum {
${enumValues(WARNINGS)}
} lsn_warning;

/* Figures of a sound as it was pushed, before it was mixed and resampled. */
typedef struct lsn_input {
  int32_t duration_ms;
  int32_t sample_rate;               /* Hz */
  int32_t channels;
  float peak;                        /* largest magnitude of a sample; 1 is full scale, which floats may exceed */
  float rms_db;                      /* root mean square of the mix of all channels in dB of full scale; -120 for digital silence */
  float clipped_share;               /* share of the samples that are clipped: at an extreme near full scale, 0 to 1 */
  uint32_t warnings;                 /* LSN_WARNING_* */
} lsn_input;
`;

export const inputFunctions = (): string => `/* The figures of the sound after lsn_finish(), lsn_finish_samples() or lsn_classify(). */
lsn_status lsn_get_input(lsn_state *state, lsn_input *input);

/* A sentence that says what one of LSN_WARNING_* means and what to do. */
const char *lsn_warning_sentence(lsn_warning warning);
`;
