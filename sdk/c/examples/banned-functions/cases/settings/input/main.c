int main(void) {
    system("true");
    strcpy(0, 0);
    return alloca(3) != 0 && gets(0);
}
