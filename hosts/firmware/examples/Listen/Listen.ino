/*
 * Listens to a board's digital microphone (PDM) without end, and prints a line twice a second:
 *
 *     12.3 s: listening     nobody speaks
 *     12.8 s: uncertain     somebody speaks, but the model is not sure how
 *     13.3 s: anger 87 %
 *
 * PDM.h comes with the cores of boards that have such a microphone, as the Nano 33 BLE Sense (nRF52840, Cortex-M4F at 64 MHz). At 64 MHz use a model of
 * micro's size: docs/firmware.md of light-sernet says which chip keeps up with which model.
 */
#include <PDM.h>
#include <light_sernet.h>

static const uint32_t RING = 4096; /* samples, a power of two: a quarter of a second, for the longest push */
static const uint32_t PIECE = 256; /* samples; RING is a multiple */

static lsn_state state;
static int16_t ring[RING];
static uint32_t written = 0; /* samples since the start: by the interrupt alone */
static uint32_t taken = 0;   /* by loop() alone */
static uint32_t lost = 0;

/* An interrupt: it copies what came into the ring, and nothing else. */
static void receive() {
  static int16_t piece[PIECE];
  const int bytes = PDM.read(piece, sizeof piece);
  if (bytes <= 0) return;
  const uint32_t count = (uint32_t)bytes / sizeof *piece;
  const uint32_t from = written, room = RING - (from - __atomic_load_n(&taken, __ATOMIC_ACQUIRE));
  if (count > room) {
    __atomic_store_n(&lost, lost + count, __ATOMIC_RELAXED);
    return;
  }
  for (uint32_t i = 0; i < count; i++) ring[(from + i) % RING] = piece[i];
  __atomic_store_n(&written, from + count, __ATOMIC_RELEASE);
}

static void stop(const char *sentence) {
  for (;;) {
    Serial.println(sentence);
    delay(1000);
  }
}

void setup() {
  Serial.begin(115200);
  lsn_init(&state);
  const lsn_status status = lsn_stream_start(&state);
  if (status != LSN_OK) stop(lsn_status_sentence(status));
  lsn_stream_set(&state, 4, 2); /* probabilities are the mean of four answers, and a label stays for at least two */
  PDM.onReceive(receive);
  PDM.setBufferSize(PIECE * sizeof(int16_t));
  if (!PDM.begin(1, 16000)) stop("the microphone does not start");
}

static void print_answer() {
  lsn_stream_answer answer;
  if (lsn_stream_get(&state, &answer) != LSN_OK) return;
  const unsigned long tenths = (unsigned long)(LSN_STREAM_MS(answer.answered) / 100);
  Serial.print(tenths / 10);
  Serial.print(".");
  Serial.print(tenths % 10);
  Serial.print(" s: ");
  if (answer.state == LSN_STREAM_LISTENING) {
    Serial.println("listening");
  } else if (answer.state == LSN_STREAM_UNCERTAIN) {
    Serial.println("uncertain");
  } else {
    Serial.print(lsn_class_name(&state, answer.label));
    Serial.print(" ");
    Serial.print((unsigned long)(100.0f * answer.probabilities[answer.label] + 0.5f));
    Serial.println(" %");
  }
}

void loop() {
  static uint32_t told = 0;
  const uint32_t missing = __atomic_load_n(&lost, __ATOMIC_RELAXED);
  if (missing != told) {
    told = missing;
    Serial.print((unsigned long)missing);
    Serial.println(" samples were lost so far: the chip is too slow for this model");
  }
  const uint32_t waiting = __atomic_load_n(&written, __ATOMIC_ACQUIRE) - taken;
  if (waiting == 0) return;
  const uint32_t at = taken % RING;
  uint32_t count = waiting < PIECE ? waiting : PIECE;
  if (count > RING - at) count = RING - at;
  const lsn_status status = lsn_stream_push(&state, ring + at, count);
  __atomic_store_n(&taken, taken + count, __ATOMIC_RELEASE);
  if (status != LSN_OK) stop(lsn_status_sentence(status));
  if (lsn_stream_events(&state) & LSN_STREAM_ANSWER) print_answer();
}
