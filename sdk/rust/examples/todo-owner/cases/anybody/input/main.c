int main(void) {
    /* größer: TODO: read the options */
    return 0; // FIXME(alice): an exit status
}
