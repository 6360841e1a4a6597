// TensorFlow Lite Micro with CMSIS-NN running Light-SERNet as the official converter quantizes it: the peer of hosts/cortex-m, on the same
// simulated processor, counted in the same way. Prints a line of JSON. The input is a ramp: what an int8 network computes costs the same for
// every input.
#include <cstdint>

#include "tensorflow/lite/micro/kernels/conv.h"
#include "tensorflow/lite/micro/kernels/fully_connected.h"
#include "tensorflow/lite/micro/kernels/pooling.h"
#include "tensorflow/lite/micro/kernels/softmax.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

extern "C" {
#include "instructions.h"
#include "print_number.h"
#include "semihosting.h"
#include "startup.h"
extern const uint8_t sound_samples[];  // the model, in place of a sound: light_sernet's linker script leaves it out of the code's bytes
extern const uint8_t sound_samples_end[];
}

namespace {

alignas(16) uint8_t arena[ARENA_BYTES];

int fail(const char *sentence) {
  host_print("{\"error\": \"");
  host_print(sentence);
  host_print("\"}\n");
  return 1;
}

}  // namespace

extern "C" int main() {
  if (!instructions_begin()) return fail("instructions are not counted: run QEMU with -icount shift=0");
  // Of each operation only what an int8 network needs.
  tflite::MicroMutableOpResolver<6> operations;
  operations.AddConv2D(tflite::Register_CONV_2D_INT8());
  operations.AddAveragePool2D(tflite::Register_AVERAGE_POOL_2D_INT8());
  operations.AddFullyConnected(tflite::Register_FULLY_CONNECTED_INT8());
  operations.AddSoftmax(tflite::Register_SOFTMAX_INT8());
  operations.AddConcatenation();
  operations.AddMean();
  static tflite::MicroInterpreter interpreter(tflite::GetModel(sound_samples), operations, arena, sizeof arena);
  if (interpreter.AllocateTensors() != kTfLiteOk) return fail("the tensors do not fit in the arena");
  TfLiteTensor *const input = interpreter.input(0);
  for (size_t i = 0; i < input->bytes; i++) input->data.int8[i] = static_cast<int8_t>(i * 7);
  const uint64_t begin = instructions();
  if (interpreter.Invoke() != kTfLiteOk) return fail("the network does not run");
  const uint64_t network = instructions() - begin;
  host_print("{\"subject\": \"TensorFlow Lite Micro, " KERNELS "\", \"core\": \"" CORE "\"");
  print_count(", \"instructions\": {\"network\": ", network);
  print_count("}, \"arenaBytes\": ", interpreter.arena_used_bytes());
  print_count(", \"ramBytes\": ", ram_bytes() - sizeof arena + interpreter.arena_used_bytes());
  const uint32_t model = static_cast<uint32_t>(sound_samples_end - sound_samples);
  print_count(", \"codeBytes\": ", flash_bytes());
  print_count(", \"flashBytes\": ", flash_bytes() + model);
  host_print("}\n");
  return 0;
}

// What the C++ library expects of a system; nothing here calls it.
extern "C" void DebugLog(const char *, va_list) {}
extern "C" int DebugVsnprintf(char *, size_t, const char *, va_list) { return 0; }
void operator delete(void *) noexcept {}
void operator delete(void *, unsigned int) noexcept {}
