// A STAND-IN for PDM.h of the Arduino cores whose boards have a digital microphone, with what the sketch uses of it. listen.cpp is the microphone.
#ifndef PDM_H
#define PDM_H

#include <Arduino.h>

class Microphone {
 public:
  int channels = 0, rate = 0;
  size_t buffer_bytes = 512;

  void onReceive(void (*function)()) { receive = function; }
  void setBufferSize(int bytes) { buffer_bytes = (size_t)bytes; }
  int begin(int number, int hertz) { return channels = number, rate = hertz, receive != nullptr; }

  // What has come since the last call.
  int read(void *buffer, size_t bytes) {
    const size_t got = came.copy((char *)buffer, bytes);
    came.clear();
    return (int)got;
  }

  // What the interrupt of the real one does when a buffer is full.
  void interrupt(const char *bytes, size_t count) {
    came.assign(bytes, count);
    receive();
  }

 private:
  void (*receive)() = nullptr;
  std::string came;
};

extern Microphone PDM;

#endif
