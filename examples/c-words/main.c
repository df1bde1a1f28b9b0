// An index of the words of files: a program for `larder run`.
#include <stdlib.h>

#include "index.h"
#include "text.h"

static const char usage[] = "usage: words add DOCUMENT < FILE   take in the words of a file, in place of what it had\n"
                            "       words find PREFIX...        documents with words that start so: times, word, document\n"
                            "       words remove DOCUMENT...    take documents out\n"
                            "       words list                  documents, and how many words they have\n";

// Longest name of a document, so that with a word it stays within a key.
#define NAME_BYTES 1024

static bool is_name(const char *text) {
  if (*text != '\0' && strlen(text) <= NAME_BYTES && is_plain(text)) return true;
  fprintf(stderr, "words: a document's name has 1 to %d bytes of UTF-8 without control characters\n", NAME_BYTES);
  return false;
}

static bool add(larder_borrowed_t store, const char *document, larder_error_t *error) {
  size_t words, distinct;
  if (!index_add(store, document, stdin, &words, &distinct, error)) return false;
  printf("%s: %zu words, %zu of them different\n", document, words, distinct);
  return true;
}

static bool delete(larder_borrowed_t store, const char *document, int *status, larder_error_t *error) {
  bool there;
  if (!index_remove(store, document, &there, error)) return false;
  if (!there) {
    fprintf(stderr, "words: there is no document %s\n", document);
    *status = EXIT_FAILURE;
  }
  return true;
}

int main(int count, char **arguments) {
  const char *command = count > 1 ? arguments[1] : "";
  bool adds = strcmp(command, "add") == 0 && count == 3, finds = strcmp(command, "find") == 0 && count > 2;
  bool removes = strcmp(command, "remove") == 0 && count > 2, lists = strcmp(command, "list") == 0 && count == 2;
  if (!adds && !finds && !removes && !lists) {
    fputs(usage, stderr);
    return EXIT_FAILURE;
  }
  for (int n = 2; n < count; n++)
    if (finds ? !is_plain(arguments[n]) : !is_name(arguments[n])) return EXIT_FAILURE;

  larder_error_t error;
  larder_store_t store;
  if (!larder_open("default", &store, &error)) {
    larder_error_print("words", &error);
    return EXIT_FAILURE;
  }
  larder_borrowed_t borrowed = larder_borrow(store);
  int status = EXIT_SUCCESS;
  bool done = true;
  if (adds) done = add(borrowed, arguments[2], &error);
  if (lists) done = index_list(borrowed, &error);
  for (int n = 2; n < count && done && finds; n++) done = index_find(borrowed, arguments[n], &error);
  for (int n = 2; n < count && done && removes; n++) done = delete(borrowed, arguments[n], &status, &error);
  if (!done) {
    larder_error_print("words", &error);
    status = EXIT_FAILURE;
  }
  larder_close(store);
  if (ferror(stdin)) {
    fprintf(stderr, "words: the input could not be read\n");
    status = EXIT_FAILURE;
  }
  return status;
}
