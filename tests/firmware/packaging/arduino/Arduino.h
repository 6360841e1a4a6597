// A STAND-IN for Arduino's header, with the little that the sketch uses of it. The other end of the serial port is played here, too: it answers
// "send N" with piece N of the sound, and standard output gets all that the sketch says else. Standard input holds the sounds.
#ifndef ARDUINO_H
#define ARDUINO_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

class SerialPort {
 public:
  unsigned long baud = 0, timeout = 0;
  // That many requests get no answer at first.
  long deaf = 0;
  // So many requests at first are answered only with the next one.
  long late = 0;
  // This byte of all that are sent is lost on the way; -1: none.
  long lost = -1;

  void begin(unsigned long rate) { baud = rate; }
  void setTimeout(unsigned long milliseconds) { timeout = milliseconds; }

  // What has come, at most that many bytes: nothing else comes before the timeout.
  size_t readBytes(char *buffer, size_t length) {
    const size_t got = wire.copy(buffer, length);
    wire.erase(0, got);
    return got;
  }

  size_t print(const char *text) { return line += text, std::strlen(text); }
  size_t println(const char *text) { return line += text, take_line(), std::strlen(text); }
  size_t print(unsigned long number) { return print(std::to_string(number).c_str()); }
  size_t println(unsigned number) { return println(std::to_string(number).c_str()); }

 private:
  static const size_t SOUND = 2 * 48000, PIECE = 128;
  std::string line, wire, held, sound;
  long sent = 0;

  void take_line() {
    unsigned number;
    const std::string said = line;
    line.clear();
    if (std::sscanf(said.c_str(), "send %u", &number) == 1) {
      if (deaf > 0) deaf--;
      else answer(number);
      return;
    }
    std::printf("%s\n", said.c_str());
    // Another sound, if this one was understood.
    if (said.find("again") == std::string::npos) sound.clear();
  }

  void answer(unsigned number) {
    if (sound.empty()) {
      sound.resize(SOUND);
      if (std::fread(&sound[0], 1, SOUND, stdin) != SOUND) std::fprintf(stderr, "the sketch needs more sound than there is\n"), std::exit(4);
    }
    std::string bytes = {'L', 'S', (char)(number & 255), (char)(number >> 8)};
    bytes += sound.substr(number * PIECE, PIECE);
    for (const char byte : bytes)
      if (sent++ != lost) held += byte;
    if (late-- > 0) return;
    wire += held;
    held.clear();
  }
};

extern SerialPort Serial;

// The sketch waits only when it cannot go on.
inline void delay(unsigned long) {
  std::exit(5);
}

#endif
