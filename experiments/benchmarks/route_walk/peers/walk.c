/* The route walk in C: everybody is touched every day, in one thread. Compiled by walk_c.py. */
#include <stdint.h>

typedef struct {
    int8_t place, days;
    int16_t attempts;
} Walker;

/* splitmix64 (Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195), as a number from 0 to 1. */
static inline double uniform(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
}

/* A day of all; `limits`, `leads` and `days` have `ways` cells a place. Returns the crossings. */
int64_t walk_a_day(int64_t people, Walker *walkers, int ways, const double *limits, const int8_t *leads,
                   const int8_t *days, const uint8_t *at_coast, double chance, double stopped, int8_t reception,
                   int8_t reception_days, int origins, uint64_t *state) {
    int64_t crossed = 0;
    for (Walker *w = walkers; w < walkers + people; w++) {
        if (w->days > 0) {
            if (--w->days == 0 && !at_coast[w->place]) {
                const double *limit = limits + w->place * ways;
                const double u = uniform(state);
                int way = w->place * ways;
                while (u >= *limit++) way++;
                w->place = leads[way];
                w->days = days[way];
            }
        } else if (uniform(state) < chance) {
            w->attempts++;
            if (uniform(state) < stopped) {
                w->place = reception;
                w->days = reception_days;
            } else {
                crossed++;
                w->place = (int8_t)(uniform(state) * origins);
                w->days = 1;
            }
        }
    }
    return crossed;
}
