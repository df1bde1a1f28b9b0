// Tests of the index of words: `larder test words.wasm --tests words_tests.wasm`.
#include <stdlib.h>

#include "larder.h"

// Fails the test, with a text that lives as long as the program.
#define CHECK(holds, text)          \
  do {                              \
    if (!(holds)) {                 \
      plugin_string_dup(err, text); \
      return false;                 \
    }                               \
  } while (0)

// What a run of the plugin came to.
typedef struct {
  // It ran to its end, with whatever status.
  bool ended;
  int32_t status;
  // What it wrote, with a zero at the end; only as long as there are not two of them.
  char output[512];
} run_t;

static run_t run(const char *command, const char *argument, const char *input) {
  plugin_string_t words[2] = {larder_text(command), larder_text(argument)};
  plugin_list_string_t arguments = {words, 2};
  plugin_list_u8_t in = larder_bytes(input, strlen(input));
  larder_test_kit_ended_t ended;
  plugin_string_t stopped;
  run_t run = {.ended = larder_test_kit_run(&arguments, &in, &ended, &stopped)};
  if (!run.ended) {
    plugin_string_free(&stopped);
    return run;
  }
  run.status = ended.status;
  snprintf(run.output, sizeof run.output, "%.*s", (int)ended.output.len, (const char *)ended.output.ptr);
  larder_test_kit_ended_free(&ended);
  return run;
}

static void fail(const char *function, uint32_t nth, larder_test_kit_fault_t fault) {
  plugin_string_t name = larder_text(function);
  larder_test_kit_fail(&name, nth, fault);
}

// Entries of all groups; more than there can be when the store cannot be read.
static uint64_t entries(void) {
  larder_error_t error;
  larder_store_t store;
  if (!larder_open("default", &store, &error)) return UINT64_MAX;
  plugin_string_t all = larder_text("");
  uint64_t count;
  if (!larder_store_store_method_store_count_all(larder_borrow(store), &all, &count, &error)) count = UINT64_MAX;
  larder_close(store);
  return count;
}

bool exports_plugin_test_words_are_found_by_how_they_start(plugin_string_t *err) {
  run_t added = run("add", "readme", "Larder keeps, and larders keep.");
  CHECK(added.ended && added.status == 0, "the document was not taken in");
  run_t found = run("find", "larder", "");
  CHECK(strstr(found.output, "larder\treadme") && strstr(found.output, "larders\treadme"), "a word was not found");
  CHECK(strcmp(run("find", "keeper", "").output, "") == 0, "a word was found that is not there");
  return true;
}

bool exports_plugin_test_a_document_that_is_taken_in_again_replaces_the_old(plugin_string_t *err) {
  run("add", "a", "one two");
  uint64_t before = entries();
  run("add", "a", "one three");
  CHECK(entries() == before, "something of the old document is left");
  CHECK(strcmp(run("find", "two", "").output, "") == 0, "a word of the old document was found");
  return true;
}

bool exports_plugin_test_a_trap_in_the_middle_leaves_no_half_of_a_document(plugin_string_t *err) {
  static const char *const functions[] = {"batch.apply", "store.set", "transactions.commit"};
  for (size_t n = 0; n < sizeof functions / sizeof *functions; n++) {
    fail(functions[n], 1, LARDER_TEST_KIT_FAULT_TRAP);
    run("add", "a", "one two three");
    uint64_t left = entries();
    CHECK(left == 0 || left == 7, "half of a document is there");
    run("remove", "a", "");
    larder_test_kit_fail_no_more();
  }
  return true;
}
