#include "index.h"

#include <stdlib.h>

#include "text.h"

// Changes in one call: few enough for the stack, which has 64 KiB, and enough that the calls cost little.
#define CHANGES 250

// How often a transaction that another writer was in the way of is run.
#define ATTEMPTS 5

static void *checked(void *memory) {
  if (memory != NULL) return memory;
  fprintf(stderr, "words: out of memory\n");
  exit(EXIT_FAILURE);
}

// The words of a document, each once, with how often it is there.
typedef struct {
  struct counted {
    char *word;
    size_t count;
  } *slots;
  size_t capacity, distinct, total;
} words_t;

static size_t hash(const char *text) {
  size_t value = 2166136261u;
  for (; *text != '\0'; text++) value = (value ^ (unsigned char)*text) * 16777619u;
  return value;
}

static struct counted *slot(words_t *words, const char *word) {
  size_t at = hash(word) & (words->capacity - 1);
  while (words->slots[at].word != NULL && strcmp(words->slots[at].word, word) != 0)
    at = (at + 1) & (words->capacity - 1);
  return &words->slots[at];
}

static void grow(words_t *words) {
  words_t larger = *words;
  larger.capacity = words->capacity == 0 ? 1024 : words->capacity * 2;
  larger.slots = checked(calloc(larger.capacity, sizeof *larger.slots));
  for (size_t n = 0; n < words->capacity; n++)
    if (words->slots[n].word != NULL) *slot(&larger, words->slots[n].word) = words->slots[n];
  free(words->slots);
  *words = larger;
}

static words_t read_words(FILE *input) {
  words_t words = {0};
  char word[WORD_BYTES + 1];
  while (next_word(input, word) > 0) {
    if (words.distinct * 2 >= words.capacity) grow(&words);
    struct counted *counted = slot(&words, word);
    if (counted->word == NULL) {
      counted->word = checked(strdup(word));
      words.distinct++;
    }
    counted->count++;
    words.total++;
  }
  return words;
}

static void free_words(words_t *words) {
  for (size_t n = 0; n < words->capacity; n++) free(words->slots[n].word);
  free(words->slots);
}

// Changes that wait to be made together. Their texts are theirs.
typedef struct {
  larder_borrowed_t store;
  larder_store_batch_change_t changes[CHANGES];
  size_t number;
  larder_error_t *error;
  bool failed;
} pending_t;

static bool flush(pending_t *pending) {
  larder_store_batch_list_change_t changes = {pending->changes, pending->number};
  uint64_t version;
  if (!pending->failed && pending->number > 0)
    pending->failed = !larder_store_batch_apply(pending->store, &changes, &version, pending->error);
  for (size_t n = 0; n < pending->number; n++) larder_store_batch_change_free(&pending->changes[n]);
  pending->number = 0;
  return !pending->failed;
}

static plugin_string_t joined(const char *first, const char *second) {
  size_t length = strlen(first) + 1 + strlen(second);
  char *text = checked(malloc(length + 1));
  snprintf(text, length + 1, "%s\t%s", first, second);
  return larder_text_n(text, length);
}

static bool put(pending_t *pending, const char *group, plugin_string_t key, size_t number) {
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%zu", number);
  larder_store_batch_change_t *change = &pending->changes[pending->number++];
  *change = (larder_store_batch_change_t){.tag = LARDER_STORE_BATCH_CHANGE_SET};
  plugin_string_dup(&change->val.set.group, group);
  change->val.set.key = key;
  plugin_string_t value;
  plugin_string_dup_n(&value, digits, (size_t)length);
  change->val.set.value = (plugin_list_u8_t){value.ptr, value.len};
  return pending->number < CHANGES || flush(pending);
}

static bool take(pending_t *pending, const char *group, plugin_string_t key) {
  larder_store_batch_change_t *change = &pending->changes[pending->number++];
  *change = (larder_store_batch_change_t){.tag = LARDER_STORE_BATCH_CHANGE_DELETE};
  plugin_string_dup(&change->val.delete_.group, group);
  change->val.delete_.key = key;
  return pending->number < CHANGES || flush(pending);
}

static bool take_word(const larder_entry_view_t *entry, void *context) {
  const char *key = (const char *)entry->key.ptr, *tab = memchr(key, '\t', entry->key.len);
  char document[4096], word[WORD_BYTES + 1];
  snprintf(document, sizeof document, "%.*s", (int)(tab - key), key);
  snprintf(word, sizeof word, "%.*s", (int)(entry->key.len - (size_t)(tab + 1 - key)), tab + 1);
  return take(context, "words", joined(word, document)) && take(context, "contents", joined(document, word));
}

// Take out what `contents` knows of a document.
static bool forget(pending_t *pending, const char *document) {
  plugin_string_t prefix = joined(document, "");
  bool done = larder_each(pending->store, larder_query("contents", prefix), take_word, pending, pending->error);
  plugin_string_free(&prefix);
  pending->failed = pending->failed || !done;
  return flush(pending);
}

static bool replace(larder_borrowed_t store, const char *document, const words_t *words, larder_error_t *error) {
  pending_t pending = {.store = store, .error = error};
  if (!forget(&pending, document)) return false;
  for (size_t n = 0; n < words->capacity; n++) {
    const struct counted *counted = &words->slots[n];
    if (counted->word == NULL) continue;
    if (!put(&pending, "words", joined(counted->word, document), counted->count)) return false;
    if (!put(&pending, "contents", joined(document, counted->word), 0)) return false;
  }
  plugin_string_t name;
  plugin_string_dup(&name, document);
  return put(&pending, "documents", name, words->total) && flush(&pending);
}

// Run `replace` in a transaction, again when another writer was in the way; without words the document goes.
static bool commit(larder_borrowed_t store, const char *document, const words_t *words, bool *there,
                   larder_error_t *error) {
  for (int attempt = 1;; attempt++) {
    larder_transaction_t transaction;
    bool done = larder_begin(store, &transaction, error);
    if (done) {
      larder_borrowed_t inside = larder_borrow(transaction.store);
      plugin_string_t group = larder_text("documents"), key = larder_text(document);
      if (words != NULL) {
        done = replace(inside, document, words, error);
      } else {
        pending_t pending = {.store = inside, .error = error};
        done = forget(&pending, document);
        done = done && larder_store_store_method_store_delete(inside, &group, &key, there, error);
      }
      if (done) done = larder_commit(transaction, error);
      else larder_rollback(transaction);
    }
    if (done) return true;
    if (!larder_retryable(error) || attempt == ATTEMPTS) return false;
    larder_store_types_error_free(error);
  }
}

bool index_add(larder_borrowed_t store, const char *document, FILE *input, size_t *words, size_t *distinct,
               larder_error_t *error) {
  // All of the input is read before the transaction begins: others wait while one is open.
  words_t found = read_words(input);
  *words = found.total;
  *distinct = found.distinct;
  bool done = commit(store, document, &found, NULL, error);
  free_words(&found);
  return done;
}

bool index_remove(larder_borrowed_t store, const char *document, bool *there, larder_error_t *error) {
  return commit(store, document, NULL, there, error);
}

static bool print_found(const larder_entry_view_t *entry, void *context) {
  (void)context;
  const char *key = (const char *)entry->key.ptr, *tab = memchr(key, '\t', entry->key.len);
  printf("%.*s\t%.*s\t%.*s\n", (int)entry->value.len, (const char *)entry->value.ptr, (int)(tab - key), key,
         (int)(entry->key.len - (size_t)(tab + 1 - key)), tab + 1);
  return true;
}

bool index_find(larder_borrowed_t store, const char *prefix, larder_error_t *error) {
  return larder_each(store, larder_query("words", larder_text(prefix)), print_found, NULL, error);
}

static bool print_document(const larder_entry_view_t *entry, void *context) {
  (void)context;
  printf("%.*s\t%.*s\n", (int)entry->value.len, (const char *)entry->value.ptr, (int)entry->key.len,
         (const char *)entry->key.ptr);
  return true;
}

bool index_list(larder_borrowed_t store, larder_error_t *error) {
  return larder_each(store, larder_query("documents", larder_text("")), print_document, NULL, error);
}
