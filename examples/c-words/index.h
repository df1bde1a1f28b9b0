// Which words are in which documents.
//
// | group | key | value |
// |---|---|---|
// | `documents` | the document's name | how many words it has |
// | `words` | word, TAB, document | how often the word is in the document |
// | `contents` | document, TAB, word | nothing: what to take out of `words` when the document goes |
#ifndef INDEX_H
#define INDEX_H

#include <stdbool.h>
#include <stdio.h>

#include "larder.h"

// Take the words of `input` in as `document`, in place of what it had. `*words` and `*distinct` are how many they are.
// All of it is one transaction.
bool index_add(larder_borrowed_t store, const char *document, FILE *input, size_t *words, size_t *distinct,
               larder_error_t *error);

// Take a document out. `*there` is whether it was in.
bool index_remove(larder_borrowed_t store, const char *document, bool *there, larder_error_t *error);

// Print the documents that have words that start with `prefix`: how often, word, document.
bool index_find(larder_borrowed_t store, const char *prefix, larder_error_t *error);

// Print the documents with how many words they have.
bool index_list(larder_borrowed_t store, larder_error_t *error);

#endif
