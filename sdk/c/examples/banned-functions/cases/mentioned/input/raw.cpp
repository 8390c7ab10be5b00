const char *raw = R"x(gets("a)" strcpy(b))x";
const long large = 1'000'000;
char *real = mktemp(raw);
