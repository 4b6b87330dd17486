/*
 * Stands between a program and the C library: makes the n-th file operation below a folder fail, come up short, or be
 * the last one of the process. For LD_PRELOAD; the tests build it with `gcc -shared -fPIC`.
 *
 * FAULT_FOLDER  only operations on paths below it are counted, and files that were opened there
 * FAULT         "<mode> <at> <scope> <once|sticky> <errno>", e.g. "error 12 all once 5". Counting starts anew whenever
 *               its value changes, so a program can arm itself. Empty: nothing is counted.
 *                 mode   error, short (half of a write), part (half of a write, and the rest of it fails: libuv hides a
 *                        short write from Node by writing on), kill (before it), kill-after, tear (half of a write, kill)
 *                 at     the operation that is hit, from 1; sticky: that one and all after it
 *                 scope  of those, only what reads (look), what needs room (space), or all
 * FAULT_LOG     every counted operation: "<number> <name> <path>", with "!" before the number where it was hit, below
 *               one line "# <FAULT>" for each time of counting
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum scope { LOOK = 1, CHANGE = 2, SPACE = 4 };
enum fate { PASS, FAIL, SHORTEN, TEAR, DIE_AFTER };

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static char plan[256];
static char mode[16];
/* The file whose next write fails, in mode part. */
static char parted[4096];
static long at, count;
static int scope, sticky, number;

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void note(const char *line) {
  static int file = -1;
  const char *path = getenv("FAULT_LOG");
  if (!path || !*path) return;
  if (file < 0) file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (syscall(SYS_write, file, line, strlen(line)) < 0) abort();
}

/* Take up a plan that has changed. */
static void arm(const char *wanted) {
  if (strcmp(plan, wanted) == 0) return;
  char range[16] = "", often[16] = "", line[300];
  snprintf(plan, sizeof plan, "%s", wanted);
  count = 0;
  *parted = 0;
  if (sscanf(plan, "%15s %ld %15s %15s %d", mode, &at, range, often, &number) != 5) {
    fprintf(stderr, "fault-shim: cannot understand FAULT=%s\n", plan);
    abort();
  }
  sticky = strcmp(often, "sticky") == 0;
  scope = strcmp(range, "look") == 0 ? LOOK : strcmp(range, "space") == 0 ? SPACE : LOOK | CHANGE | SPACE;
  snprintf(line, sizeof line, "# %s\n", plan);
  note(line);
}

/* What is to become of one operation. FAIL has set errno. */
static enum fate judge(const char *name, int kind, const char *path) {
  const char *wanted = getenv("FAULT");
  const char *folder = getenv("FAULT_FOLDER");
  if (!wanted || !*wanted || !folder || !path || strncmp(path, folder, strlen(folder)) != 0) return PASS;
  char line[4400];
  enum fate fate = PASS;
  pthread_mutex_lock(&counting);
  arm(wanted);
  count++;
  int hit = (kind & scope) && (count == at || (sticky && count > at));
  snprintf(line, sizeof line, "%s%ld %s %s\n", hit ? "!" : "", count, name, path);
  note(line);
  if (hit) {
    if (strcmp(mode, "kill") == 0) die();
    if (strcmp(mode, "part") == 0) snprintf(parted, sizeof parted, "%s", path);
    fate = strcmp(mode, "error") == 0        ? FAIL
           : strcmp(mode, "short") == 0      ? SHORTEN
           : strcmp(mode, "part") == 0       ? SHORTEN
           : strcmp(mode, "tear") == 0       ? TEAR
           : strcmp(mode, "kill-after") == 0 ? DIE_AFTER
                                             : PASS;
  } else if (*parted && strcmp(name, "write") == 0 && strcmp(path, parted) == 0) {
    *parted = 0;
    fate = FAIL;
  }
  pthread_mutex_unlock(&counting);
  if (fate == FAIL) errno = number;
  return fate;
}

static enum fate judge_file(const char *name, int kind, int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = file < 3 ? -1 : readlink(link, path, sizeof path - 1);
  if (length <= 0) return PASS;
  path[length] = 0;
  return judge(name, kind, path);
}

#define CARRY_OUT(judgement, type, call) \
  do { \
    enum fate decided = judgement; \
    if (decided == FAIL) return -1; \
    type result = call; \
    if (decided == DIE_AFTER) die(); \
    return result; \
  } while (0)

/* A write of `size` bytes from `call(length)`: whole, half, or half and then the end. */
#define WRITE_OUT(judgement, size, call) \
  do { \
    enum fate decided = judgement; \
    if (decided == FAIL) return -1; \
    int part = decided == SHORTEN || decided == TEAR; \
    size_t length = part && (size) > 1 ? (size) / 2 : (size); \
    ssize_t result = call; \
    if (decided == TEAR || decided == DIE_AFTER) die(); \
    return result; \
  } while (0)

ssize_t write(int file, const void *bytes, size_t size) {
  WRITE_OUT(judge_file("write", CHANGE | SPACE, file), size, REAL(write)(file, bytes, length));
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
  WRITE_OUT(judge_file("write", CHANGE | SPACE, file), size, REAL(pwrite64)(file, bytes, length, offset));
}

/* The size of a vector is its number of buffers: half of it is half of the buffers. */
ssize_t writev(int file, const struct iovec *buffers, int size) {
  WRITE_OUT(judge_file("write", CHANGE | SPACE, file), size, REAL(writev)(file, buffers, (int)length));
}

int fdatasync(int file) { CARRY_OUT(judge_file("fdatasync", CHANGE, file), int, REAL(fdatasync)(file)); }

int fsync(int file) { CARRY_OUT(judge_file("fsync", CHANGE, file), int, REAL(fsync)(file)); }

int rename(const char *from, const char *to) {
  CARRY_OUT(judge("rename", CHANGE | SPACE, to), int, REAL(rename)(from, to));
}

int link(const char *from, const char *to) {
  CARRY_OUT(judge("link", CHANGE | SPACE, to), int, REAL(link)(from, to));
}

int unlink(const char *path) { CARRY_OUT(judge("unlink", CHANGE, path), int, REAL(unlink)(path)); }

int mkdir(const char *path, mode_t permissions) {
  CARRY_OUT(judge("mkdir", CHANGE | SPACE, path), int, REAL(mkdir)(path, permissions));
}

int rmdir(const char *path) { CARRY_OUT(judge("rmdir", CHANGE, path), int, REAL(rmdir)(path)); }

static mode_t permissions_of(int flags, va_list rest) { return flags & O_CREAT ? va_arg(rest, mode_t) : 0; }

static enum fate judge_open(const char *path, int flags) {
  return flags & O_CREAT ? judge("create", CHANGE | SPACE, path) : judge("open", LOOK, path);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t permissions = permissions_of(flags, rest);
  va_end(rest);
  CARRY_OUT(judge_open(path, flags), int, REAL(open)(path, flags, permissions));
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t permissions = permissions_of(flags, rest);
  va_end(rest);
  CARRY_OUT(judge_open(path, flags), int, REAL(open64)(path, flags, permissions));
}

/* A file whose close fails is closed all the same. */
static int finish_close(enum fate fate, int result) {
  if (fate == DIE_AFTER) die();
  if (fate == FAIL) errno = number;
  return fate == FAIL ? -1 : result;
}

int close(int file) {
  enum fate fate = judge_file("close", CHANGE, file);
  return finish_close(fate, REAL(close)(file));
}

ssize_t read(int file, void *buffer, size_t size) {
  CARRY_OUT(judge_file("read", LOOK, file), ssize_t, REAL(read)(file, buffer, size));
}

ssize_t pread64(int file, void *buffer, size_t size, off64_t offset) {
  CARRY_OUT(judge_file("read", LOOK, file), ssize_t, REAL(pread64)(file, buffer, size, offset));
}

int scandir64(const char *path, struct dirent64 ***names, int (*filter)(const struct dirent64 *),
              int (*compare)(const struct dirent64 **, const struct dirent64 **)) {
  CARRY_OUT(judge("readdir", LOOK, path), int, REAL(scandir64)(path, names, filter, compare));
}

/* libuv makes some of its system calls by number. */
long syscall(long call, ...) {
  long argument[6];
  va_list rest;
  va_start(rest, call);
  for (int i = 0; i < 6; i++) argument[i] = va_arg(rest, long);
  va_end(rest);
#define MAKE_CALL \
  REAL(syscall)(call, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5])
  if (call == SYS_close) {
    enum fate fate = judge_file("close", CHANGE, (int)argument[0]);
    return finish_close(fate, (int)MAKE_CALL);
  }
  if (call == SYS_statx) {
    const char *path = (const char *)argument[1];
    if (path && *path) CARRY_OUT(judge("stat", LOOK, path), long, MAKE_CALL);
    CARRY_OUT(judge_file("stat", LOOK, (int)argument[0]), long, MAKE_CALL);
  }
  return MAKE_CALL;
}
