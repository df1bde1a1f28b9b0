// Conveniences for guests in C, on top of what `wit-bindgen c` makes of a world that includes `larder:store/database`.
//
// The world is to be called `plugin`, or `--rename-world plugin` is to say so, since its name begins those of the types.
// Functions answer `true` when they did their work, and `false` with `*error` filled in, as the generated ones do.
//
// Memory: what a function takes stays the caller's. What one fills in is the caller's to free, by the generated
// `..._free` of its type; an error by `larder_error_print` or `larder_store_types_error_free`.
#ifndef LARDER_H
#define LARDER_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "plugin.h"

typedef larder_store_store_own_store_t larder_store_t;
typedef larder_store_store_borrow_store_t larder_borrowed_t;
typedef larder_store_types_error_t larder_error_t;

// A text that lives as long as `text` does.
static inline plugin_string_t larder_text(const char *text) {
  return (plugin_string_t){(uint8_t *)text, strlen(text)};
}

// A text of a length; it is to be UTF-8, or the component traps.
static inline plugin_string_t larder_text_n(const char *text, size_t length) {
  return (plugin_string_t){(uint8_t *)text, length};
}

// Bytes that live as long as those at `bytes` do.
static inline plugin_list_u8_t larder_bytes(const void *bytes, size_t length) {
  return (plugin_list_u8_t){(uint8_t *)bytes, length};
}

// The scope that the host granted as `label`; "default" is the plugin's own.
static inline bool larder_open(const char *label, larder_store_t *store, larder_error_t *error) {
  plugin_string_t text = larder_text(label);
  return larder_store_store_static_store_open(&text, store, error);
}

static inline larder_borrowed_t larder_borrow(larder_store_t store) {
  return larder_store_store_borrow_store(store);
}

static inline void larder_close(larder_store_t store) {
  larder_store_store_store_drop_own(store);
}

// The value of an entry; `value->is_some` is false where there is none.
static inline bool larder_get(larder_borrowed_t store, const char *group, const char *key,
                              plugin_option_list_u8_t *value, larder_error_t *error) {
  plugin_string_t in = larder_text(group), name = larder_text(key);
  return larder_store_store_method_store_get(store, &in, &name, value, error);
}

// Insert or replace an entry.
static inline bool larder_set(larder_borrowed_t store, const char *group, const char *key, plugin_list_u8_t value,
                              larder_error_t *error) {
  plugin_string_t in = larder_text(group), name = larder_text(key);
  uint64_t version;
  return larder_store_store_method_store_set(store, &in, &name, &value, &version, error);
}

// Add to a counter; `*sum` is what it is then. An absent entry counts as 0.
static inline bool larder_increment(larder_borrowed_t store, const char *group, const char *key, int64_t by,
                                    int64_t *sum, larder_error_t *error) {
  plugin_string_t in = larder_text(group), name = larder_text(key);
  return larder_store_atomics_increment(store, &in, &name, by, sum, error);
}

// Whether the same work, run again from its start, may well succeed.
static inline bool larder_retryable(const larder_error_t *error) {
  return error->tag == LARDER_STORE_TYPES_ERROR_CONFLICT || error->tag == LARDER_STORE_TYPES_ERROR_BUSY;
}

// What an error says and what to do about it, cut to `size` bytes with the zero at the end. As `snprintf`, it answers how
// many bytes the whole has.
static inline int larder_error_text(const larder_error_t *error, char *text, size_t size) {
  static const char *const plain[] = {
      [LARDER_STORE_TYPES_ERROR_ACCESS_DENIED] =
          "access denied: ask the host to grant this label, and writing if you write",
      [LARDER_STORE_TYPES_ERROR_NOT_A_COUNTER] =
          "the value is not a counter: use a key that holds decimal digits, or none",
      [LARDER_STORE_TYPES_ERROR_OVERFLOW] = "the counter would leave the range of 64 bits: use a smaller step",
      [LARDER_STORE_TYPES_ERROR_TRANSACTION_OPEN] =
          "a transaction is open: write through it, or end it before you write beside it",
      [LARDER_STORE_TYPES_ERROR_TRANSACTION_EXPIRED] =
          "the transaction took too long and was undone: do less in one transaction",
      [LARDER_STORE_TYPES_ERROR_CONFLICT] = "another writer was faster and nothing was written: try again",
      [LARDER_STORE_TYPES_ERROR_BUSY] = "other writers kept the store busy and nothing was written: try again",
      [LARDER_STORE_TYPES_ERROR_CLOSED] = "the store is closed: open it again, outside the ended transaction",
      [LARDER_STORE_TYPES_ERROR_UNAVAILABLE] = "the host's storage failed: see the host's log",
  };
  static const struct {
    const char *what, *unit, *advice;
  } sizes[] = {
      {"group name", "bytes", "shorten it"},     {"key", "bytes", "shorten it"},
      {"value", "bytes", "split it, or keep it as a file"}, {"batch", "items", "make several"},
      {"answer", "bytes", "ask for less"},       {"template", "bytes", "shorten it"},
      {"group of entries", "bytes", "use a smaller one"},
  };
  static const char *const quotas[] = {"keys", "groups", "bytes"};
  static const char *const holdings[] = {"stores",     "transactions",   "watchers",
                                         "workspaces", "answers to SQL", "readers of archives"};
  switch (error->tag) {
  case LARDER_STORE_TYPES_ERROR_INVALID_ARGUMENT:
    return snprintf(text, size, "invalid argument: %.*s", (int)error->val.invalid_argument.len,
                    (const char *)error->val.invalid_argument.ptr);
  case LARDER_STORE_TYPES_ERROR_UNSUPPORTED:
    return snprintf(text, size, "%.*s: ask the host for it", (int)error->val.unsupported.len,
                    (const char *)error->val.unsupported.ptr);
  case LARDER_STORE_TYPES_ERROR_TOO_LARGE: {
    const larder_store_types_too_large_t *large = &error->val.too_large;
    return snprintf(text, size, "the %s has %" PRIu64 " %s and may have %" PRIu64 ": %s", sizes[large->what].what,
                    large->size, sizes[large->what].unit, large->limit, sizes[large->what].advice);
  }
  case LARDER_STORE_TYPES_ERROR_QUOTA_EXCEEDED: {
    const larder_store_types_quota_exceeded_t *quota = &error->val.quota_exceeded;
    return snprintf(text, size,
                    "quota exceeded, %" PRIu64 " of %" PRIu64
                    " %s are in use: delete something, or ask the host for more",
                    quota->used, quota->limit, quotas[quota->quota]);
  }
  case LARDER_STORE_TYPES_ERROR_TOO_MANY:
    return snprintf(text, size, "%" PRIu32 " open %s are the most there may be: drop one", error->val.too_many.limit,
                    holdings[error->val.too_many.what]);
  default:
    return snprintf(text, size, "%s", plain[error->tag]);
  }
}

// Says what went wrong on standard error, after the name of the program, and frees the error.
static inline void larder_error_print(const char *program, larder_error_t *error) {
  char text[512];
  larder_error_text(error, text, sizeof text);
  fprintf(stderr, "%s: %s\n", program, text);
  larder_store_types_error_free(error);
}

// An entry where it lies: good until the function that it was given to returns.
typedef struct {
  plugin_string_t key;
  // Empty where the scan was asked to leave values out.
  plugin_list_u8_t value;
  uint64_t version;
  // All ones: it does not expire.
  uint64_t ttl_ms;
} larder_entry_view_t;

// Called with each entry of a scan; `false` ends it.
typedef bool (*larder_visit_t)(const larder_entry_view_t *entry, void *context);

// Which entries of a group to read: all whose keys start with `prefix`, with their values. Change what else it asks for
// before it goes to `larder_each`.
static inline larder_store_store_query_t larder_query(const char *group, plugin_string_t prefix) {
  return (larder_store_store_query_t){.group = larder_text(group), .prefix = prefix, .values = true};
}

static inline const uint8_t *larder_view_next(const uint8_t *at, larder_entry_view_t *entry) {
  uint32_t key_length, value_length;
  memcpy(&entry->version, at, 8);
  memcpy(&entry->ttl_ms, at + 8, 8);
  memcpy(&key_length, at + 16, 4);
  memcpy(&value_length, at + 20, 4);
  if (value_length == UINT32_MAX) value_length = 0;
  entry->key = (plugin_string_t){(uint8_t *)at + 24, key_length};
  entry->value = (plugin_list_u8_t){(uint8_t *)at + 24 + key_length, value_length};
  return at + 24 + key_length + value_length;
}

// Calls `visit` with each entry that the query asks for, in order, a page at a time.
static inline bool larder_each(larder_borrowed_t store, larder_store_store_query_t query, larder_visit_t visit,
                               void *context, larder_error_t *error) {
  query.cursor.is_some = false;
  for (;;) {
    larder_store_store_packed_page_t page;
    bool done = larder_store_store_method_store_scan_packed(store, &query, &page, error);
    larder_store_store_option_cursor_free(&query.cursor);
    if (!done) return false;
    const uint8_t *at = page.entries.ptr, *end = at + page.entries.len;
    bool more = true;
    while (more && at < end) {
      larder_entry_view_t entry;
      at = larder_view_next(at, &entry);
      more = visit(&entry, context);
    }
    // The cursor goes on into the next query; the rest of the page has been seen.
    query.cursor = page.next;
    plugin_list_u8_free(&page.entries);
    if (!more || !query.cursor.is_some) {
      larder_store_store_option_cursor_free(&query.cursor);
      return true;
    }
  }
}

// Several calls as one. What is called on `store` reads its own writes; nobody else sees them before the commit. Other
// writers wait meanwhile, and the host undoes it at its deadline (5 seconds unless changed).
typedef struct {
  larder_store_transactions_own_transaction_t raw;
  larder_store_t store;
} larder_transaction_t;

static inline bool larder_begin(larder_borrowed_t of, larder_transaction_t *transaction, larder_error_t *error) {
  if (!larder_store_transactions_static_transaction_begin(of, &transaction->raw, error)) return false;
  larder_store_transactions_borrow_transaction_t raw = larder_store_transactions_borrow_transaction(transaction->raw);
  if (larder_store_transactions_method_transaction_store(raw, &transaction->store, error)) return true;
  larder_store_transactions_transaction_drop_own(transaction->raw);
  return false;
}

// Makes all of it durable. When it cannot, nothing of it was kept; the transaction has ended either way.
static inline bool larder_commit(larder_transaction_t transaction, larder_error_t *error) {
  // The store goes before the transaction that it is a part of.
  larder_close(transaction.store);
  uint64_t version;
  return larder_store_transactions_static_transaction_commit(transaction.raw, &version, error);
}

// Undoes all of it.
static inline void larder_rollback(larder_transaction_t transaction) {
  larder_close(transaction.store);
  larder_store_transactions_transaction_drop_own(transaction.raw);
}

#endif
