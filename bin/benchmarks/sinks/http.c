/* Just enough of HTTP/1.1: takes each POST, notes its idempotency key and its recipient, answers 202. */
#define _GNU_SOURCE
#include "sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The value of a header, or NULL. */
static const char *header(const char *head, size_t length, const char *name, size_t *size) {
    size_t width = strlen(name);
    const char *line = head, *end = head + length;
    while ((line = memchr(line, '\n', (size_t)(end - line)))) {
        line++;
        if ((size_t)(end - line) > width && line[width] == ':' && !strncasecmp(line, name, width)) {
            const char *value = line + width + 1;
            while (value < end && *value == ' ') value++;
            const char *stop = memchr(value, '\r', (size_t)(end - value));
            *size = (size_t)((stop ? stop : end) - value);
            return value;
        }
    }
    return NULL;
}

/* The first address in the body: what follows the first of these names, in quotes; else the path that was asked. */
static const char *recipient_of(const char *head, size_t head_length, const char *body, size_t length, size_t *size) {
    static const char *names[] = {"\"email\"", "\"Email\"", "\"to\"", "\"To\"", "\"address\""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *found = memmem(body, length, names[i], strlen(names[i]));
        if (!found) continue;
        const char *open = memchr(found + strlen(names[i]), '"', (size_t)(body + length - found) - strlen(names[i]));
        const char *close = open ? memchr(open + 1, '"', (size_t)(body + length - open) - 1) : NULL;
        if (!close) continue;
        *size = (size_t)(close - open - 1);
        return open + 1;
    }
    const char *path = memchr(head, ' ', head_length);
    const char *stop = path ? memchr(path + 1, ' ', head_length - (size_t)(path + 1 - head)) : NULL;
    *size = stop ? (size_t)(stop - path - 1) : 1;
    return stop ? path + 1 : "-";
}

static void answer(struct connection *c, const char *status, const char *more, const char *body) {
    char words[512];
    int n = snprintf(words, sizeof words, "HTTP/1.1 %s\r\n%sContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     status, more, strlen(body), body);
    say_bytes(c, words, (size_t)n);
}

static void take_message(struct connection *c, const char *head, size_t head_length, const char *body, size_t length) {
    size_t key_length = 1, to_length;
    const char *key = header(head, head_length, "Idempotency-Key", &key_length);
    if (!key) key = header(head, head_length, "webhook-id", &key_length);
    if (!key) key = "-";
    const char *to = recipient_of(head, head_length, body, length, &to_length);
    enum fate fate = TAKEN;
    char words[160];
    if (once_in(2000)) {
        fate = LATER;
        answer(c, "429 Too Many Requests", "Retry-After: 1\r\n", "{}");
    } else if (once_in(3000)) {
        fate = LATER;
        answer(c, "503 Service Unavailable", "", "{\"error\":\"away\"}");
    } else if (once_in(5000)) {
        fate = SILENT;
        c->is_cutting = true;
    } else if (once_in(10000)) {
        fate = SILENT;
        say(c, "HTTP/1.1 banana\r\n\r\n");
        end_after_answers(c);
    } else if (once_in(50000)) {
        fate = SILENT;
        stall(c, 40);
    } else {
        snprintf(words, sizeof words, "{\"id\":\"%.*s\"}", (int)(key_length > 100 ? 100 : key_length), key);
        answer(c, "202 Accepted", "", words);
    }
    record(fate, to, to_length, key, key_length, length);
}

size_t http_take(struct connection *c, char *bytes, size_t length) {
    size_t at = 0;
    while (at < length && !c->is_ending && !c->is_cutting && !c->ends_at) {
        char *end = memmem(bytes + at, length - at, "\r\n\r\n", 4);
        if (!end) break;
        size_t head = (size_t)(end - bytes) + 4 - at, size_length, size = 0;
        const char *given = header(bytes + at, head, "Content-Length", &size_length);
        if (given) size = strtoul(given, NULL, 10);
        if (length - at < head + size) break;
        if (!strncmp(bytes + at, "POST", 4)) take_message(c, bytes + at, head, bytes + at + head, size);
        else answer(c, "200 OK", "", "{}");
        at += head + size;
    }
    return at;
}
