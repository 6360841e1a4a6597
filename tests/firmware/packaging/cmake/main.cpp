// The same as C++: the header must be one of both.
#include "main.c"
