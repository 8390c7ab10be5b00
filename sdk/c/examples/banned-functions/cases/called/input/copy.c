#include <stdio.h>
#include <string.h>

/* Größe: ä gets(x) is only mentioned here. */
char *copy(char *to, const char *from) {
    const char *text = "ß"; strcpy(to, from);
    if (strncpy (to, from, 3) == to) return gets(to);
    sprintf /* why? */
        (to, "%s", from), strcat(to, text);
    return tmpnam(to);
}
