// A STAND-IN for Arduino's header, with the little that the sketch uses of it. The other end of the serial port is played here, too: it sends what
// standard input holds as the sketch asks for it, and standard output gets what it does not understand as asking.
#ifndef ARDUINO_H
#define ARDUINO_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

class SerialPort {
 public:
  static const long SOUND = 2 * 48000;
  static const long PIECE = 128;

  unsigned long baud = 0, timeout = 0;
  // "begin" is not heard so often before a sound is sent.
  long deaf = 0;
  // This byte of all that are sent is lost on the way; -1: none.
  long lost = -1;

  void begin(unsigned long rate) { baud = rate; }
  void setTimeout(unsigned long milliseconds) { timeout = milliseconds; }

  // What has come, at most so many bytes: nothing else comes before the timeout.
  size_t readBytes(char *buffer, size_t length) {
    const size_t got = length < waiting ? length : waiting;
    std::memcpy(buffer, line, got);
    std::memmove(line, line + got, waiting -= got);
    return got;
  }

  size_t println(const char *text) {
    const bool begins = std::strcmp(text, "begin") == 0;
    if (begins && deaf > 0) {
      deaf--;
    } else if (begins || std::strcmp(text, "more") == 0) {
      if (begins) drop(), left = SOUND;
      send();
    } else {
      std::printf("%s\n", text);
    }
    return std::strlen(text);
  }

 private:
  char line[PIECE];
  size_t waiting = 0;
  long left = 0, sent = 0;

  static int next() {
    const int byte = std::getchar();
    if (byte == EOF) std::fprintf(stderr, "the sketch wants more sound than there is\n"), std::exit(4);
    return byte;
  }

  // The rest of a sound that was broken off.
  void drop() {
    for (; left > 0; left--) next();
  }

  void send() {
    if (waiting > 0) std::fprintf(stderr, "the sketch asks before it has read\n"), std::exit(5);
    for (long i = 0; i < PIECE && left > 0; i++, left--) {
      const int byte = next();
      if (sent++ != lost) line[waiting++] = (char)byte;
    }
  }
};

extern SerialPort Serial;

#endif
