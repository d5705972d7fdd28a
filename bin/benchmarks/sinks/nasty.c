/* Chance that can be repeated: the same seed makes the same trouble in the same order of events. */
#include "sink.h"

bool once_in(uint32_t odds) {
    static uint64_t state;
    if (!settings.seed) return false;
    if (!state) state = settings.seed * 0x9E3779B97F4A7C15ull + 1;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % odds == 0;
}
