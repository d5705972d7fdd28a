/* Just enough of SMTP: pipelining, 8BITMIME, STARTTLS; and, with a seed, everything a bad server does. */
#define _GNU_SOURCE
#include "sink.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool starts(const char *line, size_t length, const char *word) {
    return length >= strlen(word) && !strncasecmp(line, word, strlen(word));
}

static void cut(struct connection *c) {
    record_trouble();
    c->is_cutting = true;
}

static void hello(struct connection *c) {
    say(c, "250-sink\r\n");
    if (!settings.no_pipelining) say(c, "250-PIPELINING\r\n");
    if (!settings.no_8bitmime) say(c, "250-8BITMIME\r\n250-SMTPUTF8\r\n");
    if (settings.tls && !c->tls) say(c, "250-STARTTLS\r\n");
    say(c, "250 ENHANCEDSTATUSCODES\r\n");
}

static void sender(struct connection *c) {
    if (once_in(4000)) {
        record_trouble();
        say(c, "421 4.3.2 closing for no reason\r\n");
        end_after_answers(c);
    } else if (once_in(8000)) {
        record_trouble();
        say(c, "banana split\r\n");
    } else {
        say(c, "250 2.1.0 Ok\r\n");
    }
}

static void recipient(struct connection *c, const char *line, size_t length) {
    const char *open = memchr(line, '<', length);
    const char *close = open ? memchr(open, '>', length - (size_t)(open - line)) : NULL;
    size_t size = close ? (size_t)(close - open - 1) : 0;
    if (!close || size >= sizeof c->recipient) {
        say(c, "501 5.1.3 whom?\r\n");
        return;
    }
    memcpy(c->recipient, open + 1, size);
    c->recipient[size] = 0;
    if (once_in(2000)) {
        record(LATER, c->recipient, size, "-", 1, 0);
        say(c, "450 4.2.1 not just now\r\n");
    } else if (once_in(4000)) {
        record(REFUSED, c->recipient, size, "-", 1, 0);
        say(c, "550 5.1.1 nobody of that name\r\n");
    } else if (once_in(8000)) {
        cut(c);
    } else if (once_in(16000)) {
        record_trouble();
        say(c, "999 what did you say\r\n");
    } else {
        say(c, "250 2.1.5 Ok\r\n");
    }
}

static void data(struct connection *c) {
    if (once_in(8000)) {
        say(c, "451 4.3.0 not this one, not now\r\n");
    } else if (once_in(8000)) {
        cut(c);
    } else {
        c->in_body = true;
        c->scanned = 0;
        say(c, once_in(4000) ? "354-well\r\n354 go on then\r\n" : "354 go\r\n");
    }
}

static void command(struct connection *c, const char *line, size_t length) {
    if (starts(line, length, "MAIL")) sender(c);
    else if (starts(line, length, "RCPT")) recipient(c, line, length);
    else if (starts(line, length, "DATA")) data(c);
    else if (starts(line, length, "EHLO")) hello(c);
    else if (starts(line, length, "QUIT")) {
        say(c, "221 2.0.0 Bye\r\n");
        end_after_answers(c);
    } else if (starts(line, length, "STARTTLS") && settings.tls && !c->tls) {
        say(c, "220 2.0.0 go ahead\r\n");
        send_now(c, -1); /* In plain, whatever the latency. */
        start_tls(c);
    } else if (starts(line, length, "RSET") || starts(line, length, "NOOP") || starts(line, length, "HELO"))
        say(c, "250 2.0.0 Ok\r\n");
    else say(c, "500 5.5.2 what?\r\n");
}

/* The Message-ID between < and >, wherever the header was folded. */
static const char *message_id(const char *body, size_t length, size_t *size) {
    size_t head = length < 8192 ? length : 8192;
    const char *found = memmem(body, head, "Message-ID:", 11);
    const char *open = found ? memchr(found, '<', head - (size_t)(found - body)) : NULL;
    const char *close = open ? memchr(open, '>', head - (size_t)(open - body)) : NULL;
    if (!close) {
        *size = 1;
        return "-";
    }
    *size = (size_t)(close - open - 1);
    return open + 1;
}

static void answer_message(struct connection *c, const char *body, size_t length) {
    size_t id_length, to_length = strlen(c->recipient);
    const char *id = message_id(body, length, &id_length);
    enum fate fate = TAKEN;
    char words[160];
    if (once_in(3000)) {
        fate = LATER;
        say(c, "452 4.3.1 the disk is full\r\n");
    } else if (once_in(5000)) {
        fate = SILENT;
        c->is_cutting = true;
    } else if (once_in(10000)) {
        fate = SILENT;
        say_bytes(c, "\xff\x00\x01 2500 0k\r\n", 13);
    } else if (once_in(50000)) {
        fate = SILENT;
        stall(c, 40);
    } else if (once_in(20000)) {
        record_trouble();
        say(c, "250 2.0.0 Ok\r\n250 2.0.0 and once more\r\n");
    } else if (once_in(2000)) {
        say(c, "250-2.0.0 a\r\n250-2.0.0 long\r\n250 2.0.0 story\r\n");
    } else {
        snprintf(words, sizeof words, "250 2.0.0 Ok: queued as %.*s\r\n", (int)(id_length > 20 ? 20 : id_length), id);
        say(c, words);
    }
    record(fate, c->recipient, to_length, id, id_length, length);
}

void smtp_greet(struct connection *c) { say(c, "220 sink ESMTP\r\n"); }

size_t smtp_take(struct connection *c, char *bytes, size_t length) {
    size_t at = 0;
    while (at < length && !c->is_ending && !c->is_cutting && !c->ends_at) {
        if (!c->in_body) {
            char *end = memchr(bytes + at, '\n', length - at);
            if (!end) break;
            size_t line = (size_t)(end - bytes) + 1 - at;
            bool was_plain = !c->tls;
            command(c, bytes + at, line);
            at += line;
            if (was_plain && c->tls) return length; /* What came before the hand-shake is forgotten. */
            continue;
        }
        if (once_in(20000)) {
            cut(c);
            break;
        }
        char *end = memmem(bytes + at + c->scanned, length - at - c->scanned, "\r\n.\r\n", 5);
        if (!end) {
            c->scanned = length - at > 4 ? length - at - 4 : 0;
            break;
        }
        answer_message(c, bytes + at, (size_t)(end - bytes) - at);
        at = (size_t)(end - bytes) + 5;
        c->in_body = false;
    }
    return at;
}
