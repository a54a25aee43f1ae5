// A library of an image: its code leaves a mark wherever it runs.
#include <fcntl.h>
#include <unistd.h>

__attribute__((constructor)) static void run(void) { close(open("/tmp/code-of-the-image-ran", O_CREAT | O_WRONLY, 0666)); }
