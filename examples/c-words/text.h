// Words of a text.
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// Longest word that is kept, in bytes; what is longer is cut. Far below what a key may have.
#define WORD_BYTES 64

// The next word of `input` in `word`, in lower case as far as it is ASCII, with a zero at its end; answers its length, 0 at
// the end of the input.
//
// Letters and digits of ASCII and whatever is behind it in Unicode make words. Bytes that are no UTF-8 part them, for keys
// are text.
size_t next_word(FILE *input, char word[WORD_BYTES + 1]);

// Whether a text is UTF-8 without control characters.
bool is_plain(const char *text);

#endif
