// Scripts: their first line in all its forms, nested ones, and files that are none. Each stage becomes the next one through a script.
#include "../check.h"
#include <fcntl.h>
#include <sys/stat.h>

static char self[256];

static void write_script(const char *name, const char *text) {
    int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    if (write(file, text, strlen(text)) != (ssize_t)strlen(text)) exit(9);
    close(file);
}

static void write_line(const char *name, const char *before, const char *interpreter, const char *behind) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s%s", before, interpreter, behind);
    write_script(name, text);
}

static long run(const char *name, char *stage) {
    char *arguments[] = {"lost", stage, "last", NULL};
    return execve(name, arguments, environ);
}

static void fail_to_run(void) {
    write_script("empty", "");
    CHECK_ERRNO(run("empty", "x"), ENOEXEC);
    write_script("text", "echo hello\n");
    CHECK_ERRNO(run("text", "x"), ENOEXEC);
    write_script("blank", "#!   \n");
    CHECK_ERRNO(run("blank", "x"), ENOEXEC);
    write_script("missing", "#!/no/such/program\n");
    CHECK_ERRNO(run("missing", "x"), ENOENT);
    write_line("return", "#!", self, "\r\n");
    CHECK_ERRNO(run("return", "x"), ENOENT);
    write_line("plain", "#!", self, "\n");
    chmod("plain", 0644);
    CHECK_ERRNO(run("plain", "x"), EACCES);
    chmod("plain", 0755);
    write_script("through-directory", "#!/tmp\n");
    CHECK_ERRNO(run("through-directory", "x"), EACCES);
    char text[400] = "#!/";
    memset(text + 3, 'a', 300);
    write_script("long-name", text);
    CHECK_ERRNO(run("long-name", "x"), ENOEXEC);
    // A script that names itself never ends.
    write_script("circle", "#!circle\n");
    CHECK_ERRNO(run("circle", "x"), ELOOP);
    write_line("level1", "#!", self, "\n");
    char name[20], line[40];
    for (int i = 2; i <= 6; i++) {
        snprintf(name, sizeof name, "level%d", i);
        snprintf(line, sizeof line, "#!./level%d\n", i - 1);
        write_script(name, line);
    }
    CHECK_ERRNO(run("level6", "x"), ELOOP);
}

static void show(int count, char **arguments) {
    for (int i = 0; i < count; i++) printf("[%s]", strcmp(arguments[i], self) == 0 ? "self" : arguments[i]);
    PRINT(" %d", count);
    char name[64] = "";
    FILE *file = fopen("/proc/self/comm", "r");
    if (fgets(name, sizeof name, file)) name[strcspn(name, "\n")] = 0;
    fclose(file);
    PRINT("%s", name);
}

int main(int count, char **arguments) {
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) return 9;
    self[length] = 0;
    if (count == 1) {
        fail_to_run();
        fflush(stdout);
        if (run("level5", "one") != 0) CHECK(0);
    }
    show(count, arguments);
    const char *stage = arguments[count - 2];
    char name[32] = "";
    if (strcmp(stage, "one") == 0) {
        write_line("argument", "#! \t", self, " \tone word  two \t \nrest");
        strcpy(name, "./argument");
        stage = "two";
    } else if (strcmp(stage, "two") == 0) {
        write_line("no-line-feed", "#!", self, " end");
        strcpy(name, "no-line-feed");
        stage = "three";
    } else if (strcmp(stage, "three") == 0) {
        char long_argument[400] = " ";
        memset(long_argument + 1, 'b', 350);
        write_line("long-argument", "#!", self, long_argument);
        strcpy(name, "long-argument");
        stage = "four";
    }
    if (*name) {
        fflush(stdout);
        run(name, (char *)stage);
        CHECK(0);
    }
    // Ten assertions were made before the first script ran, in another program.
    CHECK(strcmp(stage, "four") == 0);
    return done();
}
