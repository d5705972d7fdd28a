/* A far end that costs little: takes mail or web requests, and writes down who got which message before it answers. */
#ifndef SINK_H
#define SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef WITH_TLS
#include <openssl/ssl.h>
#else
typedef void SSL;
typedef void SSL_CTX;
#endif

/* What became of a message, the first letter of its line: taken and answered; taken and the answer withheld;
   refused for good; refused for now. TROUBLE is no message but a connection that was broken or led astray. */
enum fate { TAKEN = 'T', SILENT = 'S', REFUSED = 'P', LATER = 'L', TROUBLE = 'X' };

struct settings {
    const char *record;
    bool http, no_pipelining, no_8bitmime;
    int64_t latency_ns;
    uint64_t seed; /* 0: never nasty */
    SSL_CTX *tls;
};
extern struct settings settings;

struct buffer {
    char *bytes;
    size_t length, capacity;
};

struct connection {
    int fd;
    SSL *tls;
    bool is_shaking, in_body, is_ending, is_cutting, is_dead, is_waiting_to_write;
    int delayed; /* answers of this connection that wait for their time */
    int64_t ends_at;
    size_t scanned;
    struct buffer in, out;
    char recipient[96];
};

/* smtp.c and http.c: take in what can be taken of `in`; how many bytes that was. */
size_t smtp_take(struct connection *c, char *bytes, size_t length);
size_t http_take(struct connection *c, char *bytes, size_t length);
void smtp_greet(struct connection *c);

/* connection.c */
void say(struct connection *c, const char *words);
void say_bytes(struct connection *c, const char *bytes, size_t length);
void end_after_answers(struct connection *c);
void stall(struct connection *c, int64_t seconds);
void start_tls(struct connection *c);
bool read_all(struct connection *c);
void send_answers(struct connection *c, int epoll);
void send_now(struct connection *c, int epoll);
void send_delayed(int epoll);
int64_t next_answer_due(void);
void append(struct buffer *buffer, const char *bytes, size_t length);
int64_t now_ns(void);

/* record.c */
void record_open(void);
void record(enum fate fate, const char *recipient, size_t recipient_length, const char *key, size_t key_length,
            size_t size);
void record_trouble(void);
void record_write(void);

/* nasty.c: whether this time one in `odds` happens; never without a seed. */
bool once_in(uint32_t odds);

#endif
