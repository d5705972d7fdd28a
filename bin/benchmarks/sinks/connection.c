/* One connection: what it read and not yet took in, and what it has still to say, perhaps later. */
#define _GNU_SOURCE
#include "sink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Answers that wait: all by the same time, so the first one is always due first. */
struct delayed {
    int64_t due;
    struct connection *c;
    struct buffer answer;
    struct delayed *next;
};
static struct delayed *first, *last;

int64_t now_ns(void) {
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return moment.tv_sec * 1000000000ll + moment.tv_nsec;
}

void append(struct buffer *buffer, const char *bytes, size_t length) {
    if (buffer->length + length > buffer->capacity) {
        buffer->capacity = (buffer->length + length) * 2 + 1024;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (!buffer->bytes) abort();
    }
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

void say_bytes(struct connection *c, const char *bytes, size_t length) { append(&c->out, bytes, length); }

void say(struct connection *c, const char *words) { append(&c->out, words, strlen(words)); }

void end_after_answers(struct connection *c) { c->is_ending = true; }

/* Say nothing more for so long, then hang up. */
void stall(struct connection *c, int64_t seconds) { c->ends_at = now_ns() + seconds * 1000000000ll; }

void start_tls(struct connection *c) {
#ifdef WITH_TLS
    c->tls = SSL_new(settings.tls);
    SSL_set_fd(c->tls, c->fd);
    SSL_set_accept_state(c->tls);
    c->is_shaking = true;
#else
    (void)c;
#endif
}

/* Bytes read into `space`; 0 when there are none just now, -1 at the end. */
static ssize_t read_some(struct connection *c, char *space, size_t room) {
#ifdef WITH_TLS
    if (c->tls) {
        int n = SSL_read(c->tls, space, (int)room);
        if (n > 0) {
            c->is_shaking = false;
            return n;
        }
        int why = SSL_get_error(c->tls, n);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
#endif
    ssize_t n = recv(c->fd, space, room, 0);
    if (n > 0) return n;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static ssize_t write_some(struct connection *c, const char *bytes, size_t length) {
#ifdef WITH_TLS
    if (c->tls) {
        int n = SSL_write(c->tls, bytes, (int)length);
        if (n > 0) return n;
        int why = SSL_get_error(c->tls, n);
        return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
#endif
    ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);
    if (n >= 0) return n;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/* Read and take in all there is; false when the other side has gone or must go. */
bool read_all(struct connection *c) {
    static char space[65536];
    for (;;) {
        bool was_plain = !c->tls;
        ssize_t n = read_some(c, space, sizeof space);
        if (n <= 0) return n == 0;
        if (c->ends_at) continue;
        append(&c->in, space, (size_t)n);
        size_t taken = settings.http ? http_take(c, c->in.bytes, c->in.length) : smtp_take(c, c->in.bytes, c->in.length);
        memmove(c->in.bytes, c->in.bytes + taken, c->in.length - taken);
        c->in.length -= taken;
        if (c->is_cutting) return false;
        if (c->is_ending || (size_t)n < sizeof space) {
            if (c->tls && !was_plain) continue; /* TLS may hold more than the socket shows. */
            return true;
        }
    }
}

void send_now(struct connection *c, int epoll) {
    size_t done = 0;
    while (done < c->out.length) {
        ssize_t n = write_some(c, c->out.bytes + done, c->out.length - done);
        if (n < 0) c->is_dead = true;
        if (n <= 0) break;
        done += (size_t)n;
    }
    memmove(c->out.bytes, c->out.bytes + done, c->out.length - done);
    c->out.length -= done;
    bool wants = c->out.length > 0 && !c->is_dead;
    if (wants != c->is_waiting_to_write) {
        struct epoll_event event = {.events = EPOLLIN | (wants ? EPOLLOUT : 0), .data.ptr = c};
        epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
        c->is_waiting_to_write = wants;
    }
    if (c->is_ending && !c->out.length && !c->delayed) c->is_dead = true;
}

/* Send what was said in this round: now, or when the latency has passed. */
void send_answers(struct connection *c, int epoll) {
    if (!settings.latency_ns || c->is_shaking || !c->out.length) {
        send_now(c, epoll);
        return;
    }
    struct delayed *item = calloc(1, sizeof *item);
    if (!item) abort();
    item->due = now_ns() + settings.latency_ns;
    item->c = c;
    item->answer = c->out;
    c->out = (struct buffer){0};
    c->delayed++;
    if (last) last->next = item;
    else first = item;
    last = item;
}

void send_delayed(int epoll) {
    int64_t now = first ? now_ns() : 0;
    while (first && first->due <= now) {
        struct delayed *item = first;
        first = item->next;
        if (!first) last = NULL;
        item->c->delayed--;
        if (!item->c->is_dead) {
            append(&item->c->out, item->answer.bytes, item->answer.length);
            send_now(item->c, epoll);
        }
        free(item->answer.bytes);
        free(item);
    }
}

int64_t next_answer_due(void) { return first ? first->due : 0; }
