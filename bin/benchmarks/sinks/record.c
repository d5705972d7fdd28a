/* The record: lines of one length, so that its size tells how many there are. Written before the answers go out. */
#include "sink.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE 160

static struct buffer lines;
static int file = -1;

void record_open(void) {
    file = open(settings.record, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file < 0) {
        perror(settings.record);
        exit(1);
    }
}

void record(enum fate fate, const char *recipient, size_t recipient_length, const char *key, size_t key_length,
            size_t size) {
    char line[LINE + 1];
    struct timespec moment;
    clock_gettime(CLOCK_REALTIME, &moment);
    if (recipient_length > 56) recipient_length = 56;
    if (key_length > 66) key_length = 66;
    int written = snprintf(line, sizeof line, "%c %lld%09ld %zu %.*s %.*s", fate, (long long)moment.tv_sec,
                           moment.tv_nsec, size, (int)recipient_length, recipient, (int)key_length, key);
    if (written > LINE - 1) written = LINE - 1;
    memset(line + written, ' ', (size_t)(LINE - 1 - written));
    line[LINE - 1] = '\n';
    append(&lines, line, LINE);
}

void record_trouble(void) { record(TROUBLE, "-", 1, "-", 1, 0); }

void record_write(void) {
    size_t done = 0;
    while (done < lines.length) {
        ssize_t n = write(file, lines.bytes + done, lines.length - done);
        if (n < 0) {
            perror("record");
            exit(1);
        }
        done += (size_t)n;
    }
    lines.length = 0;
}
