// strcpy(a, b) \
   strcat(a, b)
/* sprintf(a, "x"); */
extern char *gets(char *text);
void strcpy_all(void);
#define GREETING "gets(\"x\") is a trap \\"
static const char *text = "strcpy(a, b)" "\
gets(x)";
static const char quote = '"', other = '\'';

struct reader { int (*gets)(char *); };

int use(struct reader *reader, struct reader copy, char *text) {
    int (*gets_)(char *) = reader->gets;
    return reader->gets(text) + copy . gets(text) + gets_(text) > 0 ? 1 : 0;
}
