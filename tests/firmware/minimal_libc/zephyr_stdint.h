/* As Zephyr's file of this name, which it gives every compilation with -imacros: 32 bits are int, 64 long long, on every architecture. */
#undef __INT32_TYPE__
#undef __UINT32_TYPE__
#undef __INT64_TYPE__
#undef __UINT64_TYPE__
#define __INT32_TYPE__ int
#define __UINT32_TYPE__ unsigned int
#define __INT64_TYPE__ long long int
#define __UINT64_TYPE__ unsigned long long int
