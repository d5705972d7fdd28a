/* Listens, and turns. The first line of output is the port. */
#include "sink.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 8192

struct settings settings;
static struct connection *open_ones[MOST];
static int open_count;
static in_addr_t where = INADDR_LOOPBACK;

static void read_settings(int count, char **words) {
    for (int i = 1; i < count; i++) {
        const char *word = words[i], *next = i + 1 < count ? words[i + 1] : "";
        if (!strcmp(word, "--http")) settings.http = true;
        else if (!strcmp(word, "--no-pipelining")) settings.no_pipelining = true;
        else if (!strcmp(word, "--no-8bitmime")) settings.no_8bitmime = true;
        else if (!strcmp(word, "--everywhere")) where = INADDR_ANY;
        else if (!strcmp(word, "--record")) settings.record = next, i++;
        else if (!strcmp(word, "--latency")) settings.latency_ns = (int64_t)(atof(next) * 1e6), i++;
        else if (!strcmp(word, "--nasty")) settings.seed = strtoull(next, NULL, 10), i++;
#ifdef WITH_TLS
        else if (!strcmp(word, "--tls")) {
            settings.tls = SSL_CTX_new(TLS_server_method());
            SSL_CTX_set_mode(settings.tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
            if (SSL_CTX_use_certificate_chain_file(settings.tls, next) != 1 ||
                SSL_CTX_use_PrivateKey_file(settings.tls, next, SSL_FILETYPE_PEM) != 1)
                exit((fprintf(stderr, "%s holds no certificate and key\n", next), 1));
            i++;
        }
#endif
        else exit((fprintf(stderr, "what is %s?\n", word), 2));
    }
}

static int listen_somewhere(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(where)};
    socklen_t size = sizeof address;
    if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 1024) ||
        getsockname(fd, (struct sockaddr *)&address, &size))
        exit((perror("listen"), 1));
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void welcome(int listener, int epoll) {
    int fd, yes = 1;
    while (open_count < MOST && (fd = accept(listener, NULL, NULL)) >= 0) {
        struct connection *c = calloc(1, sizeof *c);
        if (!c) abort();
        fcntl(fd, F_SETFL, O_NONBLOCK);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        c->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        open_ones[open_count++] = c;
        if (settings.http && settings.tls) start_tls(c);
        if (!settings.http) {
            smtp_greet(c);
            send_answers(c, epoll);
        }
    }
}

static void see_off(struct connection *c) {
    if (c->fd >= 0) {
#ifdef WITH_TLS
        if (c->tls) SSL_free(c->tls);
#endif
        close(c->fd);
        c->fd = -1;
    }
    if (c->delayed) return; /* Its answers still name it. */
    free(c->in.bytes);
    free(c->out.bytes);
    for (int i = 0; i < open_count; i++)
        if (open_ones[i] == c) open_ones[i] = open_ones[--open_count];
    free(c);
}

static void see_off_the_dead(void) {
    int64_t now = now_ns();
    for (int i = open_count - 1; i >= 0; i--) {
        struct connection *c = open_ones[i];
        if (c->ends_at && c->ends_at < now) c->is_dead = true;
        if (c->is_dead) see_off(c);
    }
}

/* How long to wait: until the next answer is due, and never longer than a second. */
static int patience(void) {
    int64_t due = next_answer_due();
    if (!due) return 1000;
    int64_t left = (due - now_ns() + 999999) / 1000000;
    return left < 0 ? 0 : left > 1000 ? 1000 : (int)left;
}

int main(int count, char **words) {
    read_settings(count, words);
    record_open();
    struct rlimit files = {MOST * 2, MOST * 2};
    setrlimit(RLIMIT_NOFILE, &files);
    int epoll = epoll_create1(EPOLL_CLOEXEC), listener = listen_somewhere();
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[256];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int n = epoll_wait(epoll, events, 256, patience());
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (c && !c->is_dead && !read_all(c)) c->is_dead = true;
        }
        record_write();
        bool any_dead = n == 0;
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (c && !c->is_dead) send_answers(c, epoll);
            else if (!c) welcome(listener, epoll);
            any_dead |= c && c->is_dead;
        }
        send_delayed(epoll);
        if (any_dead) see_off_the_dead();
    }
}
