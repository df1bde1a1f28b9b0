// larder.h on a real store: a program for `larder run`, which the tests of larder run for two tenants.
#include <stdlib.h>

#include "larder.h"

#define CHECK(condition)                                               \
  do {                                                                 \
    if (!(condition)) {                                                \
      fprintf(stderr, "%s:%d: %s\n", __func__, __LINE__, #condition); \
      exit(EXIT_FAILURE);                                              \
    }                                                                  \
  } while (0)

static larder_borrowed_t store;
static larder_error_t error;

static bool set(larder_borrowed_t in, const char *group, const char *key, const char *value) {
  return larder_set(in, group, key, larder_bytes(value, strlen(value)), &error);
}

static bool has(larder_borrowed_t in, const char *group, const char *key) {
  plugin_string_t texts[] = {larder_text(group), larder_text(key)};
  bool there;
  CHECK(larder_store_store_method_store_exists(in, &texts[0], &texts[1], &there, &error));
  return there;
}

static void values_and_counters(void) {
  plugin_option_list_u8_t value;
  CHECK(larder_get(store, "values", "k", &value, &error) && !value.is_some);
  CHECK(set(store, "values", "k", "value") && larder_get(store, "values", "k", &value, &error) && value.is_some);
  CHECK(value.val.len == 5 && memcmp(value.val.ptr, "value", 5) == 0);
  plugin_option_list_u8_free(&value);
  int64_t sum;
  CHECK(larder_increment(store, "values", "n", 1, &sum, &error) && sum == 1);
  CHECK(larder_increment(store, "values", "n", -3, &sum, &error) && sum == -2);
  CHECK(!larder_increment(store, "values", "k", 1, &sum, &error));
  CHECK(error.tag == LARDER_STORE_TYPES_ERROR_NOT_A_COUNTER);
}

typedef struct {
  size_t number, bytes;
  size_t at_most;
  bool in_order;
  char last[8];
} seen_t;

static bool visit(const larder_entry_view_t *entry, void *context) {
  seen_t *seen = context;
  CHECK(entry->key.len < sizeof seen->last && entry->version > 0 && entry->ttl_ms == UINT64_MAX);
  char key[sizeof seen->last] = {0};
  memcpy(key, entry->key.ptr, entry->key.len);
  seen->in_order = seen->in_order && strcmp(seen->last, key) < 0;
  memcpy(seen->last, key, sizeof key);
  seen->bytes += entry->value.len;
  return ++seen->number != seen->at_most;
}

static void scans_page_by_themselves(void) {
  char key[8];
  for (int n = 0; n < 250; n++) {
    snprintf(key, sizeof key, "%03d", n);
    CHECK(set(store, "many", key, "value"));
  }
  larder_store_store_query_t query = larder_query("many", larder_text(""));
  query.limit = 7;
  seen_t all = {.in_order = true};
  CHECK(larder_each(store, query, visit, &all, &error) && all.number == 250 && all.bytes == 1250 && all.in_order);
  seen_t some = {.at_most = 10, .in_order = true};
  CHECK(larder_each(store, query, visit, &some, &error) && some.number == 10 && strcmp(some.last, "009") == 0);
  query.prefix = larder_text("12");
  query.values = false;
  seen_t keys = {.in_order = true};
  CHECK(larder_each(store, query, visit, &keys, &error) && keys.number == 10 && keys.bytes == 0);
  seen_t none = {0};
  CHECK(larder_each(store, larder_query("none", larder_text("")), visit, &none, &error) && none.number == 0);
}

static void transactions_are_all_or_nothing(void) {
  larder_transaction_t transaction;
  CHECK(larder_begin(store, &transaction, &error));
  CHECK(set(larder_borrow(transaction.store), "transaction", "kept", "yes"));
  CHECK(!has(store, "transaction", "kept"));
  CHECK(!set(store, "transaction", "beside", "") && error.tag == LARDER_STORE_TYPES_ERROR_TRANSACTION_OPEN);
  larder_transaction_t second;
  CHECK(!larder_begin(store, &second, &error) && !larder_retryable(&error));
  CHECK(larder_commit(transaction, &error) && has(store, "transaction", "kept"));
  // More of them than an instance may hold at once: each is given back.
  for (int n = 0; n < 100; n++) {
    CHECK(larder_begin(store, &transaction, &error));
    CHECK(set(larder_borrow(transaction.store), "transaction", "undone", ""));
    larder_rollback(transaction);
  }
  CHECK(!has(store, "transaction", "undone"));
}

static bool says(const char *text) {
  char found[512];
  int length = larder_error_text(&error, found, sizeof found);
  larder_store_types_error_free(&error);
  return length == (int)strlen(text) && strcmp(found, text) == 0;
}

static void errors_say_what_to_do(void) {
  larder_store_t other;
  CHECK(!larder_open("not granted", &other, &error));
  CHECK(says("access denied: ask the host to grant this label, and writing if you write"));
  char key[5001];
  memset(key, 'k', 5000);
  key[5000] = '\0';
  CHECK(!set(store, "g", key, "") && says("the key has 5000 bytes and may have 4096: shorten it"));
  larder_store_store_query_t query = larder_query("many", larder_text(""));
  query.cursor = (larder_store_store_option_cursor_t){.is_some = true, .val = larder_text("forged")};
  larder_store_store_page_t page;
  CHECK(!larder_store_store_method_store_scan(store, &query, &page, &error));
  char text[24];
  CHECK(larder_error_text(&error, text, sizeof text) > 23 && strcmp(text, "invalid argument: curso") == 0);
  larder_store_types_error_free(&error);
  error = (larder_error_t){.tag = LARDER_STORE_TYPES_ERROR_QUOTA_EXCEEDED,
                           .val.quota_exceeded = {.quota = LARDER_STORE_TYPES_QUOTA_KEYS, .used = 10, .limit = 10}};
  CHECK(says("quota exceeded, 10 of 10 keys are in use: delete something, or ask the host for more"));
  for (uint8_t tag = 0; tag <= LARDER_STORE_TYPES_ERROR_UNSUPPORTED; tag++) {
    error = (larder_error_t){.tag = tag};
    char any[512];
    CHECK(larder_error_text(&error, any, sizeof any) > 10);
  }
}

// Counts, once by increments and once by swaps, while programs in other languages do the same.
static void count_to(int steps) {
  plugin_string_t group = larder_text("counters"), key = larder_text("by swap");
  while (steps-- > 0) {
    int64_t sum;
    CHECK(larder_increment(store, "counters", "by increment", 1, &sum, &error));
    larder_store_types_version_t version = 0;
    unsigned long counted = 0;
    for (;;) {
      char digits[24] = {0};
      plugin_list_u8_t value = larder_bytes(digits, (size_t)snprintf(digits, sizeof digits, "%lu", counted + 1));
      larder_store_atomics_outcome_t outcome;
      CHECK(larder_store_atomics_compare_and_swap(store, &group, &key, version ? &version : NULL, &value, &outcome, &error));
      if (outcome.tag == LARDER_STORE_ATOMICS_OUTCOME_DONE) break;
      // Somebody else was faster: from what there is now.
      larder_store_types_entry_t *now = &outcome.val.stale.val;
      CHECK(outcome.val.stale.is_some && now->value.is_some && now->value.val.len < sizeof digits);
      memset(digits, 0, sizeof digits);
      memcpy(digits, now->value.val.ptr, now->value.val.len);
      counted = strtoul(digits, NULL, 10);
      version = now->version;
      larder_store_atomics_outcome_free(&outcome);
    }
  }
}

int main(int count, char **arguments) {
  larder_store_t own;
  CHECK(count >= 2 && larder_open("default", &own, &error));
  store = larder_borrow(own);
  if (strcmp(arguments[1], "count") == 0) {
    CHECK(count == 3);
    count_to(atoi(arguments[2]));
    larder_close(own);
    return EXIT_SUCCESS;
  }
  CHECK(set(store, "run", "for", arguments[1]));
  values_and_counters();
  puts("ok values_and_counters");
  scans_page_by_themselves();
  puts("ok scans_page_by_themselves");
  transactions_are_all_or_nothing();
  puts("ok transactions_are_all_or_nothing");
  errors_say_what_to_do();
  puts("ok errors_say_what_to_do");
  larder_close(own);
  return EXIT_SUCCESS;
}
