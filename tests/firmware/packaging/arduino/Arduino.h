// A STAND-IN for Arduino's header, with the little that the sketch uses of it. The serial port is standard input and output.
#ifndef ARDUINO_H
#define ARDUINO_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

class SerialPort {
 public:
  // A port at which bytes come slowly: readBytes() then ends by its timeout, with fewer than were wanted.
  size_t most = SIZE_MAX;
  unsigned long baud = 0;

  void begin(unsigned long rate) { baud = rate; }

  // Waits for the bytes until its timeout; gives how many came.
  size_t readBytes(char *buffer, size_t length) {
    const size_t got = std::fread(buffer, 1, length < most ? length : most, stdin);
    if (got == 0) {
      std::fprintf(stderr, "the sketch wants more sound than was sent\n");
      std::exit(4);
    }
    return got;
  }

  size_t println(const char *text) { return (size_t)std::printf("%s\n", text); }
};

extern SerialPort Serial;

#endif
